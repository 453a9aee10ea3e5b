"""What came into a live session, on disk before anything is done about it outside."""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path

from sim.errors import WatchfloorError
from sim.input_records import Input
from sim.inputs import line_of_input

FILE = "inputs.jsonl"


class JournalError(WatchfloorError):
    """Inputs cannot be kept."""


class Journal:
    """Appends inputs to a file on a thread of its own, so that the engine never waits for the disk.

    Args:
        path: the file; what it holds stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a", encoding="utf-8")
        self._waiting: queue.SimpleQueue[Input | None] = queue.SimpleQueue()
        self._kept = threading.Condition()
        self._last_seq = -1
        self._fault = ""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def add(self, came: Input) -> None:
        """Keep an input soon; inputs are added in order."""
        self._waiting.put(came)

    def wait(self, seq: int, timeout_s: float = 5.0) -> None:
        """Wait until an input is on the disk.

        Raises:
            JournalError: if it is not in time, or the disk refuses.
        """
        with self._kept:
            is_kept = self._kept.wait_for(lambda: self._last_seq >= seq or self._fault, timeout_s)
            if self._fault or not is_kept:
                raise JournalError(f"{self._path}: input {seq} = not kept ({self._fault or 'the disk is too slow'}); "
                                   "expected it on the disk; see that there is room")

    def close(self) -> None:
        """Keep what waits and close the file."""
        self._waiting.put(None)
        self._thread.join(10.0)
        self._file.close()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            inputs = [came for came in batch if came is not None]
            if inputs:
                self._keep(inputs)
            if None in batch:
                return

    def _keep(self, inputs: list[Input]) -> None:
        try:
            self._file.write("".join(line_of_input(came) + "\n" for came in inputs))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            with self._kept:
                self._fault = error.strerror or type(error).__name__
                self._kept.notify_all()
            return
        with self._kept:
            self._last_seq = inputs[-1].seq
            self._kept.notify_all()
