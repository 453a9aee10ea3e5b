"""Objects put down and taken away: lasting changes of the picture's edges, told apart by which picture has them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from agents.detector import Stream
from agents.edges import EdgeMemory, Edges, Mask, Plane, find_edges
from agents.motion import MotionGate
from agents.regions import Region, find_regions, gap_px, join_regions
from agents.scene_detector import SceneDetector
from agents.watching import Box, Post
from hw.frame import Frame, Picture
from sim.errors import UnknownNameError
from sim.records import Alert

_LONGEST_STEP_S = 1.5
_EDGE_REACH = np.ones((7, 7), np.uint8)  # an edge spreads this far by blur and gradient


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftObjectProfile:
    """What a left-object detector assumes of a view; shares of length are of the picture's longer side."""

    name: str
    hold_s: float
    """A change must hold still this long before it is an alert."""
    min_share: float
    """Least area of the object's box, of the picture's area."""
    min_side_share: float
    """Least shorter side of the object's box."""
    max_share: float
    """Greatest area of the object's box: a larger change is of the scene, not of an object in it."""
    join_share: float
    """Edges nearer than this belong to one part."""
    group_share: float
    """Parts nearer than this belong to one object."""
    min_contrast: float
    """Least change of an edge that counts, in relative brightness per working pixel."""
    min_part_contrast: float
    """Least contour of a part, in units of the least change that counts; what is weaker is a shadow's border."""
    n_sigma: float
    """Least change of an edge that counts, in the camera's own noise."""
    still_share: float
    """Share of an object's changed pixels that must have held still."""
    min_score: float
    """Alerts below this score are not raised."""
    background_s: float
    """Time constant with which the usual scene follows slow change."""
    absorb_s: float
    """A change that no alert came of becomes usual after this time."""
    repeat_s: float
    """A second alert of the same kind at the same place within this time is the rest of the same object."""
    working_px: int
    """Longer side of the picture at which edges are compared."""
    rate_hz: float
    """Looks per second while something moves or a change is pending."""
    quiet_rate_hz: float
    """Looks per second otherwise."""


PROFILES: Mapping[str, LeftObjectProfile] = {
    "tabletop": LeftObjectProfile(
        name="tabletop", hold_s=1.0, min_share=0.01, min_side_share=0.02, max_share=0.4, join_share=0.03,
        group_share=0.04, min_contrast=0.02, min_part_contrast=2.0, n_sigma=5.0, still_share=0.8, min_score=0.65,
        background_s=10.0, absorb_s=10.0, repeat_s=2.0, working_px=320, rate_hz=10.0, quiet_rate_hz=1.0),
}
"""``tabletop``: a near view in which an object fills at least a hundredth of the picture. Its least score is an
operating point chosen on the sample clips, so figures measured on them are of the best case."""


