"""The calibration: from equal rates to the targets, what it names as unknown, and what Ctrl-C keeps."""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import replace

import pytest

from scenarios import find_scenario, load_scenario, load_targets
from scenarios.targets import Range
from sim.errors import InputError, UnknownNameError
from watchfloor.calibrate import CalibrateOptions, calibrate
from watchfloor.calibration import played
from watchfloor.calibration.fit import Step, next_rates
from watchfloor.calibration.judge import Verdict, is_met, judge, p_in_range, poisson_interval
from watchfloor.calibration.operation import operation_share
from watchfloor.calibration.played import Counts, Player, add_counts
from watchfloor.calibration.probes import check_inference, infer_rates
from watchfloor.calibration.written import replace_rates
from watchfloor.show import Show

QUIET = Show(quiet=True)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibrate")
    options = CalibrateOptions(scenario="district_centre", replications=4, out=folder, write=folder / "fitted.toml")
    written = folder / "fitted" / "town.toml"
    written.parent.mkdir()
    return options, calibrate(replace(options, write=written), show=QUIET), written


def test_it_meets_the_targets_from_equal_rates(fitted):
    _, result, _ = fitted
    assert result.is_met
    shipped = {kind.name: kind.per_day for kind in load_scenario("district_centre").kinds}
    assert set(result.rates) == set(shipped)
    assert sum(result.rates.values()) == pytest.approx(sum(shipped.values()), rel=0.25)
    assert not {line.name for line in result.lines if line.verdict is Verdict.MISSED}


def test_it_names_what_the_data_cannot_identify(fitted):
    doubt = fitted[1].doubt
    assert doubt.n_identified == doubt.n_targets == 6
    assert doubt.n_parameters == 6 + len(doubt.directions) == 13
    names = {trial.name for trial in doubt.trials}
    assert names == {"watching.watched_share", "watching.look_s", "watching.px_half", "watching.p_confirm",
                     "kinds.*.visible_*_s", "kinds.*.p_noticed_at_best", "roster.*.inspectors"}
    fitting = [trial for trial in doubt.trials if not trial.misses]
    assert len(fitting) >= 0.8 * len(doubt.trials)
    # confirming two in three of what was confirmed before takes half as many again
    fewer = next(trial for trial in doubt.trials if trial.name == "watching.p_confirm" and trial.value == "0.6")
    assert fewer.per_day == pytest.approx(1.5 * doubt.per_day, rel=0.2)
    easier = next(item for item in doubt.directions if item.name == "watching.p_confirm")
    assert easier.rate_change == pytest.approx(1 / 1.1 - 1, abs=0.03)


def test_its_files_hold_the_fit(fitted):
    options, result, written = fitted
    told = json.loads((options.out / "calibration.json").read_text(encoding="utf-8"))
    assert told["rates"] == dict(result.rates)
    assert told["doubt"]["directions"]
    fragment = tomllib.loads((options.out / "fitted.toml").read_text(encoding="utf-8"))
    assert {kind: table["per_day"] for kind, table in fragment["kinds"].items()} == dict(result.rates)
    assert {kind.name: kind.per_day for kind in load_scenario(written).kinds} == dict(result.rates)
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (
        find_scenario("district_centre"), written))
    changed = [line for old, line in zip(before, after, strict=True) if old != line]
    assert len(changed) <= 6
    assert all(line.startswith("per_day = ") for line in changed)


def test_a_second_calibration_plays_nothing_and_says_the_same(fitted, monkeypatch):
    options, result, _ = fitted

    def play_nothing(*arguments, **options):
        raise AssertionError("a run was played again")

    monkeypatch.setattr(played, "replicate", play_nothing)
    again = calibrate(replace(options, write=None), show=QUIET)
    assert again.rates == result.rates
    assert again.lines == result.lines


def test_ctrl_c_keeps_what_was_played(tmp_path, monkeypatch):
    genuine, plays = played.replicate, []

    def interrupted(*arguments, **options):
        if len(plays) == 3:
            raise KeyboardInterrupt
        plays.append(options)
        return genuine(*arguments, **options)

    monkeypatch.setattr(played, "replicate", interrupted)
    with pytest.raises(KeyboardInterrupt, match=r"3 runs are kept in .*; the same command goes on from there"):
        calibrate(CalibrateOptions(scenario="district_centre", out=tmp_path), show=QUIET)
    player = Player("district_centre", load_targets("district_centre"), journal=tmp_path / "journal.jsonl", seed=1)
    assert player.n_known == 3


