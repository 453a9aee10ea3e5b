"""What people do: each act bends the pose while it lasts."""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

from hw.drawing.people import (
    CARRYING,
    DRAWN_BACK,
    DRINKING,
    GUARD,
    HOLDING,
    LET_FALL,
    PUNCH,
    THROWN,
    Arm,
    Pose,
    between,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(ABC):
    """Something that a person does from one instant to another."""

    start_s: float
    end_s: float

    def is_on(self, t_s: float) -> bool:
        """Say whether it lasts at an instant."""
        return self.start_s <= t_s < self.end_s

    @abstractmethod
    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the pose at an instant at which the act lasts."""

    def _ease(self, t_s: float, ramp_s: float) -> float:
        return max(0.0, min(1.0, (t_s - self.start_s) / ramp_s, (self.end_s - t_s) / ramp_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drink(Act):
    """Lifts a bottle to the mouth again and again."""

    sip_s: float = 2.4
    every_s: float = 5.0

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the pose with the right arm between chest and mouth."""
        share = self.tilt(t_s)
        return dataclasses.replace(pose, right=between(HOLDING, DRINKING, share), lean=pose.lean - 0.1 * share)

    def tilt(self, t_s: float) -> float:
        """Return how far the bottle is lifted, 0 to 1."""
        if not self.is_on(t_s):
            return 0.0
        s = (t_s - self.start_s) % self.every_s
        return max(0.0, min(1.0, s / 0.6, (self.sip_s - s) / 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Act):
    """Holds something in the right hand, hanging or before the chest."""

    is_hanging: bool = True

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the pose with the right arm at rest."""
        return dataclasses.replace(pose, right=CARRYING if self.is_hanging else HOLDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sit(Act):
    """Sits, and gets up in the end."""

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the seated pose."""
        return dataclasses.replace(pose, sit=self._ease(t_s, 0.8), stride=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall(Act):
    """Falls within 0.8 s and lies until the end, then gets up if anything follows."""

    is_backwards: bool = False
    rise_s: float = 2.5

    @property
    def down_s(self) -> float:
        """When the body lies."""
        return self.start_s + 0.8

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the falling, lying or rising pose."""
        share = min(1.0, max(0.0, (t_s - self.start_s) / 0.8)) ** 2
        share = min(share, max(0.0, (self.end_s - t_s) / self.rise_s))
        limp = Arm(pitch=(-0.35 if self.is_backwards else 0.9) * share, bend=0.5 * (1.0 - share), aside=0.5 * share)
        buckle = 0.35 * math.sin(math.pi * min(1.0, share))
        return dataclasses.replace(pose, fallen=-share if self.is_backwards else share, stride=0.0, sit=0.15 * share,
                                   crouch=buckle, right=limp, left=limp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fight(Act):
    """Guards, strikes and sways."""

    offset: float = 0.0
    """Of the rhythm, 0 to 1, so that two do not strike together."""

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the pose of one blow or the guard between two."""
        s = (1.9 * (t_s - self.start_s) + self.offset) % 2.0
        blow = math.sin(math.pi * min(1.0, s / 0.5)) if s < 0.5 else 0.0
        other = math.sin(math.pi * min(1.0, (s - 1.0) / 0.5)) if 1.0 <= s < 1.5 else 0.0
        return dataclasses.replace(
            pose, right=between(GUARD, PUNCH, blow), left=between(GUARD, PUNCH, other), phase=(1.3 * t_s) % 1.0,
            stride=0.5, lean=0.12 + 0.22 * max(blow, other) - 0.12 * math.sin(2.9 * t_s + 6.0 * self.offset))


@dataclass(frozen=True, slots=True, kw_only=True)
class Throw(Act):
    """Draws back and throws; the hand lets go a moment before the end."""

    @property
    def release_s(self) -> float:
        """When the hand lets go."""
        return self.end_s - 0.3

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the pose of the throw."""
        drawn = between(HOLDING, DRAWN_BACK, (t_s - self.start_s) / 0.35)
        right = drawn if t_s < self.release_s - 0.2 else between(DRAWN_BACK, THROWN, (t_s - self.release_s + 0.2) / 0.2)
        return dataclasses.replace(pose, right=right, lean=pose.lean + 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetFall(Act):
    """Puts the hand out a little and lets go, without stopping."""

    @property
    def release_s(self) -> float:
        """When the hand lets go."""
        return (self.start_s + self.end_s) / 2.0

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the pose with the hand out."""
        return dataclasses.replace(pose, right=between(CARRYING, LET_FALL, self._ease(t_s, 0.35)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stoop(Act):
    """Bends down to put something on the ground or to take it."""

    @property
    def touch_s(self) -> float:
        """When the hand is at the ground."""
        return (self.start_s + self.end_s) / 2.0

    def bend(self, pose: Pose, t_s: float) -> Pose:
        """Return the stooping pose."""
        share = self._ease(t_s, (self.end_s - self.start_s) / 2.0)
        share = share * share * (3.0 - 2.0 * share)
        reach = Arm(pitch=0.05 + 0.85 * share, bend=0.1, aside=0.1)
        return dataclasses.replace(pose, crouch=0.62 * share, lean=0.75 * share, right=reach, stride=0.0)
