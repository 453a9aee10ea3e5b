"""Encoded pictures for all seats: each is drawn and encoded once, however many look at it."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from sim.errors import WatchfloorError
from watchfloor.console.past import Past
from watchfloor.console.session import Picture, Session

N_WORKERS = 2
FRESH_S = 0.04
"""A picture asked for again within so long is the same one."""
_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture as it is sent."""

    jpeg: bytes
    sequence: int
    t_s: float
    wall_s: float
    state: str
    label: str
    taken_s: float
    """Monotonic second at which it was asked for."""


Key = tuple[int, tuple[int, int]]


class PictureShelf:
    """Asks one session for pictures, a camera and size at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pool = ThreadPoolExecutor(N_WORKERS, thread_name_prefix="pictures")
        self._latest: dict[Key, Shown] = {}
        self.is_closed = False
        self._under_way: dict[Key, asyncio.Task[Shown | None]] = {}

    async def picture(self, camera_id: int, size_wh: tuple[int, int]) -> Shown | None:
        """Return a camera's latest picture; None where it has none now."""
        key = (camera_id, size_wh)
        known = self._latest.get(key)
        if known is not None and time.monotonic() - known.taken_s < FRESH_S:
            return known
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(key))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def past_picture(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Shown:
        """Return what a camera showed at an instant, for one seat that looks back; black where none is kept."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._take_past, camera_id, t_s, size_wh)

    async def _fetch(self, key: Key) -> Shown | None:
        shown = await asyncio.get_running_loop().run_in_executor(self._pool, self._take, key)
        if shown is not None:
            self._latest.pop(key, None)
            self._latest[key] = shown
            while len(self._latest) > _KEPT:
                self._latest.pop(next(iter(self._latest)))
        return shown

    def _take(self, key: Key) -> Shown | None:
        taken_s = time.monotonic()
        try:
            picture = self._session.picture(*key)
        except WatchfloorError:
            return None
        known = self._latest.get(key)
        is_same = known is not None and known.sequence == picture.sequence and known.state == picture.state
        jpeg = known.jpeg if known is not None and is_same else picture.encoded()
        return Shown(jpeg=jpeg, sequence=picture.sequence, t_s=picture.t_s, wall_s=picture.wall_s, state=picture.state,
                     label=picture.label, taken_s=taken_s)

    def _take_past(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Shown:
        assert isinstance(self._session, Past), "only what has a past is looked back at"
        taken_s = time.monotonic()
        try:
            picture = self._session.picture_at(camera_id, t_s, size_wh)
        except WatchfloorError:
            black = np.zeros((size_wh[1], size_wh[0], 3), dtype=np.uint8)
            picture = Picture(bgr=black, sequence=0, t_s=t_s, wall_s=time.time(), state="offline")
        return Shown(jpeg=picture.encoded(), sequence=picture.sequence, t_s=picture.t_s, wall_s=picture.wall_s,
                     state=picture.state, label=picture.label, taken_s=taken_s)

    def close(self) -> None:
        """Stop drawing."""
        self.is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
