"""The latest minutes of each real feed, masked, in memory only: what evidence and a look back are taken from."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from sim.errors import InputError
from watchfloor.console.past import span_round, tenths
from watchfloor.console.session import Json

MAX_BYTES = 256 * 2**20
"""Of all feeds together; each has an equal share."""
MAX_GAP_S = 3.0
"""A picture stands for what its camera showed until the next one came, and for so long at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPicture:
    """What a camera showed."""

    t_s: float
    """Scenario second at which it was taken."""
    wall_s: float
    sequence: int
    jpeg: bytes
    """Masked."""


class PastPictures:
    """Keeps each feed's pictures for so many seconds, and no more bytes than its share; any thread may call it.

    Args:
        camera_ids: of the feeds.
        keep_s: for how long; 0 keeps none.
        max_bytes: of all feeds together.
    """

    def __init__(self, camera_ids: Collection[int], *, keep_s: float, max_bytes: int = MAX_BYTES) -> None:
        self.keep_s = keep_s
        self._share_bytes = max_bytes // max(1, len(camera_ids))
        self._kept: dict[int, deque[PastPicture]] = {camera_id: deque() for camera_id in camera_ids}
        self._n_bytes = dict.fromkeys(camera_ids, 0)
        self._lock = threading.Lock()

    def add(self, camera_id: int, picture: PastPicture) -> None:
        """Keep a camera's next picture, and let go of what is too old or too much."""
        with self._lock:
            kept = self._kept[camera_id]
            kept.append(picture)
            n_bytes = self._n_bytes[camera_id] + len(picture.jpeg)
            while kept and (n_bytes > self._share_bytes or kept[0].t_s < picture.t_s - self.keep_s):
                n_bytes -= len(kept.popleft().jpeg)
            self._n_bytes[camera_id] = n_bytes

    def at(self, camera_id: int, t_s: float) -> PastPicture:
        """Return what a camera showed at an instant.

        Raises:
            InputError: if it is no real feed, or no picture of that instant is kept.
        """
        with self._lock:
            kept = self._kept.get(camera_id)
            if kept is None:
                raise InputError(f"camera {camera_id}", got="a simulated camera, which has no pictures",
                                 expected="one of " + ", ".join(map(str, self._kept)))
            place = bisect_right(kept, t_s, key=lambda picture: picture.t_s)
            if not place or t_s - kept[place - 1].t_s > MAX_GAP_S:
                span = f"{kept[0].t_s:.1f} to {kept[-1].t_s:.1f} s" if kept else "a picture, and none has come"
                raise InputError(f"camera {camera_id} at {t_s:.1f} s", got="no picture kept", expected=span,
                                 do="choose a second that is kept, or keep more with --past")
            return kept[place - 1]

    def span_s(self, camera_id: int | None = None) -> tuple[float, float] | None:
        """Return from and to which instant pictures are kept, of a camera or of any; None where there are none."""
        with self._lock:
            all_kept = self._kept.values() if camera_id is None else [self._kept.get(camera_id, deque())]
            spans = [(kept[0].t_s, kept[-1].t_s) for kept in all_kept if kept]
        return (min(from_s for from_s, _ in spans), max(to_s for _, to_s in spans)) if spans else None

    def clip_round(self, camera_id: int, claim_s: float, *, now_s: float) -> Json | None:
        """Return camera and span of a claim's evidence, as far as it is past and kept; None where nothing is."""
        kept_s = self.span_s(camera_id)
        if kept_s is None:
            return None
        span = span_round(camera_id, claim_s, now_s=now_s)
        span["from_s"] = max(span["from_s"], tenths(kept_s[0]) + 0.1)
        return span if span["from_s"] < span["to_s"] else None

    @property
    def n_bytes(self) -> int:
        """Bytes of pictures that are held."""
        return sum(self._n_bytes.values())
