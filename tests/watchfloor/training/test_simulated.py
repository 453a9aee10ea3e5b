"""Simulated trainees: who sees more scores more, and the same seed plays the same session."""

from statistics import fmean

import pytest

from watchfloor.training.exercise import make_exercise
from watchfloor.training.simulated import PRESETS, play_simulated


@pytest.fixture(scope="module")
def scores(market):
    exercises = [make_exercise("market_patrol", scenario=market, seed=seed, minutes=20, n_targets=20, p_detect=0.8,
                               px=(6.0, 30.0), n_freezes=1) for seed in range(3)]
    return {name: [play_simulated(exercise, how, seed=seed, scenario=market)
                   for seed, exercise in enumerate(exercises)] for name, how in PRESETS.items()}


def test_the_trained_find_more_than_novices_and_the_optimal_find_almost_all(scores):
    share = {name: fmean(one.detection.n_hits / one.detection.n_targets for one in played)
             for name, played in scores.items()}
    assert share["novice"] < share["trained"] < share["optimal"]
    assert share["optimal"] > 0.9


def test_alerts_bring_targets_to_the_assisted_that_watching_alone_misses(scores):
    by_alert = [trial for played in scores["assisted"] for trial in played.watched.trials
                if trial.is_hit and not trial.is_by_watching]
    assert by_alert
    assert not [trial for played in scores["trained"] for trial in played.watched.trials
                if trial.is_hit and trial.seen_s is None]


def test_the_same_seed_plays_the_same_log(market):
    exercise = make_exercise("market_patrol", scenario=market, seed=2, minutes=6)
    first, again, other = (play_simulated(exercise, PRESETS["assisted"], seed=seed, scenario=market)
                           for seed in (1, 1, 2))
    assert first.log_digest == again.log_digest != other.log_digest


def test_every_target_on_the_wall_is_a_hit_or_a_miss(scores):
    for played in scores.values():
        for one in played:
            assert one.detection.n_targets == 20
            assert one.detection.n_hits == sum(trial.is_hit for trial in one.watched.trials)
            assert one.n_questions > 0
