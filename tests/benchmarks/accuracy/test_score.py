"""Scores of clips worked by hand, and intervals that resample cameras."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy.busy import fit_rates
from benchmarks.accuracy.cameras import between_camera_sd, resample
from benchmarks.accuracy.outcomes import NEVER, find_delays_s, find_outcomes
from benchmarks.accuracy.score import ScoringRules, choose_thresholds, score_kind, score_kinds
from benchmarks.accuracy.watched import BadAlertError, check_alerts
from benchmarks.truth import MatchRule

RULES = ScoringRules(match=MatchRule(tolerance_s=0.5, max_delay_s=10.0), aliases={})


def two_cameras(make_watched):
    """Yard: two events, the first found twice, the second late. Hall: one missed, one wrong alert."""
    return [make_watched([(100.0, 8.0), (200.0, 4.0)], [(103.0, 0.5), (105.0, 0.9), (212.0, 0.7), (207.0, 0.3)]),
            make_watched([(50.0, 2.0)], [(400.0, 0.6)], camera="hall")]


def test_every_event_and_alert_has_the_outcome_worked_by_hand(make_watched):
    outcomes = find_outcomes(two_cameras(make_watched), "litter", rule=RULES.match)
    assert outcomes.cameras == ("hall", "yard")
    # 212 s is 11 s after the second event's end: too late, so its alert is the weak one at 207 s
    assert outcomes.event_score.tolist() == [0.9, 0.3, NEVER]
    assert sorted(outcomes.false_score.tolist()) == [0.5, 0.6, 0.7]
    assert [outcomes.counts(threshold) for threshold in (0.0, 0.4, 0.8)] == [(2, 1, 3), (1, 2, 3), (1, 2, 0)]
    assert outcomes.camera_hours.tolist() == [1.0, 1.0]


def test_the_delay_is_to_the_earliest_alert_over_the_threshold(make_watched):
    clips = two_cameras(make_watched)
    assert find_delays_s(clips, "litter", 0.0, rule=RULES.match) == [3.0, 7.0]
    assert find_delays_s(clips, "litter", 0.8, rule=RULES.match) == [5.0]


def test_a_score_has_the_counts_rates_and_worst_camera(make_watched):
    score = score_kind(two_cameras(make_watched), "litter", "all", RULES)
    assert [(item.row.threshold, item.row.hits, item.row.false_alarms) for item in score.thresholds] == [
        (0.0, 2, 3), (0.5, 1, 3), (0.6, 1, 2), (0.7, 1, 1), (0.9, 1, 0)]
    row = score.lowest.row
    assert (row.misses, row.camera_hours, row.n_cameras, row.f0_per_h) == (1, 2.0, 2, None)
    assert row.delay_quantiles_s == (3.0, 4.0, 5.0, 6.0, 7.0)
    # exact Poisson bounds of 3 in 2 h: 0.818 / 2 and 7.754 / 2 (Garwood's table)
    assert score.lowest.false_per_h_90 == pytest.approx((0.409, 3.877), abs=1e-3)
    assert score.cameras[0].camera == "hall"
    assert score.p_miss_at[1.0].value == pytest.approx(2 / 3)


def test_alerts_of_another_name_count_where_they_are_said_to(make_watched):
    clip = make_watched([(100.0, 8.0)], [(103.0, 0.5)], raised="object_placed")
    assert score_kinds([clip], RULES)[0].lowest.row.hits == 0
    rules = replace(RULES, aliases={"object_placed": "litter"})
    assert score_kinds([clip], rules)[0].lowest.row.hits == 1


def test_without_any_event_recall_is_not_known_and_false_alarms_are_told(make_watched):
    (score,) = score_kinds([make_watched([], [(5.0, 0.5)], negative_for=("litter",))], RULES, declared=("litter",))
    assert score.lowest.recall_95 is None
    assert score.recall.value is None
    assert score.lowest.row.false_alarms == 1
    assert score.lowest.f1 == {"alert": None, "record": None}


def test_kinds_on_which_the_truth_is_silent_are_not_scored(make_watched):
    clip = make_watched([(100.0, 8.0)], [(103.0, 0.5)])
    assert [score.kind for score in score_kinds([clip], RULES, declared=("fight", "litter"))] == ["litter"]


def test_light_and_condition_are_scored_apart_and_no_group_twice(make_watched):
    clips = [make_watched([(9.0, 8.0)], [], camera=name, light=light, condition=condition)
             for name, light, condition in (("a", "day", "sun"), ("b", "day", "rain"), ("c", "night", "night, 136k"))]
    assert [(score.condition, score.outcomes.n_events) for score in score_kinds(clips, RULES)] == [
        ("all", 3), ("day", 2), ("night", 1), ("rain", 1), ("sun", 1)]


def test_thresholds_are_at_most_ten_and_start_at_the_least_score(make_watched):
    clip = make_watched([], [(number, 0.01 * number) for number in range(1, 90)], negative_for=("litter",))
    det = find_outcomes([clip], "litter").det()
    chosen = choose_thresholds(det, min_score=0.0)
    assert len(chosen) == 10
    assert chosen[0] == 0.0
    assert list(chosen) == sorted(set(chosen))
    assert chosen[-1] == pytest.approx(0.89)


def test_resampling_cameras_gives_wider_intervals_than_resampling_events(make_watched):
    """Six cameras, on three of which everything is found and on three nothing: six units, not sixty."""
    clips = [make_watched([(100.0 * n, 8.0) for n in range(1, 11)], [(100.0 * n + 2.0, 0.5) for n in range(1, 11)
                                                                     if camera < 3], camera=f"c{camera}")
             for camera in range(6)]
    outcomes = find_outcomes(clips, "litter", rule=RULES.match)
    interval = resample(outcomes, lambda item: item.counts(0.0)[0] / item.n_events)
    rng = np.random.default_rng(2)
    slow = [np.mean([[1.0] * 10 if camera < 3 else [0.0] * 10 for camera in rng.integers(0, 6, 6)])
            for _ in range(4000)]
    assert interval.value == 0.5
    assert (interval.low, interval.high) == pytest.approx(np.quantile(slow, [0.025, 0.975]), abs=0.09)
    assert interval.high - interval.low > 0.6
    few = find_outcomes(clips[:4], "litter", rule=RULES.match)
    assert resample(few, lambda item: item.counts(0.0)[0] / item.n_events).low is None


def test_the_spread_between_cameras_is_found_again():
    rng = np.random.default_rng(4)
    n = np.full(400, 20)
    share = rng.beta(0.7 * 4.0, 0.3 * 4.0, 400)
    assert between_camera_sd(rng.binomial(n, share), n) == pytest.approx(np.sqrt(0.21 / 5.0), rel=0.08)
    assert between_camera_sd(rng.binomial(n, 0.7), n) < 0.03
    assert between_camera_sd(np.array([3, 5]), np.array([6, 6])) is None
    assert between_camera_sd(np.array([6, 6, 6]), np.array([6, 6, 6])) is None


def test_false_alarms_are_told_apart_into_the_cameras_own_and_those_that_people_bring():
    rng = np.random.default_rng(5)
    hours, minutes = np.full(60, 10.0), rng.uniform(0.0, 600.0, 60)
    rate = fit_rates(rng.poisson(0.5 * hours + 0.1 * minutes).astype(float), hours, minutes)
    assert rate.f0_per_h == pytest.approx(0.5, abs=0.25)
    assert rate.f1_per_person_min == pytest.approx(0.1, abs=0.01)
    assert fit_rates(np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([60.0, 60.0])) is None


@pytest.mark.parametrize(("change", "said"), [
    ({"detect_s": 99.0}, "detect_s = 99.0; expected seconds within the clip"),
    ({"detect_s": float("nan")}, "detect_s = nan"), ({"score": float("inf")}, "score = inf"),
    ({"box_xyxy": (600.0, 0.0, 700.0, 50.0)}, r"within 640 × 360"),
    ({"box_xyxy": (5.0, 5.0, 5.0, 9.0)}, "left < right"), ({"kind": ""}, "kind = ; expected a text"),
])
def test_an_alert_that_cannot_be_is_told_with_its_number(make_watched, change, said):
    alert = make_watched([], [(1.0, 0.5)]).alerts[0]
    check_alerts([alert], size_wh=(640, 360), duration_s=12.0, where="yard")
    with pytest.raises(BadAlertError, match=f"yard: alert 1 of paper: .*{said}"):
        check_alerts([alert, replace(alert, **change)], size_wh=(640, 360), duration_s=12.0, where="yard")
