"""What-ifs, sensitivity, the front, and theory beside the simulation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios import find_scenario, load_scenario
from scenarios.detector_models import save_detector_model
from scenarios.document import load_document
from scenarios.inherit import load_extended
from sim.detector_model import DetectorModel, DetectorRow
from sim.errors import InputError
from sim.estimate import Estimate
from watchfloor.show import Show
from watchfloor.study.changes import read_changes
from watchfloor.study.pareto import ParetoPoint, front
from watchfloor.study.sensitivity import list_assumptions
from watchfloor.study.staff import Staff
from watchfloor.study.study import study_staffing


@pytest.fixture(scope="module")
def with_effects(small_study, tmp_path_factory):
    options = replace(small_study[0], what_ifs=("all", "watching.look_s=1.0"), sensitivity=True, replications=8,
                      targets=("found_share >= 0.3", "unit_utilisation <= 0.9"),
                      out=tmp_path_factory.mktemp("effects") / "out")
    return study_staffing(options, show=Show(quiet=True))


def test_a_change_that_changes_nothing_makes_no_difference(with_effects):
    same = next(item for item in with_effects.what_ifs if item.name == "watching.look_s=1.0")
    assert all(item.mean == 0.0 for item in same.differences.values() if item.n)


def test_unfounded_stops_and_the_load_stand_beside_every_find(with_effects):
    for item in with_effects.what_ifs:
        assert {"found", "unfounded_stops", "unit_utilisation", "cost"} <= set(item.differences)


def test_more_looks_find_more_and_the_outage_finds_less(with_effects):
    by_name = {item.name.split(":")[0]: item.differences["found"].mean for item in with_effects.what_ifs}
    assert by_name["2 × the tiles"] > 0.0 > by_name["an outage"]


def test_the_largest_effect_comes_first_and_what_is_decided_is_not_moved(with_effects):
    assert list(with_effects.effects) == list(dict.fromkeys(target.measure for target in with_effects.targets))
    for effects in with_effects.effects.values():
        sizes = [effect.size for effect in effects]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0.0
        assert not any(effect.name.startswith(("roster", "costs", "city", "time")) for effect in effects)


def test_every_assumed_number_is_moved_and_a_probability_stays_one():
    moved, left = list_assumptions(load_document(find_scenario("kostanay")), load_scenario("kostanay"), ["found_share"])
    names = {item.name for item in moved}
    assert {"watching.look_s", "watching.verify", "patrols.scene", "kinds.per_day (all kinds)"} <= names
    verify = next(item for item in moved if item.name == "watching.verify")
    assert dict(verify.up) == {"watching.verify_median_s": 10.0, "watching.verify_p95_s": 37.5}
    confirm = next(item for item in moved if item.name == "watching.p_confirm")
    assert dict(confirm.up) == {"watching.p_confirm": 1.0}
    assert all(isinstance(value, int) for item in moved for key, value in item.down if key.endswith("priority"))
    why = {item.name: item.why for item in left}
    assert {"roster", "time", "city", "costs", "calls.hour_profile", "calls.priority_shares"} <= set(why)
    bars = next(item for item in moved if item.name == "kinds.land_use.bar (all kinds)")
    assert len(bars.values) > 1
    assert all(after == 1.25 * before for (_, before), (_, after) in zip(bars.values, bars.up, strict=True))
    assert "a price" in why["costs"]
    by_cost, _ = list_assumptions(
        load_document(find_scenario("kostanay")), load_scenario("kostanay"), ["found", "cost"])
    assert {item.name for item in by_cost} - names == {"costs.inspector_per_h", "costs.unit_per_h"}


@pytest.mark.parametrize("name", ["kostanay", "district_centre", "festival"])
def test_no_assumption_of_a_scenario_is_passed_over_in_silence(name):
    document, scenario = load_extended(find_scenario(name)), load_scenario(name)
    moved, left = list_assumptions(document, scenario, ["found"])
    told = {key.rsplit(".", 1)[0] for item in moved for key, _ in item.values}
    told |= {item.name for item in left} | {item.name.split(" ")[0].split(".")[0] for item in left}
    for statement in scenario.statements:
        if statement.is_assumption:
            assert statement.key in told or statement.key.split(".")[0] in told, statement.key


def test_theory_and_simulation_agree_on_the_load(with_effects):
    load = with_effects.theory[0]
    assert load.theory == pytest.approx(load.simulated.mean, abs=load.simulated.half_width)
    assert all(item.why for item in with_effects.theory)


def test_the_report_has_a_picture_of_each(with_effects):
    page = (with_effects.folder / "report.html").read_text()
    assert page.count("<img ") == 4
    assert "What decides the answer" in page
    assert "Theory beside it" in page


def test_a_measured_detector_is_played_at_both_ends_of_its_false_alarms(small_study, tmp_path):
    row = DetectorRow(
        kind="object_placed", condition="any", threshold=0.0, plateau=None, px50=None, slope=None, cov=None, hits=4,
        misses=0, false_alarms=0, camera_hours=0.011, n_cameras=1, between_camera_sd=None, f0_per_h=None,
        f1_per_person_min=None, delay_quantiles_s=(1.0, 1.5, 2.0))
    save_detector_model(DetectorModel(
        name="left_object-bottle", detector="left_object", version="1", profile="tabletop",
        kind_map={"object_placed": "litter"}, rows=(row,),
        provenance={"set": "bottle", "sha256": "0", "machine": "m", "date": "d", "code_version": "1"}),
        tmp_path / "model.json")
    options = replace(small_study[0], targets=("found >= 1",), replications=6, share=0.5, share_of_days=0.5,
                      detector_model=tmp_path / "model.json", out=tmp_path / "out")
    result = study_staffing(options, show=Show(quiet=True))
    posterior, low, high = result.what_ifs
    assert "50 % of the cameras" in posterior.name
    assert low.differences["unfounded_stops"].mean == 0.0
    assert high.differences["unfounded_stops"].mean > 0.0
    assert high.differences["inspector_utilisation"].mean > low.differences["inspector_utilisation"].mean


def test_the_best_for_the_money_is_chosen_and_its_load_stands_beside(small_study, tmp_path):
    options = replace(small_study[0], best="found_share", money=500_000.0, worth=0.05, out=tmp_path)
    result = study_staffing(options, show=Show(quiet=True))
    best = result.best
    assert best.is_sure
    assert best.cost_per_day <= 500_000.0
    assert {"unfounded_stops", "unit_utilisation"} <= set(best.beside)
    assert best.n_candidates == 5
    assert "The best for the money" in (tmp_path / "report.html").read_text()
    heuristic = study_staffing(replace(options, choose_by="ocba"), show=Show(quiet=True)).best
    assert not heuristic.is_sure
    assert heuristic.n_replications >= 24 * 5
    assert "a heuristic, without a guarantee" in (tmp_path / "report.html").read_text()


def point(cost, response, share):
    def sure(value):
        return Estimate(mean=value, half_width=0.0, n=2)

    return ParetoPoint(staff=Staff(inspectors=1, units=int(cost)), cost_per_day=cost, values={
        "p90:response_time_s": sure(response), "found_share": sure(share)})


def test_the_front_leaves_out_what_another_beats_in_everything():
    cheap, good, beaten, same = point(1, 900, 0.2), point(5, 300, 0.4), point(6, 400, 0.3), point(5, 300, 0.4)
    assert front([good, beaten, cheap]) == (cheap, good)
    assert len(front([good, same])) == 2


def test_what_is_no_change_is_refused_and_an_unknown_key_is_answered_with_the_nearest(small_study, tmp_path):
    for text in ("watching", "=3", "watching.look_s=[1]", "watching.look_s=fast"):
        with pytest.raises(InputError, match="--what-if"):
            read_changes((text,), "district_centre")
    with pytest.raises(InputError, match="look_s"):
        study_staffing(replace(small_study[0], what_ifs=("watching.lok_s=1.0",), replications=2, out=tmp_path),
                       show=Show(quiet=True))
