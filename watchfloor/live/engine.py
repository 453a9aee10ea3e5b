"""The world on the wall clock: it waits for its next event or for what comes in, and every input is kept first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from hw.clock import WallClock
from sim.engine import World
from sim.errors import WatchfloorError
from sim.input_records import Input, InputKind, Payload, Verdict
from sim.refusal import Refusal
from watchfloor.live.board import Board, Sent
from watchfloor.live.journal import Journal

SLICE_S = 0.25
"""How long the engine runs before it looks whether it is to stop."""
UNITS_S = 1.0
"""From one look at where the units are to the next."""
ANSWER_S = 5.0


class EngineStoppedError(WatchfloorError):
    """The engine takes nothing in any more."""


class LiveEngine:
    """Runs a world on a thread of its own until stopped or at its end.

    Args:
        world: played up to the clock's start already.
        clock: says what time it is.
        journal: keeps the inputs.
        board: follows the log.
        on_sent: called with each unit outside that was sent, and the number of the last input before that; it must
            return at once.
        end_s: scenario second of the end.
    """

    def __init__(
        self, world: World, *, clock: WallClock, journal: Journal, board: Board, on_sent: Callable[[Sent, int], None],
        end_s: float,
    ) -> None:
        self.world, self.board, self.clock = world, board, clock
        self._journal, self._on_sent, self._end_s = journal, on_sent, end_s
        self._last_seq = -1
        self._units_at_s = 0.0
        self._changed = threading.Condition()
        self._handled_seq = -1
        self._stopping = threading.Event()
        self.fault: BaseException | None = None
        """What ended the engine before its time."""
        self.reached_s = world.now_s
        """Everything due before this instant has been played."""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether it still takes inputs in."""
        return self._thread.is_alive()

    @property
    def handled_seq(self) -> int:
        """Number of the last input that was handled; −1 before the first."""
        return self._handled_seq

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present slice; what was put in by then and not handled is lost, and is not in the journal."""
        self._stopping.set()
        self._thread.join(10.0)

    def put(self, kind: InputKind, payload: Payload) -> Input:
        """Put something in; any thread may call it."""
        return self.clock.put(kind, payload)

    def ask(self, kind: InputKind, payload: Payload) -> tuple[Input, Refusal | None]:
        """Put something in and wait until it is handled and on the disk; return why it was refused, if it was.

        Raises:
            EngineStoppedError: if the engine does not answer.
            JournalError: if the disk refuses.
        """
        came = self.put(kind, payload)
        with self._changed:
            if not self._changed.wait_for(lambda: self._handled_seq >= came.seq or not self.is_running, ANSWER_S) or (
                    self._handled_seq < came.seq):
                raise EngineStoppedError(f"input {came.seq} = not handled ({self.fault or 'the session is over'}); "
                                         "expected an answer; begin a session anew")
        self._journal.wait(came.seq)
        return came, self.board.refusals.get(came.seq)

    def wait_for_change(self, version: int, timeout_s: float) -> int:
        """Wait until the board's version is another; return it."""
        with self._changed:
            self._changed.wait_for(lambda: self.board.version != version, timeout_s)
        return self.board.version

    def wait_until(self, t_s: float) -> Input | None:
        """Be the world's clock: show what the last event did, keep what comes in, and hand it to the world."""
        self._publish()
        came = self.clock.wait_until(t_s)
        if came is not None:
            self._journal.add(came)
            self._last_seq = came.seq
            if isinstance(came.payload, Verdict):
                self.board.note_verdict(came.payload, seq=came.seq)
        return came

    def _run(self) -> None:
        try:
            while not self._stopping.is_set() and self.reached_s < self._end_s:
                until_s = min(self.clock.now_s + SLICE_S, self._end_s)
                self.world.run(until_s, clock=self)
                self.reached_s = until_s
                self._publish()
        except Exception as error:
            self.fault = error
        with self._changed:
            self._changed.notify_all()

    def _publish(self) -> None:
        version = self.board.version
        for sent in self.board.read(time.monotonic_ns()):
            self._on_sent(sent, self._last_seq)
        now_s = time.monotonic()
        if now_s >= self._units_at_s:
            self._units_at_s = now_s + UNITS_S
            self.board.refresh_units(max(self.world.now_s, self.reached_s))
        if version != self.board.version or self._handled_seq != self._last_seq:
            with self._changed:
                self._handled_seq = self._last_seq
                self._changed.notify_all()
