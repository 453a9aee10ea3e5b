"""The command ``live``: a session from its start to its last line, and its replay."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from hw.delay_histogram import BOUNDS_S
from watchfloor.live.beside import console_beside
from watchfloor.live.metrics import serve_live_metrics
from watchfloor.live.options import LiveOptions
from watchfloor.live.record import Replay, ReplayError, replay
from watchfloor.live.result import LiveResult
from watchfloor.live.session import LiveSession
from watchfloor.live.stages import Spread
from watchfloor.live.terminal import watch
from watchfloor.show import Show

if TYPE_CHECKING:
    from watchfloor.console.codes import OffenceCode
    from watchfloor.console.hosting import Host


def run_live(
    options: LiveOptions, *, show: Show, is_quiet: bool, host: Host | None = None, with_browser: bool = False,
    metrics_port: int | None = None, codes: Mapping[str, OffenceCode] | None = None,
) -> LiveResult:
    """Run a session until its end, q or Ctrl-C; what it came to is kept.

    Args:
        options: what is asked.
        show: prints.
        is_quiet: leaves the terminal's view out.
        host: serves the console; there is none if None.
        with_browser: opens it.
        codes: the centre's codes of offences, shown in the console.
        metrics_port: where on this machine Prometheus may ask; 0 takes a free one, None is nowhere.
    """
    for feed in options.feeds:
        show.line(f"camera {feed.camera_id}: " + ("real" if feed.is_real else "not known to be real, so simulated"))
    with LiveSession(options) as session, ExitStack() as beside_it:
        show.line(f"{session.banner} badges connect to {options.badge_host}:{session.courier.station.port}".strip())
        if metrics_port is not None:
            port, stop = serve_live_metrics(session, port=metrics_port)
            beside_it.callback(stop)
            show.line(f"metrics at http://127.0.0.1:{port}/metrics")
        beside = nullcontext() if host is None else console_beside(
            session, host, show=show, with_browser=with_browser, codes=codes)
        try:
            with beside:
                watch(session, duration_s=options.duration_s, is_quiet=is_quiet)
        except KeyboardInterrupt:
            show.line()
    result = session.result()
    if session.engine.fault is not None:
        raise session.engine.fault
    _show_result(result, show)
    return result


def replay_live(folder: Path, *, show: Show) -> Replay:
    """Play a session again.

    Raises:
        ReplayError: if it comes to another log.
    """
    again = replay(folder)
    speed = again.span_s / again.took_s if again.took_s > 0.0 else 0.0
    if again.is_identical is False:
        raise ReplayError(f"{folder}: replayed to {again.digest[:12]}; expected the digest of session.json; the inputs "
                          "or the version of watchfloor are not those of the session")
    judged = "cut off, so there is no digest to compare" if again.is_identical is None else "identical"
    show.line(f"{again.marking} {again.n_inputs} inputs, {again.span_s:.0f} s played in {again.took_s:.1f} s "
              f"({speed:.0f} times as fast): {judged}, digest {again.digest[:12]}".strip())
    return again


def _show_result(result: LiveResult, show: Show) -> None:
    show.line(f"{result.marking} {result.span_s:.0f} s, {result.n_inputs} inputs, {result.n_alerts} alerts, "
              f"{result.n_calls} calls, {result.n_orders} orders, {result.n_reports} reports".strip())
    rows = [("inbox", result.inbox), ("engine's lateness", result.lateness), *result.stages.items()]
    show.table("How long things took (ms)", ["", "n", "p50", "p90", "p99", "most"],
               [[name, str(spread.n), *(_ms(value) for value in _values(spread))] for name, spread in rows if spread.n])
    bins = [*(f"≤ {1e3 * bound_s:g}" for bound_s in BOUNDS_S), "more"]
    counts = zip(bins, result.lateness_histogram.counts, strict=True)
    show.line("engine's lateness in ms: " + ", ".join(f"{name}: {count}" for name, count in counts if count))
    if result.n_late:
        show.warn(f"{result.n_late} events of the engine were over 50 ms late")
    show.line(f"digest {result.digest[:12]}; written to {result.folder}")


def _values(spread: Spread) -> tuple[float | None, ...]:
    return spread.p50_s, spread.p90_s, spread.p99_s, spread.most_s


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{1e3 * value:,.2f}"
