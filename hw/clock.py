"""Wall-clock time for a running world: it waits for the next event or for something from outside."""

from __future__ import annotations

import math
import threading
import time
from collections import deque

from hw.delay_histogram import DelayHistogram
from sim.errors import InputError
from sim.input_records import Input, InputKind, Payload

MAX_KEPT = 100_000


class WallClock:
    """Maps scenario seconds to monotonic time and takes in stimuli from other threads.

    An input's instant is the next whole millisecond after it was put in. So an input never carries an instant that
    the clock has already given out as reached, and a replay from the recorded inputs meets them in the same order.

    Args:
        speed: scenario seconds per real second.
        start_s: scenario second at which the clock stands when it is made.
        n_inputs: how many inputs came before, for the next one's number.

    Raises:
        InputError: if speed is not a positive number.
    """

    def __init__(self, *, speed: float = 1.0, start_s: float = 0.0, n_inputs: int = 0) -> None:
        if not (math.isfinite(speed) and speed > 0.0):
            raise InputError("WallClock: speed", got=speed, expected="a number > 0", do="1 is real time")
        self._speed = speed
        self._start_s = start_s
        self._origin_ns = time.monotonic_ns()
        self._arrival = threading.Condition()
        self._inbox: deque[tuple[Input, int]] = deque()
        self._n_inputs = n_inputs
        self.inbox_delays_s: deque[float] = deque(maxlen=MAX_KEPT)
        """Real seconds from putting each input in to giving it out, the latest of them."""
        self.lateness_s: deque[float] = deque(maxlen=MAX_KEPT)
        """Real seconds after its instant at which each wait ended that no input ended, the latest of them."""
        self.inbox_histogram, self.lateness_histogram = DelayHistogram(), DelayHistogram()
        """The same two from the beginning on."""

    @property
    def now_s(self) -> float:
        """Scenario second that it is now."""
        return self._start_s + self._speed * (time.monotonic_ns() - self._origin_ns) * 1e-9

    def put(self, kind: InputKind, payload: Payload | None = None) -> Input:
        """Stamp a stimulus and wake whoever waits; any thread may call it."""
        put_ns = time.monotonic_ns()
        with self._arrival:
            stimulus = Input(seq=self._n_inputs, t_s=_next_ms(self.now_s), kind=kind, payload=payload)
            self._n_inputs += 1
            self._inbox.append((stimulus, put_ns))
            self._arrival.notify()
        return stimulus

    def wait_until(self, t_s: float) -> Input | None:
        """Return the oldest input stamped up to ``t_s``, waiting for one; None once ``t_s`` is reached without.

        An infinite ``t_s`` waits for an input however long that takes.
        """
        with self._arrival:
            while True:
                if self._inbox and self._inbox[0][0].t_s <= t_s:
                    stimulus, put_ns = self._inbox.popleft()
                    delay_s = (time.monotonic_ns() - put_ns) * 1e-9
                    self.inbox_delays_s.append(delay_s)
                    self.inbox_histogram.note(delay_s)
                    return stimulus
                remaining_s = (t_s - self.now_s) / self._speed
                if remaining_s <= 0.0:
                    self.lateness_s.append(-remaining_s)
                    self.lateness_histogram.note(-remaining_s)
                    return None
                self._arrival.wait(None if math.isinf(t_s) else min(remaining_s, threading.TIMEOUT_MAX))


def _next_ms(t_s: float) -> float:
    """Return the first whole millisecond after ``t_s``, in seconds."""
    ms = math.floor(t_s * 1000.0) + 1
    return ms / 1000.0 if ms / 1000.0 > t_s else (ms + 1) / 1000.0
