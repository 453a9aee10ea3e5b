"""What a live session came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hw.delay_histogram import DelayHistogram
from watchfloor.live.feed_workers import FeedStatus
from watchfloor.live.stages import Spread, costs, spread_of

if TYPE_CHECKING:
    from watchfloor.live.session import LiveSession

LATE_S = 0.05
"""Budget of the engine's lateness; how often it was passed is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """What a session came to."""

    folder: str
    marking: str
    n_inputs: int
    n_alerts: int
    n_calls: int
    n_orders: int
    n_reports: int
    span_s: float
    digest: str
    inbox: Spread
    """From an input's arrival to its handling."""
    lateness: Spread
    """Of the engine's own events."""
    lateness_histogram: DelayHistogram
    """The same, counted by size."""
    n_late: int
    """Events handled over LATE_S after their instant."""
    stages: dict[str, Spread]
    feeds: tuple[FeedStatus, ...]


def result_of(session: LiveSession, feeds: tuple[FeedStatus, ...], *, n_inputs: int, digest: str) -> LiveResult:
    """Return what a session that has ended came to.

    Args:
        session: whose engine has stopped.
        feeds: how each did at the end.
        n_inputs: that its log took in.
        digest: of the log.
    """
    lateness = tuple(session.clock.lateness_s)
    return LiveResult(
        folder=str(session.options.folder), marking=session.banner, n_inputs=n_inputs,
        n_alerts=len(session.board.alerts), n_calls=len(session.board.calls), n_orders=session.courier.n_orders,
        n_reports=session.courier.n_reports, span_s=session.engine.reached_s - session.options.start_s, digest=digest,
        inbox=session.inbox(), lateness=spread_of(lateness), lateness_histogram=session.clock.lateness_histogram,
        n_late=sum(late_s > LATE_S for late_s in lateness), stages=costs(session.stages.all()), feeds=feeds)
