"""A roster's tables: the requirement by hour, the shifts, and everybody's weeks."""

from __future__ import annotations

from watchfloor.study.people import OFF
from watchfloor.study.roster import POSTS, Roster
from watchfloor.study.shift_design import HOURS, coverage
from watchfloor.study.table import Cell, Table

N_WEEKS = 4
"""Weeks written out: one cycle of any pattern."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def roster_tables(roster: Roster) -> tuple[Table, ...]:
    """Return the tables of a roster."""
    return _requirement(roster), _shifts(roster), _people(roster)


def _requirement(roster: Roster) -> Table:
    columns = ("hour", *(f"{who}: {what}" for who in POSTS for what in (
        "jobs per hour", "busy", "required", "in the roster", "theory: offered load", "theory: lag-SIPP",
        "theory: SIPP")))
    rows: list[tuple[Cell, ...]] = []
    for hour in range(HOURS):
        cells: list[Cell] = [f"{hour:02d}:00"]
        for who in POSTS:
            load = getattr(roster.requirement, who)
            cells += [round(float(load.rates_per_h[hour]), 3), round(float(load.load[hour]), 3),
                      roster.required[who][hour],
                      int(coverage(roster.shifts[who], getattr(roster.rules, who))[hour]),
                      load.modified_offered_load[hour], load.lag_sipp[hour], load.sipp[hour]]
        rows.append(tuple(cells))
    return Table(name="requirement", columns=columns, rows=tuple(rows))


def _shifts(roster: Roster) -> Table:
    return Table(name="shifts", columns=("group", "shift", "length (h)", "posts", "breaks begin at"), rows=tuple(
        (who, shift.name, shift.length_h, shift.posts,
         ", ".join(f"{(shift.start_h + begin) % HOURS:02d}:00" for begin in shift.breaks))
        for who in POSTS for shift in roster.shifts[who]))


def _people(roster: Roster) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for who in POSTS:
        for person in roster.people[who]:
            for week in range(N_WEEKS):
                turns = [person.pattern[(7 * week + day) % len(person.pattern)] for day in range(7)]
                hours = sum(roster.shifts[who][place].length_h for place in turns if place != OFF)
                rows.append((person.label, week + 1, *(
                    None if place == OFF else roster.shifts[who][place].name for place in turns), hours))
    return Table(name="people", columns=("person", "week", *WEEKDAYS, "hours"), rows=tuple(rows))
