"""The patrols' own code gives the hypercube's answers, Cobham's, and the square-root law."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from sim.theory.recursion import waits_by_class
from sim.travel import Travel
from watchfloor.validation.check import make_check
from watchfloor.validation.parts import BOOK_BEAT, BOOK_RATES
from watchfloor.validation.queues import PatrolModel, patrol_checks
from watchfloor.validation.travel import (
    BLOCK_DS,
    extra_blocks_along_streets,
    extra_blocks_by_junction,
    kth_nearest,
    make_grid,
)
from watchfloor.validation.watching import nearest_unit_check
from watchfloor.validation.worlds import MEAN_S, patrol_dispatches

FOLDER = Path(__file__).resolve().parent / "conformance"


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def failures(checks):
    return [f"{check.name}: {check.value} ± {check.half_width}; expected {check.reference}, n = {check.n}"
            for check in checks if not check.passed]


def book_references(case):
    """Return every number of Larson and Odoni's example by the name of its measure."""
    told = case["recomputed"]
    references = {"p_queue": told["P_queue"], **{f"p_{state}": p for state, p in told["P"].items()}}
    for unit, workload in enumerate(told["workloads"]):
        references[f"workload_{unit + 1}"] = workload
    for name, field in (("at_once", "f_noqueue"), ("from_queue", "f_queued")):
        for unit, row in enumerate(told[field]):
            for place, share in enumerate(row):
                references[f"{name}_{unit + 1}_{place + 1}"] = share
    return references


def test_the_beat_gives_the_preferences_of_the_book():
    (case,) = load("hypercube_larson_odoni")
    assert (BOOK_BEAT.preference() + 1).tolist() == [item["preference"] for item in case["classes"]]
    assert list(BOOK_RATES) == [item["lam"] for item in case["classes"]]


@pytest.mark.parametrize(("n_played", "most"), [(10_000, 3_000_000),
                                                pytest.param(400_000, 20_000_000, marks=pytest.mark.long)])
def test_the_patrols_are_the_hypercube(n_played, most):
    (case,) = load("hypercube_larson_odoni")
    references = book_references(case)
    checks = patrol_checks("book", PatrolModel(beat=BOOK_BEAT, rates=BOOK_RATES), references, source="",
                           n_played=n_played, most=most, rng=np.random.default_rng(1974))
    assert not failures(checks)
    assert len(checks) == 2 + len(references) == 2 + 1 + 8 + 3 + 24
    for unit, published in enumerate(case["published"]["workloads"]):
        workload = next(check for check in checks if check.name == f"book: workload_{unit + 1}")
        assert abs(workload.value - published) <= 2.0 * workload.half_width + 5e-5


@pytest.mark.long
def test_the_patrols_log_alone_agrees_with_the_book():
    (case,) = load("hypercube_larson_odoni")
    model, rng = PatrolModel(beat=BOOK_BEAT, rates=BOOK_RATES), np.random.default_rng(1981)
    rows = []
    for _ in range(30):
        calls = model.draw(20_000, rng)
        rows.append(model.measure(calls, *model.played(calls)))
    checks = [make_check([row[key] for row in rows], part="patrols", name=key, reference=reference, n=600_000,
                         source="", must_be_tight=key.startswith("workload"))
              for key, reference in book_references(case).items()]
    assert not failures(checks)


def test_waiting_calls_go_by_priority_as_in_cobham():
    """The room's own checks hold the recursion to Cobham's formula; here the patrols are held to the recursion."""
    rng = np.random.default_rng(1954)
    n = 10_000
    arrive_s = np.cumsum(rng.exponential(MEAN_S / 2.4, n))
    scene_s, priority = rng.exponential(MEAN_S, n), rng.integers(0, 3, n).astype(np.int32)
    waits_s, _ = patrol_dispatches(BOOK_BEAT, detect_s=arrive_s, scene_s=scene_s, n_priorities=3, priority=priority,
                                   place=rng.integers(0, 4, n).astype(np.int32))
    assert (waits_s == waits_by_class(arrive_s, scene_s, priority, 3)).all()
    assert waits_s[priority == 0].mean() < 0.3 * waits_s[priority == 2].mean()


TRAVEL = load("travel_distance")


def test_the_nearest_unit_is_as_far_as_the_square_root_law_says():
    assert not failures([nearest_unit_check(side=201, n_units=100, n_calls=3_000, rng=np.random.default_rng(1973))])


def test_the_kth_nearest_is_as_far_as_theory_says():
    (case,) = [case for case in TRAVEL if case["metric"] == "manhattan" and "pdf" in case]
    told = case["mean_kth_nearest_times_sqrt_g"]
    n = 50_000
    distances = kth_nearest(side=201, n_rounds=n, units_per_junction=0.002, k=len(told),
                            rng=np.random.default_rng(380))
    assert not failures([make_check(distances[:, k], part="travel", name=f"{k + 1}", reference=mean, n=n, source="")
                         for k, mean in enumerate(told)])


@pytest.mark.parametrize("units", ["1 unit uniform in square side s", "unit at centre of square side s"])
def test_one_unit_in_a_square_drives_as_far_as_theory_says(units):
    """On a fine grid, between junctions drawn uniformly: a part in ten thousand short of the continuous square."""
    (case,) = [case for case in TRAVEL if case["metric"] == "manhattan" and case["units"] == units]
    side, n_units, rng = 101, 100, np.random.default_rng(325)
    travel = Travel(make_grid(side))
    centre = (side // 2) * side + side // 2
    means = []
    for _ in range(300):
        place = int(rng.integers(side * side))
        if "centre" in units:
            place, posts = centre, rng.integers(side * side, size=n_units)
        else:
            posts = rng.integers(side * side, size=n_units)
        means.append(float(travel.row_ds(place)[posts].mean()) / BLOCK_DS / side)
    assert not failures([make_check(means, part="travel", name=units, reference=case["mean_over_s"], n=30_000,
                                    source="")])


def test_one_way_streets_cost_two_blocks_between_places_along_them():
    (case,) = [case for case in TRAVEL if "ALONG streets" in case["metric"]]
    extra = extra_blocks_along_streets(side=41, window=30, n_places=4_000, n_units=50,
                                       rng=np.random.default_rng(316))
    assert not failures([make_check(extra, part="travel", name="one-way", reference=case["mean_extra_blocks"],
                                    n=200_000, source="")])


def test_one_way_streets_cost_about_one_block_between_junctions():
    (case,) = [case for case in TRAVEL if "node-to-node" in case["metric"]]
    extra = extra_blocks_by_junction(side=60, window=44)
    assert abs(extra - case["mean_extra_blocks"]) <= case["tolerance_abs"]
    assert math.isclose(extra, 1.0213, abs_tol=1e-4), "every pair was driven, so this grid's mean is exact"


def test_every_travel_case_is_driven_or_has_no_streets():
    driven = [case for case in TRAVEL if case["metric"] != "euclid"]
    assert len(driven) == 5
    assert all(case["metric"] == "euclid" for case in TRAVEL if case not in driven)
