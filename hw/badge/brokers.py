"""The way to MQTT, which is an extra: said plainly where it is not installed."""

from __future__ import annotations

from hw.badge.carrier import Link, Station
from hw.badge.ends import BadgeEnd, StationEnd
from sim.errors import InputError


def open_mqtt_link(end: BadgeEnd, url: str, *, key: str) -> Link:
    """Return a badge's link by a broker.

    Raises:
        InputError: if the extra is not installed, or the url is no broker's.
    """
    check_mqtt()
    from hw.badge.mqtt import MqttLink, parse_broker

    return MqttLink(end, broker=parse_broker(url), key=key)


def open_mqtt_station(
    end: StationEnd, url: str, *, units: frozenset[int], is_exercise: bool, key: str,
) -> Station:
    """Return the control room's side by a broker.

    Raises:
        InputError: if the extra is not installed, or the url is no broker's.
    """
    check_mqtt()
    from hw.badge.mqtt import MqttStation, parse_broker

    return MqttStation(end, units=units, is_exercise=is_exercise, broker=parse_broker(url), key=key)


def check_mqtt() -> None:
    """Raise InputError if the extra ``mqtt`` is not installed."""
    try:
        import paho.mqtt.client  # noqa: F401 - only whether it is there
    except ImportError:
        raise InputError("MQTT", got="paho-mqtt is not installed", expected="the extra mqtt",
                         do="pip install 'watchfloor[mqtt]'") from None
