"""Looks, finds and unfounded stops by district: their sums are the run's, and looks are those that a world counts."""

from dataclasses import replace

import numpy as np
import pytest

from sim.alerts import draw_alerts
from sim.detector_model import DetectorParameters
from sim.districts import looks_by_district
from sim.log import ID_COLUMNS, Name
from sim.measures import measure
from sim.roomwork import Breaks, ShiftEnd, Vigilance
from sim.scenario import PlanKind
from sim.simulate import simulate
from sim.trace import draw_trace


class ConstantPlanner:
    def __init__(self, rates):
        self.rates = rates

    def decide(self, decision):
        return self.rates


def without_looks(log):
    kept = log.name != Name.LOOKS
    return replace(log, **{name: getattr(log, name)[kept] for name in ("t_s", "name", *ID_COLUMNS, "value")})


@pytest.mark.parametrize("engine", ["kernel", "simpy"])
def test_the_sums_over_districts_are_the_runs_own(make_scenario, engine):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=1)
    alerts = draw_alerts(scenario, trace, (DetectorParameters(
        kind="litter", p_detect=0.5, false_per_camera_h=0.5, delay_quantiles_s=(1.0, 9.0)),),
        equipped=np.arange(20, dtype=np.int32), seed=1)
    values = measure(scenario, simulate(scenario, trace, alerts=alerts, engine=engine))
    for total in ("looks", "found", "unfounded_stops"):
        parts = [values[f"district_{total}:{name}"] for name in scenario.city.district_names]
        assert values[total] > 0
        assert min(parts) < max(parts)
        assert sum(parts) == pytest.approx(values[total])


def test_a_case_counts_where_the_camera_stands_that_first_saw_it(make_scenario):
    scenario = make_scenario()
    log = simulate(scenario, draw_trace(scenario, seed=1))
    confirmed = log.camera_id[log.name == Name.CONFIRM]
    assert measure(scenario, log)["district_found:north"] == (scenario.city.cameras.district[confirmed] == 1).sum() > 0


@pytest.mark.parametrize("parts", [
    {},
    {"breaks": Breaks(spell_s=3600.0, break_s=600.0), "vigilance": Vigilance(delta=0.5, tau_s=900.0)},
    {"shift_end": ShiftEnd.HAND_OVER},
    {"shift_end": ShiftEnd.PREEMPT, "vigilance": Vigilance(delta=0.3, tau_s=600.0)}])
def test_looks_worked_out_from_the_log_are_those_that_the_world_counts(make_scenario, make_kind, parts):
    town = make_scenario(kinds=(make_kind(per_day=1500.0),), **parts)
    rates = 0.1 + np.random.default_rng(2).random(town.city.cameras.n_cameras)
    own = replace(town, watching=replace(town.watching, plan=PlanKind.RATES), watching_rates=np.tile(rates, (24, 1)))
    log = simulate(town, draw_trace(town, seed=1), attention=ConstantPlanner(rates))
    counted, worked_out = looks_by_district(town, log), looks_by_district(own, without_looks(log))
    assert counted.sum() * town.watching.look_s > 0.3 * (3 + 2) * 12 * 3600
    assert worked_out == pytest.approx(counted, rel=1e-9)


@pytest.mark.parametrize("parts", [{}, {"vigilance": Vigilance(delta=0.3, tau_s=600.0)}])
def test_the_looks_of_parts_of_a_run_add_up_to_the_whole(make_scenario, make_kind, parts):
    town = make_scenario(kinds=(make_kind(per_day=1500.0),), **parts)
    log = simulate(town, draw_trace(town, seed=1))
    edges_s = np.array([0.0, 1800.0, 10_000.0, town.duration_s])
    by_part = looks_by_district(town, log, edges_s)
    assert by_part.shape == (3, 2)
    assert (by_part > 0.0).all()
    assert by_part.sum(axis=0) == pytest.approx(looks_by_district(town, log)[0], rel=1e-12)
    assert looks_by_district(town, log, edges_s[1:]) == pytest.approx(by_part[1:], rel=1e-12)
