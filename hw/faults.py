"""The table of what may go wrong with a feed: each row breaks something real and measures what happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from hw.notice import FeedNotice, NoticeKind
from sim.errors import WatchfloorError


class FaultMissedError(WatchfloorError):
    """A fault was not handled as its row promises."""


class NotTriedError(WatchfloorError):
    """A row's own tools are not on this machine."""


class Outcome(StrEnum):
    """How a row came out."""

    HELD = "held"
    MISSED = "missed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """One fault, what is promised, and what tries it."""

    name: str
    promise: str
    run: Callable[[], str]
    """Returns what was measured; raises FaultMissedError or NotTriedError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResult:
    """What a row gave."""

    name: str
    promise: str
    outcome: Outcome
    found: str
    took_s: float


def run_rows(rows: Sequence[FaultRow], *, n_at_once: int = 4) -> tuple[FaultResult, ...]:
    """Run rows, some at once, since most of each is waiting."""
    with ThreadPoolExecutor(n_at_once, thread_name_prefix="fault") as pool:
        return tuple(pool.map(run_row, rows))


def run_row(row: FaultRow) -> FaultResult:
    """Run one row; whatever it raises is a fault that was missed."""
    began_s = time.monotonic()
    try:
        outcome, found = Outcome.HELD, row.run()
    except NotTriedError as error:
        outcome, found = Outcome.NOT_TRIED, str(error)
    except Exception as error:
        outcome, found = Outcome.MISSED, str(error) if isinstance(error, FaultMissedError) else repr(error)
    return FaultResult(name=row.name, promise=row.promise, outcome=outcome, found=found,
                       took_s=time.monotonic() - began_s)


def require(holds: bool, missed: str) -> None:
    """Check what a row promises.

    Raises:
        FaultMissedError: with what was seen instead, if it does not hold.
    """
    if not holds:
        raise FaultMissedError(missed)


def wait_until(holds: Callable[[], object], timeout_s: float, what: str) -> float:
    """Return the seconds until something holds.

    Raises:
        FaultMissedError: if that takes longer than it may.
    """
    began_s = time.monotonic()
    while not holds():
        require(time.monotonic() - began_s < timeout_s, f"not {what} within {timeout_s:.1f} s")
        time.sleep(0.01)
    return time.monotonic() - began_s


class Diary(list[FeedNotice]):
    """A feed's notices, in order."""

    def states(self) -> list[str]:
        """Return the states that were entered."""
        return [notice.state.value for notice in self if notice.kind is NoticeKind.STATE]

    def of(self, kind: NoticeKind) -> list[FeedNotice]:
        """Return those of a kind."""
        return [notice for notice in self if notice.kind is kind]
