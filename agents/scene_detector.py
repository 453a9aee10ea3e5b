"""What detectors of lasting change in a fixed view share: a post, a working size, maybe a network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

from agents.detector import Stream
from agents.motion import MotionGate
from agents.network import try_network
from agents.watching import NotStartedError, Post
from hw.frame import Frame
from sim.records import Alert


class SceneDetector(ABC):
    """Compares the picture with the usual scene, and leaves how to :meth:`look`.

    Args:
        working_px: longer side of the picture at which it compares; smaller pictures are compared as they are.
    """

    name = ""

    def __init__(self, *, working_px: int) -> None:
        self._working_px = working_px
        self._post: Post | None = None
        self._scale = 1.0
        self._gate = MotionGate()
        self.reset()

    @property
    def pixels(self) -> Literal["luma", "bgr"]:
        """Brightness is enough."""
        return "luma"

    @property
    def working_size_wh(self) -> tuple[int, int] | None:
        """Size at which pictures are compared; the stream's own if that is smaller."""
        if self._post is None:
            return None
        width, height = self._post.stream.size_wh
        return max(1, round(width / self._scale)), max(1, round(height / self._scale))

    def start(self, stream: Stream) -> None:
        """Prepare for a stream."""
        self._post = Post(self.name, stream)
        self._scale = max(1.0, max(stream.size_wh) / self._working_px)
        self._gate = self.make_gate(stream)
        self.reset()

    def reset(self) -> None:
        """Forget the scene, keep the stream."""
        self._gate.reset()
        self.forget()
        if self._post is not None:
            self._post.forget_time()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame and return the alerts it completes."""
        if self._post is None:
            raise NotStartedError(self.name)
        return self.look(self._post, frame, self._post.time_s(frame))

    @abstractmethod
    def make_gate(self, stream: Stream) -> MotionGate:
        """Return what tells who moves in a stream."""

    @abstractmethod
    def forget(self) -> None:
        """Forget the scene and whoever was in it."""

    @abstractmethod
    def look(self, post: Post, frame: Frame, t_s: float) -> Sequence[Alert]:
        """Return the alerts that a frame completes at an instant of the stream."""


class PeopledSceneDetector(SceneDetector):
    """Also asks a network now and then where people are.

    Args:
        working_px: as of every scene detector.
        network: name of the network that tells people from things, an ONNX file, or ``none``.
        network_px: longer side of what the network sees.
        without: what may go wrong without a network.
    """

    def __init__(self, *, working_px: int, network: str, network_px: int, without: str) -> None:
        tried = try_network(network, size_px=network_px, without=without)
        self.network, self.degraded = tried.network, tried.degraded
        super().__init__(working_px=working_px)

    @property
    def pixels(self) -> Literal["luma", "bgr"]:
        """Brightness, and colours now and then where there is a network."""
        return "luma" if self.network is None else "bgr"
