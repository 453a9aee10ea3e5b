"""The compiled engine plays to the same bits as the SimPy world."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import list_shipped, load_scenario
from sim.alerts import draw_alerts, equipped_cameras
from sim.compiled import sources_digest
from sim.detector_model import DetectorParameters
from sim.errors import ModelError
from sim.log import ID_COLUMNS, Name
from sim.policies import DistrictFirstPolicy, NearestPolicy
from sim.rng import KeyedStreams
from sim.scenario import PlanKind, Shift, Spread
from sim.simulate import simulate
from sim.trace import draw_trace
from sim.travel import Travel
from tests.sim.worlds_of_units import unit_parts, with_unit_parts


def assert_engines_agree(scenario, *, seed, false_per_camera_h, policy=None, share=1.0):
    trace = draw_trace(scenario, seed=seed)
    equipped = equipped_cameras(scenario, KeyedStreams(seed), share=share)
    alerts = draw_alerts(scenario, trace, tuple(
        DetectorParameters(kind=kind.name, p_detect=0.7, false_per_camera_h=false_per_camera_h,
                           delay_quantiles_s=(1.0, 3.0)) for kind in scenario.kinds[:2]), equipped=equipped, seed=seed)
    alerts = replace(alerts, level=(1 + np.arange(alerts.n_alerts) * 7 % 4).astype(np.int32))
    travel = Travel(scenario.city.roads)
    simpy, kernel = (simulate(scenario, trace, alerts=alerts, policy=policy, travel=travel, engine=engine)
                     for engine in ("simpy", "kernel"))
    for column in ("t_s", "name", *ID_COLUMNS, "value"):
        one, other = getattr(simpy, column), getattr(kernel, column)
        assert np.array_equal(one, other, equal_nan=column == "value"), column
    assert simpy.digest() == kernel.digest()
    return simpy


small_worlds = st.fixed_dictionaries({
    "inspectors": st.integers(0, 4), "night": st.integers(0, 3), "units": st.integers(0, 4),
    "handover_h": st.sampled_from([8.0, 6.5, 23.99]), "overlap_h": st.sampled_from([0.0, 1.5, -3.0]),
    "per_day": st.sampled_from([0.0, 60.0, 900.0]), "false": st.sampled_from([0.0, 0.5, 6.0, 30.0]),
    "plan": st.sampled_from(list(PlanKind)), "queue_limit": st.sampled_from([0, 1, 5, 50]),
    "visible_s": st.sampled_from([20.0, 300.0, 20_000.0]), "window": st.sampled_from([1, 3, 50]),
    "policy": st.sampled_from([NearestPolicy, DistrictFirstPolicy]), "seed": st.integers(0, 10_000),
    "units_parts": st.none() | unit_parts,
})


@settings(max_examples=60, deadline=None)
@given(small_worlds)
def test_engines_agree_to_the_bit_on_any_small_world(make_scenario, make_kind, case):
    base = make_scenario()
    kind = {"per_day": case["per_day"], "visible": Spread(median_s=case["visible_s"], p95_s=3 * case["visible_s"])}
    scenario = replace(
        base, kinds=(make_kind("litter", **kind), make_kind("drinking", priority=1, **kind)),
        shifts=(Shift(name="day", start_h=case["handover_h"], length_h=12.0 + case["overlap_h"],
                      inspectors=case["inspectors"], units=case["units"]),
                Shift(name="night", start_h=(case["handover_h"] + 12) % 24, length_h=12.0, inspectors=case["night"],
                      units=case["night"])),
        watching=replace(base.watching, plan=case["plan"], ppv_window=case["window"], look_s=3.0),
        alerting=replace(base.alerting, queue_limit=case["queue_limit"]))
    if case["units_parts"] is not None:
        scenario = with_unit_parts(scenario, case["units_parts"])
    assert_engines_agree(scenario, seed=case["seed"], false_per_camera_h=case["false"], policy=case["policy"]())


@pytest.mark.parametrize("name", [shipped.name for shipped in list_shipped()])
def test_engines_agree_on_every_shipped_scenario(name):
    scenario = load_scenario(name, overrides={"time.duration_h": 24.0})
    log = assert_engines_agree(scenario, seed=1, false_per_camera_h=2.0, share=0.05)
    assert (log.name == Name.DISPATCH).any()


def test_a_policy_that_the_kernel_does_not_know_is_named(make_scenario):
    class OwnPolicy(NearestPolicy):
        pass

    scenario = make_scenario()
    trace = draw_trace(scenario, seed=1)
    with pytest.raises(ModelError, match="OwnPolicy is unknown to it"):
        simulate(scenario, trace, policy=OwnPolicy(), engine="kernel")
    assert simulate(scenario, trace, policy=OwnPolicy()).digest() == simulate(scenario, trace).digest()


def test_a_change_in_any_source_gives_the_compiled_code_another_home(tmp_path: Path):
    (tmp_path / "one.py").write_text("x = 1\n")
    (tmp_path / "two.py").write_text("y = 1\n")
    before = sources_digest(tmp_path)
    assert sources_digest(tmp_path) == before
    (tmp_path / "two.py").write_text("y = 2\n")
    changed = sources_digest(tmp_path)
    assert changed != before
    (tmp_path / "two.py").rename(tmp_path / "three.py")
    assert sources_digest(tmp_path) not in (before, changed)
