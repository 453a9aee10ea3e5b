"""Levers: every change a planner may ask about is played as it says, on the same incidents."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios import load_scenario
from scenarios.detector_models import save_detector_model
from sim.alerts import draw_alerts, equipped_cameras
from sim.detector_model import DetectorModel, DetectorRow
from sim.errors import InputError, UnknownNameError
from sim.replicate import arm_parameters
from sim.rng import KeyedStreams
from sim.trace import draw_trace
from watchfloor.show import Show
from watchfloor.study.changes import LEVERS, read_changes
from watchfloor.study.days import Horizon
from watchfloor.study.plan import Plan, Scenarios, Setting, share_out_districts
from watchfloor.study.pool import HerePool
from watchfloor.study.progress import Progress
from watchfloor.study.runner import Runner
from watchfloor.study.whatif import compare_changes

CENTRE = "district_centre"
ALL_DAY = Horizon(warm_up_s=0.0, judged_s=86_400.0)


@pytest.fixture(scope="module")
def setting():
    return Setting(scenario=load_scenario(CENTRE, overrides={"time.duration_h": 24.0}), path=CENTRE,
                   overrides=(("time.duration_h", 24.0),), seed=5, horizon=ALL_DAY)


def row(threshold, hits, false_alarms):
    return DetectorRow(
        kind="object_placed", condition="any", threshold=threshold, plateau=None, px50=None, slope=None, cov=None,
        hits=hits, misses=10 - hits, false_alarms=false_alarms, camera_hours=2.0, n_cameras=2, between_camera_sd=None,
        f0_per_h=None, f1_per_person_min=None, delay_quantiles_s=(1.0, 1.5, 2.0))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.json"
    save_detector_model(DetectorModel(
        name="left", detector="left_object", version="1", profile="tabletop", kind_map={"object_placed": "traffic"},
        rows=(row(0.3, 9, 20), row(0.6, 7, 6), row(0.9, 4, 1)),
        provenance={"set": "s", "sha256": "0", "machine": "m", "date": "d", "code_version": "1"}), path)
    return path


@pytest.fixture(scope="module")
def differences(setting, model):
    """By change, then measure: what it does to twelve days, paired."""
    levers = ("tiles=2", "tiles=0.5", "zoom=2", "cameras=1.5", "attention=round_robin", "attention=risk_weighted",
              "outage=0.1", "outage=0.5", "dispatch=district_first")
    changes = {text: read_changes((text,), CENTRE)[0] for text in levers}
    detector, low, high, stricter = read_changes(("threshold=0.9",), CENTRE, detector_model=model, share=0.5)
    changes |= {"detector": detector, "detector, low": low, "detector, high": high, "threshold=0.9": stricter,
                "detector everywhere": read_changes((), CENTRE, detector_model=model, share=1.0)[0]}
    runner = Runner(setting, HerePool(setting), None, Progress(Show(quiet=True)))
    found = compare_changes(runner, setting.scenario.shifts, list(changes.values()),
                            ("in_view", "alerts", "false_alerts", "p90:travel_time_s"), 12)
    return {name: {measure: item.mean for measure, item in what_if.differences.items()}
            for name, what_if in zip(changes, found, strict=True)}


def test_shorter_looks_and_better_zoom_find_more_of_the_same_incidents(differences):
    assert differences["tiles=2"]["found"] > 0.0 > differences["tiles=0.5"]["found"]
    assert differences["zoom=2"]["found"] > 0.0
    assert all(differences[name]["in_view"] == 0.0 for name in ("tiles=2", "tiles=0.5", "attention=risk_weighted"))


def test_more_cameras_see_more_and_find_more(differences):
    assert differences["cameras=1.5"]["in_view"] > 0.0
    assert differences["cameras=1.5"]["found"] > 0.0


def test_the_room_s_own_attention_plan_changes_nothing_and_another_one_does(differences):
    assert set(differences["attention=round_robin"].values()) == {0.0}
    assert differences["attention=risk_weighted"]["found"] != 0.0


def test_a_larger_outage_loses_more(differences):
    assert 0.0 > differences["outage=0.1"]["found"] > differences["outage=0.5"]["found"]


def test_a_detector_on_more_cameras_raises_more_alerts_and_a_higher_threshold_fewer(differences):
    everywhere, half, stricter = (differences[name] for name in ("detector everywhere", "detector", "threshold=0.9"))
    for measure in ("alerts", "false_alerts", "inspector_utilisation"):
        assert everywhere[measure] > half[measure] > stricter[measure] > 0.0
    assert differences["detector, low"]["false_alerts"] < differences["detector, high"]["false_alerts"]


def test_no_change_but_another_roster_costs_staff(differences):
    assert {item["cost"] for item in differences.values()} == {0.0}


def test_another_dispatch_policy_finds_the_same_and_drives_otherwise(differences):
    assert differences["dispatch=district_first"]["found"] == 0.0
    assert differences["dispatch=district_first"]["p90:travel_time_s"] != 0.0


def test_all_takes_every_lever_and_the_thresholds_that_were_measured(model):
    names = [change.name for change in read_changes(("all",), CENTRE, detector_model=model)]
    for start in ("2 × the tiles", "2 × better zoom", "14 more cameras", "attention: more looks", "an outage: 10 %",
                  "dispatch: a unit of the call's own district"):
        assert any(name.startswith(start) for name in names), names
    assert [name.rsplit(" ", 1)[1] for name in names if "threshold" in name] == ["0.6", "0.9"]


def test_added_cameras_leave_those_that_were_there(setting):
    (change,) = read_changes(("cameras=1.5",), CENTRE)
    before, after = setting.scenario.city.cameras, Scenarios(setting).of(Plan(overrides=change.overrides)).city.cameras
    assert after.n_cameras == 108
    for name in ("site", "x_m", "y_m", "heading_deg", "range_m", "kind"):
        np.testing.assert_array_equal(getattr(after, name)[:72], getattr(before, name))
    assert not set(after.site[72:].tolist()) & set(before.site.tolist())


def test_an_outage_of_every_camera_finds_nothing(setting):
    runner = Runner(setting, HerePool(setting), None, Progress(Show(quiet=True)))
    runner.ensure([Plan(outage_share=1.0)], 2, "outage")
    assert runner.days(Plan(outage_share=1.0), "found").sum() == 0.0


def test_the_alerts_of_a_higher_threshold_are_a_part_of_those_of_a_lower_one(setting, model):
    changes = read_changes(("threshold=0.6", "threshold=0.9"), CENTRE, detector_model=model, share=1.0)
    trace = draw_trace(setting.scenario, seed=5, replication=0)
    raised = []
    for change in (changes[0], *changes[-2:]):
        drawn = draw_alerts(setting.scenario, trace, arm_parameters(change.arm, seed=5, replication=0), seed=5,
                            equipped=equipped_cameras(setting.scenario, KeyedStreams(5), share=1.0), replication=0)
        true = drawn.incident >= 0
        raised.append((set(zip(drawn.camera[true].tolist(), drawn.detect_s[true].tolist(), strict=True)),
                       int((~true).sum())))
    assert raised[0][0] >= raised[1][0] >= raised[2][0]
    assert raised[0][0] > raised[2][0]
    assert raised[0][1] > raised[1][1] > raised[2][1]


@pytest.mark.parametrize(("text", "error", "message"), [
    ("tile=2", UnknownNameError, "did you mean tiles"),
    ("tiles=many", InputError, "tiles=many; expected a number"),
    ("tiles=0", InputError, "a factor above 0"),
    ("cameras=0.5", InputError, "a factor of 1 or more"),
    ("attention=riskweighted", UnknownNameError, "did you mean risk_weighted"),
    ("dispatch=district", UnknownNameError, "did you mean district_first"),
    ("queue=load", UnknownNameError, "likelihood_and_load"),
    ("outage=1.5", InputError, "a share of the cameras"),
    ("threshold=0.5", InputError, "--detector-model beside it"),
])
def test_a_value_that_no_lever_has_is_named(text, error, message):
    with pytest.raises(error, match=message):
        read_changes((text,), CENTRE)


def test_the_order_of_waiting_alerts_is_changed_where_a_detector_makes_them_wait(model):
    assert [change.overrides for change in read_changes(("queue=likelihood_and_load",), CENTRE, detector_model=model)][
        -1] == (("alerting.queue_order", "likelihood_and_load"),)
    (_, _, _, *usual) = read_changes(("all",), CENTRE, detector_model=model)
    assert sum(change.overrides == (("alerting.queue_order", "likelihood_and_load"),) for change in usual) == 1


def test_a_threshold_above_all_that_was_measured_is_refused(model):
    with pytest.raises(InputError, match=r"at most 0\.9, the highest measured"):
        read_changes(("threshold=0.95",), CENTRE, detector_model=model)


def test_only_a_synthetic_city_gets_more_cameras_and_every_lever_has_its_name():
    assert set(LEVERS) == {"tiles", "zoom", "cameras", "attention", "dispatch", "queue", "outage", "threshold"}
    assert len(read_changes(("all",), "night_drinking")) == 7


def test_rooms_share_all_districts_out_each_once():
    rooms = share_out_districts(24, 15)
    assert [district for room in rooms for district in room.districts] == list(range(24))
    assert {len(room.districts) for room in rooms} == {1, 2}
    with pytest.raises(InputError, match="1 to 24"):
        share_out_districts(24, 25)
