"""The study, end to end, as a planner meets it."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace

import openpyxl
import pytest

from watchfloor.show import Show
from watchfloor.study.conflicts import RuleConflictError
from watchfloor.study.judge import Answer
from watchfloor.study.shift_design import coverage
from watchfloor.study.staff import Staff
from watchfloor.study.study import study_staffing
from watchfloor.study.wording import headline

QUIET = Show(quiet=True)


def test_the_smallest_roster_meets_the_targets_and_the_next_cheaper_do_not(small_study):
    _, result = small_study
    found = result.answers.smallest
    assert found.answer is Answer.MEETS
    assert found.n_replications == 24
    assert found.cost_per_day <= result.present.cost_per_day
    cheaper = [point.verdict for point in result.curve if point.verdict.cost_per_day < found.cost_per_day]
    assert all(verdict.answer is not Answer.MEETS for verdict in cheaper)


def test_the_answer_is_one_sentence_and_stands_first_in_the_report(small_study):
    _, result = small_study
    page = (result.folder / "report.html").read_text()
    assert headline(result).count(". ") == 0
    assert page.index(headline(result)) < page.index("The staffing curve") < page.index("What this rests on")
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", page), "it asks for something from elsewhere"
    assert not re.findall(r"url\((?!#)", page)
    assert "How it was done" in page
    assert "Where offences are missed" in page


def test_the_tables_say_what_the_result_says(small_study):
    _, result = small_study
    with (result.folder / "answer.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert int(rows[0]["inspectors"]) == result.present.staff.inspectors
    smallest = next(row for row in rows if row["roster"] == "smallest, mean day")
    assert float(smallest["cost per day (KZT)"]) == pytest.approx(result.answers.smallest.cost_per_day)
    book = openpyxl.load_workbook(result.folder / "study.xlsx")
    assert book.sheetnames == ["summary", "answer", "curve", "what-ifs", "pareto", "sensitivity", "sobol", "theory"]
    assert book["curve"].max_row == len(result.curve) + 1
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert manifest["targets"] == ["p90 response_time_s <= 900", "found_share >= 0.5"]


def test_a_second_run_plays_nothing_and_says_the_same(small_study):
    options, result = small_study
    again = study_staffing(options, show=QUIET)
    assert again.n_played == 0
    assert again.n_known >= result.n_played
    assert repr(again.answers) == repr(result.answers)
    assert repr(again.curve) == repr(result.curve)


def test_workers_change_no_number(small_study, tmp_path):
    options, result = small_study
    both = study_staffing(replace(options, workers=2, out=tmp_path), show=QUIET)
    assert repr(both.curve) == repr(result.curve)
    assert repr(both.answers) == repr(result.answers)


def test_another_seed_is_another_study_in_the_same_journal(small_study):
    options, _ = small_study
    other = study_staffing(replace(options, seed=4, replications=3), show=QUIET)
    assert other.n_known == 0
    with sqlite3.connect(options.out / "journal.sqlite") as file:
        assert file.execute("SELECT count(DISTINCT plan) FROM result").fetchone()[0] > len(other.curve)


def test_a_target_out_of_reach_is_answered_with_the_nearest_value_and_the_others_still_hold(small_study, tmp_path):
    options, _ = small_study
    result = study_staffing(replace(options, targets=(*options.targets, "found_share:traffic >= 0.99"), replications=12,
                                    out=tmp_path), show=QUIET)
    (lost,) = result.answers.unreachable
    assert lost.target.measure == "found_share:traffic"
    assert 0.0 < lost.nearest.values[str(lost.target)].mean < 0.99
    assert "no roster up to 5 inspectors and 4 units" in headline(result)
    assert result.answers.smallest is not None


def test_a_spent_budget_leaves_an_answer_or_says_that_there_is_none(small_study, tmp_path):
    options, _ = small_study
    result = study_staffing(replace(options, budget_s=0.001, out=tmp_path), show=QUIET)
    assert result.stopped == "the time given was spent"
    assert "No answer yet" in headline(result)
    assert "Ended early" in (tmp_path / "report.html").read_text()


def test_ctrl_c_keeps_what_was_played_and_the_same_command_goes_on(small_study, tmp_path, monkeypatch):
    options = replace(small_study[0], out=tmp_path)
    from watchfloor.study.play import Player

    real, left = Player.play, iter(range(4))

    def stopping(self, task):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(self, task)

    monkeypatch.setattr(Player, "play", stopping)
    with pytest.raises(KeyboardInterrupt, match="the same command goes on"):
        study_staffing(options, show=QUIET)
    assert "stopped by Ctrl-C" in (tmp_path / "report.html").read_text()
    monkeypatch.setattr(Player, "play", real)
    rest = study_staffing(options, show=QUIET)
    assert rest.n_known > 0
    assert repr(rest.answers) == repr(small_study[1].answers)


@pytest.fixture(scope="module")
def with_roster(small_study, tmp_path_factory):
    """The same question, with shifts and people."""
    rules = tmp_path_factory.mktemp("rules") / "rules.toml"
    rules.write_text('schema = "watchfloor.roster-rules/1"\n'
                     "[inspectors]\nbreak_h = 1\nmax_kinds = 2\nstarts_h = [0, 8, 16, 20]\n"
                     "[units]\nlengths_h = [12]\nstarts_h = [8, 20]\nmax_kinds = 2\n")
    options = replace(small_study[0], with_roster=True, rules=rules, out=tmp_path_factory.mktemp("roster") / "out")
    return study_staffing(options, show=QUIET)


def test_the_roster_holds_when_it_is_simulated(with_roster):
    roster = with_roster.roster
    assert roster.holds
    assert roster.verdict.n_replications == 24
    for who in ("inspectors", "units"):
        cover = coverage(roster.shifts[who], getattr(roster.rules, who))
        assert all(cover >= roster.required[who])
    assert {shift.length_h for shift in roster.shifts["units"]} == {12}
    assert all(shift.breaks for shift in roster.shifts["inspectors"])


def test_the_roster_s_files_say_the_same(with_roster):
    roster, folder = with_roster.roster, with_roster.folder
    book = openpyxl.load_workbook(folder / "study.xlsx")
    assert {"requirement", "shifts", "people"} <= set(book.sheetnames)
    people = sum(len(members) for members in roster.people.values())
    assert book["people"].max_row == 4 * people + 1
    calendar = (folder / "roster.ics").read_bytes()
    turns = sum(place >= 0 for members in roster.people.values() for person in members for place in person.pattern)
    assert calendar.count(b"BEGIN:VEVENT\r\n") == turns
    assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))
    assert len(set(re.findall(rb"UID:(\S+)", calendar))) == turns
    page = (folder / "report.html").read_text()
    assert "holds when simulated" in page
    assert page.count("<img ") == 4


def test_a_given_roster_is_scored_first_and_growth_follows_the_answer(small_study, tmp_path):
    options, small = small_study
    (tmp_path / "roster.csv").write_text(
        "shift,start,end,inspectors,units\nday,08:00,20:00,2,3\nnight,20:00,08:00,1,2\n")
    (tmp_path / "plan.toml").write_text(
        'schema = "watchfloor.growth/1"\nsource = "assumption: twice the cameras"\nfirst_quarter = "2027 Q1"\n'
        "cameras_by_month = [72, 72, 72, 144, 144, 144]\n")
    result = study_staffing(replace(options, evaluate_roster=tmp_path / "roster.csv", growth=tmp_path / "plan.toml"),
                            show=QUIET)
    assert repr(result.evaluated.verdict.values) == repr(small.present.values)
    assert result.evaluated.verdict.cost_per_day == small.present.cost_per_day
    first, last = result.growth.quarters
    assert first.posts == result.answers.smallest.staff.inspectors
    assert last.posts == 2 * first.posts
    page = (result.folder / "report.html").read_text()
    assert "Your roster (from roster.csv" in page
    assert "Q2 2027" in page


def test_a_day_on_and_three_off_takes_four_crews(small_study, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('schema = "watchfloor.roster-rules/1"\n[inspectors]\npattern = "24/72"\nmax_kinds = 1\n'
                     '[units]\npattern = "24/72"\nmax_kinds = 1\n')
    result = study_staffing(replace(small_study[0], with_roster=True, rules=rules, out=tmp_path / "out"), show=QUIET)
    roster = result.roster
    for who in ("inspectors", "units"):
        assert len(roster.people[who]) == 4 * sum(shift.posts for shift in roster.shifts[who])
        assert all(sum(person.pattern[day] >= 0 for person in roster.people[who]) * 4 == len(roster.people[who])
                   for day in range(4))
    assert b"RRULE:FREQ=DAILY;INTERVAL=4" in (result.folder / "roster.ics").read_bytes()


def test_rules_in_conflict_are_named_and_the_answer_is_written_all_the_same(small_study, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('schema = "watchfloor.roster-rules/1"\n[units]\npeople = 1\n')
    options = replace(small_study[0], with_roster=True, rules=rules, out=tmp_path / "out")
    with pytest.raises(RuleConflictError, match="in conflict with what is required: people = 1"):
        study_staffing(options, show=QUIET)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "people = 1" in page
    assert "The smallest roster that meets" in page


def test_ctrl_c_ends_a_study_with_workers_by_one_line(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "watchfloor", "study", "district_centre", "--target", "found_share >= 0.5",
         "--replications", "2000", "--workers", "2", "--out", "out"], cwd=tmp_path, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    journal, deadline = tmp_path / "out" / "journal.sqlite", time.monotonic() + 90.0
    while time.monotonic() < deadline and not (journal.exists() and _n_results(journal) > 20):
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=90)
    assert process.returncode == 130, error
    assert "Traceback" not in out + error
    assert "the same command goes on" in error
    assert "stopped by Ctrl-C" in (tmp_path / "out" / "report.html").read_text()


def test_a_full_disk_is_said_the_answer_with_it_and_no_half_report_is_left(tmp_path):
    script = ("import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)); "
              "from watchfloor.cli import main; sys.argv[0] = 'watchfloor'; main()")
    done = subprocess.run(
        [sys.executable, "-c", script, "study", "district_centre", "--target", "found_share >= 0.1", "--hours", "6",
         "--replications", "4", "--share-of-days", "0.5", "--warm-up", "0", "--most-inspectors", "2", "--most-units",
         "2", "--workers", "1", "--out", "out"], cwd=tmp_path, text=True, capture_output=True, timeout=240)
    assert done.returncode == 2, done.stderr
    assert "shown to" in done.stdout
    assert "--out = out; expected room for the report" in done.stderr
    assert "File too large" in done.stderr
    assert not list((tmp_path / "out").glob("report.*"))
    assert _n_results(tmp_path / "out" / "journal.sqlite") > 0


def _n_results(journal):
    with sqlite3.connect(journal) as file:
        try:
            return file.execute("SELECT count(*) FROM result").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


def test_the_command_line_hands_everything_on(watchfloor, tmp_path):
    done = watchfloor("study", "district_centre", "--target", "found_share >= 0.3", "--hours", "8", "--replications",
                      "4", "--warm-up", "0", "--workers", "1", "--most-inspectors", "3", "--most-units", "2", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["judged_h"] == 8
    assert told["high"] == {"inspectors": 3, "units": 2}
    assert (tmp_path / "out" / "study-district_centre-1" / "report.html").exists()


def test_a_bad_budget_is_named(watchfloor):
    done = watchfloor("study", "district_centre", "--target", "found >= 1", "--budget", "soon")
    assert done.returncode == 2
    assert "--budget = soon; expected a time" in done.stderr


def test_the_size_of_a_roster_is_said_in_words():
    assert str(Staff(inspectors=2, units=3)) == "2 inspectors and 3 units"
