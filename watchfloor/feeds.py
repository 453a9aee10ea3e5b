"""Many feeds kept open at once, each with its state, rate, losses and faults in one row."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hw.feed_role import FeedRole
from hw.feeds import Feed, load_feeds
from hw.health import CameraHealth
from hw.metrics import WatchedFeed, serve_metrics
from hw.schemes import open_source
from hw.source import Source, SourceCounters
from hw.stream import StreamSource
from sim.input_records import SourceState
from watchfloor.cli_options import make_table

if TYPE_CHECKING:
    from rich.table import Table

_COLUMNS = ("camera", "role", "state", "fps", "taken", "net lost", "corrupt", "tainted", "dropped", "faults")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """How one feed does."""

    camera_id: int
    role: FeedRole
    state: SourceState
    fps: float | None
    counters: SourceCounters
    faults: tuple[str, ...]
    why: str
    """What last ended an attempt; redacted."""


class _Watcher:
    """Takes a feed's frames on a thread of its own and judges the camera's health."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.source: Source = open_source(feed.url, camera_id=feed.camera_id)
        self._health = CameraHealth(camera_id=feed.camera_id)
        self._thread = threading.Thread(target=self._run, name=f"feed-{feed.camera_id}", daemon=True)
        self._thread.start()

    def row(self) -> FeedRow:
        """Return how it does now."""
        condition = self._health.condition()
        is_live = self.source.state is SourceState.LIVE
        return FeedRow(
            camera_id=self.feed.camera_id, role=self.feed.role, state=self.source.state,
            fps=condition.fps if is_live else None, counters=self.source.counters, faults=condition.faults,
            why=self.source.fault if isinstance(self.source, StreamSource) and not is_live else "",
        )

    def close(self) -> None:
        """End it."""
        self.source.close()
        self._thread.join(2.0)

    def _run(self) -> None:
        for frame in self.source:
            self._health.update(frame)


def watch_feeds(
    table: Path, *, duration_s: float | None = None, metrics_port: int | None = None, is_shown: bool = True,
) -> tuple[FeedRow, ...]:
    """Keep the feeds of a table open and return how they do at the end.

    Args:
        table: see :func:`hw.feeds.load_feeds`.
        duration_s: how long; until Ctrl-C if None.
        metrics_port: where on the loopback Prometheus may ask; nowhere if None.
        is_shown: draws a table in the terminal, anew every half second.
    """
    from rich.live import Live

    feeds = load_feeds(table)
    with ExitStack() as stack:
        watchers = []
        for feed in feeds:
            watchers.append(_Watcher(feed))
            stack.callback(watchers[-1].close)
        if metrics_port is not None:
            watched = [WatchedFeed(camera_id=w.feed.camera_id, role=w.feed.role, source=w.source) for w in watchers]
            _, stop_metrics = serve_metrics(lambda: watched, port=metrics_port)
            stack.callback(stop_metrics)
        live = stack.enter_context(Live(refresh_per_second=2, transient=False)) if is_shown else None
        end_s = None if duration_s is None else time.monotonic() + duration_s
        while end_s is None or time.monotonic() < end_s:
            rows = tuple(watcher.row() for watcher in watchers)
            if live is not None:
                live.update(_table(rows))
            time.sleep(0.25)
        return rows


def _table(rows: tuple[FeedRow, ...]) -> Table:
    return make_table(_COLUMNS, [(
        str(row.camera_id), row.role.value, row.state.value, "" if row.fps is None else f"{row.fps:.1f}",
        str(row.counters.decoded), str(row.counters.net_lost), str(row.counters.corrupt), str(row.counters.tainted),
        f"{row.counters.dropped_before} + {row.counters.dropped_after}", ", ".join(row.faults) or row.why,
    ) for row in rows])
