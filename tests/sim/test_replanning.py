"""Plans that are asked for while a world is played: the scenario's own rates give the scenario's own log."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import World
from sim.errors import ModelError
from sim.log import MISSING, Name
from sim.scenario import PlanKind
from sim.simulate import simulate
from sim.trace import draw_trace


class ConstantPlanner:
    def __init__(self, rates):
        self.rates, self.asked = rates, []

    def decide(self, decision):
        self.asked.append(decision)
        return self.rates


class PausingPlanner:
    def decide(self, decision):
        return None


@pytest.fixture(name="town", scope="module")
def _town(make_scenario, make_kind):
    return make_scenario(kinds=(make_kind(per_day=800.0),))


@pytest.fixture(name="rates", scope="module")
def _rates(town):
    return 0.1 + np.random.default_rng(2).random(town.city.cameras.n_cameras)


def test_the_same_rates_again_and_again_find_what_the_scenarios_own_find(town, rates):
    """Not to the bit: a look that is under way when looks are dealt out anew may fall once more."""
    own = replace(town, watching=replace(town.watching, plan=PlanKind.RATES), watching_rates=np.tile(rates, (24, 1)))
    trace = draw_trace(town, seed=1)
    logs = simulate(town, trace, attention=ConstantPlanner(rates)), simulate(own, trace, engine="simpy")
    found = [set(log.incident_id[log.name == Name.SHOWN].tolist()) for log in logs]
    assert len(found[1]) > 50
    assert len(found[0] & found[1]) > 0.85 * len(found[0] | found[1])
    assert abs(len(found[0]) - len(found[1])) < 0.1 * len(found[1])


def test_a_planner_that_pauses_leaves_the_same_log(town, rates):
    trace = draw_trace(town, seed=1)
    world = World(town, trace, attention=PausingPlanner())
    world.run()
    n_asked = 0
    while world.state.question is not None:
        n_asked += 1
        world.resume(rates)
        world.run()
    assert n_asked == 96
    assert world.log().digest() == simulate(town, trace, attention=ConstantPlanner(rates)).digest()


def test_looks_and_finds_are_told_by_camera(town, rates):
    planner = ConstantPlanner(rates)
    log = simulate(town, draw_trace(town, seed=1), attention=planner)
    looks, finds = (np.sum([getattr(asked, name) for asked in planner.asked], axis=0) for name in ("looks", "finds"))
    seen = log.camera_id[(log.name == Name.SHOWN) & (log.alert_id == MISSING) & (log.t_s < planner.asked[-1].t_s)]
    assert np.array_equal(finds, np.bincount(seen, minlength=finds.size))
    on_duty_s = sum(900.0 * asked.n_on_duty for asked in planner.asked[1:])
    assert 0.5 * on_duty_s < looks.sum() * town.watching.look_s <= on_duty_s + 1e-6


def test_a_snapshot_keeps_the_plan(town, rates):
    world = World(town, draw_trace(town, seed=3), attention=ConstantPlanner(rates))
    world.run(until_s=5 * 3600.0 + 7.0)
    kept = world.snapshot()
    world.run()
    whole = world.log().digest()
    world.restore(kept)
    world.run()
    assert world.log().digest() == whole


@pytest.mark.parametrize("bad", [np.ones(3), -1.0, np.nan])
def test_rates_that_cannot_be_are_told(town, bad):
    rates = bad if isinstance(bad, np.ndarray) else np.full(town.city.cameras.n_cameras, bad)
    with pytest.raises(ModelError, match="attention policy: rates of shape"):
        simulate(town, draw_trace(town, seed=1), attention=ConstantPlanner(rates))
