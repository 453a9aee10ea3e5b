"""The operator's console: a server of sessions, and the page that shows them."""

from watchfloor.console.session import CityLayers, Picture, Seat, Session, city_layers

__all__ = ["CityLayers", "Picture", "Seat", "Session", "city_layers"]
