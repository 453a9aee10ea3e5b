"""Spans of whole months, as a user writes them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sim.errors import InputError

_SPAN = re.compile(r"^(\d{4})-(\d{2})(?:\.\.(\d{4})-(\d{2}))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Whole months, first and last day included."""

    first: dt.date
    last: dt.date

    def days(self) -> tuple[dt.date, ...]:
        """Return every day."""
        return tuple(self.first + dt.timedelta(days=index) for index in range((self.last - self.first).days + 1))

    def starts(self) -> tuple[dt.date, ...]:
        """Return the first day of each month."""
        return tuple(day for day in self.days() if day.day == 1)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}..{self.last:%Y-%m}"


def read_months(text: str, *, option: str) -> Months:
    """Read ``2025-01..2025-06`` or ``2025-07``.

    Raises:
        InputError: if it is neither, or ends before it begins.
    """
    read = _SPAN.match(text.strip())
    expected = "months as 2025-01..2025-06 or 2025-07"
    if not read:
        raise InputError(option, got=text, expected=expected)
    numbers = [int(part) for part in read.groups() if part is not None]
    year, month = numbers[-2:]
    try:
        first = dt.date(numbers[0], numbers[1], 1)
        last = _last_day(dt.date(year, month, 1))
    except ValueError:
        raise InputError(option, got=text, expected=expected, do="a year has months 01 to 12") from None
    if last < first:
        raise InputError(option, got=text, expected=expected, do="the first month comes first")
    return Months(first=first, last=last)


def _last_day(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
