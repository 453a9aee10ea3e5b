"""Counters and states of feeds as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from hw.source import SourceCounters
from sim.input_records import SourceState

_COUNTERS = {
    "decoded": "Frames taken.",
    "net_lost": "Frames that the network lost.",
    "corrupt": "Frames that did not decode whole.",
    "tainted": "Frames after a loss, before a clean key frame.",
    "dropped_before": "Frames dropped before they were decoded.",
    "dropped_after": "Frames decoded that a newer one replaced.",
}


class Counted(Protocol):
    """What the metrics ask: a source, or what a source in another process last told of itself."""

    @property
    def state(self) -> SourceState:
        """Where it stands now."""
        ...

    @property
    def counters(self) -> SourceCounters:
        """What was delivered and lost so far, in frames."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFeed:
    """A source under the name by which the metrics tell it: no address, so no password."""

    camera_id: int
    role: str
    source: Counted


class FeedCollector(Collector):
    """Looks at the feeds whenever it is asked.

    Args:
        feeds: gives those there are now.
    """

    def __init__(self, feeds: Callable[[], Iterable[WatchedFeed]]) -> None:
        self._feeds = feeds

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Yield one family for each counter, and the states."""
        feeds = tuple(self._feeds())
        labels = ["camera_id", "role"]
        for name, what in _COUNTERS.items():
            family = CounterMetricFamily(f"watchfloor_feed_frames_{name}", what, labels=labels)
            for feed in feeds:
                family.add_metric(_labels(feed), getattr(feed.source.counters, name))
            yield family
        states = GaugeMetricFamily("watchfloor_feed_state", "1 for the state in which the feed is.",
                                   labels=[*labels, "state"])
        for feed in feeds:
            now = feed.source.state
            for state in SourceState:
                states.add_metric([*_labels(feed), state.value], float(state is now))
        yield states


def metrics_text(feeds: Sequence[WatchedFeed]) -> str:
    """Return counters and states in Prometheus' text form."""
    registry = CollectorRegistry()
    registry.register(FeedCollector(lambda: feeds))
    return generate_latest(registry).decode()


def serve_metrics(
    feeds: Callable[[], Iterable[WatchedFeed]], *, port: int, address: str = "127.0.0.1",
    beside: Sequence[Collector] = (),
) -> tuple[int, Callable[[], None]]:
    """Serve the metrics over HTTP, to this machine alone unless told otherwise.

    Args:
        feeds: those to tell of, asked at each request.
        port: where to listen; 0 takes one that is free.
        address: the interface to listen on.
        beside: what else is told.

    Returns:
        The port, and what ends the server.

    Raises:
        OSError: the port is taken.
    """
    registry = CollectorRegistry()
    for collector in (FeedCollector(feeds), *beside):
        registry.register(collector)
    server, thread = start_http_server(port, addr=address, registry=registry)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join(2.0)

    return server.server_port, stop


def _labels(feed: WatchedFeed) -> list[str]:
    return [str(feed.camera_id), feed.role]