def find_profile(name: str) -> LeftObjectProfile:
    """Return the profile of that name.

    Raises:
        UnknownNameError: if there is none.
    """
    if name not in PROFILES:
        raise UnknownNameError("left_object: profile", got=name, known=PROFILES)
    return PROFILES[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raised:
    """A recent alert, in working pixels."""

    kind: str
    t_s: float
    box_xyxy: tuple[int, int, int, int]


class LeftObjectDetector(SceneDetector):
    """Raises ``object_placed`` and ``object_removed``.

    A group of edges that differs from the usual scene and holds still is an object put down if the edges are in the
    present picture, an object taken away if they were in the usual one. With E the mean square of edge strength on
    the changed pixels of the group's border, decisiveness is d = (E_now − E_usual) / (E_now + E_usual), and with the
    contour c = √max(E_now, E_usual) the score is |d| · c / (c + floor): near 1 for an object of strong contour on a
    plain ground, near 0 for a shadow's soft border or for a thing that only moved a little. Once judged, a group is
    part of the usual scene.

    It cannot tell a person who stands still from an object, nor see an object of the ground's own brightness.
    """

    name = "left_object"
    kinds = ("object_placed", "object_removed")

    def __init__(self, *, profile: str | LeftObjectProfile = "tabletop") -> None:
        self.profile = find_profile(profile) if isinstance(profile, str) else profile
        super().__init__(working_px=self.profile.working_px)

    def make_gate(self, stream: Stream) -> MotionGate:
        """Return a gate that sees every other pixel of the working picture."""
        return MotionGate(stride=max(1, round(2 * max(1.0, max(stream.size_wh) / self.profile.working_px))))

    def forget(self) -> None:
        """Forget the scene and what was raised."""
        self._memory: EdgeMemory | None = None
        self._looked_s = self._gated_s = self._awake_until_s = 0.0
        self._is_pending = False
        self._raised: list[_Raised] = []

    def look(self, post: Post, frame: Frame, t_s: float) -> Sequence[Alert]:
        """Return the objects that a frame shows to have been put down or taken away."""
        if self._memory is None or t_s < self._looked_s:
            self.reset()
            self._begin(frame.luma(), t_s)
            return ()
        if not _is_due(t_s - self._gated_s, self.profile.rate_hz):
            return ()
        luma = frame.luma()
        self._gated_s = t_s
        if self._gate.look(luma, t_s):
            self._awake_until_s = t_s + self.profile.hold_s + 1.0
        is_awake = self._is_pending or t_s <= self._awake_until_s
        if not is_awake and not _is_due(t_s - self._looked_s, self.profile.quiet_rate_hz):
            return ()
        return self._compare(post, self._memory, luma, t_s)

    def _begin(self, luma: Picture, t_s: float) -> None:
        profile = self.profile
        self._memory = EdgeMemory(self._edges(luma), min_contrast=profile.min_contrast, n_sigma=profile.n_sigma,
                                  hold_s=profile.hold_s, background_s=profile.background_s)
        self._looked_s = self._gated_s = t_s
        self._gate.look(luma, t_s)

    def _edges(self, luma: Picture) -> Edges:
        return find_edges(cv2.resize(luma, self.working_size_wh, interpolation=cv2.INTER_AREA))

    def _compare(self, post: Post, memory: EdgeMemory, luma: Picture, t_s: float) -> list[Alert]:
        profile = self.profile
        now = self._edges(luma)
        changed = memory.look(now, min(t_s - self._looked_s, _LONGEST_STEP_S))
        self._looked_s = t_s
        memory.absorb(changed & (memory.still_s >= profile.absorb_s))
        self._raised = [raised for raised in self._raised if t_s - raised.t_s <= profile.repeat_s]
        groups, labels, changed = self._groups(changed, cv2.max(now.strength, memory.usual.strength) / memory.floor)
        self._is_pending = bool(groups)
        alerts = []
        for group in groups:
            inside = _inside(group, labels)
            on = inside & changed
            if float((memory.still_s[on] >= profile.hold_s).mean()) < profile.still_share:
                continue
            border = on & _border(inside)
            kind, score = _judge(now.strength[border], memory.usual.strength[border], memory.floor)
            memory.absorb(cv2.dilate(inside.view(np.uint8), _EDGE_REACH).view(np.bool_))
            if score >= profile.min_score and self._is_object(group, changed.shape) and not self._is_rest(group, kind):
                self._raised.append(_Raised(kind=kind, t_s=t_s, box_xyxy=group.box_xyxy))
                alerts.append(post.alert(kind, detect_s=t_s, score=score, box_xyxy=self._full_box(group)))
        return alerts

    def _groups(self, changed: Mask, strength: Plane) -> tuple[list[Region], NDArray[np.int32], Mask]:
        """Return what may be objects, the label picture, and the changed pixels without lone ones."""
        side = max(changed.shape)
        mask = cv2.morphologyEx(changed.view(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        reach = max(3, round(self.profile.join_share * side) | 1)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        parts, labels = find_regions(closed, min_px=0.1 * self.profile.min_share * changed.size)
        strong = [part for part in parts if _contour(part, labels, mask, strength) >= self.profile.min_part_contrast]
        groups = join_regions(strong, max_gap_px=self.profile.group_share * side)
        return [group for group in groups if self._is_large(group, changed.shape)], labels, mask.view(np.bool_)

    def _is_large(self, group: Region, shape: tuple[int, ...]) -> bool:
        width, height = _size(group)
        return (width * height >= self.profile.min_share * shape[0] * shape[1]
                and min(width, height) >= self.profile.min_side_share * max(shape))

    def _is_object(self, group: Region, shape: tuple[int, ...]) -> bool:
        width, height = _size(group)
        return width * height <= self.profile.max_share * shape[0] * shape[1]

    def _is_rest(self, group: Region, kind: str) -> bool:
        reach = self.profile.group_share * max(self.working_size_wh or (1, 1))
        return any(raised.kind == kind and gap_px(raised.box_xyxy, group.box_xyxy) <= reach for raised in self._raised)

    def _full_box(self, group: Region) -> Box:
        left, top, right, bottom = (edge * self._scale for edge in group.box_xyxy)
        return left, top, right, bottom


def _inside(group: Region, labels: NDArray[np.int32]) -> Mask:
    is_part = np.zeros(int(labels.max()) + 1, np.bool_)
    is_part[list(group.labels)] = True
    inside: Mask = is_part[labels]
    return inside


def _border(inside: Mask) -> Mask:
    """Return the band along the edge of a group, as wide as an edge spreads; texture within it does not count."""
    filled = cv2.morphologyEx(inside.view(np.uint8), cv2.MORPH_CLOSE, _EDGE_REACH)
    core = cv2.erode(filled, _EDGE_REACH, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    border: Mask = inside & (core == 0)
    return border


def _contour(part: Region, labels: NDArray[np.int32], changed: NDArray[np.uint8], strength: Plane) -> float:
    """Return the root mean square of edge strength on a part's changed pixels."""
    left, top, right, bottom = part.box_xyxy
    box = np.s_[top:bottom, left:right]
    on = (labels[box] == part.labels[0]) & changed[box].view(np.bool_)
    return math.sqrt(float((strength[box][on] ** 2).mean())) if on.any() else 0.0


def _judge(now: NDArray[np.float32], usual: NDArray[np.float32], floor: float) -> tuple[str, float]:
    if now.size == 0:
        return "object_placed", 0.0
    e_now, e_usual = float((now**2).mean()), float((usual**2).mean())
    contour = math.sqrt(max(e_now, e_usual))
    decisiveness = (e_now - e_usual) / (e_now + e_usual)
    kind = "object_placed" if decisiveness > 0.0 else "object_removed"
    return kind, abs(decisiveness) * contour / (contour + floor)


def _size(group: Region) -> tuple[int, int]:
    left, top, right, bottom = group.box_xyxy
    return right - left, bottom - top


def _is_due(since_s: float, rate_hz: float) -> bool:
    return since_s * rate_hz >= 0.9  # frames never fall exactly on the beat
