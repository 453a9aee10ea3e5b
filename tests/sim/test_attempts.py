"""Further attempts at a case."""

import math

import numpy as np
import pytest
from scipy.stats import kstest

from scenarios import load_scenario
from sim.attempts import AttemptDraw, Part, attempt_draw, attempt_law, attempt_uniform
from sim.perception import lognormal_sigma
from sim.rng import KeyedStreams


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("kostanay")


def draws(scenario, *, is_public, n=4000):
    law = attempt_law(scenario, KeyedStreams(3))
    return [AttemptDraw(*attempt_draw(law.key, law.spreads, 0.731 * case, is_public, 1)) for case in range(n)]


def test_attempts_follow_the_scenario_s_laws(scenario):
    for is_public, scene in ((False, scenario.patrols.scene), (True, scenario.calls.service)):
        drawn = draws(scenario, is_public=is_public)
        for name, spread in (("acknowledge_s", scenario.patrols.acknowledge), ("turnout_s", scenario.patrols.turnout),
                             ("scene_s", scene), ("paperwork_s", scenario.patrols.paperwork)):
            sigma = lognormal_sigma(spread)
            z = [math.log(getattr(one, name) / spread.median_s) / sigma for one in drawn if getattr(one, name) > 0.5]
            assert kstest(z, "norm").pvalue > 1e-4, name
            assert all(round(getattr(one, name), 3) == getattr(one, name) for one in drawn)
        z = [math.log(one.travel_factor * scenario.patrols.speed_factor) for one in drawn]
        assert np.std(z) == pytest.approx(scenario.patrols.travel_sigma, rel=0.05)


def test_every_case_attempt_and_part_has_a_draw_of_its_own():
    key = KeyedStreams(3).key
    u = [attempt_uniform(key, case / 1000.0, is_public, attempt, int(part))
         for case in range(40) for is_public in (False, True) for attempt in range(4) for part in Part]
    assert len(set(u)) == len(u)
    assert kstest(u, "uniform").pvalue > 1e-3


def test_a_draw_hangs_on_the_replication_and_on_nothing_else():
    one, other = KeyedStreams(3, 0).key, KeyedStreams(3, 1).key
    assert attempt_uniform(one, 5.0, False, 1, 0) == attempt_uniform(KeyedStreams(3, 0).key, 5.0, False, 1, 0)
    assert attempt_uniform(one, 5.0, False, 1, 0) != attempt_uniform(other, 5.0, False, 1, 0)
