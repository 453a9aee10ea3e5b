"""Where a feed stands, and the one way in which it tells its news."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable

from hw.notice import FeedNotice, Listener, NoticeKind
from sim.input_records import SourceState


class FeedState:
    """Holds a feed's state, which any of its threads may change, and tells its listener of each change in order.

    Args:
        camera_id: written into what is told.
        listener: takes it; None if nobody does.
    """

    def __init__(self, camera_id: int, listener: Listener | None) -> None:
        self._camera_id, self._listener = camera_id, listener
        self._lock = threading.RLock()
        self.now = SourceState.CONNECTING
        """The state; written by :meth:`change` alone."""

    def change(self, state: SourceState, why: str = "", *, if_still: Callable[[], bool] | None = None) -> None:
        """Go over to a state, but from a dead feed's to none.

        Args:
            state: the new one.
            why: for the listener.
            if_still: asked once no other thread can change the state; the change is left out if it says no.
        """
        with self._lock:
            before = self.now
            if before in (state, SourceState.DEAD) or (if_still is not None and not if_still()):
                return
            self.now = state
            self._tell(FeedNotice(camera_id=self._camera_id, kind=NoticeKind.STATE, at_ns=time.monotonic_ns(),
                                  state=state, before=before, why=why))

    def notify(self, kind: NoticeKind, *, value: float | None = None, why: str = "") -> None:
        """Tell of something that leaves the state as it is."""
        self._tell(FeedNotice(camera_id=self._camera_id, kind=kind, at_ns=time.monotonic_ns(), state=self.now,
                              before=self.now, value=value, why=why))

    def _tell(self, notice: FeedNotice) -> None:
        if self._listener is None:
            return
        try:
            self._listener(notice)
        except Exception as error:
            warnings.warn(f"the listener of camera {self._camera_id} failed: {error!r}", RuntimeWarning, stacklevel=2)
