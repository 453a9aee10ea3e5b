"""The built-in link over real sockets: orders shown once and reports taken once, whatever breaks on the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hw.badge.link import BadgeLink
from hw.badge.messages import MAX_LINE_BYTES, Telemetry
from hw.badge.station import BadgeStation
from hw.loopback import FaultProxy
from sim.errors import InputError
from sim.input_records import UnitStep
from tests.hw.badge.both_ends import SIMULATED, Room, Unit, draft
from tests.waiting import wait_until


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(path=tmp_path / "book.sqlite")


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    return Unit(path=tmp_path / "badge.sqlite")


@pytest.fixture
def station(room: Room) -> Iterator[BadgeStation]:
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=False) as station:
        yield station


def link_to(port: int, unit: Unit, key: str = "") -> BadgeLink:
    return BadgeLink(unit.end, host="127.0.0.1", port=port, key=key)


def test_an_order_goes_out_and_its_reports_come_back(room: Room, unit: Unit, station: BadgeStation) -> None:
    with link_to(station.port, unit) as link:
        wait_until(lambda: station.up == {17})
        order = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
        station.wake(17)
        wait_until(lambda: unit.shown == [order])
        for step in UnitStep:
            unit.memory.note(order.order_id, step, wall_s=2.0)
            link.wake()
        wait_until(lambda: len(room.reports) == 4)
        link.tell(Telemetry(wall_s=3.0, lat_deg=53.0, lon_deg=63.0))
        wait_until(lambda: room.telemetry)
    assert [report.step for _, report in room.reports] == list(UnitStep)
    assert {told.order_id for told, _ in room.reports} == {order.order_id}
    assert room.book.waiting(17) == []
    assert not link.is_up


def test_a_badge_without_its_link_keeps_what_it_has_to_say_and_says_it_once(
        room: Room, unit: Unit, station: BadgeStation) -> None:
    order = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
    with FaultProxy(station.port) as proxy, link_to(proxy.port, unit) as link:
        wait_until(lambda: unit.shown)
        proxy.kill()
        wait_until(lambda: not link.is_up)
        unit.memory.note(order.order_id, UnitStep.ACKNOWLEDGE, wall_s=2.0)
        unit.memory.note(order.order_id, UnitStep.ACKNOWLEDGE, wall_s=9.0)
        link.wake()
        assert room.reports == []
        proxy.revive()
        wait_until(lambda: room.reports)
        proxy.freeze()
        unit.memory.note(order.order_id, UnitStep.CLEAR, wall_s=3.0, disposition="warning")
        link.wake()
        wait_until(lambda: not link.is_up)
        proxy.thaw()
        wait_until(lambda: len(room.reports) == 2)
    assert [(report.step, report.wall_s) for _, report in room.reports] == [
        (UnitStep.ACKNOWLEDGE, 2.0), (UnitStep.CLEAR, 3.0)]
    assert room.reports[1][1].disposition == "warning"
    assert len(unit.shown) == 1


def test_both_sides_may_restart(room: Room, unit: Unit) -> None:
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=False) as station:
        port = station.port
        order = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
        with link_to(port, unit):
            wait_until(lambda: room.book.waiting(17) == [])
    room.book.close()
    unit.memory.note(order.order_id, UnitStep.ACKNOWLEDGE, wall_s=2.0)
    unit.memory.close()
    room.open()
    unit.open()
    later = room.gate.issue(draft(4), SIMULATED, wall_s=3.0)
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=False, port=port), link_to(port, unit):
        wait_until(lambda: room.reports and len(unit.shown) == 2)
    assert unit.shown == [order, later]
    assert [told for told, _ in room.reports] == [order]


def test_a_badge_that_comes_back_before_its_loss_was_noticed_takes_its_own_place(
        room: Room, unit: Unit, station: BadgeStation) -> None:
    with FaultProxy(station.port) as proxy, link_to(proxy.port, unit):
        wait_until(lambda: station.up)
        proxy.freeze()
        with link_to(station.port, unit):
            room.gate.issue(draft(), SIMULATED, wall_s=1.0)
            station.wake(17)
            wait_until(lambda: unit.shown)


def test_a_wrong_key_is_refused_on_either_side(room: Room, unit: Unit) -> None:
    room.gate.issue(draft(), SIMULATED, wall_s=1.0)
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=False, key="right") as station:
        with link_to(station.port, unit, key="wrong") as link:
            wait_until(lambda: "key is not the control room's" in link.fault)
        assert unit.shown == []
        with link_to(station.port, unit, key="right"):
            wait_until(lambda: unit.shown)


def test_a_unit_without_a_badge_in_this_session_is_told_so(room: Room, station: BadgeStation) -> None:
    with link_to(station.port, Unit(unit_id=18)) as link:
        wait_until(lambda: "unit 18 has no badge in this session" in link.fault)


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n", b"{}\n", b"\xff" * 3 * MAX_LINE_BYTES,
                                   b'{"type":"pong"}\n'])
def test_noise_ends_only_its_own_connection(noise: bytes, room: Room, unit: Unit, station: BadgeStation) -> None:
    with socket.create_connection(("127.0.0.1", station.port), timeout=5.0) as stranger:
        stranger.settimeout(8.0)
        try:
            stranger.sendall(noise)
            while stranger.recv(4096):
                pass
        except ConnectionError:
            pass
    with link_to(station.port, unit):
        wait_until(lambda: station.up)


def test_only_this_machine_may_connect_without_a_key(room: Room) -> None:
    with pytest.raises(InputError, match="WATCHFLOOR_BADGE_KEY"):
        BadgeStation(room.end, units=frozenset({17}), is_exercise=False, host="0.0.0.0")


def test_a_port_that_is_taken_is_said(room: Room, station: BadgeStation) -> None:
    with pytest.raises(InputError, match="expected a free port"):
        BadgeStation(room.end, units=frozenset({17}), is_exercise=False, port=station.port)
