"""Posts become people: leave, sickness, training and turnover as a shift relief factor with its range."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import InputError

DAYS_PER_YEAR = 365.25
WEEKS_PER_YEAR = DAYS_PER_YEAR / 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number of which only a low, a likely and a high value are known."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Why somebody on the roster is not there; days are calendar days a year."""

    source: str
    leave_days: Range
    sick_days: Range
    training_days: Range
    turnover_share: Range
    """Of the people, leaving in a year."""
    vacancy_weeks: Range
    """Until somebody who left is replaced, and the new one can work alone."""


ASSUMED_ABSENCE = Absence(
    source="assumption: round figures for a public service; replace them by your own personnel records",
    leave_days=Range(low=30.0, likely=36.0, high=45.0), sick_days=Range(low=5.0, likely=9.0, high=16.0),
    training_days=Range(low=3.0, likely=5.0, high=10.0), turnover_share=Range(low=0.05, likely=0.12, high=0.25),
    vacancy_weeks=Range(low=6.0, likely=12.0, high=24.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefFactor:
    """People on the roster for each who must be there; 1 if nobody were ever away."""

    likely: float
    low: float
    """With every assumption at its better end."""
    high: float
    """With every assumption at its worse end."""

    def people(self, on_roster: int) -> tuple[int, int, int]:
        """Return (likely, low, high) people to employ for a number of places on the roster."""
        likely, low, high = (_ceil(on_roster * factor) for factor in (self.likely, self.low, self.high))
        return likely, low, high

    def __str__(self) -> str:
        """Return ``likely (low to high)``."""
        return f"{self.likely:.2f} ({self.low:.2f} to {self.high:.2f})"


def relief_factor(absence: Absence) -> ReliefFactor:
    """Return 1 / availability, availability = 1 − days away / 365.25 − turnover · vacancy / 52.2.

    The range holds if all assumptions are at their ends together, so it is wider than a 95 % interval would be.

    Raises:
        InputError: if people would be away all year.
    """
    return ReliefFactor(**{end: 1.0 / _availability(absence, end) for end in ("likely", "low", "high")})


def gross_people(post_hours_per_week: float, hours_per_week: float) -> float:
    """Return the people it takes to fill a post if nobody were ever away: 4.2 for 168 h at 40 h, 4 for 24/72."""
    return post_hours_per_week / hours_per_week


def _availability(absence: Absence, end: str) -> float:
    away = sum(getattr(item, end) for item in (absence.leave_days, absence.sick_days, absence.training_days))
    vacant = getattr(absence.turnover_share, end) * getattr(absence.vacancy_weeks, end) / WEEKS_PER_YEAR
    available = 1.0 - float(away) / DAYS_PER_YEAR - float(vacant)
    if available <= 0.0:
        raise InputError("absence", got=f"{away:g} days and {100 * vacant:.0f} % vacant",
                         expected="people who are there on some days of the year")
    return available


def _ceil(value: float) -> int:
    return -int(-(value - 1e-9) // 1)