def counts_of(targets, *, days, factor=1.0, n_runs=1):
    found = {kind: per_day * days * n_runs * factor for kind, per_day in targets.found_per_day().items()}
    return Counts(n_days=days * n_runs, n_runs=n_runs, found=found, searched={},
                  inspector_days={"8": (0, 5), "12": (0, 5), "24": (0,) * 30 + (100,)})


def test_the_judge_passes_what_hits_and_fails_what_misses():
    targets = load_targets("kostanay")
    hits = judge(targets, counts_of(targets, days=255.0, n_runs=12), days=255.0)
    assert is_met(hits)
    by_name = {line.name: line for line in hits}
    assert by_name["offences in 255 days"].fitted == pytest.approx(42_500)
    assert by_name["crimes in 255 days"].one_run.least == pytest.approx(305 - 1.96 * 305**0.5, abs=0.1)
    misses = judge(targets, counts_of(targets, days=255.0, factor=1.05), days=255.0)
    assert {line.name: line.verdict for line in misses}["offences in 255 days"] is Verdict.MISSED
    assert not is_met(misses)


def test_too_busy_an_inspector_is_a_miss():
    targets = load_targets("kostanay")
    counts = counts_of(targets, days=255.0)
    busy = replace(counts, inspector_days={**counts.inspector_days, "24": (0,) * 41 + (100,)})
    assert "finds of one seat in 24 h of duty, p95" in {
        line.name for line in judge(targets, busy, days=255.0) if line.verdict is Verdict.MISSED}


def test_the_cameras_share_of_an_operation_of_unknown_length_is_named_as_not_identified():
    targets = load_targets("kostanay")
    share = operation_share(targets, counts_of(targets, days=255.0, n_runs=12))
    line = share.line()
    assert (line.verdict, line.target) == (Verdict.UNIDENTIFIED, "not published")
    assert line.fitted == pytest.approx(42_500 / 255 / 5_000)
    assert line.half_width == pytest.approx(1.96 * math.sqrt(12 * 42_500) / (12 * 255 * 5_000), rel=1e-3)
    assert is_met([line]), "what nobody can know is no miss"
    assert share.most_days == pytest.approx(30.0)
    assert "3% if 1, 10% if 3, 23% if 7, 47% if 14, all of it at 30 days" in share.told()


def test_the_cameras_share_of_an_operation_of_known_length_is_fitted(tmp_path):
    path = tmp_path / "known.toml"
    path.write_text(find_scenario("kostanay").read_text(encoding="utf-8").replace(
        "n_in_operation = 5_000\n", "n_in_operation = 5_000\noperation_days = 6\n"), encoding="utf-8")
    targets = load_targets(path)
    share = operation_share(targets, counts_of(targets, days=255.0))
    assert share.line().verdict is Verdict.MET
    assert share.line().fitted == pytest.approx(0.2)
    assert "its 6 days: 20%" in share.told()
    longer = replace(share, days=60.0).line()
    assert longer.verdict is Verdict.MISSED, "cameras cannot have found twice what was stopped"


def test_an_operation_without_a_total_has_no_share():
    targets = replace(load_targets("kostanay"), n_in_operation=None)
    assert operation_share(targets, counts_of(targets, days=255.0)) is None


def test_intervals_are_the_known_ones():
    assert (poisson_interval(0).least, poisson_interval(0).most) == (0.0, pytest.approx(3.689, abs=1e-3))
    assert (poisson_interval(19).least, poisson_interval(19).most) == pytest.approx((11.44, 29.67), abs=0.01)
    assert p_in_range(Range(least=300, most=310), 305.0) == pytest.approx(0.247, abs=0.005)
    assert p_in_range(Range(least=0, most=0), 1.0) == pytest.approx(0.3679, abs=1e-4)


