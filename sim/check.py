"""The conformance check that every dispatch policy must pass, ours and yours."""

from __future__ import annotations

from collections.abc import Callable

from sim.errors import ConformanceError
from sim.policies import Decision, DecisionKind, DispatchPolicy
from sim.rng import KeyedStreams, Purpose


def _decision(index: int, n_junctions: int) -> Decision:
    rng = KeyedStreams(20_250_912).stream(Purpose.POSTS, entity=index)
    n = int(rng.integers(1, 9))
    mask = rng.random(n) < 0.6
    mask[int(rng.integers(n))] = True
    return Decision(
        kind=DecisionKind.DISPATCH, t_s=float(index), call_id=index, priority=int(rng.integers(1, 5)),
        district=int(rng.integers(3)), candidates=tuple(int(ident) for ident in rng.permutation(40)[:n]),
        mask=tuple(bool(free) for free in mask),
        travel_s=tuple(float(value) for value in rng.integers(0, 6, n) * 60.0),
        candidate_districts=tuple(int(value) for value in rng.integers(0, 3, n)),
        may_wait=bool(rng.random() < 0.5), junction=int(rng.integers(n_junctions)),
        candidate_junctions=tuple(int(value) for value in rng.integers(0, n_junctions, n)), n_on_duty=n + 2)


def check_dispatch_policy(
    make: Callable[[], DispatchPolicy], *, n_decisions: int = 200, n_junctions: int = 1,
) -> None:
    """Check a dispatch policy on many decisions.

    It must choose a candidate that is free, to wait where that is allowed, or None, and two fresh instances that were
    asked the same must have answered the same.

    Args:
        make: makes a new policy, alike each time.
        n_decisions: how many questions.
        n_junctions: of the city that the policy knows, if it goes by junctions.

    Raises:
        ConformanceError: naming the rule and the decision.
    """
    first, second = make(), make()
    for index in range(n_decisions):
        decision = _decision(index, n_junctions)
        action = first.decide(decision)
        if action is not None and not decision.allows(action):
            raise ConformanceError(f"decide: action = {action}; expected the position of a free candidate; {decision}")
        if second.decide(decision) != action:
            raise ConformanceError(f"decide: two fresh policies differ on one decision; {decision}")
