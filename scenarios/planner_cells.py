"""Reads single cells of a planner's tables: instants, hours of day, numbers and priorities."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

Cell = str | int | float | dt.datetime | dt.date | dt.time | None

_REST = r"(?:\s*г\.?)?(?:[\sT,]+(?P<rest>\S.*))?$"
_DAY_FIRST = re.compile(r"^(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4}|\d{2})" + _REST)
_YEAR_FIRST = re.compile(r"^(?P<y>\d{4})[./-](?P<m>\d{1,2})[./-](?P<d>\d{1,2})" + _REST)
_CLOCK = re.compile(r"^(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$")
_HOUR = re.compile(r"^(?P<h>\d{1,2})(?:\s*(?:ч|час|часов|h))?\.?$")
_RANGE = re.compile(r"^(?:с\s+)?(?P<start>[\d:.]+)\s*(?:-|–|—|до|по|to)\s*(?P<end>[\d:.]+)$")
_NUMBER = re.compile(r"^(?P<number>[+-]?\d{1,15}(?:\.\d{1,15})?)(?:°|º|град[а-я]*|deg|м|m|метр[а-я]*|ч|час[а-я]*|h|"
                     r"чел[а-я]*|ед|шт|x|х|×)?\.?$", re.IGNORECASE)
"""A number, spaces taken out, with the unit that people write behind it."""
_FIRST_SERIAL = dt.datetime(1899, 12, 30)
_SERIALS = (20_000.0, 80_000.0)
"""Numbers that a sheet means as days, 1954 to 2119."""
_PRIORITIES = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "экстренный": 1, "экстренно": 1, "высокий": 1, "срочный": 1, "срочно": 1,
    "высокая": 1, "жоғары": 1, "шұғыл": 1, "high": 1, "urgent": 1, "emergency": 1, "средний": 2, "средняя": 2,
    "орташа": 2, "орта": 2, "medium": 2, "обычный": 3, "обычная": 3, "плановый": 3, "қалыпты": 3, "normal": 3,
    "routine": 3, "низкий": 4, "низкая": 4, "төмен": 4, "low": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a cell says of an instant, local time."""

    day: dt.date | None
    second: int | None
    """Of the day; None if the cell gives only the day."""


def read_stamp(cell: Cell) -> Stamp | None:
    """Return the instant in a cell, or None if there is none to be understood.

    Days come first in ``01.02.2025``. A zone is not applied: times are those of the place. A sheet's own date at
    exactly midnight is a day without a time.
    """
    if isinstance(cell, dt.datetime):
        second = cell.hour * 3600 + cell.minute * 60 + cell.second
        return Stamp(day=cell.date(), second=second or None)
    if isinstance(cell, dt.date):
        return Stamp(day=cell, second=None)
    if isinstance(cell, dt.time):
        return Stamp(day=None, second=cell.hour * 3600 + cell.minute * 60 + cell.second)
    if isinstance(cell, int | float):
        if not _SERIALS[0] < cell < _SERIALS[1]:
            return None
        return read_stamp(_FIRST_SERIAL + dt.timedelta(seconds=round(cell * 86_400.0)))
    return _read_text_stamp(cell.strip()) if cell else None


def _read_text_stamp(text: str) -> Stamp | None:
    found = _DAY_FIRST.match(text) or _YEAR_FIRST.match(text)
    if not found:
        second = _second_of_day(text)
        return None if second is None else Stamp(day=None, second=second)
    year = int(found["y"])
    try:
        day = dt.date(year + 2000 if year < 100 else year, int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    if found["rest"] is None:
        return Stamp(day=day, second=None)
    second = _second_of_day(found["rest"].strip())
    return None if second is None else Stamp(day=day, second=second)


def _second_of_day(text: str) -> int | None:
    found = _CLOCK.match(text)
    if not found:
        return None
    hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
    return 3600 * hour + 60 * minute + second if hour < 24 and minute < 60 and second < 60 else None


def read_hour(cell: Cell) -> float | None:
    """Return the hour of day in a cell, 0 ≤ h ≤ 24, or None."""
    if isinstance(cell, dt.datetime | dt.time):
        return cell.hour + cell.minute / 60.0
    if isinstance(cell, int | float):
        hour = float(cell) * 24.0 if 0.0 < cell < 1.0 else float(cell)
        return hour if 0.0 <= hour <= 24.0 else None
    text = cell.strip().lower() if isinstance(cell, str) else ""
    whole = _HOUR.match(text)
    if whole:
        return float(whole["h"]) if int(whole["h"]) <= 24 else None
    second = 86_400 if text in ("24:00", "24:00:00") else _second_of_day(text)
    return None if second is None else second / 3600.0


def read_hours(cell: Cell) -> tuple[float, float] | None:
    """Return the first and last hour of a span such as ``08:00-20:00``, or None."""
    found = _RANGE.match(cell.strip().lower()) if isinstance(cell, str) else None
    if not found:
        return None
    start, end = read_hour(found["start"]), read_hour(found["end"])
    return None if start is None or end is None else (start, end)


def read_number(cell: Cell) -> float | None:
    """Return the number in a cell; a comma may stand for the point, spaces between thousands, and a unit behind it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if abs(cell) < 1e15 else None
    found = _NUMBER.match(re.sub(r"\s", "", cell).replace(",", ".")) if isinstance(cell, str) else None
    return float(found["number"]) if found else None


def read_count(cell: Cell) -> int | None:
    """Return the whole number ≥ 0 in a cell, or None."""
    number = read_number(cell)
    return int(number) if number is not None and number >= 0.0 and number.is_integer() and number < 1e6 else None


def read_priority(cell: Cell) -> int | None:
    """Return the priority in a cell, 1 (served first) to 4, or None."""
    number = read_count(cell)
    if number is not None:
        return number if 1 <= number <= 4 else None
    return _PRIORITIES.get(cell.strip().lower()) if isinstance(cell, str) else None


def is_empty(cell: Cell) -> bool:
    """Say whether a cell holds nothing but spaces or a dash."""
    return cell is None or (isinstance(cell, str) and cell.strip() in ("", "-", "–", "—"))


def describe(cell: Cell) -> str:
    """Return the shape of a cell without its content, which may be about a person."""
    if isinstance(cell, str):
        return f"a text of {len(cell.strip())} characters"
    return "a number" if isinstance(cell, int | float) else "a date or time"
