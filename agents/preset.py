"""What a detector keeps of one view of a camera that may turn away and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from agents.alignment import Plane
from agents.movers import Movers
from agents.presence import Presence
from agents.regions import gap_px
from agents.remains import Place, Remains, window_of
from agents.scene_memory import SceneMemory
from agents.watching import Box

_MOST = 8
"""Views that are kept; that one goes which was left first."""
_LEAST_S = 4.0
"""A view that was looked at for less is on the way to another one, and is not kept."""
_ALIKE = 0.5
"""A picture shows a kept view if it differs from it by less than this share of what makes it another view."""
_RELEARN_S = 2.0
"""From the return to a view until what has changed there meanwhile is part of it."""
_STEADY_GREY = 12.0
_STEADY_SHARE = 0.2
"""Share of a picture that may differ from the one before by more than that while the camera rests."""
_SAMPLED = 4


@dataclass(slots=True, kw_only=True)
class Preset:
    """One view: its background, who moved in it, and what remained there and is not judged yet.

    Its clock stands still while the camera looks elsewhere, so that nothing is judged or given up unseen.
    """

    memory: SceneMemory
    movers: Movers
    remains: Remains
    presence: Presence | None
    first_s: float
    """When the camera first came, in seconds of the stream …"""
    arrived_s: float
    """… and when it last came."""
    away_s: float = 0.0
    """For how long it looked elsewhere meanwhile."""
    left_s: float | None = None
    """When it was last seen to show this view; None while it does."""
    is_known: bool = True
    """False on return, until what has changed meanwhile is learnt."""
    done: list[tuple[float, Box]] = field(default_factory=list)
    """(instant, place) of what was told or put up with, in its own time and working pixels."""

    def clock_s(self, t_s: float) -> float:
        """Return for which instant of its own an instant of the stream stands."""
        return t_s - self.away_s

    def leave(self, t_s: float) -> None:
        """Note when the view was last seen; what seemed to move since then was the camera."""
        self.left_s = t_s
        self.movers.cut_back(self.clock_s(t_s))

    def come_back(self, t_s: float) -> None:
        """Go on with what was held."""
        if self.left_s is not None:
            self.away_s += t_s - self.left_s
        self.left_s, self.arrived_s, self.is_known = None, t_s, False
        if self.presence is not None:
            self.presence.begin_anew()

    def is_rest(self, box_xyxy: Box, *, since_s: float, reach_px: float) -> bool:
        """Say whether a place lies at one that was done with since an instant, of which it is the rest."""
        return any(t_s >= since_s and gap_px(done, box_xyxy) <= reach_px for t_s, done in self.done)

    def forget_done(self, *, before_s: float) -> None:
        """Forget what was done with before an instant."""
        self.done = [(t_s, box) for t_s, box in self.done if t_s >= before_s]

    def is_relearning(self, t_s: float) -> bool:
        """Say whether it was come back to just now."""
        return not self.is_known and t_s - self.arrived_s < _RELEARN_S

    def relearn(self, places: Sequence[Place], *, reach_px: float) -> None:
        """Take for usual what differs on return, but for what was held: who did the rest was not seen."""
        held = [remain.place.box_xyxy for remain in self.remains.all]
        for place in places:
            if all(gap_px(place.box_xyxy, box) > reach_px for box in held):
                self.memory.put_up_with(window_of(place.box_xyxy, margin_px=3))
        self.is_known = True


class Presets:
    """The views that were left, to be known again by what they show."""

    def __init__(self) -> None:
        self._kept: list[Preset] = []
        self._sample: Plane | None = None

    def keep(self, preset: Preset) -> None:
        """Keep a view that was left, if it was looked at for long."""
        if preset.left_s is not None and preset.clock_s(preset.left_s) - preset.first_s >= _LEAST_S:
            self._kept = [*self._kept, preset][-_MOST:]

    def recall(self, picture: Plane, *, cut_share: float) -> Preset | None:
        """Return the kept view that a picture shows, and keep it no longer; None if it shows none."""
        shares = [(preset.memory.changed_share(picture), number) for number, preset in enumerate(self._kept)]
        share, number = min(shares, default=(1.0, -1))
        return self._kept.pop(number) if share <= _ALIKE * cut_share else None

    def is_steady(self, picture: Plane) -> bool:
        """Say whether a picture is like the one before: the camera rests."""
        before, self._sample = self._sample, picture[::_SAMPLED, ::_SAMPLED].copy()
        if before is None:
            return False
        return float(np.mean(cv2.absdiff(self._sample, before) > _STEADY_GREY)) < _STEADY_SHARE
