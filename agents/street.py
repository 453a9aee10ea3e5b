"""Things dropped, left and taken away in a street: small lasting changes that somebody brought and walked away from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from agents.alignment import Plane
from agents.detector import Stream
from agents.likeness import relit_share
from agents.motion import MotionGate
from agents.movers import Mover, Movers
from agents.presence import Presence
from agents.preset import Preset, Presets
from agents.regions import gap_px
from agents.remains import Remain, Remains, find_places, window_of
from agents.scene_detector import PeopledSceneDetector
from agents.scene_memory import SceneMemory
from agents.street_profile import StreetProfile
from agents.watching import Box, Post
from hw.frame import Frame, Picture
from sim.records import Alert

_LONGEST_STEP_S = 2.0
_GOP_MEMORY = 4
_CUT_S = 1.0
"""For how long a picture must be of another view before that is learnt …"""
_UNSTEADY_S = 5.0
"""… and how long a camera that does not rest is waited for."""
_REACH_PX = 3.0
"""Places nearer to each other than this in successive looks are one."""
_REST_PX = 5.0
"""So near to what was told or put up with is its rest."""
_MARGIN_PX = 3
"""Round a place this belongs to what is learnt of it."""
_AROUND_PX = 5
"""Margin of a place in which light that changes it shows."""
_ONCE_S = 1.5
_NETWORK_PX = 416
_FIRST_LOOKS_S = 5.0
"""So long the network looks whether anything moves or not: who is there already may become part of the scene."""
_GATE_PX = 320
_GATE_STEP = 5.0
"""Least step of brightness that is motion, in grey levels of the reduced picture: people at night differ by little."""


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
        self._view: Preset | None = None
        self._presets = Presets()
        self._looked_s = self._gated_s = 0.0
        self._moving: list[Box] = []
        self._key_times_s: list[float] = []
        self._n_keys = 0

    def look(self, post: Post, frame: Frame, t_s: float) -> Sequence[Alert]:
        """Return what a frame shows to have been dropped, put down or taken away."""
        if self._view is None or t_s < self._gated_s:
            self.reset()
            self._begin(frame.luma(), t_s)
            self._note_key(frame, t_s)
            return ()
        view = self._view
        self._note_key(frame, t_s)
        if not _is_due(t_s - self._gated_s, self.profile.gate_hz):
            return ()
        luma = frame.luma()
        self._gated_s = t_s
        moving = self._gate.look(self._for_gate(luma), t_s)
        moving = [replace(region, box_xyxy=_times(region.box_xyxy, self._gate_scale)) for region in moving]
        self._moving = [region.box_xyxy for region in moving]
        if view.left_s is None:
            view.movers.update(moving, view.clock_s(t_s))
        if not _is_due(t_s - self._looked_s, self.profile.rate_hz):
            return ()
        is_new = t_s - view.arrived_s <= _FIRST_LOOKS_S
        if view.presence is not None and view.left_s is None and (moving or view.remains.all or is_new):
            view.presence.update(frame, view.clock_s(t_s))  # who comes moves; who then stands is a change
        return self._compare(post, view, luma, t_s)

    def _begin(self, luma: Picture, t_s: float) -> None:
        """Learn a new view."""
        profile = self.profile
        memory = SceneMemory(
            self._working(luma), min_contrast=profile.min_contrast, n_sigma=profile.n_sigma, n_local=profile.n_local,
            edge_share=profile.edge_share, settle_s=2.0 * profile.fast_s, fast_s=profile.fast_s,
            slow_s=profile.slow_s, local_px=profile.local_px, most_changed=profile.cut_share)
        self._show(luma, t_s, Preset(
            memory=memory, movers=Movers(memory_s=profile.before_s + profile.absorb_s),
            remains=Remains(reach_px=_REACH_PX, patience_s=2.0),
            presence=None if self.network is None else Presence(self.network), first_s=t_s, arrived_s=t_s))

    def _show(self, luma: Picture, t_s: float, view: Preset) -> None:
        """Look at a view from now."""
        self._view = view
        self._looked_s = self._gated_s = t_s
        self._moving, self._n_keys = [], 0
        self._gate.reset()
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

    def _compare(self, post: Post, view: Preset, luma: Picture, t_s: float) -> list[Alert]:
        profile, memory = self.profile, view.memory
        before_s, self._looked_s = self._looked_s, t_s
        dt_s = min(t_s - before_s, _LONGEST_STEP_S)
        picture = self._working(luma)
        difference = memory.look(picture, dt_s)
        is_steady = self._presets.is_steady(picture)
        if difference.changed_share > profile.cut_share:
            if view.left_s is None:
                view.leave(before_s)
            self._look_elsewhere(view, luma, picture, t_s, is_steady=is_steady)
            return []
        if view.left_s is not None:
            view.come_back(t_s)
            self._show(luma, t_s, view)
        if view.is_relearning(t_s):
            return []
        places = find_places(difference.ratio, memory.lately, memory.usual, min_px=profile.min_px)
        if not view.is_known:
            view.relearn(places, reach_px=_REACH_PX)
            return []
        n_keys, self._n_keys = self._n_keys, 0
        now_s = view.clock_s(t_s)
        view.remains.update(places, now_s, dt_s, n_keys=n_keys, is_hidden=self._is_hidden)
        return self._judge_all(post, view, t_s)

    def _look_elsewhere(self, view: Preset, luma: Picture, picture: Plane, t_s: float, *, is_steady: bool) -> None:
        """Find out which view a picture shows that is not of the one looked at before."""
        gone_s = t_s - (t_s if view.left_s is None else view.left_s)
        if gone_s < _CUT_S:
            return
        if (known := self._presets.recall(picture, cut_share=self.profile.cut_share)) is not None:
            self._presets.keep(view)
            known.come_back(t_s)
            self._show(luma, t_s, known)
        elif is_steady or gone_s >= _UNSTEADY_S:
            self._presets.keep(view)
            self._begin(luma, t_s)

    def _judge_all(self, post: Post, view: Preset, t_s: float) -> list[Alert]:
        profile, memory, now_s = self.profile, view.memory, view.clock_s(t_s)
        alerts = []
        view.forget_done(before_s=now_s - profile.repeat_s - profile.absorb_s)
        settled = [remain for remain in view.remains.all if remain.visible_s >= 0.5 * profile.hold_s]
        for remain in [remain for remain in settled if self._is_nothing(view, remain)]:
            settled.remove(remain)
            self._accept(view, remain)
        began_s = [remain.first_s for remain in settled]
        for remain in list(view.remains.all):
            n_at_once = sum(abs(first_s - remain.first_s) <= _ONCE_S for first_s in began_s)
            if now_s - remain.first_s > profile.absorb_s or n_at_once > profile.most_at_once:
                memory.put_up_with(window_of(remain.place.box_xyxy, margin_px=_MARGIN_PX))
                view.done.append((now_s, remain.place.box_xyxy))
                view.remains.drop(remain)
            elif self._is_ripe(view, remain, t_s):
                box, since_s = remain.place.box_xyxy, remain.first_s - profile.repeat_s
                if memory.has_come_back(box):
                    self._accept(view, remain)
                elif view.is_rest(box, since_s=since_s, reach_px=_REST_PX):
                    view.done.append((now_s, box))
                    self._accept(view, remain)
                elif (alert := self._judge(post, view, remain, t_s)) is not None:
                    alerts.append(alert)
                    view.done.append((now_s, box))
                    self._accept(view, remain)
        return alerts

    def _accept(self, view: Preset, remain: Remain) -> None:
        """Take a remain for usual."""
        view.memory.learn(window_of(remain.place.box_xyxy, margin_px=_MARGIN_PX))
        view.remains.drop(remain)

    def _is_nothing(self, view: Preset, remain: Remain) -> bool:
        """Say whether it is what was there for a short while and went, or the light: no thing came or was taken."""
        memory, place = view.memory, remain.place
        stood_s = memory.usual_for_s(place.box_xyxy) - (remain.seen_s - remain.first_s)
        if place.is_gone and stood_s < self.profile.taken_s:
            return True
        around = window_of(place.box_xyxy, margin_px=_AROUND_PX)
        return relit_share(memory.lately[around], memory.usual[around]) > self.profile.max_relit_share

    def _is_hidden(self, box_xyxy: Box) -> bool:
        full = self._full(box_xyxy)
        return any(gap_px(full, moving) <= 4.0 for moving in self._moving)

    def _is_ripe(self, view: Preset, remain: Remain, t_s: float) -> bool:
        """Say whether a remain is there now, and has been for long enough."""
        has_key = len(self._key_times_s) < 2 or remain.n_keys >= 1
        return remain.visible_s >= self._hold_s(t_s) and has_key and remain.seen_s >= view.clock_s(t_s)

    def _judge(self, post: Post, view: Preset, remain: Remain, t_s: float) -> Alert | None:
        """Return the alert that a remain deserves, if somebody brought it and left."""
        profile, presence, place = self.profile, view.presence, remain.place
        if place.ring_share > profile.max_ring_share:
            return None
        box = self._full(place.box_xyxy)
        side_px = max(box[2] - box[0], box[3] - box[1])
        if self._is_hidden(place.box_xyxy) or (presence is not None and presence.is_beside(box)):
            return None
        if presence is not None and presence.stood_over(box):
            return None
        carriers = [mover for mover in view.movers.all if self._brought(mover, box, side_px, remain.first_s)]
        if not carriers or (place.is_gone and not self._was_taken(view, remain, box)):
            return None
        height_px = presence.height_px(box) if presence is not None else None
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

    def _was_taken(self, view: Preset, remain: Remain, box: Box) -> bool:
        """Say whether what has gone was a thing, and somebody came to it from elsewhere."""
        profile = self.profile
        left, top, right, bottom = remain.place.box_xyxy
        return min(right - left, bottom - top) >= profile.taken_side_px and any(
            mover.came_to(box, to_s=remain.first_s + 0.5, reach_px=profile.taken_reach * mover.side_px,
                          from_px=profile.leave * mover.side_px) for mover in view.movers.all)

    def _kind(self, remain: Remain, side: float) -> str:
        if remain.place.is_gone:
            return "object_removed"
        return "litter" if side <= self.profile.litter_side else "object_placed"

    def _full(self, box_xyxy: Box) -> Box:
        return _times(box_xyxy, self._scale)


def _times(box_xyxy: Box, factor: float) -> Box:
    left, top, right, bottom = (edge * factor for edge in box_xyxy)
    return left, top, right, bottom


def _is_due(since_s: float, rate_hz: float) -> bool:
    return since_s * rate_hz >= 0.9  # frames never fall exactly on the beat
