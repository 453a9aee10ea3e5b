"""One regional room against district rooms, simulated on the same incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.scenario import Scenario, Shift
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import Answer, Verdict
from watchfloor.study.plan import Plan, room_name
from watchfloor.study.staff import Staff, cost_per_day, shifts_for
from watchfloor.study.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsCompared:
    """What it takes to meet the same targets from one room and from many."""

    one: Verdict
    many: Verdict
    """Of the fewest that are shown to do, or else of as many in each room as in the one."""
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
    examiner: Examiner, one: Verdict, targets: Sequence[Target], wanted: int, n_replications: int
) -> RoomsCompared | None:
    """Find the fewest inspectors in each of several rooms that meet what one room meets; the units stay the same.

    The districts are shared out; a room's inspectors look only at its own cameras and take only its alerts.

    Args:
        examiner: of the study.
        one: the smallest roster, of one room.
        targets: that it meets.
        wanted: rooms.
        n_replications: of each trial.

    Returns:
        None where the scenario has several rooms already, or a single district.
    """
    scenario = examiner.scenario
    n_rooms = min(wanted, len(scenario.city.district_names))
    if scenario.rooms or n_rooms < 2:
        return None
    low, high = 1, one.staff.inspectors
    while low < high:
        per_room = (low + high) // 2
        verdict = _verdict(examiner, per_room, one.staff.units, n_rooms, targets, n_replications)
        low, high = (low, per_room) if verdict.answer is Answer.MEETS else (per_room + 1, high)
    return RoomsCompared(one=one, wanted=wanted, n_rooms=n_rooms, per_room=low, many=_verdict(
        examiner, low, one.staff.units, n_rooms, targets, n_replications))


def _verdict(examiner: Examiner, per_room: int, units: int, n_rooms: int, targets: Sequence[Target],
             n_replications: int) -> Verdict:
    shifts = split_shifts(examiner.scenario, Staff(inspectors=per_room, units=units), n_rooms)
    plan = Plan(shifts=shifts, n_rooms=n_rooms)
    examiner.runner.ensure([plan], n_replications, f"{n_rooms} rooms, {per_room} in each")
    return examiner.verdict_of(plan, Staff(inspectors=per_room * n_rooms, units=units), targets,
                               cost=cost_per_day(examiner.scenario, shifts))


def split_shifts(scenario: Scenario, staff: Staff, n_rooms: int) -> tuple[Shift, ...]:
    """Return every shift once for each room with the staff's inspectors; its units and officers with the first."""
    return tuple(
        replace(shift, name=f"{shift.name}_{room_name(room)}", room=room_name(room),
                units=0 if room else shift.units, officers=None if room else shift.officers)
        for shift in shifts_for(scenario, staff) for room in range(n_rooms))
