"""Adaptive practice: the threshold is found quickly, what is missed comes back soon, the warm-up is not scored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.training.adaptive import Practised, Threshold, next_exercise, overdue_kinds
from watchfloor.training.exercise import make_exercise, playable_kinds
from watchfloor.training.records import Records
from watchfloor.training.simulated import PRESETS, play_simulated


@pytest.mark.parametrize("true_px", [5.0, 12.0, 30.0])
def test_forty_targets_of_its_own_choice_tell_the_threshold(true_px):
    rng, errors = np.random.default_rng(2), []
    for _ in range(10):
        threshold = Threshold()
        for _ in range(40):
            px = threshold.next_px()
            ratio = (px / true_px) ** 2.5
            threshold.learn(px, is_found=bool(rng.random() < 0.95 * ratio / (1.0 + ratio)))
        found = threshold.half_px()
        assert found.low <= found.value <= found.high
        errors.append(abs(np.log(found.value / true_px)))
    assert np.median(errors) < 0.3


def test_its_own_choice_tells_more_than_sizes_at_random():
    widths = {"chosen": [], "random": []}
    for seed in range(10):
        for how, kept in widths.items():
            rng, threshold = np.random.default_rng(seed), Threshold()
            for _ in range(25):
                px = threshold.next_px() if how == "chosen" else float(np.exp(rng.uniform(np.log(2), np.log(120))))
                ratio = (px / 15.0) ** 2.5
                threshold.learn(px, is_found=bool(rng.random() < 0.95 * ratio / (1.0 + ratio)))
            found = threshold.half_px()
            kept.append(np.log(found.high / found.low))
    assert np.mean(widths["chosen"]) < np.mean(widths["random"])


def test_what_was_never_met_comes_first_then_what_was_missed():
    past = [Practised(session=0, kind="litter", is_found=True), Practised(session=0, kind="fight", is_found=False),
            Practised(session=1, kind="litter", is_found=True)]
    assert overdue_kinds(past, ("litter", "fight", "drinking"), session=2) == ["drinking", "fight", "litter"]


@given(st.integers(1, 8))
def test_a_kind_that_is_always_found_rests_twice_as_long_each_time(n):
    past = [Practised(session=number, kind="a", is_found=True) for number in range(n)]
    due = [session for session in range(n, 2000)
           if overdue_kinds([*past, Practised(session=session - 1, kind="b", is_found=False)], ("b", "a"),
                            session=session)[0] == "a"]
    assert due[0] == n - 1 + 2**n + 1


def test_the_next_exercise_follows_the_records(market, tmp_path):
    records = Records(tmp_path / "sessions.db")
    trainee = records.enrol("A")
    first = next_exercise("market_patrol", records, trainee, minutes=6, n_targets=8, n_tiles=9, scenario=market)
    records.add(play_simulated(first, PRESETS["optimal"], seed=1, scenario=market, trainee_id=trainee),
                finished_at="2026-03-01T10:00:00Z")
    second = next_exercise("market_patrol", records, trainee, minutes=6, n_targets=8, n_tiles=9, scenario=market)
    assert second.seed != first.seed
    met, fresh = ({target.kind for target in exercise.targets} for exercise in (first, second))
    assert set(playable_kinds(market)) - met <= fresh, "what the first left out comes in the second"
    assert len(records.responses(trainee)) == 8, "the warm-up is not scored"
    records.close()


def test_a_warm_up_comes_before_and_is_not_scored(market):
    exercise = make_exercise("market_patrol", scenario=market, seed=3, minutes=5, n_targets=6, n_warm_up=3,
                             n_freezes=0)
    assert exercise.duration_s == 360.0
    assert sum(target.at_s < 60.0 for target in exercise.targets) == 3
    played = play_simulated(exercise, PRESETS["optimal"], seed=1, scenario=market)
    assert played.detection.n_targets == 6
    assert all(trial.onset_s >= 60.0 for trial in played.watched.trials)
    assert played.detection.n_windows <= 9 * 10
