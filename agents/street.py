"""Things dropped, left and taken away in a street: small lasting changes that somebody brought and walked away from."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from agents.alignment import Plane
from agents.detector import Stream
from agents.motion import MotionGate
from agents.movers import Mover, Movers
from agents.presence import Presence
from agents.regions import gap_px
from agents.remains import Remain, Remains, find_places, window_of
from agents.scene_detector import PeopledSceneDetector
from agents.scene_memory import SceneMemory
from agents.watching import Box, Post
from hw.frame import Frame, Picture
from sim.records import Alert

_LONGEST_STEP_S = 2.0
_GOP_MEMORY = 4
_CUT_S = 1.0
_ONCE_S = 1.5
_NETWORK_PX = 640
_FIRST_LOOKS_S = 5.0
"""So long the network looks whether anything moves or not: who is there already may become part of the scene."""
_GATE_PX = 320
_GATE_STEP = 5.0
"""Least step of brightness that is motion, in grey levels of the reduced picture: people at night differ by little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetProfile:
    """What is assumed of a view of a street; lengths of people are taken from what moves there."""

    name: str
    hold_s: float
    """A change must be there for this long, and for longer than one group of pictures, before it is an alert."""
    min_contrast: float
    """Least lasting difference that counts, in grey levels after a slight blur."""
    n_sigma: float
    """The same in a pixel's own deviation over time …"""
    n_local: float
    """… and in the deviation of the difference round about."""
    edge_share: float
    """… and in the contrast of an edge beside it."""
    local_px: int
    """Side of what counts as round about."""
    min_px: int
    """Fewer changed pixels are noise."""
    max_ring_share: float
    """More change round about than this: part of something larger."""
    max_side: float
    """Longer side of an object, as a share of the mover's height; what is larger came by itself."""
    litter_side: float
    """What is smaller than this share of the mover's height is litter."""
    reach: float
    """How near a mover's feet must have come, in its own heights: what is thrown flies."""
    leave: float
    """How far the mover must be when last seen, in its own heights."""
    before_s: float
    """A mover may have been there this long before the change showed."""
    most_at_once: int
    """If more places change within ``_ONCE_S`` of each other, light or the camera did it, and none is told."""
    absorb_s: float
    """What was not judged by then becomes part of the usual scene."""
    fast_s: float
    slow_s: float
    """Time constants of the two backgrounds."""
    working_px: int
    """Longer side of the picture at which it looks."""
    rate_hz: float
    """Looks per second for what lasts."""
    gate_hz: float
    """Looks per second for who moves."""
    cut_share: float
    """More change than this share of the picture: the camera has turned, and the scene is learnt anew."""


STREET_PROFILES: Mapping[str, StreetProfile] = {
    "street": StreetProfile(
        name="street", hold_s=4.0, min_contrast=6.0, n_sigma=4.0, n_local=4.0, edge_share=0.3, local_px=31, min_px=2,
        max_ring_share=0.15, max_side=0.5, litter_side=0.25, reach=1.0, leave=0.75, before_s=8.0, most_at_once=4,
        absorb_s=40.0, fast_s=1.0, slow_s=30.0, working_px=1280, rate_hz=3.0, gate_hz=10.0, cut_share=0.4),
}


