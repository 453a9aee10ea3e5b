"""The second loop: simulated trainees of known parameters play, and calibration finds these parameters again."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scenarios import load_inspector_model, load_scenario
from sim.errors import InputError
from sim.inspector_draw import draw_inspectors
from sim.replicate import Arm, run_replication
from sim.scenario import Spread
from sim.travel import Travel
from watchfloor.calibration.deciding import _MIDDLES, _SLOPES, Judgement, measure_compliance, measure_times
from watchfloor.calibration.inspectors import calibrate_inspectors
from watchfloor.calibration.noticing import PRIOR_MIDDLE, Noticed, infer_noticing, log_likelihood, natural
from watchfloor.show import Show
from watchfloor.training.exercise import make_exercise
from watchfloor.training.records import Records
from watchfloor.training.simulated import Perception, play_simulated

TRUTH = Perception(look_s=1.5, p_best=0.75, px_half=15.0, px_slope=2.5, verify=Spread(median_s=9.0, p95_s=28.0),
                   compliance_slope=7.0, compliance_middle=0.4, p_confirm=0.9, p_false_alert=0.05, false_per_min=0.05,
                   delta=0.5)
BETWEEN_SD = 0.25
SESSIONS = ((4, None, 0.0), (9, None, 0.0), (16, None, 0.0), (9, 0.8, 4.0), (9, 0.5, 20.0))
"""(tiles, share of targets that a detector claims, its false alarms for each camera and hour)."""
DUTY_S = 7200.0
"""For how long they had been watching before every other session."""


OURS = """
schema = "watchfloor.scenario/1"
extends = "market_patrol"
name = "ours"
title = "The market with our own inspectors"
story = "Assumed: our trainees watch the room as they watched in training."

