"""What a world asks of its policy, and what becomes of a policy that fails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.log import Name
from sim.policies import Action, Decision, DecisionKind, DispatchPolicy, kinds_of
from sim.records import UnitState
from sim.unit_posts import post_junctions

if TYPE_CHECKING:
    from sim.engine import World

FREE = (UnitState.AVAILABLE, UnitState.RETURNING)
AT_WORK = (UnitState.DISPATCHED, UnitState.EN_ROUTE, UnitState.ON_SCENE, UnitState.COMMITTED)


class Questions:
    """Puts decisions to a world's policy; holds nothing that changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds = kinds_of(world.policy)
        self._posts = post_junctions(world.scenario) if DecisionKind.REDEPLOY in self._kinds else ()

    @property
    def policy(self) -> DispatchPolicy:
        """Who decides now: the world's policy, or its fallback once that has failed."""
        world = self._world
        return world.policy if world.state.policy_failure is None or world.fallback is None else world.fallback

    def asks(self, kind: DecisionKind) -> bool:
        """Say whether whoever decides now wants to be asked about something."""
        return kind in (self._kinds if self._world.state.policy_failure is None else kinds_of(self.policy))

    def ask(self, decision: Decision) -> Action | None:
        """Put a decision to the policy.

        Where the world has a fallback, a policy that raises or chooses what it may not is replaced by that for good.
        """
        policy, fallback = self.policy, self._world.fallback
        if fallback is None or policy is fallback:
            return policy.decide(decision)
        try:
            action = policy.decide(decision)
        except Exception as error:  # a policy is the user's own code, and may raise anything
            return self._replaced(decision, f"{type(error).__name__}: {error}", fallback)
        if action is None or decision.allows(action):
            return action
        return self._replaced(decision, f"action = {action}; expected the position of a free candidate", fallback)

    def _replaced(self, decision: Decision, why: str, fallback: DispatchPolicy) -> Action | None:
        world = self._world
        world.state.policy_failure = f"{type(world.policy).__name__} at {decision.t_s:.3f} s: {why}"
        world.row(decision.t_s, Name.POLICY_FAILED, call=decision.call_id, unit=decision.unit_id)
        return fallback.decide(decision) if decision.kind is DecisionKind.DISPATCH else decision.wait

    def about_dispatch(self, t_s: float, call: int, free: list[int]) -> Decision:
        """Return the question which of the free units goes to a call."""
        world = self._world
        case, on_duty = world.state.calls[call], world.duty_table[world.state.duty].units
        at = tuple([self.place(ident, t_s) for ident in free])
        busy = [ident for ident in on_duty if world.state.units[ident].state in AT_WORK]
        return Decision(
            kind=DecisionKind.DISPATCH, t_s=t_s, call_id=call, priority=case.priority,
            district=world.junction_district[case.junction], candidates=tuple(free), mask=(True,) * len(free),
            travel_s=tuple([world.units.travel_s(ident, junction, case.junction)
                            for ident, junction in zip(free, at, strict=True)]),
            candidate_districts=tuple([world.junction_district[junction] for junction in at]),
            may_wait=bool(busy), junction=case.junction, candidate_junctions=at, n_on_duty=len(on_duty),
            busy_junctions=tuple([self.beat(ident, t_s) for ident in busy]),
            n_waiting=len(world.state.waiting_calls) + len(world.state.held_calls))

    def about_post(self, t_s: float, ident: int) -> Decision:
        """Return the question at which post a free unit stands."""
        world, posts = self._world, self._posts
        on_duty = world.duty_table[world.state.duty].units
        at, district = self.place(ident, t_s), world.junction_district
        others = [other for other in on_duty if other != ident and world.state.units[other].state in FREE]
        return Decision(
            kind=DecisionKind.REDEPLOY, t_s=t_s, call_id=None, unit_id=ident, priority=0, district=district[at],
            candidates=posts, mask=(True,) * len(posts),
            travel_s=tuple([world.units.travel_s(ident, at, post) for post in posts]),
            candidate_districts=tuple([district[post] for post in posts]), may_wait=True, junction=at,
            candidate_junctions=posts, n_on_duty=len(on_duty),
            free_junctions=tuple([self.place(other, max(t_s, world.state.units[other].back_s)) for other in others]))

    def places(self, idents: Sequence[int], t_s: float) -> dict[int, int]:
        """Return the junctions from which free units would start."""
        units, period = self._world.state.units, self._period(t_s)
        at: dict[int, int] = {}
        for ident in idents:
            unit = units[ident]
            at[ident] = unit.junction if t_s < unit.back_s else self._beat(ident, period)
        return at

    def place(self, ident: int, t_s: float) -> int:
        """Return the junction from which a free unit would start."""
        return self.places((ident,), t_s)[ident]

    def beat(self, ident: int, t_s: float) -> int:
        """Return the junction at which a unit is while it has no call: its post, or where it patrols."""
        return self._beat(ident, self._period(t_s))

    def _period(self, t_s: float) -> int:
        return math.floor(t_s / self._world.scenario.patrols.post_s)

    def _beat(self, ident: int, period: int) -> int:
        post = self._world.state.units[ident].post
        if post is not None:
            return post
        periods = self._world.post_junction[ident]
        return periods[min(period, len(periods) - 1)]
