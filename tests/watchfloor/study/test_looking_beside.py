"""What stands beside an answer: the warm-up's check, the half width, Sobol indices, the hypercube, several rooms."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load_scenario
from sim.log import MISSING, EventLog, Name
from sim.theory import CallClass, hypercube
from watchfloor.language import Language
from watchfloor.show import Show
from watchfloor.study.days import Horizon
from watchfloor.study.hypercube_beside import drives_by_theory, shares_sent
from watchfloor.study.plan import Setting
from watchfloor.study.precision import replications_for
from watchfloor.study.rooms import split_shifts
from watchfloor.study.sobol import how_many, indices
from watchfloor.study.staff import Staff
from watchfloor.study.study import study_staffing
from watchfloor.study.terminal import show_study
from watchfloor.study.warm_up import busy_by_window, check_warm_up, mser
from watchfloor.study.wording import precision_text, rooms_text, warm_up_text

QUIET = Show(quiet=True)


@pytest.fixture(scope="module")
def looked_beside(small_study, tmp_path_factory):
    """The same question with Sobol indices, a wanted half width and a plan of growth."""
    folder = tmp_path_factory.mktemp("beside")
    (folder / "plan.toml").write_text(
        'schema = "watchfloor.growth/1"\nsource = "assumption: no growth"\nfirst_quarter = "2027 Q1"\n'
        "cameras_by_month = [72, 72, 72]\nrooms = 15\n")
    options = replace(small_study[0], targets=("found_share >= 0.4",), sobol=2, sobol_most=3, half_width=0.2,
                      replications=8, growth=folder / "plan.toml", warm_up_h=6.0, lang="kk", out=folder / "out")
    return study_staffing(options, show=QUIET)


def test_mser_cuts_a_start_that_differs_and_leaves_what_does_not():
    rng = np.random.default_rng(1)
    settled = rng.standard_normal(200)
    started = settled + np.where(np.arange(200) < 40, 8.0, 0.0)
    assert 40 <= mser(started) <= 50
    assert mser(settled - np.arange(200.0)) is None  # it never settles


def test_mser_takes_the_cut_with_the_least_standard_error_of_all():
    rng = np.random.default_rng(2)
    series = rng.standard_normal(60) + 5.0 * np.exp(-np.arange(60) / 6.0)
    slow = min(range(31), key=lambda cut: sum((series[cut:] - series[cut:].mean()) ** 2) / (60 - cut) ** 2)
    assert mser(series, batch=1) == slow


def test_busy_time_is_summed_as_by_hand(small_study):
    rows = [(100.0, Name.DISPATCH), (400.0, Name.DISPATCH), (700.0, Name.UNIT_FREE)]
    log = EventLog.from_rows([(t_s, name, MISSING, MISSING, 0, MISSING, MISSING, 0, 0.0) for t_s, name in rows], arm="")
    assert busy_by_window(log, 3).tolist() == pytest.approx([200 / 300, 1.0 + 200 / 300, 1.0 + 100 / 300])


def test_the_warm_up_is_checked_on_a_run_of_more_than_a_day_and_not_on_a_shorter_one():
    scenario = load_scenario("district_centre", overrides={"time.duration_h": 24.0})
    found = {}
    for warm_up_h in (2.0, 24.0):
        setting = Setting(scenario=scenario, path="district_centre", overrides=(), seed=2,
                          horizon=Horizon(warm_up_s=3600.0 * warm_up_h, judged_s=86_400.0))
        found[warm_up_h] = check_warm_up(setting, scenario, scenario.shifts, 4)
    assert found[2.0].settled_h is None
    assert "not checked" in warm_up_text(found[2.0])
    assert found[24.0].compared_h == 24.0
    assert found[24.0].is_enough
    assert "is enough: by MSER-5" in warm_up_text(found[24.0])


def test_the_half_width_is_reached_by_playing_the_answer_on(looked_beside):
    precision, smallest = looked_beside.precision, looked_beside.answers.smallest
    assert precision.is_reached
    assert precision.n_replications == smallest.n_replications > 8
    assert smallest.values["found_share >= 0.4"].half_width <= 0.2 * 0.4
    assert "at most 20 % of each target's limit" in precision_text(precision)


@settings(deadline=None)
@given(st.integers(2, 1_000), st.floats(1.01, 50.0))
def test_the_next_number_of_replications_is_more_but_never_a_leap(number, too_wide):
    following = replications_for(number, too_wide)
    assert number < following <= 4 * number + 1


def test_sobol_indices_of_a_sum_are_the_shares_of_its_variance():
    """Var(3a + b) with a and b alike: 9 parts and 1."""
    found = indices(["a", "b"], lambda points: 3.0 * points[:, 0] + points[:, 1], 256)
    assert [item.name for item in found] == ["a", "b"]
    assert [item.first for item in found] == pytest.approx([0.9, 0.1], abs=0.02)
    assert [item.total for item in found] == pytest.approx([0.9, 0.1], abs=0.02)


def test_sobol_indices_of_a_product_say_that_factors_work_together():
    found = indices(["a", "b"], lambda points: (points[:, 0] - 1.0) * (points[:, 1] - 1.0), 256)
    assert [item.first for item in found] == pytest.approx([0.0, 0.0], abs=0.1)
    assert [item.total for item in found] == pytest.approx([1.0, 1.0], abs=0.1)
    assert indices(["a"], lambda points: np.ones(len(points)), 4) == ()


def test_the_assumptions_that_are_moved_together_are_those_with_the_largest_effects(looked_beside):
    found, effects = looked_beside.sobol, looked_beside.effects[looked_beside.targets[0].measure]
    movable = [item.name for item in effects if item.up and item.down]
    names = {item.name for item in found.indices}
    assert names == set(movable[:3])
    totals = [item.total for item in found.indices]
    assert totals == sorted(totals, reverse=True)
    assert names | {item.name for item in found.left_out} == {item.name for item in effects}
    assert {item.why for item in found.left_out} >= {"only the 3 with the largest effects were asked for",
                                                     "no effect by itself"}


class Clock:
    """A runner's time left, and how long its last replications took."""

    def __init__(self, left_s, play_s):
        self.left_s, self.play_s = left_s, play_s


