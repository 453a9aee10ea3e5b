"""A roster's tables: the requirement by hour, the shifts, and everybody's weeks."""

from __future__ import annotations

from watchfloor.phrase import Phrase, Term
from watchfloor.study.people import OFF
from watchfloor.study.roster import POSTS, Roster
from watchfloor.study.shift_design import HOURS, coverage
from watchfloor.study.table import Cell, Table
from watchfloor.study.wording import WHO

N_WEEKS = 4
"""Weeks written out: one cycle of any pattern."""
WEEKDAYS = (Phrase("Monday"), Phrase("Tuesday"), Phrase("Wednesday"), Phrase("Thursday"), Phrase("Friday"),
            Phrase("Saturday"), Phrase("Sunday"))
BY_HOUR = (Phrase("jobs per hour"), Phrase("busy"), Phrase("required"), Phrase("in the roster"),
           Phrase("theory: offered load"), Phrase("theory: lag-SIPP"), Phrase("theory: SIPP"))


def roster_tables(roster: Roster) -> tuple[Table, ...]:
    """Return the tables of a roster."""
    return _requirement(roster), _shifts(roster), _people(roster)


def _requirement(roster: Roster) -> Table:
    columns = (Phrase("hour"), *(Term(f"{who}: {what}", Phrase("{who}: {what}", who=WHO[who], what=what))
                                 for who in POSTS for what in BY_HOUR))
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
    return Table(name="requirement", title=Phrase("requirement"), columns=columns, rows=tuple(rows))


def _shifts(roster: Roster) -> Table:
    return Table(name="shifts", title=Phrase("shifts"), columns=(
        Phrase("group"), Phrase("shift"), Phrase("length (h)"), Phrase("posts"), Phrase("breaks begin at")), rows=tuple(
        (WHO[who], shift.name, shift.length_h, shift.posts,
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
    return Table(name="people", title=Phrase("people"), rows=tuple(rows), columns=(
        Phrase("person"), Phrase("week"), *WEEKDAYS, Phrase("hours")))
