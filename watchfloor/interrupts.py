"""Ctrl-C reaches every process of the terminal at once; only the front one shall answer it."""

from __future__ import annotations

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
