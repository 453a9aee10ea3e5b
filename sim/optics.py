"""Light and lenses: what the hour leaves of the pixels on a target, and what zooming in takes and gives."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.perception import lognormal_s
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import Optics, Scenario, Zoom

P_TOLD_AT_ONCE = 0.9
"""Assumed: where the wide view tells what it is with this probability, nobody zooms."""


def daylight_hours(*, latitude_deg: float, day_of_year: float, solar_noon_h: float) -> tuple[float, float]:
    """Return (sunrise, sunset) as hours of the local clock.

    Half a day is arccos(−tan φ · tan δ) / 15° long, with the declination δ = −23.44° · cos(360° · (day + 10) / 365.25);
    refraction and the equation of time, some minutes, are left out. Where the sun does not set, or not rise, both
    hours are twelve from noon, or noon.
    """
    declination = -math.radians(23.44) * math.cos(math.tau * (day_of_year + 10.0) / 365.25)
    steepness = -math.tan(math.radians(latitude_deg)) * math.tan(declination)
    half_day_h = math.degrees(math.acos(min(1.0, max(-1.0, steepness)))) / 15.0
    return solar_noon_h - half_day_h, solar_noon_h + half_day_h


def light_factor(scenario: Scenario, optics: Optics, *, occur_s: F8, junction: I4, distance_m: F8) -> F8:
    """Return the share of the pixels that count, by light: 1 by day, less by night and least away from street lights.

    Args:
        scenario: whose clock and land use count.
        optics: day, night and lamps.
        occur_s: (k,) when something happens.
        junction: (k,) near which.
        distance_m: (k,) from the camera; within the reach of its infrared lamp the dark is as good as lit.
    """
    hour = (scenario.start_hour_of_week + occur_s / 3600.0) % 24.0
    length_h = optics.sunset_h - optics.sunrise_h
    is_day = (hour - optics.sunrise_h) % 24.0 < length_h
    lit = np.isin(scenario.city.land_use[junction], [int(use) for use in optics.lit_uses])
    night = np.where(lit | (distance_m <= optics.infrared_m), optics.night_lit_factor, optics.night_dark_factor)
    return np.where(is_day, 1.0, night)


def p_told_at(px: F8, zoom: Zoom) -> F8:
    """Return the probability of telling what a target of so many pixels is: a logistic curve in log pixels."""
    ratio = np.power(px / zoom.px_to_tell, zoom.px_slope)
    return np.asarray(ratio / (1.0 + ratio), dtype=np.float64)


def draw_zoom(
    zoom: Zoom | None, streams: KeyedStreams, *, px: F8, magnification: F8, entity: NDArray[np.int64], camera: I4
) -> tuple[F8, F8]:
    """Return what zooming onto each target takes in seconds, and with what probability it is then told.

    Nobody zooms where the lens cannot or the wide view tells enough; else the camera goes to its full magnification.

    Args:
        zoom: the model's numbers; None takes no time and tells everything.
        streams: of the replication.
        px: (k,) pixels on target at the widest.
        magnification: (k,) full optical zoom of the camera.
        entity: (k,) key of the incident's draws.
        camera: (k,).
    """
    if zoom is None:
        return np.zeros(px.size), np.ones(px.size)
    is_zoomed = (magnification > 1.0) & (p_told_at(px, zoom) < P_TOLD_AT_ONCE)
    takes_s = to_ms(lognormal_s(zoom.time, streams.normal(Purpose.ZOOM, entity, camera)))
    return np.where(is_zoomed, takes_s, 0.0), p_told_at(np.where(is_zoomed, px * magnification, px), zoom)
