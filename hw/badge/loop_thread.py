"""An asyncio loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import TypeVar

Result = TypeVar("Result")

CLOSE_S = 5.0


class LoopThread:
    """Runs coroutines for callers on other threads until closed.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def soon(self, work: Coroutine[None, None, None]) -> None:
        """Begin a coroutine without waiting for it; after closing, nothing is done."""
        try:
            asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # closed
            work.close()

    def wait(self, work: Coroutine[None, None, Result]) -> Result:
        """Return a coroutine's result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CLOSE_S)

    def close(self) -> None:
        """Cancel what runs and end the thread; closing twice does nothing."""
        if self._loop.is_closed():
            return
        self.wait(_cancel_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_S)
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
