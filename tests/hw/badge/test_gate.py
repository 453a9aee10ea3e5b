"""Every path by which an order could reach a badge: only those of the rule are open."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from hw.badge.gate import OrderRefusedError
from hw.badge.link import BadgeLink
from hw.badge.messages import BadgeOrder, Origin
from hw.badge.order_book import OrderState
from hw.badge.station import BadgeStation
from tests.hw.badge.both_ends import REAL, SIMULATED, Room, Unit, draft
from tests.waiting import wait_until

ORIGINS = [Origin(camera_id=camera_id, is_real_camera=is_real, is_confirmed_by_person=by_person)
           for camera_id, is_real, by_person in [(7, False, False), (7, False, True), (7, True, False), (7, True, True),
                                                 (None, False, False), (None, False, True)]]
PATHS = list(itertools.product(ORIGINS, *[(False, True)] * 3))


@pytest.mark.parametrize(("origin", "is_exercise", "is_known_real", "says_simulated"), PATHS)
def test_every_path(origin: Origin, is_exercise: bool, is_known_real: bool, says_simulated: bool) -> None:
    room = Room(is_exercise=is_exercise, real_units=frozenset({17}) if is_known_real else frozenset())
    unit = Unit(is_simulated=says_simulated)
    is_real = is_known_real or not says_simulated
    is_open = not is_real or is_exercise or (origin.is_real_camera and origin.is_confirmed_by_person)
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=is_exercise) as station:
        with BadgeLink(unit.end, host="127.0.0.1", port=station.port):
            wait_until(lambda: station.up)
            try:
                room.gate.issue(draft(), origin, wall_s=1.0)
            except OrderRefusedError:
                assert not is_open
            station.wake(17)
            wait_until(lambda: room.book.waiting(17) == [])
        (booked,) = room.book.all()
    assert len(unit.shown) == is_open
    assert booked.state is (OrderState.RECEIVED if is_open else OrderState.REFUSED)
    assert bool(booked.why) is not is_open
    assert {order.marking for order in unit.shown} <= ({"EXERCISE"} if is_exercise else {""})


def test_an_order_that_waits_for_a_badge_thought_simulated_does_not_reach_the_real_one_that_comes() -> None:
    room, unit = Room(), Unit(is_simulated=False)
    order = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
    with (BadgeStation(room.end, units=frozenset({17}), is_exercise=False) as station,
          BadgeLink(unit.end, host="127.0.0.1", port=station.port)):
        wait_until(lambda: room.refusals)
    assert room.refusals[0][0] == order
    assert "simulated camera 7" in room.refusals[0][1]
    assert unit.shown == []


def test_a_real_badge_refuses_by_itself_what_should_not_have_been_sent() -> None:
    room, unit = Room(), Unit(is_simulated=False)
    forged = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
    (answer,) = unit.end.receive(forged)
    assert answer.type == "refused"
    assert unit.shown == []
    assert unit.memory.orders() == []


def test_an_order_for_another_unit_is_not_shown() -> None:
    room, unit = Room(), Unit(unit_id=18)
    (answer,) = unit.end.receive(room.gate.issue(draft(), REAL, wall_s=1.0))
    assert answer.type == "refused"
    assert unit.shown == []


def test_an_order_cannot_be_made_without_saying_where_it_comes_from() -> None:
    with pytest.raises(TypeError, match=r"is_exercise.*origin"):
        BadgeOrder(order_id="o", unit_id=17, call_id=3, kind="littering", priority=2, lat_deg=0.0,  # type: ignore[call-arg]
              lon_deg=0.0, issued_wall_s=0.0)


def test_nothing_but_the_gate_makes_or_books_orders(root: Path) -> None:
    rooms = ("hw", "agents", "benchmarks", "watchfloor")
    makers = {str(file.relative_to(root)) for room in rooms for file in (root / room).rglob("*.py")
              if re.search(r"\bBadgeOrder\(\s*order_id=|book\.add\(", file.read_text(encoding="utf-8"))}
    assert makers == {"hw/badge/gate.py"}
