"""Worker processes that share one large value, start all at once, and leave Ctrl-C to the front process."""

from __future__ import annotations

import pickle
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from watchfloor.interrupts import deaf_children, end_with_parent


class Workers:
    """New processes behind an executor, running until closed, or until the process that made them is gone.

    They read what they share from a file: a pipe that it does not fit into would let none start before the one before
    it is up.

    Args:
        n_workers: processes.
        begin: called in each process with what it shares; nothing is if None.
        shared: what all tasks share.
    """

    def __init__(self, n_workers: int, begin: Callable[..., None] | None = None, *shared: object) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="watchfloor-workers-")
        setting = Path(self._folder.name, "shared")
        setting.write_bytes(pickle.dumps((begin, shared)))
        self.executor = ProcessPoolExecutor(n_workers, mp_context=get_context("spawn"), initializer=_begin,
                                            initargs=(str(setting),))
        with deaf_children():
            for _ in range(n_workers):
                self.executor.submit(int)  # each starts a worker, as none is up yet

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Process ids of the workers that run now."""
        return tuple(self.executor._processes)

    def close(self) -> None:
        """Let go of the workers at once; what they are doing is lost. Idle ones are waited for: they end in a moment.

        An executor that is still closing its pipe when the program ends would print an error of its own.
        """
        is_idle = all(item.future.done() for item in list(self.executor._pending_work_items.values()))
        self.executor.shutdown(wait=is_idle, cancel_futures=True)
        self._folder.cleanup()


def _begin(setting_file: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of one that is started later, too
    end_with_parent()
    begin, shared = pickle.loads(Path(setting_file).read_bytes())
    if begin is not None:
        begin(*shared)
