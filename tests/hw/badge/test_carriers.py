"""Every carrier of a badge's conversation keeps the one contract, over real sockets and a real broker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hw.badge.check import check_carrier
from hw.badge.ends import BadgeEnd, StationEnd
from hw.badge.link import BadgeLink
from hw.badge.mqtt import Broker, MqttLink, MqttStation, parse_broker
from hw.badge.station import BadgeStation
from hw.loopback import free_tcp_port
from sim.errors import InputError
from tests.hw.badge.a_broker import running_broker
from tests.hw.badge.both_ends import SIMULATED, Room, Unit, draft
from tests.waiting import wait_until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running_broker(tmp_path) as broker:
        yield broker


def test_the_built_in_link_keeps_the_contract() -> None:
    port = free_tcp_port()

    def open_station(end: StationEnd, units: frozenset[int]) -> BadgeStation:
        return BadgeStation(end, units=units, is_exercise=False, key="k", port=port)

    def open_link(end: BadgeEnd) -> BadgeLink:
        return BadgeLink(end, host="127.0.0.1", port=port, key="k")

    check_carrier(open_station, open_link)


def test_mqtt_keeps_the_contract(broker: Broker) -> None:
    def open_station(end: StationEnd, units: frozenset[int]) -> MqttStation:
        return MqttStation(end, units=units, is_exercise=False, broker=broker, key="k")

    def open_link(end: BadgeEnd) -> MqttLink:
        return MqttLink(end, broker=broker, key="k")

    check_carrier(open_station, open_link)


def test_over_mqtt_a_wrong_key_gets_no_orders(broker: Broker) -> None:
    room, unit = Room(is_exercise=True), Unit()
    room.gate.issue(draft(), SIMULATED, wall_s=1.0)
    station = MqttStation(room.end, units=frozenset({17}), is_exercise=True, broker=broker, key="right")
    wrong = MqttLink(unit.end, broker=broker, key="wrong")
    time.sleep(3.0)
    assert station.up == frozenset()
    assert unit.shown == []
    wrong.close()
    right = MqttLink(unit.end, broker=broker, key="right")
    wait_until(lambda: unit.shown, 20.0)
    assert right.is_exercise
    right.close()
    station.close()


def test_a_brokers_password_is_never_shown() -> None:
    broker = parse_broker("mqtts://duty:secret@broker.local")
    assert (broker.host, broker.port, broker.password, broker.is_tls) == ("broker.local", 8883, "secret", True)
    assert "secret" not in repr(broker)
    with pytest.raises(InputError) as raised:
        parse_broker("http://duty:secret@broker.local")
    assert "secret" not in str(raised.value)
