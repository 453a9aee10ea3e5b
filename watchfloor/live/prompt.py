"""What keeps Python from making the engine wait: the collector of garbage, and threads that hold the interpreter."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_S = 0.0005
"""How long another thread may go on while the engine wants to run; Python's own is ten times as long."""


@contextmanager
def prompt_threads() -> Iterator[None]:
    """Let threads take turns quickly, and leave all that exists now out of the collector's rounds, while inside."""
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before_s)
