"""One regional room against district rooms, simulated on the same incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sim.scenario import Scenario, Shift
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import Answer, Verdict
from watchfloor.study.plan import room_name
from watchfloor.study.search import least
from watchfloor.study.staff import Staff, shifts_for
from watchfloor.study.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsCompared:
    """What it takes to meet the same targets from one room and from many."""

    one: Verdict
    many: Verdict
    """Of the fewest that are shown to do, or else of the most that were tried; inspectors of all rooms together."""
    wanted: int
    """Rooms asked for."""
    n_rooms: int
    """Rooms compared: no more than there are districts."""
    per_room: int
    """Inspectors of each room on its busiest shift."""

    @property
    def is_met(self) -> bool:
        """Say whether the rooms are shown to meet the targets too."""
        return self.many.answer is Answer.MEETS


def compare_rooms(
    examiner: Examiner, one: Verdict, targets: Sequence[Target], wanted: int, most_units: int, n_replications: int
) -> RoomsCompared | None:
    """Find the fewest inspectors in each of several rooms, and the fewest units with them, that meet the targets.

    The districts are shared out; a room's inspectors look only at its own cameras and take only its alerts. The units
    are common to all. Rooms that find more call for more units, so these are sized anew.

    Args:
        examiner: of the study.
        one: the smallest roster, of one room; no room of several gets more inspectors.
        targets: that it meets.
        wanted: rooms.
        most_units: to try.
        n_replications: of the answer; a trial that is beyond doubt takes fewer.

    Returns:
        None where the scenario has several rooms already, or a single district.
    """
    scenario = examiner.scenario
    n_rooms = min(wanted, len(scenario.city.district_names))
    if scenario.rooms or n_rooms < 2:
        return None
    of_rooms = Examiner(scenario, targets, examiner.runner, partial(split_shifts, n_rooms=n_rooms), n_rooms=n_rooms)

    def meets(per_room: int, units: int) -> bool:
        return of_rooms.examine(Staff(inspectors=per_room, units=units), n_replications, targets,
                                what=f"{n_rooms} rooms, {per_room} in each").answer is Answer.MEETS

    most = one.staff.inspectors
    per_room = next((number for number in range(1, most + 1) if meets(number, most_units)), None)
    staff = Staff(inspectors=most, units=most_units) if per_room is None else Staff(
        inspectors=per_room, units=least(partial(meets, per_room), 1, most_units))
    of_rooms.runner.ensure([of_rooms.plan(staff)], n_replications, f"{n_rooms} rooms")
    return RoomsCompared(
        one=one, wanted=wanted, n_rooms=n_rooms, per_room=staff.inspectors,
        many=replace(of_rooms.verdict(staff), staff=replace(staff, inspectors=n_rooms * staff.inspectors)))


def split_shifts(scenario: Scenario, staff: Staff, n_rooms: int) -> tuple[Shift, ...]:
    """Return every shift once for each room with the staff's inspectors; its units and officers with the first."""
    return tuple(
        replace(shift, name=f"{shift.name}_{room_name(room)}", room=room_name(room),
                units=0 if room else shift.units, officers=None if room else shift.officers)
        for shift in shifts_for(scenario, staff) for room in range(n_rooms))
