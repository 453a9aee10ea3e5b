"""A stream's times made to rise, with its losses and jumps told apart."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

NOMINAL_S = 0.04
"""From frame to frame, where nothing tells."""
_JUMP_S = 10.0
_N_STEPS = 15
_GAP_STEPS = 1.75
"""A step this many times the usual one means that something between was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How one packet follows the one before it."""

    offset_s: float
    """What to add to the stream's own seconds so that they go on from where they were."""
    n_lost: int = 0
    """Frames that should lie between."""
    jump_s: float | None = None
    """Seconds by which the stream's time leapt; None where it went on."""


class Timeline:
    """Follows the decoding times of one feed over jumps and reconnections.

    Where the stream's own time runs backwards, leaps by more than ten seconds or begins anew, the line goes on from
    the last time by the span between the arrivals.
    """

    def __init__(self) -> None:
        self._steps_s: deque[float] = deque(maxlen=_N_STEPS)
        self._last_stream_s: float | None = None
        self._first_step_s: float | None = None
        self._last_arrival_ns: int | None = None
        self._offset_s = 0.0
        self._end_s: float | None = None
        self.interval_s: float | None = None
        """Usual seconds from frame to frame; None before three were seen."""

    def restart(self) -> None:
        """Expect the stream's time to begin anew."""
        self._last_stream_s = self._first_step_s = None

    def place_first(self, arrival_ns: int, nominal_s: float) -> Step:
        """Take a connection's first packet at second 0, as its own time is not known: the next one follows at once.

        Args:
            arrival_ns: monotonic nanoseconds.
            nominal_s: from frame to frame, where no usual step is known yet.
        """
        step = self.follow(0.0, arrival_ns)
        self._last_stream_s, self._first_step_s = None, self.interval_s or nominal_s
        return step

    def follow(self, stream_s: float | None, arrival_ns: int) -> Step:
        """Take the next packet's decoding time in the stream's own seconds, None where it has none."""
        waited_s = 0.0 if self._last_arrival_ns is None else (arrival_ns - self._last_arrival_ns) * 1e-9
        is_first = self._last_arrival_ns is None
        self._last_arrival_ns = arrival_ns
        if stream_s is None:
            if not is_first and waited_s < 1.0:
                self._note(waited_s)
            return Step(offset_s=self._offset_s)
        before_s, self._last_stream_s = self._last_stream_s, stream_s
        span_s, self._first_step_s = self._first_step_s or max(waited_s, self.interval_s or NOMINAL_S), None
        if before_s is None:
            return self._rebase(stream_s, span_s, None)
        step_s = stream_s - before_s
        if step_s < 0.0 or step_s > _JUMP_S:
            return self._rebase(stream_s, span_s, step_s)
        self._end_s = stream_s + self._offset_s
        usual_s = self.interval_s
        if usual_s and step_s > _GAP_STEPS * usual_s:
            return Step(offset_s=self._offset_s, n_lost=round(step_s / usual_s) - 1)
        if step_s > 0.0:
            self._note(step_s)
        return Step(offset_s=self._offset_s)

    def _note(self, step_s: float) -> None:
        self._steps_s.append(step_s)
        steps_s = sorted(self._steps_s)
        middle = len(steps_s) // 2
        if len(steps_s) >= 3:
            self.interval_s = 0.5 * (steps_s[middle] + steps_s[-1 - middle])

    def _rebase(self, stream_s: float, span_s: float, jump_s: float | None) -> Step:
        start_s = 0.0 if self._end_s is None else self._end_s + span_s
        self._offset_s = start_s - stream_s
        self._end_s = start_s
        return Step(offset_s=self._offset_s, jump_s=jump_s)