[watching]
source = "measured: our trainees, 2026"
inspector_model = "inspectors.json"
"""


def train_six(market, path, *, seed=0):
    """Keep records of six trainees, who differ in how often they notice: five sessions each, some after a duty.

    Each begins with another kind of session, so that none is always the one in which they are fresh.
    """
    records = Records(path)
    factors = np.exp(BETWEEN_SD * np.array([-1.2, -0.6, -0.2, 0.2, 0.6, 1.2]))
    for person, factor in enumerate(factors.tolist()):
        trainee = records.enrol(f"trainee {person}", consents=True)
        for number in range(len(SESSIONS)):
            tiles, p_detect, false_per_h = SESSIONS[(number + person) % len(SESSIONS)]
            luck = 10_000 * seed + 100 * person + number
            exercise = make_exercise(
                "market_patrol", scenario=market, seed=luck, minutes=20, n_targets=25, n_tiles=tiles,
                kinds=("litter", "butt"), px=(4.0, 60.0), visible_s=(15.0, 60.0), n_freezes=0, p_detect=p_detect,
                false_per_camera_h=false_per_h)
            how = replace(TRUTH, look_s=TRUTH.look_s / factor, uses_alerts=p_detect is not None)
            played = play_simulated(exercise, how, seed=luck, scenario=market, trainee_id=trainee,
                                    start_watch_s=DUTY_S * (number % 2))
            records.add(played, finished_at=f"2026-01-0{number + 1}T09:00:00Z")
    blind = records.enrol("somebody who does not consent", consents=False)
    never = replace(TRUTH, p_best=0.001, uses_alerts=False)
    records.add(play_simulated(exercise, never, seed=seed, scenario=market, trainee_id=blind),
                finished_at="2026-01-09T09:00:00Z")
    records.close()
    return path


def outside(model):
    """Return the parameters whose interval does not hold the truth."""
    truth = {"look_s": TRUTH.look_s, "p_noticed_at_best": TRUTH.p_best, "px_half": TRUTH.px_half,
             "px_slope": TRUTH.px_slope, "verify_median_s": 9.0, "verify_p95_s": 28.0, "p_confirm": 0.9,
             "p_false_confirm": 0.05, "compliance_slope": 7.0, "compliance_middle": 0.4, "between_sd": BETWEEN_SD,
             "vigilance_delta": TRUTH.delta}
    return [name for name, value in truth.items()
            if not getattr(model, name).low <= value <= getattr(model, name).high]


@pytest.fixture(scope="module")
def trained(market, tmp_path_factory):
    return train_six(market, tmp_path_factory.mktemp("records") / "sessions.db")


@pytest.fixture(scope="module")
def calibrated(trained):
    out = trained.parent / "inspectors.json"
    return calibrate_inspectors(trained, out=out, date="2026-02-01", seed=1, show=Show(quiet=True))


def test_known_parameters_are_recovered_within_their_intervals(calibrated):
    missed = outside(calibrated.model)
    assert len(missed) <= 2, f"{missed}: of twelve 95 % intervals, three would miss in 2 % of all repetitions"
    for name in ("look_s", "p_noticed_at_best", "px_half", "compliance_middle", "vigilance_delta"):
        assert getattr(calibrated.model, name).is_informed
    assert calibrated.r_hat < 1.05


@pytest.mark.long
def test_intervals_hold_the_truth_about_as_often_as_they_say(market, tmp_path):
    missed = []
    for seed in range(1, 11):
        model = calibrate_inspectors(train_six(market, tmp_path / f"{seed}.db", seed=seed),
                                     out=tmp_path / f"{seed}.json", date="2026-02-01", seed=1,
                                     show=Show(quiet=True)).model
        missed += outside(model)
    assert len(missed) <= 12, f"{120 - len(missed)} of 120 intervals hold the truth; missed: {missed}"


def test_the_model_is_pooled_and_a_scenario_that_names_it_runs_on_it(calibrated, tmp_path):
    model = load_inspector_model(calibrated.out)
    assert model == calibrated.model
    text = calibrated.out.read_text()
    assert "trainee 0" not in text
    (tmp_path / "inspectors.json").write_text(text)
    (tmp_path / "ours.toml").write_text(OURS)
    scenario = load_scenario(tmp_path / "ours.toml")
    assert scenario.watching.look_s == model.look_s.value
    assert scenario.watching.px_half == model.px_half.value
    assert scenario.watching.verify.median_s == model.verify_median_s.value
    assert {kind.p_noticed_at_best for kind in scenario.kinds} == {model.p_noticed_at_best.value}
    assert scenario.digest != load_scenario("market_patrol").digest
    chosen = load_scenario(tmp_path / "ours.toml", overrides={"watching.look_s": 3.0})
    assert chosen.watching.look_s == 3.0, "a what-if still has the last word"
    drawn = [draw_inspectors(scenario, seed=1, replication=number) for number in range(200)]
    looks = np.array([one.watching.look_s for one in drawn])
    assert np.mean((looks > model.look_s.low) & (looks < model.look_s.high)) == pytest.approx(0.95, abs=0.05)
    assert all(one.watching.verify.p95_s > one.watching.verify.median_s for one in drawn)
    assert all(len({kind.p_noticed_at_best for kind in one.kinds}) == 1 for one in drawn)
    assert draw_inspectors(scenario, seed=1, replication=7) == drawn[7]
    assert {draw_inspectors(chosen, seed=1, replication=number).watching.look_s for number in range(9)} == {3.0}
    plain = load_scenario("market_patrol")
    assert draw_inspectors(plain, seed=1, replication=7) is plain
    without = json.loads(text)
    del without["draws"]
    (tmp_path / "inspectors.json").write_text(json.dumps(without))
    older = load_scenario(tmp_path / "ours.toml")
    assert older.inspector_draws is None
    assert older.digest != scenario.digest


def test_a_run_and_a_study_play_each_replication_on_inspectors_drawn_from_the_posterior(calibrated, tmp_path):
    (tmp_path / "inspectors.json").write_text(calibrated.out.read_text())
    (tmp_path / "ours.toml").write_text(OURS)
    ours = load_scenario(tmp_path / "ours.toml", overrides={"kinds.traffic.per_day": 600})
    travel, arms, digests = Travel(ours.city.roads), (Arm(name="inspectors"),), set()
    for number in range(3):
        drawn = replace(draw_inspectors(ours, seed=1, replication=number), inspector_draws=None)
        (run,), (twin,) = (run_replication(one, arms, travel, seed=1, replication=number, keep_log=False)
                           for one in (ours, drawn))
        assert run.log_digest == twin.log_digest
        digests.add(run.log_digest)
    (fixed,) = run_replication(replace(ours, inspector_draws=None), arms, travel, seed=1, replication=0, keep_log=False)
    assert fixed.measures["found"] > 5, "each case's verification takes as long as its inspector does"
    assert fixed.log_digest not in digests


def test_whoever_does_not_consent_is_left_out_and_four_are_too_few(trained, calibrated, tmp_path):
    assert (calibrated.n_left_out, calibrated.model.n_trainees) == (1, 6)
    assert calibrated.model.n_sessions == 6 * len(SESSIONS)
    copy = tmp_path / "sessions.db"
    copy.write_bytes(trained.read_bytes())
    records = Records(copy)
    for person in range(2):
        records.enrol(f"trainee {person}", consents=False)
    records.close()
    with pytest.raises(InputError, match="4 who consent and have played; expected at least 5"):
        calibrate_inspectors(copy, out=tmp_path / "no.json", date="2026-02-01", seed=1, show=Show(quiet=True))
    assert not (tmp_path / "no.json").exists()
    with pytest.raises(InputError, match="expected records of training sessions"):
        calibrate_inspectors(tmp_path / "none.db", out=tmp_path / "no.json", date="", seed=1, show=Show(quiet=True))


def seen_by_chance(rng, n, *, p_best=0.8, look_s=1.0):
    """Targets noticed by the model itself, look by look."""
    n_tiles, px = rng.choice([4.0, 9.0, 16.0], n), np.exp(rng.uniform(np.log(4.0), np.log(60.0), n))
    lasts_s = rng.uniform(15.0, 60.0, n)
    ratio = (px / 10.0) ** 3.0
    looks = rng.geometric(ratio / (1.0 + ratio) / n_tiles)
    noticed = (rng.random(n) < p_best) & (looks * look_s <= lasts_s)
    return Noticed(trainee=np.arange(n) % 5, exposure_s=np.where(noticed, looks * look_s, lasts_s),
                   is_noticed=noticed, n_tiles=n_tiles, px=px, watch_s=np.zeros(n))


def test_the_likelihood_is_that_of_its_definition():
    seen = seen_by_chance(np.random.default_rng(1), 12)
    theta = PRIOR_MIDDLE.copy()
    theta[5] = -18.0  # nobody differs, so the average over people is one factor of 1
    look_s, p_best, px_half, slope, *_ = natural(theta)
    total = 0.0
    for exposure_s, noticed, n_tiles, px in zip(seen.exposure_s, seen.is_noticed, seen.n_tiles, seen.px, strict=True):
        q = (px / px_half) ** slope / (1.0 + (px / px_half) ** slope) / n_tiles
        hazard = -np.log(1.0 - q) / look_s
        survived = (1.0 - q) ** (exposure_s / look_s)
        total += np.log(p_best * hazard * survived if noticed else 1.0 - p_best + p_best * survived)
    assert log_likelihood(theta, seen) == pytest.approx(total, rel=1e-6)


def test_without_responses_that_tell_the_prior_stays():
    seen = replace_arrays(seen_by_chance(np.random.default_rng(1), 10), exposure_s=np.full(10, 0.05),
                          is_noticed=np.zeros(10, dtype=bool))
    posterior = infer_noticing(seen, seed=1)
    assert (posterior.spread > 0.8).all()


def correlation(p):
    """Return that of the logarithm of slopes and of middles under a grid's probabilities."""
    slopes, middles = (axis.ravel() for axis in np.meshgrid(np.log(_SLOPES), _MIDDLES, indexing="ij"))
    cov = np.cov(slopes, middles, aweights=p.ravel())
    return cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])


