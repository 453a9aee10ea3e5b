"""Watching in closed form, against exact answers and a twin that takes every look."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.attention import (
    SAME_S,
    budget_left,
    budget_per_look,
    noticed_at,
    p_found_cyclic_exponential,
    p_found_cyclic_fixed,
    p_found_random_exponential,
    plan_attention,
)
from sim.scenario import PlanKind

SCANNING = [
    # cameras, look, visible, cyclic fixed, cyclic exponential, random exponential: derived by renewal argument
    (9, 5.0, 60.0, 1.0, 0.7598882857, 0.6312601325),
    (16, 4.0, 30.0, 0.53125, 0.467811586, 0.3680589524),
    (64, 3.0, 20.0, 0.1197916667, 0.1197834698, 0.1091356635),
    (200, 2.0, 45.0, 0.1175, 0.1174837797, 0.1058429123),
]


@pytest.mark.parametrize(("n", "look_s", "visible_s", "fixed", "cyclic", "random"), SCANNING)
def test_scanning_answers_are_exact(n, look_s, visible_s, fixed, cyclic, random):
    assert p_found_cyclic_fixed(n_cameras=n, look_s=look_s, visible_s=visible_s) == pytest.approx(fixed, rel=1e-9)
    assert p_found_cyclic_exponential(n_cameras=n, look_s=look_s, visible_mean_s=visible_s) == pytest.approx(
        cyclic, rel=1e-9)
    assert p_found_random_exponential(n_cameras=n, look_s=look_s, visible_mean_s=visible_s) == pytest.approx(
        random, rel=1e-9)


@pytest.mark.parametrize(("n", "look_s", "visible_s", "fixed", "cyclic", "random"), SCANNING)
@pytest.mark.parametrize("kind", list(PlanKind))
def test_the_plan_and_its_looks_reproduce_the_scanning_answers(kind, n, look_s, visible_s, fixed, cyclic, random):
    plan = plan_attention(kind, exposure=np.ones(n), watched=np.arange(n, dtype=np.int32), n_inspectors=1,
                          look_s=look_s)
    rng = np.random.default_rng(12)
    trials = 40_000
    found = 0
    camera = rng.integers(0, n, trials)
    start = rng.uniform(10_000.0, 20_000.0, trials)
    for c, t, budget, stay in zip(camera, start, rng.exponential(size=trials),
                                  rng.exponential(visible_s, trials), strict=True):
        at = noticed_at(t, budget, phase_s=plan.phase_s[c], period_s=plan.period_s[c], look_s=plan.look_s,
                        p_success=float(plan.p_taken[c]))
        found += at <= t + stay
    expected = cyclic if kind is PlanKind.ROUND_ROBIN else random
    assert abs(found / trials - expected) <= 4 * math.sqrt(expected * (1 - expected) / trials)


def noticed_look_by_look(start, budget, *, phase_s, period_s, look_s, p_success):
    """The slow twin: go through the opportunities one by one and spend the budget."""
    index = 0
    while True:
        at = phase_s + index * period_s
        if at + look_s > start + SAME_S:
            if budget < budget_per_look(p_success):
                return max(start, at)
            budget -= budget_per_look(p_success)
        index += 1


looks = {
    "phase_s": st.floats(0, 50), "period_s": st.floats(2, 100), "look_s": st.floats(0.5, 2),
    "p_success": st.floats(0.05, 1.0),
}


@settings(max_examples=200, deadline=None)
@given(start=st.floats(0, 1000), budget=st.floats(0.001, 5), **looks)
def test_the_closed_form_is_the_look_by_look_twin(start, budget, **opportunity):
    per_look = budget_per_look(opportunity["p_success"])
    if math.isfinite(per_look) and abs(budget / per_look - round(budget / per_look)) < 1e-6:
        return  # repeated subtraction and one division round differently exactly on a whole number of looks
    assert noticed_at(start, budget, **opportunity) == pytest.approx(
        noticed_look_by_look(start, budget, **opportunity), abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(start=st.floats(0, 500), pause=st.floats(0, 500), budget=st.floats(0.001, 5), **looks)
def test_watching_in_two_pieces_notices_when_one_piece_would(start, pause, budget, **opportunity):
    at = noticed_at(start, budget, **opportunity)
    middle = start + pause
    boundary = (middle - opportunity["phase_s"]) / opportunity["period_s"]
    in_look = (middle - opportunity["phase_s"]) % opportunity["period_s"] <= opportunity["look_s"]
    if at <= middle or in_look or abs(boundary - round(boundary)) < 1e-6:
        return
    left = budget_left(budget, from_s=start, to_s=middle, **opportunity)
    per_look = budget_per_look(opportunity["p_success"])
    if math.isfinite(per_look) and abs(left / per_look - round(left / per_look)) < 1e-6:
        return
    assert noticed_at(middle, left, **opportunity) == pytest.approx(at, abs=1e-6)


def test_a_look_that_cannot_notice_never_does():
    assert noticed_at(0.0, 1.0, phase_s=0, period_s=2, look_s=1, p_success=0.0) == math.inf
    assert budget_left(1.0, from_s=0, to_s=99, phase_s=0, period_s=2, look_s=1, p_success=0.0) == 1.0


def test_every_watched_camera_has_one_inspector_and_the_blocks_are_even():
    plan = plan_attention(PlanKind.ROUND_ROBIN, exposure=np.ones(100), watched=np.arange(10, 100, dtype=np.int32),
                          n_inspectors=4, look_s=1.0)
    assert (plan.owner[:10] == -1).all()
    assert sorted(np.bincount(plan.owner[10:]).tolist()) == [22, 22, 23, 23]


def test_a_risk_weighted_plan_looks_more_where_more_happens():
    plan = plan_attention(PlanKind.RISK_WEIGHTED, exposure=np.array([1.0, 9.0]),
                          watched=np.array([0, 1], dtype=np.int32), n_inspectors=1, look_s=1.0)
    assert plan.p_taken.sum() == pytest.approx(1.0)
    assert plan.p_taken[1] > 5 * plan.p_taken[0]


def test_nobody_on_duty_looks_at_nothing():
    plan = plan_attention(PlanKind.ROUND_ROBIN, exposure=np.ones(5), watched=np.arange(5, dtype=np.int32),
                          n_inspectors=0, look_s=1.0)
    assert (plan.owner == -1).all()
