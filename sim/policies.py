"""Decisions that a policy may take, and the dispatch policies that both engines know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sim.errors import UnknownNameError


class DecisionKind(StrEnum):
    """What is being decided."""

    DISPATCH = "dispatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A question put to a policy; it holds what a duty officer could know, never the truth."""

    kind: DecisionKind
    t_s: float
    call_id: int
    priority: int
    district: int
    candidates: tuple[int, ...]
    """Units on duty, by id."""
    mask: tuple[bool, ...]
    """Which candidates may be chosen: those that are free."""
    travel_s: tuple[float, ...]
    """Free-flow driving time of each candidate to the place."""
    candidate_districts: tuple[int, ...]


Action = int
"""Position of the chosen candidate."""


class DispatchPolicy(Protocol):
    """Answers decisions; None stops the world's pump until ``World.resume(action)``."""

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of a candidate whose mask is true, or None to be asked for it later."""
        ...


class NearestPolicy:
    """Sends the free unit with the shortest driving time; ties go to the lower id."""

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the nearest free candidate."""
        free = [place for place, allowed in enumerate(decision.mask) if allowed]
        return min(free, key=lambda place: (decision.travel_s[place], decision.candidates[place]))


class DistrictFirstPolicy:
    """Sends the nearest free unit of the call's own district, or else the nearest of all."""

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the nearest free candidate, those of the district first."""
        free = [place for place, allowed in enumerate(decision.mask) if allowed]
        return min(free, key=lambda place: (
            decision.candidate_districts[place] != decision.district,
            decision.travel_s[place], decision.candidates[place]))


DISPATCH_POLICIES: dict[str, type[DispatchPolicy]] = {
    "nearest": NearestPolicy,
    "district_first": DistrictFirstPolicy,
}


def make_dispatch_policy(name: str) -> DispatchPolicy:
    """Return a dispatch policy by name.

    Raises:
        UnknownNameError: if there is none of that name.
    """
    if name not in DISPATCH_POLICIES:
        raise UnknownNameError("dispatch policy", got=name, known=DISPATCH_POLICIES)
    return DISPATCH_POLICIES[name]()
