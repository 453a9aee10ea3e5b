"""Decisions that a policy may take, and the dispatch policies that both engines know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sim.city import F8
from sim.errors import ModelError, UnknownNameError


class DecisionKind(StrEnum):
    """What is being decided."""

    DISPATCH = "dispatch"
    """Which unit goes to a call."""
    REDEPLOY = "redeploy"
    """At which post a unit that has become free stands."""
    ATTENTION = "attention"
    """How often each camera is looked at from now; candidates are the cameras."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A question put to a policy; it holds what a duty officer could know, never the truth.

    Raises:
        ModelError: if there is no answer that may be given.
    """

    kind: DecisionKind
    t_s: float
    call_id: int | None
    """None where no call is decided about."""
    priority: int
    """Of the call; 0 where there is none."""
    district: int
    """Of the call, or of the unit that is posted."""
    candidates: tuple[int, ...]
    """Units that are free, by id; or junctions at which a unit may be posted."""
    mask: tuple[bool, ...]
    """Which candidates may be chosen."""
    travel_s: tuple[float, ...]
    """Free-flow driving time of each candidate to the place, or of the unit to each post."""
    candidate_districts: tuple[int, ...]
    may_wait: bool = False
    """Whether ``wait`` may be answered."""
    junction: int = 0
    """Of the call, or of the unit that is posted."""
    candidate_junctions: tuple[int, ...] = ()
    """Where each candidate is."""
    unit_id: int | None = None
    """The unit that is posted."""
    n_on_duty: int = 0
    """Units on duty, busy or free."""
    free_junctions: tuple[int, ...] = ()
    """For REDEPLOY: where the other free units are, or will be once they are at their posts."""
    busy_junctions: tuple[int, ...] = ()
    """For DISPATCH: where each unit on duty that is at work will stand once it is back on its beat."""
    n_waiting: int = 1
    """For DISPATCH: calls that wait for a unit, this one among them."""
    looks: F8 | None = None
    """For ATTENTION: (c,) looks at each camera since the last such question, in the mean of the plan."""
    finds: F8 | None = None
    """For ATTENTION: (c,) what was noticed by looking since then."""

    def __post_init__(self) -> None:
        nothing_to_say = self.kind is DecisionKind.ATTENTION and not self.candidates
        if not self.may_wait and True not in self.mask and not nothing_to_say:
            raise ModelError(f"Decision about {self.kind} at {self.t_s:.3f} s: mask allows none of {len(self.mask)} "
                             "candidates, and may_wait = False; expected at least one answer that may be given; ask "
                             "when a unit is free, or let it wait")

    @property
    def free(self) -> list[int]:
        """Positions of the candidates that may be chosen."""
        return [place for place, allowed in enumerate(self.mask) if allowed]

    @property
    def wait(self) -> Action:
        """The answer that the call waits until a unit or a call comes in, or that the unit goes back to its beat."""
        return len(self.candidates)

    def allows(self, action: Action) -> bool:
        """Say whether an answer is one of those that may be given."""
        if action == self.wait:
            return self.may_wait
        return 0 <= action < len(self.candidates) and self.mask[action]


Action = int
"""Position of the chosen candidate, or ``Decision.wait``."""


class DispatchPolicy(Protocol):
    """Answers decisions; None stops the world's pump until ``World.resume(action)``.

    A policy is asked about dispatches alone, unless it has an attribute ``kinds``, a set of DecisionKind.
    """

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of a candidate whose mask is true, or None to be asked for it later."""
        ...


class AttentionPlanner(Protocol):
    """Answers ATTENTION; None stops the world's pump until ``World.resume(rates)``."""

    def decide(self, decision: Decision) -> F8 | None:
        """Return the relative rate of looks at each camera, (c,), or None to be asked for it later."""
        ...


def kinds_of(policy: DispatchPolicy | AttentionPlanner) -> frozenset[DecisionKind]:
    """Return what a policy wants to be asked about."""
    return frozenset(getattr(policy, "kinds", (DecisionKind.DISPATCH,)))


class NearestPolicy:
    """Sends the free unit with the shortest driving time; ties go to the lower id."""

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the nearest free candidate."""
        return min(decision.free, key=lambda place: (decision.travel_s[place], decision.candidates[place]))


class DistrictFirstPolicy:
    """Sends the nearest free unit of the call's own district, or else the nearest of all."""

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the nearest free candidate, those of the district first."""
        return min(decision.free, key=lambda place: (
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