class StreetDetector(PeopledSceneDetector):
    """Raises ``litter``, ``object_placed`` and ``object_removed`` in a street.

    A place that differs from the usual scene is followed until it has been there for the hold time and for more than
    one group of pictures, because what a codec leaves behind lasts until the next key frame. It is told only if a
    mover came within reach just before it showed, was larger than it, and has gone away. The score is
    1 − 1/ratio: 0 at the least difference that counts.

    It cannot see what differs by less than ``min_contrast`` grey levels, what is put down where it cannot be seen, or
    who did it; somebody who passes just then may be taken for who dropped it.
    """

    name = "left_object"
    kinds = ("litter", "object_placed", "object_removed")
    claim = "attention cue"

    def __init__(self, *, profile: StreetProfile, network: str = "yolox_nano") -> None:
        self.profile = profile
        self._gate_scale = 1
        super().__init__(working_px=profile.working_px, network=network, network_px=_NETWORK_PX,
                         without="people who stand still may be taken for things")

    def make_gate(self, stream: Stream) -> MotionGate:
        """Return a gate for the picture reduced to ``_GATE_PX``."""
        self._gate_scale = max(2, round(max(stream.size_wh) / _GATE_PX))
        return MotionGate(stride=1, min_step=_GATE_STEP, min_share=0.0004)

    def forget(self) -> None:
        """Forget the scene, who moved and what remained."""
        self._memory: SceneMemory | None = None
        self._looked_s = self._gated_s = self._same_view_s = self._began_s = 0.0
        self._movers = Movers(memory_s=self.profile.before_s + self.profile.absorb_s)
        self._remains = Remains(reach_px=3.0, patience_s=2.0)
        self._moving: list[Box] = []
        self._presence = None if self.network is None else Presence(self.network)
        self._key_times_s: list[float] = []
        self._n_keys = 0

    def look(self, post: Post, frame: Frame, t_s: float) -> Sequence[Alert]:
        """Return what a frame shows to have been dropped, put down or taken away."""
        if self._memory is None or t_s < self._gated_s:
            self._begin(frame.luma(), t_s)
            self._note_key(frame, t_s)
            return ()
        self._note_key(frame, t_s)
        if not _is_due(t_s - self._gated_s, self.profile.gate_hz):
            return ()
        luma = frame.luma()
        self._gated_s = t_s
        moving = self._gate.look(self._for_gate(luma), t_s)
        moving = [replace(region, box_xyxy=_times(region.box_xyxy, self._gate_scale)) for region in moving]
        self._movers.update(moving, t_s)
        self._moving = [region.box_xyxy for region in moving]
        if not _is_due(t_s - self._looked_s, self.profile.rate_hz):
            return ()
        is_new = t_s - self._began_s <= _FIRST_LOOKS_S
        if self._presence is not None and (moving or self._remains.all or is_new):
            self._presence.update(frame, t_s)  # whoever comes moves, and who then stands still is a change that remains
        return self._compare(post, self._memory, luma, t_s)

    def _begin(self, luma: Picture, t_s: float) -> None:
        self.reset()
        profile = self.profile
        self._memory = SceneMemory(
            self._working(luma), min_contrast=profile.min_contrast, n_sigma=profile.n_sigma, n_local=profile.n_local,
            edge_share=profile.edge_share, settle_s=2.0 * profile.fast_s, fast_s=profile.fast_s,
            slow_s=profile.slow_s, local_px=profile.local_px)
        self._looked_s = self._gated_s = self._same_view_s = self._began_s = t_s
        self._gate.look(self._for_gate(luma), t_s)

    def _for_gate(self, luma: Picture) -> Picture:
        """Return the picture reduced by the mean of its pixels, in which there is less noise than in each."""
        size_wh = (max(1, luma.shape[1] // self._gate_scale), max(1, luma.shape[0] // self._gate_scale))
        return np.asarray(cv2.resize(luma, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _working(self, luma: Picture) -> Plane:
        size_wh = self.working_size_wh
        is_small = size_wh == (luma.shape[1], luma.shape[0])
        small = luma if is_small else cv2.resize(luma, size_wh, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (3, 3), 0.7), dtype=np.float32)

    def _note_key(self, frame: Frame, t_s: float) -> None:
        if not frame.is_key:
            return
        self._key_times_s = [*self._key_times_s[-_GOP_MEMORY:], t_s]
        self._n_keys += 1

    def _hold_s(self, t_s: float) -> float:
        """Return how long a change must be there: longer than the longest of the last groups of pictures."""
        keys = [*self._key_times_s, t_s]
        gop_s = max((later - key for key, later in itertools.pairwise(keys)), default=0.0)
        return max(self.profile.hold_s, min(1.2 * gop_s, 0.5 * self.profile.absorb_s))

    def _compare(self, post: Post, memory: SceneMemory, luma: Picture, t_s: float) -> list[Alert]:
        profile = self.profile
        dt_s = min(t_s - self._looked_s, _LONGEST_STEP_S)
        self._looked_s = t_s
        difference = memory.look(self._working(luma), dt_s)
        ratio = difference.ratio
        ratio[memory.still_s < profile.fast_s] = 0.0
        if difference.changed_share <= profile.cut_share:
            self._same_view_s = t_s
        elif t_s - self._same_view_s >= _CUT_S:
            self._begin(luma, t_s)
            return []
        places = find_places(ratio, memory.lately, memory.usual, min_px=profile.min_px)
        n_keys, self._n_keys = self._n_keys, 0
        self._remains.update(places, t_s, dt_s, n_keys=n_keys, is_hidden=self._is_hidden)
        alerts = []
        remains = list(self._remains.all)
        began_s = [remain.first_s for remain in remains if remain.visible_s >= 0.5 * profile.hold_s]
        for remain in remains:
            n_at_once = sum(abs(first_s - remain.first_s) <= _ONCE_S for first_s in began_s)
            window = window_of(remain.place.box_xyxy, margin_px=3)
            if t_s - remain.first_s > profile.absorb_s or n_at_once > profile.most_at_once:
                memory.put_up_with(window)
                self._remains.drop(remain)
            elif self._is_ripe(remain, t_s):
                if memory.has_come_back(remain.place.box_xyxy):
                    memory.learn(window)
                    self._remains.drop(remain)
                elif (alert := self._judge(post, remain, t_s)) is not None:
                    alerts.append(alert)
                    memory.learn(window)
                    self._remains.drop(remain)
        return alerts

    def _is_hidden(self, box_xyxy: Box) -> bool:
        full = self._full(box_xyxy)
        return any(gap_px(full, moving) <= 4.0 for moving in self._moving)

    def _is_ripe(self, remain: Remain, t_s: float) -> bool:
        """Say whether a remain is there now, and has been for long enough."""
        has_key = len(self._key_times_s) < 2 or remain.n_keys >= 1
        return remain.visible_s >= self._hold_s(t_s) and has_key and remain.seen_s >= t_s

    def _judge(self, post: Post, remain: Remain, t_s: float) -> Alert | None:
        """Return the alert that a remain deserves, if somebody brought it and left."""
        profile, place = self.profile, remain.place
        if place.ring_share > profile.max_ring_share:
            return None
        box = self._full(place.box_xyxy)
        side_px = max(box[2] - box[0], box[3] - box[1])
        if self._is_hidden(place.box_xyxy) or (self._presence is not None and self._presence.is_beside(box)):
            return None
        if self._presence is not None and self._presence.stood_over(box):
            return None
        carriers = [mover for mover in self._movers.all if self._brought(mover, box, side_px, remain.first_s)]
        if not carriers:
            return None
        height_px = self._presence.height_px(box) if self._presence is not None else None
        height_px = height_px or max(mover.side_px for mover in carriers)
        if side_px > profile.max_side * height_px:
            return None
        score = float(np.clip(1.0 - 1.0 / max(1.0, remain.peak), 0.0, 1.0))
        return post.alert(self._kind(remain, side_px / height_px), detect_s=t_s, score=score, box_xyxy=box)

    def _brought(self, mover: Mover, box: Box, side_px: float, first_s: float) -> bool:
        profile = self.profile
        height_px = mover.side_px
        return (side_px <= profile.max_side * height_px and mover.went_about
                and mover.was_at(box, from_s=first_s - profile.before_s, to_s=first_s + 0.5,
                                 reach_px=profile.reach * height_px)
                and mover.has_left(box, after_s=first_s - profile.before_s, distance_px=profile.leave * height_px))

    def _kind(self, remain: Remain, side: float) -> str:
        if remain.place.contrast_now < remain.place.contrast_usual:
            return "object_removed"
        return "litter" if side <= self.profile.litter_side else "object_placed"

    def _full(self, box_xyxy: Box) -> Box:
        return _times(box_xyxy, self._scale)


def _times(box_xyxy: Box, factor: float) -> Box:
    left, top, right, bottom = (edge * factor for edge in box_xyxy)
    return left, top, right, bottom


def _is_due(since_s: float, rate_hz: float) -> bool:
    return since_s * rate_hz >= 0.9  # frames never fall exactly on the beat
