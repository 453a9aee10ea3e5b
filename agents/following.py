"""The frame that detectors on tracks share: who is in view is followed, and what they do is judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

from agents.detector import Stream
from agents.network import Network
from agents.people import Lookout
from agents.track import Track
from agents.watching import Box, DetectorError, NotStartedError, Post
from hw.frame import Frame
from sim.records import Alert

Spot = tuple[float, float]
"""Place in the picture as shares of its width and height, 0 to 1 from the top left."""


class FollowingDetector(ABC):
    """Follows people or things, and leaves the judgement to :meth:`judge`.

    Args:
        lookout: finds and follows them.
    """

    name = ""
    kinds: tuple[str, ...] = ()

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout
        self._post: Post | None = None

    @property
    def degraded(self) -> str:
        """Why it works with less than it was made for; empty if it does not."""
        return self._lookout.degraded

    @property
    def network(self) -> Network | None:
        """What finds them; None where motion serves."""
        return self._lookout.network

    @property
    def pixels(self) -> Literal["luma", "bgr"]:
        """Colours for a network, brightness for motion."""
        return self._lookout.pixels

    @property
    def working_size_wh(self) -> tuple[int, int] | None:
        """Size at which pictures are looked at."""
        return None if self._post is None else self._lookout.working_size_wh(self._post.stream.size_wh)

    def start(self, stream: Stream) -> None:
        """Prepare for a stream."""
        self._post = Post(self.name, stream)
        self.reset()

    def reset(self) -> None:
        """Forget everybody, keep the stream."""
        self._lookout.reset()
        if self._post is not None:
            self._post.forget_time()
        self.forget()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame and return the alerts it completes."""
        if self._post is None:
            raise NotStartedError(self.name)
        t_s = self._post.time_s(frame)
        tracks = self._lookout.update(frame, t_s)
        return self.judge(self._post, tracks, t_s) if self._lookout.has_looked else ()

    @abstractmethod
    def forget(self) -> None:
        """Forget what was judged so far."""

    @abstractmethod
    def judge(self, post: Post, tracks: Sequence[Track], t_s: float) -> Sequence[Alert]:
        """Return the alerts that the tracks of an instant deserve."""


def check_enabled(detector: str, enabled: bool) -> None:
    """Raise DetectorError unless a detector that watches people who do nothing wrong was switched on on purpose."""
    if not enabled:
        raise DetectorError(f"{detector}: enabled = False; expected True: it watches people who do nothing forbidden; "
                            "switch it on on purpose, with the option enabled=true")


def feet_of(box_xyxy: Box) -> Spot:
    """Return the middle of a box's lower side, in pixels: where who is in it stands."""
    return (box_xyxy[0] + box_xyxy[2]) / 2.0, box_xyxy[3]
