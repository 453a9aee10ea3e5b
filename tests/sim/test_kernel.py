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
from sim.occasions import CameraFailures
from sim.policies import DistrictFirstPolicy, NearestPolicy
from sim.rng import KeyedStreams
from sim.roomwork import Archive, Breaks, Preemption, QueueOrder, ShiftEnd, Vigilance, WatchRoom
from sim.scenario import PlanKind, Shift, Spread
from sim.simulate import simulate
from sim.trace import draw_trace
from sim.travel import Travel
from tests.sim.worlds_of_units import unit_parts, with_unit_parts


def with_zooms(trace, *, zoom_s, seed):
    """Give every second sightline or so a zoom, and each what is seen by it."""
    rng = np.random.default_rng(seed)
    n = trace.line_camera.size
    return replace(trace, line_zoom_s=np.round(rng.exponential(zoom_s, n) * (rng.random(n) < 0.6), 3),
                   line_p_identify=rng.uniform(0.5, 1.0, n))


def assert_engines_agree(scenario, *, seed, false_per_camera_h, policy=None, share=1.0, zoom_s=0.0):
    trace = draw_trace(scenario, seed=seed)
    if zoom_s:
        trace = with_zooms(trace, zoom_s=zoom_s, seed=seed)
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
    "queue_order": st.sampled_from(list(QueueOrder)), "preemption": st.sampled_from(list(Preemption)),
    "visible_s": st.sampled_from([20.0, 300.0, 20_000.0]), "window": st.sampled_from([1, 3, 50]),
    "outages": st.sampled_from([None, 2_000.0, 40_000.0]),
    "policy": st.sampled_from([NearestPolicy, DistrictFirstPolicy]), "seed": st.integers(0, 10_000),
    "zoom_s": st.sampled_from([0.0, 6.0, 120.0]), "verify_s": st.sampled_from([8.0, 600.0]),
    "breaks": st.sampled_from([None, Breaks(spell_s=3600.0, break_s=600.0), Breaks(spell_s=1200.0, break_s=900.5)]),
    "vigilance": st.sampled_from([None, Vigilance(delta=0.25, tau_s=900.0), Vigilance(delta=0.8, tau_s=60.0)]),
    "searches": st.sampled_from([0.0, 5.0, 100.0]), "at_most": st.sampled_from([1, 3]),
    "shift_end": st.sampled_from(list(ShiftEnd)),
    "rooms": st.sampled_from([None, (None, 0), ("north", 0), ("north", 3)]),
    "units_parts": st.none() | unit_parts,
})


def optional_parts(base, case):
    """Return the changes to a scenario that make a case's optional parts."""
    rates = None
    if case["plan"] is PlanKind.RATES:
        n = base.city.cameras.n_cameras
        rates = np.random.default_rng(case["seed"]).integers(0, 4, ((24, 168)[case["seed"] % 2], n)).astype(float)
        if case["seed"] % 3 == 0:
            rates[:] = rates[0]
    archive = Archive(per_day=case["searches"], hour_weights=(1.0,) * 168, kind="theft", p_solved=0.3,
                      duration=Spread(median_s=900.0, p95_s=3600.0), at_most=case["at_most"])
    rooms = case["rooms"] and (
        WatchRoom(name="south", districts=(0,), overflow_to=case["rooms"][0], overflow_at=case["rooms"][1]),
        WatchRoom(name="north", districts=(1,)))
    return {"breaks": case["breaks"], "vigilance": case["vigilance"], "watching_rates": rates,
            "archive": archive if case["searches"] else None, "shift_end": case["shift_end"], "rooms": rooms or ()}


@settings(max_examples=60, deadline=None)
@given(small_worlds)
def test_engines_agree_to_the_bit_on_any_small_world(make_scenario, make_kind, case):
    base = make_scenario()
    kind = {"per_day": case["per_day"], "visible": Spread(median_s=case["visible_s"], p95_s=3 * case["visible_s"])}
    room, other = ("south", "north") if case["rooms"] else (None, None)
    scenario = replace(
        base, **optional_parts(base, case),
        kinds=(make_kind("litter", **kind), make_kind("drinking", priority=1, **kind)),
        shifts=(Shift(name="day", start_h=case["handover_h"], length_h=12.0 + case["overlap_h"],
                      inspectors=case["inspectors"], units=case["units"], room=room),
                Shift(name="night", start_h=(case["handover_h"] + 12) % 24, length_h=12.0, inspectors=case["night"],
                      units=case["night"], room=room),
                Shift(name="late", start_h=(case["handover_h"] + 8) % 24, length_h=9.0, inspectors=case["night"],
                      units=0, room=other)),
        watching=replace(base.watching, plan=case["plan"], ppv_window=case["window"], look_s=3.0,
                         verify=Spread(median_s=case["verify_s"], p95_s=3 * case["verify_s"])),
        alerting=replace(base.alerting, queue_limit=case["queue_limit"], queue_order=case["queue_order"],
                         preemption=case["preemption"]),
        camera_failures=case["outages"] and CameraFailures(up_mean_s=case["outages"], repair_mean_s=5_000.0))
    if case["units_parts"] is not None:
        scenario = with_unit_parts(scenario, case["units_parts"])
    assert_engines_agree(scenario, seed=case["seed"], false_per_camera_h=case["false"], policy=case["policy"](),
                         zoom_s=case["zoom_s"])


@pytest.mark.parametrize("name", [
    pytest.param(shipped.name, marks=pytest.mark.long) if shipped.name == "region_123k" else shipped.name
    for shipped in list_shipped()])
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