def replace_arrays(seen, **changes):
    return replace(seen, **changes)


def test_times_are_those_of_a_lognormal_in_each_person():
    rng = np.random.default_rng(3)
    judged = [Judgement(trainee=person, session="a", is_alert=False, is_true=True, is_confirmed=True,
                        time_s=8.0 * float(np.exp(0.8 * rng.standard_normal()))) for person in range(6)
              for _ in range(80)]
    median, p95 = measure_times(judged)
    assert median.low < 8.0 < median.high
    assert p95.low < 8.0 * np.exp(0.8 * 1.645) < p95.high


def test_trust_in_alerts_follows_how_often_they_were_right():
    rng, judged = np.random.default_rng(4), []
    for session in range(30):
        p_true = 0.1 if session % 2 else 0.9
        right = []
        for _ in range(60):
            sense = (sum(right[-50:]) + 0.5 * (50 - len(right[-50:]))) / 50
            is_true = bool(rng.random() < p_true)
            acts = bool(is_true and rng.random() < 1.0 / (1.0 + np.exp(-8.0 * (sense - 0.45))))
            judged.append(Judgement(trainee=session % 5, session=str(session), is_alert=True, is_true=is_true,
                                    is_confirmed=acts, time_s=5.0))
            right.append(acts)
    found = measure_compliance(judged, confirms=(1e6, 1.0))
    assert found.slope.low < 8.0 < found.slope.high
    assert found.middle.low < 0.45 < found.middle.high
    assert found.middle.is_informed
    slopes, middles = found.draw(4000, rng).T
    for drawn, measured in ((slopes, found.slope), (middles, found.middle)):
        assert np.mean((drawn > measured.low) & (drawn < measured.high)) == pytest.approx(0.95, abs=0.05)
    assert np.corrcoef(np.log(slopes), middles)[0, 1] == pytest.approx(correlation(found.p), abs=0.1)
