"""What Prometheus reads of a live session: its feeds' counters and states, and how late its engine was."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from hw.delay_histogram import BOUNDS_S, DelayHistogram
from hw.metrics import WatchedFeed, serve_metrics
from watchfloor.live.session import LiveSession

_ROLE = "live"


class DelayCollector(Collector):
    """Gives histograms of delays whenever it is asked.

    Args:
        histograms: by the metric's name, with what it counts.
    """

    def __init__(self, histograms: Mapping[str, tuple[str, DelayHistogram]]) -> None:
        self._histograms = histograms

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Yield one family for each histogram; Prometheus wants each bin with all below it."""
        for name, (what, histogram) in self._histograms.items():
            totals = list(itertools.accumulate(histogram.counts))
            bounds = [*(f"{bound_s:g}" for bound_s in BOUNDS_S), "+Inf"]
            yield HistogramMetricFamily(name, what, buckets=list(zip(bounds, totals, strict=True)),
                                        sum_value=histogram.sum_s)


def serve_live_metrics(session: LiveSession, *, port: int) -> tuple[int, Callable[[], None]]:
    """Serve a session's metrics on this machine alone; return the port, 0 being any free one, and what ends it.

    Raises:
        OSError: the port is taken.
    """
    delays = DelayCollector({
        "watchfloor_live_inbox_seconds": ("From an input's arrival to its handling.", session.clock.inbox_histogram),
        "watchfloor_live_lateness_seconds": ("Of the engine's own events.", session.clock.lateness_histogram)})
    return serve_metrics(lambda: [WatchedFeed(camera_id=status.camera_id, role=_ROLE, source=status)
                                  for status in session.workers.status()], port=port, beside=(delays,))
