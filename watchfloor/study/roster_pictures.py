"""Pictures of a roster: the requirement by hour under what covers it, and the week of every person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from watchfloor.figures import COLOURS, INK
from watchfloor.language import Language
from watchfloor.phrase import Phrase
from watchfloor.study.people import OFF, Person
from watchfloor.study.pictures import png
from watchfloor.study.roster import POSTS, Roster
from watchfloor.study.shift_design import HOURS, DailyShift, coverage
from watchfloor.study.wording import WHO

MAX_PEOPLE = 80
"""Rows of the picture; the tables hold everybody."""


def draw_requirement(roster: Roster, language: Language) -> str:
    """Draw, for either group, what each hour asks for, what covers it, and what theory says of delay alone."""
    figure = Figure(figsize=(8.6, 3.1))
    for place, who in enumerate(POSTS):
        axes = figure.add_subplot(1, 2, place + 1)
        hours = np.arange(HOURS + 1)
        load = getattr(roster.requirement, who)

        def steps(values: Sequence[float]) -> list[float]:
            return [*values, values[-1]]

        axes.fill_between(hours, steps(roster.required[who]), step="post", color="#e2e8ef",
                          label=language.say("required"))
        cover = coverage(roster.shifts[who], getattr(roster.rules, who))
        axes.step(hours, steps(cover.tolist()), where="post", color=COLOURS[0], linewidth=1.8,
                  label=language.say("roster"))
        for values, colour, label in ((load.modified_offered_load, COLOURS[2], Phrase("theory: offered load")),
                                      (load.lag_sipp, COLOURS[3], Phrase("theory: lag-SIPP")),
                                      (load.sipp, COLOURS[1], Phrase("theory: SIPP"))):
            axes.step(hours, steps(values), where="post", color=colour, linewidth=0.9,
                      label=language.say(label))
        axes.set_xlim(0, HOURS)
        axes.set_xticks(range(0, HOURS + 1, 4))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(0, 1.45 * max(1.0, *axes.get_ylim()))
        axes.set_title(language.say(Phrase("present: {who}", who=WHO[who])), fontsize=9, color=INK)
        axes.set_xlabel(language.say("hour of day"))
        if not place:
            axes.legend(fontsize=7, loc="upper left", ncols=2)
    figure.tight_layout()
    return png(figure, language)


def draw_weeks(roster: Roster, language: Language) -> str:
    """Draw every person's week as bars, Monday to Sunday."""
    rows = [(who, person) for who in POSTS for person in roster.people[who]][:MAX_PEOPLE]
    figure = Figure(figsize=(8.6, 0.14 * len(rows) + 0.9))
    axes = figure.add_subplot()
    for row, (who, person) in enumerate(rows):
        _draw_week(axes, row, person, roster.shifts[who], COLOURS[POSTS.index(who)])
    axes.set_xlim(0, 7 * HOURS)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks(np.arange(7) * HOURS, language.weekdays(), ha="left")
    axes.set_yticks(range(len(rows)), [language.say(person.label) for _, person in rows], fontsize=5)
    axes.grid(axis="y", visible=False)
    return png(figure, language)


def _draw_week(axes: Axes, row: int, person: Person, shifts: Sequence[DailyShift], colour: str) -> None:
    """Draw one row; in a weekly pattern what runs past Sunday's end comes back at its beginning."""
    bars = []
    for day in range(7):
        place = person.pattern[day % len(person.pattern)]
        if place != OFF:
            begin, length = HOURS * day + shifts[place].start_h, shifts[place].length_h
            bars.append((begin, min(length, 7 * HOURS - begin)))
            if begin + length > 7 * HOURS and len(person.pattern) == 7:
                bars.append((0, begin + length - 7 * HOURS))
    axes.broken_barh(bars, (row - 0.36, 0.72), facecolors=colour, alpha=0.55 if person.is_part_time else 0.9)
