"""How processes end: Ctrl-C reaches all of a terminal's at once, and only the front one shall answer it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
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


def end_with_parent() -> None:
    """Let this process, one that multiprocessing started, end when the one that started it is gone.

    One that was killed could not end its children, and a child that waits on a queue holds both of its ends: it would
    wait for ever.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "only children are to end so"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
