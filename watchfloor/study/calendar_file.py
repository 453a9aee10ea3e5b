"""A roster as a calendar that other programs open: one repeated event for each turn of a person's cycle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from watchfloor.language import ENGLISH, Language
from watchfloor.study.people import OFF, Person
from watchfloor.study.shift_design import DailyShift

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LINE = 73
"""Bytes of a line, before it is folded (RFC 5545 allows 75)."""


def make_calendar(
    people: Mapping[str, Sequence[Person]], shifts: Mapping[str, Sequence[DailyShift]], *, first_monday: dt.date,
    made: dt.datetime, name: str, language: Language = ENGLISH,
) -> str:
    """Return the calendar's text (RFC 5545), in the time of the place.

    Args:
        people: by group.
        shifts: by group, as the people's patterns count them.
        first_monday: of the first week.
        made: when the roster was made.
        name: of the calendar.
        language: of the turns' titles.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//watchfloor//staffing study//EN",
             f"X-WR-CALNAME:{_text(name)}"]
    for group, members in people.items():
        for person in members:
            for day, place in enumerate(person.pattern):
                if place != OFF:
                    lines += _event(person, shifts[group][place], day, first_monday, made, language)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def next_monday(day: dt.date) -> dt.date:
    """Return the first Monday after a day."""
    return day + dt.timedelta(days=7 - day.weekday())


def _event(person: Person, shift: DailyShift, day: int, first_monday: dt.date, made: dt.datetime,
           language: Language) -> list[str]:
    begin = dt.datetime.combine(first_monday + dt.timedelta(days=day), dt.time(shift.start_h))
    end = begin + dt.timedelta(hours=shift.length_h)
    uid = f"{person.label.replace(' ', '-')}-{day}-{begin:%Y%m%d}@watchfloor"
    title = f"{language.value(person.label)}, {shift.name}"
    return ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{made.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{begin:%Y%m%dT%H%M%S}", f"DTEND:{end:%Y%m%dT%H%M%S}",
            f"RRULE:{_rule(len(person.pattern), day)}", f"SUMMARY:{_text(title)}", "END:VEVENT"]


def _rule(cycle: int, day: int) -> str:
    return f"FREQ=WEEKLY;BYDAY={WEEKDAYS[day]}" if cycle == len(WEEKDAYS) else f"FREQ=DAILY;INTERVAL={cycle}"


def _text(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line after at most LINE bytes, never inside a letter."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > LINE:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
