"""A person who went down: somebody moved, stopped, and now nothing of that shape stirs any more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from agents.alignment import Plane
from agents.detections import covered_share, height_px, width_px
from agents.detector import Stream
from agents.motion import MotionGate
from agents.movers import Movers
from agents.regions import find_regions, gap_px, join_regions
from agents.scene_detector import PeopledSceneDetector
from agents.scene_memory import SceneMemory
from agents.watching import Box, Post
from hw.frame import Frame, Picture
from sim.records import Alert

_WORKING_PX = 384
_NETWORK_PX = 416
_RATE_HZ = 5.0
_LONGEST_STEP_S = 1.0
_BROKE_OFF_S = 1.5
_STIRRING = 0.12
_UPRIGHT = 1.7
"""Height by width from which whom the network sees is upright."""
_TALL = 1.5
"""The same of a shape."""


@dataclass(slots=True, kw_only=True)
class _Shape:
    """A person-sized shape that does not belong to the usual scene."""

    box_xyxy: Box
    """Pixels of the full frame."""
    first_s: float
    seen_s: float
    still_since_s: float
    moved_s: float | None = None
    """When it last stirred; None if it has not since it came."""
    is_told: bool = False


class PersonDownDetector(PeopledSceneDetector):
    """Raises ``person_down``, for a person to look at.

    A shape as large as the people of this view, not tall, that moved in its place and then held perfectly still for
    ``still_s``, is told. Who stands or sits is seldom so still, and where a network sees somebody upright there,
    nothing is told. The score is still / (still + ``still_s``): one half when it is told.

    It cannot tell a person from a thing as large that somebody sets down and steadies, does not see who lies where
    the view began, and is late by ``still_s``.
    """

    name = "person_down"
    kinds = ("person_down",)
    claim = "attention cue"

    def __init__(self, *, still_s: float = 3.5, network: str = "yolox_nano") -> None:
        self._still_s = still_s
        super().__init__(working_px=_WORKING_PX, network=network, network_px=_NETWORK_PX,
                         without="who stands still may be told as down")

    def make_gate(self, stream: Stream) -> MotionGate:
        """Return a gate that sees every other pixel of the working picture."""
        return MotionGate(stride=max(1, round(2 * max(1.0, max(stream.size_wh) / _WORKING_PX))), min_share=0.001)

    def forget(self) -> None:
        """Forget the scene and all shapes in it."""
        self._memory: SceneMemory | None = None
        self._looked_s = 0.0
        self._movers = Movers(memory_s=60.0)
        self._shapes: list[_Shape] = []

    def look(self, post: Post, frame: Frame, t_s: float) -> Sequence[Alert]:
        """Return who a frame shows to have gone down."""
        if self._memory is None or t_s < self._looked_s:
            self.reset()
            self._memory = SceneMemory(self._working(frame.luma()), min_contrast=10.0, n_sigma=4.0, n_local=0.0,
                                       edge_share=0.3, settle_s=1.0, fast_s=0.5, slow_s=60.0, local_px=31)
            self._looked_s = t_s
            self._gate.look(frame.luma(), t_s)
            return ()
        dt_s = t_s - self._looked_s
        if dt_s * _RATE_HZ < 0.9:
            return ()
        self._looked_s = t_s
        luma = frame.luma()
        moving = self._gate.look(luma, t_s)
        self._movers.update(moving, t_s)
        difference = self._memory.look(self._working(luma), min(dt_s, _LONGEST_STEP_S))
        self._follow(self._memory, self._boxes(difference.ratio), t_s)
        return self._told(post, frame, t_s)

    def _working(self, luma: Picture) -> Plane:
        size_wh = self.working_size_wh or (1, 1)
        return np.asarray(cv2.resize(luma, size_wh, interpolation=cv2.INTER_AREA), dtype=np.float32)

    def _boxes(self, ratio: Plane) -> list[Box]:
        mask = cv2.morphologyEx((ratio >= 1.0).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        regions, _ = find_regions(mask, min_px=8)
        joined = join_regions(regions[:300], max_gap_px=3)
        boxes = []
        for region in joined:
            left, top, right, bottom = region.box_xyxy
            if region.n_px >= 0.2 * (right - left) * (bottom - top):
                boxes.append((left * self._scale, top * self._scale, right * self._scale, bottom * self._scale))
        return boxes

    def _stirs(self, memory: SceneMemory, box_xyxy: Box) -> bool:
        """Say whether more than a little of a shape has changed in the last second."""
        left, top, right, bottom = (round(edge / self._scale) for edge in box_xyxy)
        return float((memory.still_s[top:bottom, left:right] < 1.0).mean()) > _STIRRING

    def _follow(self, memory: SceneMemory, boxes: Sequence[Box], t_s: float) -> None:
        free = list(self._shapes)
        for box in boxes:
            shape = max((shape for shape in free if gap_px(shape.box_xyxy, box) <= 0.0),
                        key=lambda shape: covered_share(shape.box_xyxy, box), default=None)
            if shape is None:
                shape = _Shape(box_xyxy=box, first_s=t_s, seen_s=t_s, still_since_s=t_s)
                self._shapes.append(shape)
            else:
                free.remove(shape)
            if covered_share(shape.box_xyxy, box) < 0.5 or covered_share(box, shape.box_xyxy) < 0.5:
                shape.still_since_s, shape.is_told = t_s, False
            shape.box_xyxy, shape.seen_s = box, t_s
            if self._stirs(memory, box):
                shape.still_since_s = shape.moved_s = t_s
        self._shapes = [shape for shape in self._shapes if t_s - shape.seen_s <= _BROKE_OFF_S]

    def _told(self, post: Post, frame: Frame, t_s: float) -> list[Alert]:
        alerts = []
        people_px = self._people_px()
        for shape in self._shapes:
            still_s = t_s - shape.still_since_s
            size_px = _size_px(shape.box_xyxy)
            if shape.is_told or shape.moved_s is None or shape.seen_s < t_s or still_s < self._still_s:
                continue
            if height_px(shape.box_xyxy) >= _TALL * width_px(shape.box_xyxy):
                continue
            if people_px is None or not 0.6 * people_px <= size_px <= 1.8 * people_px:
                continue
            shape.is_told = True
            if not self._is_upright(frame, shape.box_xyxy):
                alerts.append(post.alert("person_down", detect_s=t_s, score=still_s / (still_s + self._still_s),
                                         box_xyxy=shape.box_xyxy))
        return alerts

    def _people_px(self) -> float | None:
        """Return the size of the people of this view, as the root of a box's area: of those who walked some way."""
        sizes = [float(np.median([_size_px(box) for _, box in mover.path])) for mover in self._movers.all
                 if mover.has_travelled]
        return float(np.quantile(sizes, 0.75)) if sizes else None

    def _is_upright(self, frame: Frame, box_xyxy: Box) -> bool:
        if self.network is None:
            return False
        return any(height_px(item.box_xyxy) >= _UPRIGHT * width_px(item.box_xyxy)
                   and covered_share(box_xyxy, item.box_xyxy) >= 0.4
                   for item in self.network.find(frame.bgr(), min_score=0.3, kinds=("person",)))


def _size_px(box: Box) -> float:
    return math.sqrt(max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1]))
