"""The measurement of policies does the work that its figures stand for."""

import json
from dataclasses import replace

import cv2
import pytest

from benchmarks.save import load_result
from sim.errors import InputError, UnknownNameError
from watchfloor.bench_dispatch import BenchOptions, bench_dispatch
from watchfloor.show import Show

QUIET = Show(quiet=True)


@pytest.fixture(name="measured", scope="module")
def _measured(busy_centre, tmp_path_factory):
    """A short measurement with a policy of one's own, its options and its folder."""
    folder = tmp_path_factory.mktemp("bench")
    own = folder / "first.py"
    own.write_text("class First:\n    def decide(self, decision):\n        return decision.free[0]\n")
    options = BenchOptions(
        cities=("seven_units_6_40",), scenario=str(busy_centre), hours=12.0, replications=3, loads=(0.1, 0.3),
        policies=("random", str(own)), days=0, towns=2, slots=40, timed=20, out=folder)
    return bench_dispatch(options, show=QUIET), options, folder


def test_a_learned_policy_is_held_against_the_exact_optimum(measured):
    (small,) = measured[0].small_cities
    assert small.late["optimum"] <= small.late["learned"] < small.late["nearest"]
    assert small.share_of_gain["learned"] >= 0.8
    assert 0.0 < small.travel_gain < 0.01


def test_decisions_and_steps_are_timed_beside_their_targets(measured):
    bench = measured[0]
    assert {(one.what, one.size) for one in bench.decisions} >= {
        ("nearest", 200), ("nearest", 1000), ("whittle look assignment", 8_500), ("whittle look assignment", 123_000)}
    assert all(0.0 < one.p50_ms <= one.p99_ms for one in bench.decisions)
    assert sum(one.target_p50_ms is not None or one.target_p99_ms is not None for one in bench.decisions) == 4
    assert bench.steps.n_steps == 200
    assert bench.steps.steps_per_s > 0.0


def test_attention_is_held_against_its_bound_over_towns(measured):
    attention = {one.policy: one.share_of_bound for one in measured[0].attention}
    assert list(attention) == ["round robin", "risk weighted", "rate × age", "myopic", "whittle",
                               "whittle, unequal visible times", "whittle, looks that miss half",
                               "whittle, inspectors busy with finds"]
    assert all(one.n == 2 for one in attention.values())
    assert attention["round robin"].mean < attention["myopic"].mean < attention["whittle"].mean


def test_latency_in_the_city_is_told_by_policy_load_and_priority_beside_the_bound(measured):
    bench, _, folder = measured
    of = {(one.policy, one.load, one.priority, one.measure): one for one in bench.city}
    for load in (0.1, 0.3):
        for measure in ("late_share", "call_to_dispatch_s", "dispatch_to_scene_s"):
            least = of["bound", load, None, measure].value.mean
            assert least <= min(of[name, load, None, measure].value.mean
                                for name in ("nearest", "random", str(folder / "first.py")))
    near = of["nearest", 0.3, None, "late_share"]
    assert near.less_nearest.mean == 0.0
    assert of["random", 0.3, None, "call_to_dispatch_s"].less_nearest.n == 3
    assert of["nearest", 0.1, None, "call_to_dispatch_s"].value.mean < of["nearest", 0.3, None,
                                                                         "call_to_dispatch_s"].value.mean
    assert {key[2] for key in of} >= {None, 2, 3, 4}


def test_figures_and_a_picture_are_saved_and_stand_beside_an_earlier_measurement(measured, tmp_path, capsys):
    bench, options, folder = measured
    saved = load_result(folder / "dispatch.json").values
    assert len(saved["city"]) == len(bench.city)
    picture = cv2.imread(str(folder / "dispatch.png"))
    assert picture.shape[1] > 1000
    assert (picture < 200).any()
    again = replace(options, replications=0, towns=1, against=folder / "dispatch.json", out=None)
    assert bench_dispatch(again, show=Show()).small_cities == bench.small_cities
    assert "Against the earlier measurement" in capsys.readouterr().out
    (tmp_path / "other.json").write_text(json.dumps(
        {**json.loads((folder / "dispatch.json").read_text()), "values": {"x": 1}}))
    with pytest.raises(InputError, match="another measurement"):
        bench_dispatch(replace(options, against=tmp_path / "other.json"), show=QUIET)


def test_a_policy_that_nobody_knows_is_told_before_anything_is_measured(measured):
    with pytest.raises(UnknownNameError, match="did you mean rollout"):
        bench_dispatch(replace(measured[1], policies=("rolout",)), show=QUIET)