def test_counts_add_up_and_a_quantile_is_of_all_days():
    one = Counts(n_days=7, n_runs=1, found={"a": 2.0}, searched={}, inspector_days={"24": (1, 2)})
    both = add_counts([one, replace(one, found={"a": 3.0}, inspector_days={"24": (0, 0, 0, 1)})])
    assert (both.n_days, both.n_runs, both.found["a"]) == (14, 2, 5.0)
    assert both.inspector_days["24"] == (1, 2, 0, 1)
    assert both.finds_quantile(24.0) == 3.0
    assert both.finds_quantile(24.0, 0.5) == 1.0


def test_the_next_rates_come_from_the_share_found_in_all_steps():
    def step(rate, found):
        return Step(rates={"a": rate}, counts=Counts(n_days=10, n_runs=1, found={"a": found}, searched={},
                                                     inspector_days={}))

    assert next_rates([step(100.0, 100.0), step(50.0, 50.0)], {"a": 2.0}) == {"a": 20.0}
    assert next_rates([step(100.0, 0.0)], {"a": 2.0}) == {"a": 500.0}


def test_what_searches_of_the_archive_find_is_no_part_of_what_a_rate_is_fitted_to():
    """Two in three crimes are found by searching; a rate fitted to the whole would creep towards its place."""
    searches, share_watched = 2.0, 0.01

    def step(rate):
        found = {"a": 10 * (searches + share_watched * rate)}
        return Step(rates={"a": rate}, counts=Counts(
            n_days=10, n_runs=1, found=found, searched={"a": 10 * searches}, inspector_days={}))

    assert next_rates([step(500.0)], {"a": 3.0}) == {"a": 100.0}
    assert next_rates([step(500.0), step(20.0)], {"a": 3.0}) == {"a": 100.0}
    assert next_rates([step(100.0)], {"a": 1.5}) == {"a": 0.0}, "searches alone find more than is wanted"
    assert add_counts([step(100.0).counts, step(100.0).counts]).searched == {"a": 40.0}


def test_only_rates_are_replaced_and_a_rate_in_no_line_of_its_own_is_told():
    text = "[kinds.a]\nsource = 'per_day = 3'\nper_day = 1.0 # guessed\n[kinds.b]\nper_day=2\n"
    assert replace_rates(text, {"a": 7.5, "b": 0.25}, where="x.toml") == (
        "[kinds.a]\nsource = 'per_day = 3'\nper_day = 7.5 # guessed\n[kinds.b]\nper_day=0.25\n")
    with pytest.raises(InputError, match=re.escape("x.toml: kinds.c; expected a heading")):
        replace_rates(text, {"c": 1.0}, where="x.toml")


def test_probes_tell_the_true_rate():
    litter, crime = infer_rates("kostanay", probes=["litter=12/40", "crime=5/10"], found=["crime=20/10"], show=QUIET)
    assert (litter.n_found, litter.days) == (425, 255)
    assert litter.per_day.least < litter.found_per_day.mean / 0.3 < litter.per_day.most
    assert crime.found_per_day.mean == pytest.approx(20.5 / 10)


@pytest.mark.parametrize(("probe", "error"), [
    ("litter", InputError), ("litter=3/0", InputError), ("litter=5/4", InputError), ("litter=1/2.5", InputError),
    ("liter=1/2", UnknownNameError)])
def test_a_probe_that_cannot_be_is_told(probe, error):
    with pytest.raises(error):
        infer_rates("kostanay", probes=[probe], found=[], show=QUIET)


def test_true_rates_of_played_worlds_fall_evenly_among_their_posteriors():
    check = check_inference(seed=1, show=QUIET, n_worlds=150)
    assert check.passed
    assert check.ranks.n == 150


@pytest.mark.long
def test_kostanays_shipped_rates_meet_the_article(tmp_path):
    """A long run of the shipped rates, on other luck than they were fitted on."""
    targets = load_targets("kostanay")
    player = Player("kostanay", targets, journal=tmp_path / "journal.jsonl", seed=2)
    rates = {kind.name: kind.per_day for kind in load_scenario("kostanay").kinds}
    lines = judge(targets, add_counts(player.play(rates, days=targets.n_days, replications=range(8))),
                  days=targets.n_days)
    assert [line for line in lines if line.verdict is Verdict.MISSED] == []
    assert next(line for line in lines if line.name == "offences in 255 days").verdict is Verdict.MET
