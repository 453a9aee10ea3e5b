"""The conformance checks of attention: planners of whole cities, and policies that choose look by look."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agents.attention import AttentionPolicy
from sim.city import F8
from sim.errors import ConformanceError
from sim.policies import AttentionPlanner, Decision, DecisionKind
from sim.replanning import REPLAN_S


def check_planner(make: Callable[[], AttentionPlanner], *, n_cameras: int = 200, n_plans: int = 6) -> None:
    """Check that an attention planner keeps the contract.

    It returns a finite rate of looks, 0 or more, for each camera and not 0 for all; two fresh ones that are asked the
    same answer the same; it leaves what it is given as it was.

    Args:
        make: makes a new planner, alike each time.
        n_cameras: of the city that it is asked about.
        n_plans: how many questions, a quarter of an hour apart.

    Raises:
        ConformanceError: naming the rule.
    """
    first, second = make(), make()
    rng = np.random.default_rng(1988)
    for number in range(n_plans):
        looks = np.zeros(n_cameras) if number == 0 else rng.random(n_cameras) * 20.0
        finds = rng.poisson(0.02 * looks).astype(np.float64)
        asked = _question(number, looks, finds)
        rates = first.decide(asked)
        if rates is None:
            raise ConformanceError(f"decide: None at {asked.t_s:g} s; expected rates, as this suite plays no pump")
        rates = np.asarray(rates, dtype=np.float64)
        if rates.shape != (n_cameras,) or not np.isfinite(rates).all() or (rates < 0.0).any() or not rates.any():
            raise ConformanceError(f"decide: rates of shape {rates.shape}, from {rates.min(initial=0.0):g} to "
                                   f"{rates.max(initial=0.0):g}; expected {n_cameras} finite numbers ≥ 0, not all 0")
        if not np.array_equal(asked.looks if asked.looks is not None else looks, looks):
            raise ConformanceError("decide: changed the looks that it was given; expected them left as they were")
        if not np.array_equal(np.asarray(second.decide(_question(number, looks, finds))), rates):
            raise ConformanceError(f"decide: two fresh planners differ at {asked.t_s:g} s; expected the same answer")


def _question(number: int, looks: F8, finds: F8) -> Decision:
    n = looks.size
    return Decision(
        kind=DecisionKind.ATTENTION, t_s=number * REPLAN_S, call_id=None, priority=0, district=0,
        candidates=tuple(range(n)), mask=(True,) * n, travel_s=(), n_on_duty=5,
        candidate_districts=tuple((np.arange(n) * 4 // n).tolist()), looks=looks.copy(), finds=finds.copy())


def check_attention(make: Callable[[], AttentionPolicy], *, n_cameras: int, n_slots: int = 200) -> None:
    """Check that an attention policy keeps the contract.

    In each slot it chooses as many different cameras as there are looks, all of which exist; two fresh ones that see
    the same choose the same.

    Args:
        make: makes a new policy, alike each time.
        n_cameras: that it knows; at least 4.
        n_slots: of six seconds.

    Raises:
        ConformanceError: naming the rule and the slot.
    """
    first, second = make(), make()
    rng = np.random.default_rng(1988)
    for slot in range(1, n_slots + 1):
        t_s, n_looks = 6.0 * slot, int(rng.integers(1, max(2, n_cameras // 4)))
        chosen = first.choose(t_s, n_looks)
        if chosen.shape != (n_looks,) or np.unique(chosen).size != n_looks or not (
                (chosen >= 0) & (chosen < n_cameras)).all():
            raise ConformanceError(f"choose: {chosen.tolist()} at {t_s:g} s; expected {n_looks} different cameras from "
                                   f"0 to {n_cameras - 1}")
        if not np.array_equal(second.choose(t_s, n_looks), chosen):
            raise ConformanceError(f"choose: two fresh policies differ at {t_s:g} s; expected the same cameras")
        found = rng.poisson(0.1, n_looks)
        first.observe(t_s, chosen, found)
        second.observe(t_s, chosen, found)
