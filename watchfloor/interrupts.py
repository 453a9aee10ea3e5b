"""Ctrl-C reaches every process of the terminal at once; only the front one shall answer it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def deaf_children() -> Iterator[None]:
    """Start processes inside: they inherit, from their first instruction on, that Ctrl-C is ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets only the main thread say what a signal does
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def start_deaf_workers(pool: ProcessPoolExecutor, n_workers: int) -> None:
    """Start all workers of a pool that starts them by need, so that Ctrl-C is for this process alone."""
    with deaf_children():
        for _ in range(n_workers):
            pool.submit(int)  # each starts one, for none is idle so soon
