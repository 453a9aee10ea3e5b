"""The command that writes down what another program tells over MQTT."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.mqtt_live import Heard, ToldLog
from benchmarks.accuracy.mqtt_log import TOPICS
from watchfloor.show import Show

_TELL_S = 0.5


def bench_listen(url: str, *, topics: Sequence[str], seconds: float | None, out: Path, show: Show) -> Heard:
    """Listen until the time is over, or until Ctrl-C, and say what came.

    Raises:
        InputError: if the broker cannot be heard.
    """
    end_s = time.monotonic() + (math.inf if seconds is None else seconds)
    with ToldLog(url, out, topics=topics or TOPICS) as log:
        show.line(f"listening; events are added to {out}")
        try:
            with show.progress("listen", "events") as advance:
                while (left_s := end_s - time.monotonic()) > 0.0:
                    advance(log.heard.n_events, None)
                    time.sleep(min(_TELL_S, left_s))
        except KeyboardInterrupt:
            if seconds is not None:
                raise
        heard, fault = log.heard, log.fault
    show.line(f"{heard.n_events} events of {heard.n_messages} messages")
    if heard.n_broken:
        show.warn(f"{heard.n_broken} messages could not be read, the last: {heard.last_fault}")
    if fault:
        show.warn(f"at the end nothing could be heard: {fault}")
    return heard
