"""Pictures of several streams, looked at by a network in one run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

F4 = NDArray[np.float32]


@dataclass(slots=True)
class _Batch:
    pictures: list[F4] = field(default_factory=list)
    is_full: threading.Event = field(default_factory=threading.Event)
    answers: Future[F4] = field(default_factory=Future)


class Batches:
    """Gathers the pictures that several threads ask about and runs them together.

    Pictures of one size go together. The first of them waits for others until there are ``most``, or for ``wait_s`` at
    most; while another batch runs, more may join. Batches run one after another.

    Args:
        run: takes pictures of shape (n, 3, height, width) and returns n answers along its first axis.
        most: pictures in one run.
        wait_s: for how long the first picture waits for others.
    """

    def __init__(self, run: Callable[[F4], F4], *, most: int, wait_s: float) -> None:
        self.most = most
        self._run, self._wait_s = run, wait_s
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._open: dict[tuple[int, ...], _Batch] = {}
        self.n_runs = 0
        self.n_pictures = 0

    @property
    def pictures_a_run(self) -> float | None:
        """Mean number of pictures in a run; None before the first."""
        return self.n_pictures / self.n_runs if self.n_runs else None

    def run(self, picture: F4) -> F4:
        """Return the answer to one picture of shape (1, 3, height, width), first axis 1; on any thread."""
        with self._lock:
            leads = picture.shape not in self._open
            batch = self._open.setdefault(picture.shape, _Batch())
            place = len(batch.pictures)
            batch.pictures.append(picture)
            if len(batch.pictures) == self.most:
                del self._open[picture.shape]
                batch.is_full.set()
        if leads:
            batch.is_full.wait(self._wait_s)
            self._answer(batch)
        return batch.answers.result()[place:place + 1]

    def _answer(self, batch: _Batch) -> None:
        with self._turn:
            with self._lock:
                if self._open.get(batch.pictures[0].shape) is batch:
                    del self._open[batch.pictures[0].shape]
            self.n_runs += 1
            self.n_pictures += len(batch.pictures)
            try:
                batch.answers.set_result(self._run(np.concatenate(batch.pictures)))
            except Exception as error:  # each thread that waits for its answer is to raise it
                batch.answers.set_exception(error)
