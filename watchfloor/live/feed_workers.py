"""The feeds' processes: each is watched, and one that raises, hangs or grows is ended and started anew."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import numpy as np

from hw.backoff import Backoff
from hw.notice import FeedNotice
from hw.source import SourceCounters
from sim.errors import UnknownNameError
from sim.input_records import SourceState
from watchfloor.interrupts import deaf_children
from watchfloor.live.feed_worker import LOOK_S, AlertSeen, Beat, Fault, FeedPicture, FeedTask, FromWorker, work

HUNG_S = 5.0
"""A worker that says nothing for so long hangs."""
START_S = 90.0
"""The same before its first word, while it imports what it needs."""
MAX_MEMORY_MIB = 2048.0
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """How one feed and its worker do."""

    camera_id: int
    state: SourceState
    n_frames: int
    n_withheld: int
    """Tainted or corrupt, so kept from the detector."""
    counters: SourceCounters
    """Of the present worker's present source, in frames."""
    n_restarts: int
    why: str


@dataclass(slots=True)
class _Worker:
    task: FeedTask
    backoff: Backoff
    process: BaseProcess | None = None
    pipe: Connection | None = None
    began_s: float = 0.0
    heard_s: float | None = None
    """When it last said something; None before its first word."""
    next_s: float = 0.0
    """Not to be started before."""
    beat: Beat | None = None
    n_frames_before: int = 0
    n_restarts: int = 0
    why: str = ""
    state: SourceState = SourceState.CONNECTING
    picture: FeedPicture | None = None
    asked_s: float = float("-inf")
    """When pictures were last asked for."""


class FeedWorkers:
    """Runs one process for each feed until closed, so that a bad detector harms no other camera.

    Args:
        tasks: what each does.
        on_alert: called with each alert, on one thread.
        on_state: called with (camera, where its feed stands) at each change, on the same thread.
        on_notice: called with all else that happens to a feed, on the same thread.
        on_past: called with each picture to look back at, on the same thread.
        max_memory_mib: a worker that holds more is started anew.
    """

    def __init__(
        self, tasks: Sequence[FeedTask], *, on_alert: Callable[[AlertSeen], None],
        on_state: Callable[[int, SourceState], None], on_notice: Callable[[FeedNotice], None] = lambda _: None,
        on_past: Callable[[FeedPicture], None] = lambda _: None,
        max_memory_mib: float = MAX_MEMORY_MIB,
    ) -> None:
        self._on_alert, self._on_state, self._on_notice, self._on_past = on_alert, on_state, on_notice, on_past
        self._max_memory_mib = max_memory_mib
        self._context = get_context("spawn")
        self._workers = [_Worker(task, Backoff(np.random.default_rng(task.camera_id))) for task in tasks]
        with deaf_children():
            for worker in self._workers:
                self._start(worker)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed-workers", daemon=True)
        self._thread.start()

    def __enter__(self) -> FeedWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def status(self) -> tuple[FeedStatus, ...]:
        """Return how each feed does now."""
        return tuple(self._status(worker) for worker in self._workers)

    def picture(self, camera_id: int) -> FeedPicture | None:
        """Return the newest picture of a camera; None before the first. To ask is to have more of them sent."""
        worker = next((worker for worker in self._workers if worker.task.camera_id == camera_id), None)
        if worker is None:
            raise UnknownNameError("camera", got=str(camera_id), known=[
                str(worker.task.camera_id) for worker in self._workers])
        pipe, now_s = worker.pipe, time.monotonic()
        if pipe is not None and now_s - worker.asked_s > LOOK_S / 2.0:
            worker.asked_s = now_s
            with contextlib.suppress(OSError, ValueError):  # it is being ended
                pipe.send(None)
        return worker.picture

    def close(self) -> None:
        """End the processes."""
        self._closing.set()
        self._thread.join(5.0)
        for worker in self._workers:
            self._end(worker)

    def _status(self, worker: _Worker) -> FeedStatus:
        beat = worker.beat
        runs = beat is not None and worker.process is not None
        return FeedStatus(
            camera_id=worker.task.camera_id, state=beat.state if runs and beat else SourceState.BACKOFF,
            n_frames=worker.n_frames_before + (beat.n_frames if beat else 0),
            n_withheld=beat.n_withheld if beat else 0, counters=beat.counters if beat else SourceCounters(),
            n_restarts=worker.n_restarts,
            why=worker.why or (beat.why if beat else ""))

    def _run(self) -> None:
        while not self._closing.is_set():
            pipes = {worker.pipe: worker for worker in self._workers if worker.pipe is not None}
            for pipe in connection.wait(list(pipes), timeout=_LOOK_S) if pipes else ():
                self._read(pipes[pipe])  # type: ignore[index] # it waited for nothing else
            for worker in self._workers:
                self._look_after(worker)
            if not pipes:
                self._closing.wait(_LOOK_S)

    def _read(self, worker: _Worker) -> None:
        assert worker.pipe is not None, "only a running worker is read"
        try:
            message: FromWorker = worker.pipe.recv()
        except (EOFError, OSError):
            self._fail(worker, "its process ended")
            return
        worker.heard_s = time.monotonic()
        if isinstance(message, AlertSeen):
            self._on_alert(message)
        elif isinstance(message, FeedPicture):
            if message.is_past:
                self._on_past(message)
            else:
                worker.picture = message
        elif isinstance(message, FeedNotice):
            self._tell(worker, message.state)
            self._on_notice(message)
        elif isinstance(message, Fault):
            self._fail(worker, message.why)
        else:
            self._take_beat(worker, message)

    def _take_beat(self, worker: _Worker, beat: Beat) -> None:
        if beat.n_frames:
            worker.why = ""
        worker.beat = beat
        self._tell(worker, beat.state)
        if beat.n_frames and time.monotonic() - worker.began_s > 2 * HUNG_S:
            worker.backoff.reset()
        if beat.memory_mib > self._max_memory_mib:
            self._fail(worker, f"it held {beat.memory_mib:.0f} MiB; expected at most {self._max_memory_mib:.0f}")

    def _look_after(self, worker: _Worker) -> None:
        now_s = time.monotonic()
        if worker.process is None:
            if now_s >= worker.next_s:
                self._start(worker)
            return
        since_s = worker.began_s if worker.heard_s is None else worker.heard_s
        if now_s - since_s > (START_S if worker.heard_s is None else HUNG_S):
            self._fail(worker, f"its detector hung for {now_s - since_s:.0f} s")

    def _fail(self, worker: _Worker, why: str) -> None:
        """End a worker that went wrong; it is started anew after a while."""
        self._end(worker)
        worker.why = why
        worker.n_restarts += 1
        worker.next_s = time.monotonic() + worker.backoff.next_wait_s()
        worker.n_frames_before += worker.beat.n_frames if worker.beat else 0
        worker.beat = None
        self._tell(worker, SourceState.BACKOFF)

    def _start(self, worker: _Worker) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=work, args=(worker.task, theirs), daemon=True,
                                        name=f"feed-{worker.task.camera_id}")
        process.start()
        theirs.close()
        worker.process, worker.pipe = process, ours
        worker.began_s, worker.heard_s = time.monotonic(), None

    def _end(self, worker: _Worker) -> None:
        if worker.process is not None:
            worker.process.kill()
            worker.process.join(5.0)
        if worker.pipe is not None:
            worker.pipe.close()
        worker.process = worker.pipe = None

    def _tell(self, worker: _Worker, state: SourceState) -> None:
        if state is not worker.state:
            worker.state = state
            self._on_state(worker.task.camera_id, state)