def test_as_many_assumptions_move_together_as_the_budget_has_time_for():
    assert how_many(Clock(math.inf, 0.1), 320, None)[0] == 12
    assert how_many(Clock(math.inf, 0.1), 320, 40) == (40, "only the 40 with the largest effects were asked for")
    number, why = how_many(Clock(1000.0, 0.1), 320, None)
    assert (number + 2) * 320 * 0.1 <= 1000.0 * 0.7 < (number + 3) * 320 * 0.1
    assert why == "no time in the --budget: each takes 32 s"
    assert how_many(Clock(1.0, 0.1), 320, None)[0] == 0


def test_the_hypercube_s_sending_is_the_exact_one_or_near_it():
    rng = np.random.default_rng(3)
    classes = [CallClass(rate=0.4, preference=tuple(rng.permutation(11).tolist())) for _ in range(5)]
    exact = hypercube(classes, service_rate=1.0)
    share = exact.served_at_once + exact.served_from_queue
    assert np.abs(shares_sent(classes, service_rate=1.0) - share / share.sum()).max() < 0.01
    few = [CallClass(rate=0.2, preference=(0, 1)), CallClass(rate=0.3, preference=(1, 0))]
    assert shares_sent(few, service_rate=1.0).sum() == pytest.approx(1.0)


def test_theory_s_drives_are_longer_with_fewer_units_and_none_where_they_cannot_carry_the_calls():
    scenario = load_scenario("district_centre")
    one, six = (drives_by_theory(scenario, n_units=n, calls_per_h=0.5, service_h=0.5) for n in (1, 6))
    assert one.median_s > six.median_s > 0.0
    assert 0.0 < one.own_share < six.own_share <= 1.0
    assert drives_by_theory(scenario, n_units=1, calls_per_h=5.0, service_h=0.5) is None


def test_the_hypercube_stands_near_the_simulated_median(looked_beside):
    drive = next(item for item in looked_beside.theory if "hypercube" in item.name)
    assert drive.theory == pytest.approx(drive.simulated.mean, rel=0.5)


def test_several_rooms_cost_at_least_as_much_as_one_and_the_first_has_the_units(looked_beside):
    compared = looked_beside.rooms
    assert (compared.wanted, compared.n_rooms) == (15, 3)
    assert compared.is_met
    assert compared.many.staff.inspectors == 3 * compared.per_room
    assert compared.many.n_replications == 8
    assert compared.many.cost_per_day >= compared.one.cost_per_day
    assert "3 district rooms" in rooms_text(compared, "KZT")
    assert "15 rooms were asked for, but there are no more districts" in rooms_text(compared, "KZT")
    shifts = split_shifts(load_scenario("district_centre"), Staff(inspectors=2, units=3), 3)
    assert [shift.units for shift in shifts] == [3, 0, 0, 2, 0, 0]
    assert len({shift.room for shift in shifts}) == 3


def test_the_kazakh_report_is_kazakh_where_it_can_be_and_offline(looked_beside):
    page = (looked_beside.folder / "report.html").read_text()
    assert '<html lang="kk">' in page
    for text in ("мақсатына жететін ең шағын құрам", "Соболь индекстері", "MSER-5 бойынша", "3 аудандық зал"):
        assert text in page
    for text in ("The rosters", "Theory beside", "smallest roster that meets", "How it was done"):
        assert text not in page
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", page), "it asks for something from elsewhere"


def test_the_workbook_and_the_csv_files_are_kazakh_and_parquet_keeps_the_keys(looked_beside):
    folder = looked_beside.folder
    book = openpyxl.load_workbook(folder / "study.xlsx")
    assert book.sheetnames[:3] == ["қорытынды", "жауап", "қисық"]
    assert book["жауап"]["A2"].value == "қазіргі"
    assert book["жауап"]["B1"].value == "инспекторлар"
    sentences = [row[1] for row in book["қорытынды"].iter_rows(values_only=True)]
    assert any("мақсатына жететін ең шағын құрам" in text for text in sentences)
    with (folder / "answer.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    present = looked_beside.present.values["found_share >= 0.4"]
    assert row["көрінгендердің табылған үлесі"] == str(present.mean)
    frame = pq.read_table(folder / "answer.parquet")
    assert {"roster", "found_share", "found_share half width", "found_share >= 0.4"} <= set(frame.column_names)
    latin = {text for sheet in book for cells in sheet.iter_rows(min_row=1, max_row=1, values_only=True)
             for text in cells if text and re.search("[a-z]{4}", text)}
    assert latin <= {text for text in latin if "lag-" in text}, "a heading is still English"


def test_the_terminal_speaks_the_language(looked_beside, capsys):
    show_study(looked_beside, Show(), Language("ru"))
    told = capsys.readouterr().out
    for text in ("Наименьший состав для цели", "состав", "стоимость суток", "Теория рядом с моделью", "записано в"):
        assert text in told
    for text in ("What decides", "present", "smallest", "written to"):
        assert text not in told
