"""Who else sees a badge's live picture: the duty officer at once, an outsider delayed and masked; each is logged."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import cast

import av
import cv2
import numpy as np

from hw.access_log import Access, AccessAction, AccessLog
from hw.badge.badge_source import BadgeSource
from hw.badge.position import Position
from hw.badge.video_sink import FPS, SIZE_WH, VideoSink, check_sink
from hw.credentials import redact
from hw.frame import Frame, Picture
from hw.mask import MotionMask
from sim.errors import InputError

GUEST_DELAY_S = 10.0
"""An outsider sees what was so long ago, so that an officer can end it before."""
_LOOK_S = 0.5
_POSITION_S = 0.5


@dataclass(slots=True)
class _Held:
    """A picture on its way to an outsider, compressed as there are many."""

    due_s: float
    jpeg: bytes


class _Joined:
    """One who sees the picture."""

    def __init__(self, url: str, *, is_guest: bool, delay_s: float) -> None:
        self.url, self._is_guest, self._delay_s = url, is_guest, delay_s
        self._mask = MotionMask()
        self._held: deque[_Held] = deque()
        self._sink = VideoSink(url, has_positions=not is_guest)
        self._sink.__enter__()
        self._began_s = self._told_s = float("-inf")
        self._index = -1
        self._lock = threading.Lock()
        self._is_closed = False

    def take(self, frame: Frame, source: BadgeSource) -> None:
        """Take the badge's newest picture, and send what is due."""
        with self._lock:
            if self._is_closed:
                return
            if self._is_guest:
                self._take_late(frame, time.monotonic())
            else:
                self._take_now(frame, source.position, time.monotonic())

    def _take_now(self, frame: Frame, position: Position | None, now_s: float) -> None:
        self._show(frame.bgr(), now_s)
        if position is not None and now_s - self._told_s >= _POSITION_S:
            self._told_s = now_s
            self._sink.tell(position, now_s - self._began_s)

    def _take_late(self, frame: Frame, now_s: float) -> None:
        masked = self._mask.apply(frame)
        self._held.append(_Held(now_s + self._delay_s, cv2.imencode(".jpg", masked)[1].tobytes()))
        while self._held and self._held[0].due_s <= now_s:
            jpeg = np.frombuffer(self._held.popleft().jpeg, np.uint8)
            self._show(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8), now_s)

    def close(self) -> None:
        """Send no more; what is held is never sent."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._held.clear()
                self._sink.__exit__()

    def _show(self, bgr: Picture, now_s: float) -> None:
        if self._began_s == float("-inf"):
            self._began_s = now_s
        picture = cast(Picture, cv2.resize(bgr, SIZE_WH, interpolation=cv2.INTER_AREA))
        self._index = max(self._index + 1, round((now_s - self._began_s) * FPS))
        self._sink.show(picture, self._index)


class BadgeShare:
    """Gives a badge's live picture on until closed; nobody is joined before the log says so.

    Args:
        source: the badge's picture; its frames are taken here.
        unit_id: whose badge it is.
        log: takes every joining and leaving.
    """

    def __init__(self, source: BadgeSource, *, unit_id: int, log: AccessLog) -> None:
        self._source, self._subject, self._log = source, f"badge {unit_id}", log
        self._joined: list[_Joined] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.n_shown = 0
        self._thread = threading.Thread(target=self._run, name=f"share-{unit_id}", daemon=True)
        self._thread.start()

    def join(self, url: str, access: Access) -> None:
        """Let an officer see the picture and the position as they come.

        Raises:
            InputError: if the url takes no video, or is joined already.
            AccessLogError: if the log is not as it was written.
        """
        self._add(url, access, self._subject, is_guest=False, delay_s=0.0)

    def grant(self, url: str, officer: Access, *, guest: str, delay_s: float = GUEST_DELAY_S) -> None:
        """Let an outsider see the picture, masked and delayed and without position, on a named officer's word.

        Raises:
            InputError: if the url takes no video or is joined already, or nobody is named.
            AccessLogError: if the log is not as it was written.
        """
        if not guest.strip():
            raise InputError("guest", got="nothing", expected="who is let in, such as the paper's name")
        self._add(url, officer, f"{self._subject}, granted to {guest}", is_guest=True, delay_s=delay_s)

    def leave(self, url: str) -> None:
        """End a joining at once; what is held back is never sent."""
        with self._lock:
            gone = [joined for joined in self._joined if joined.url == url]
            self._joined = [joined for joined in self._joined if joined.url != url]
        for joined in gone:
            joined.close()

    def close(self) -> None:
        """End all joinings."""
        self._closing.set()
        self._thread.join(5.0)
        for url in [joined.url for joined in self._joined]:
            self.leave(url)

    def _add(self, url: str, access: Access, subject: str, *, is_guest: bool, delay_s: float) -> None:
        check_sink(url)
        with self._lock:
            if any(joined.url == url for joined in self._joined):
                raise InputError("join", got=redact(url), expected="an address that is not joined yet")
            self._log.add(AccessAction.BADGE_JOIN, subject, access)
            self._joined.append(_Joined(url, is_guest=is_guest, delay_s=delay_s))

    def _run(self) -> None:
        while not self._closing.is_set():
            frame = self._source.take(_LOOK_S)
            if frame is None:
                continue
            self.n_shown += 1
            with self._lock:
                joined = tuple(self._joined)
            for one in joined:
                try:
                    one.take(frame, self._source)
                except (av.FFmpegError, OSError):  # whoever cannot be sent to has left
                    self.leave(one.url)
