"""The main job, end to end, as a planner meets it."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numba
import numpy as np
import pyarrow.parquet as pq
import pytest

from scenarios.detector_models import save_detector_model
from sim.detector_model import DetectorModel, DetectorRow
from sim.errors import InputError, UnknownNameError
from watchfloor.job import RunOptions
from watchfloor.run import run_scenario
from watchfloor.show import Show
from watchfloor.tables import show_model

QUIET = Show(quiet=True)


def make_model(**changes):
    row = DetectorRow(
        kind="object_placed", condition="any", threshold=0.0, plateau=None, px50=None, slope=None, cov=None, hits=4,
        misses=0, false_alarms=0, camera_hours=39.85 / 3600, n_cameras=1, between_camera_sd=None, f0_per_h=None,
        f1_per_person_min=None, delay_quantiles_s=(1.0, 1.5, 2.0))
    return DetectorModel(**{
        "name": "left_object-bottle", "detector": "left_object", "version": "1", "profile": "tabletop",
        "kind_map": {"object_placed": "litter"}, "rows": (row,),
        "provenance": {"set": "bottle", "sha256": "0", "machine": "m", "date": "d", "code_version": "1"}, **changes})


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.json"
    save_detector_model(make_model(), path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory, model_file):
    """A small town's day with a detector on half its cameras."""
    options = RunOptions(scenario="district_centre", detector_model=model_file, share=0.5, hours=24.0, replications=3,
                         seed=5, out=tmp_path_factory.mktemp("run") / "out")
    return options, run_scenario(options, show=QUIET)


def test_a_run_leaves_the_files_it_promises(small):
    options, result = small
    assert {path.name for path in options.out.iterdir()} >= {
        "report.html", "events.parquet", "cases.parquet", "manifest.json", "detector_model.json"}
    manifest = json.loads((options.out / "manifest.json").read_text())
    assert manifest["seed"] == 5
    assert manifest["trace_digest"] == result.trace_digest
    assert len(manifest["scenario_digest"]) == 64
    assert manifest["versions"]["numpy"] == np.__version__
    assert manifest["is_complete"] is True


def test_the_event_log_is_in_the_form_that_others_read(small):
    table = pq.read_table(small[0].out / "events.parquet")
    assert table.schema.names == ["seq", "t_s", "name", "arm", "incident_id", "alert_id", "call_id", "camera_id",
                                  "inspector_id", "unit_id", "value"]
    assert str(table.schema.field("seq").type) == "uint32"
    assert all(str(table.schema.field(name).type) == "int32" for name in table.schema.names if name.endswith("_id"))
    rows = table.to_pylist()
    assert {row["arm"] for row in rows} == {
        "inspectors", "with_detector", "with_detector_low", "with_detector_high"}
    confirmed = [row for row in rows if row["name"] == "confirm"]
    assert confirmed
    assert all(row["inspector_id"] is not None for row in confirmed)
    assert all(row["incident_id"] is None or row["incident_id"] >= 0 for row in rows)


def test_the_cases_agree_with_the_estimates(small):
    options, result = small
    cases = pq.read_table(options.out / "cases.parquet").to_pylist()
    alone = [case for case in cases if case["arm"] == "inspectors"]
    found = [case for case in alone if case["is_true"] and case["confirm_s"] is not None]
    journal = [json.loads(line) for line in (options.out / "journal.jsonl").read_text().splitlines()]
    runs = [run for entry in journal for run in entry["told"] if run["arm"] == "inspectors"]
    assert len(found) == next(run for run in runs if run["replication"] == 0)["measures"]["found"]
    mean = result.comparison.estimates["inspectors"]["found"].mean
    assert mean == pytest.approx(np.mean([run["measures"]["found"] for run in runs]))


def test_the_same_seed_gives_the_same_digests_and_another_seed_others(small, tmp_path):
    options, result = small
    again = run_scenario(replace(options, out=tmp_path / "again", workers=2), show=QUIET)
    assert again.trace_digest == result.trace_digest
    assert again.log_digests == result.log_digests
    assert all(  # as text, since what was never measured is not a number and equals nothing
        repr(again.comparison.estimates[arm][name]) == repr(result.comparison.estimates[arm][name])
        for arm in result.comparison.arms for name in result.comparison.estimates[arm])
    other = run_scenario(replace(options, out=tmp_path / "other", seed=6), show=QUIET)
    assert other.trace_digest != result.trace_digest
    assert other.log_digests["inspectors"] != result.log_digests["inspectors"]


def test_a_rerun_plays_only_what_is_missing(small, tmp_path, monkeypatch):
    options = replace(small[0], out=tmp_path / "out", replications=2)
    run_scenario(options, show=QUIET)
    played = []
    import watchfloor.run as front

    def watched(scenario, arms, *, replications, **rest):
        played.extend(replications)
        return real(scenario, arms, replications=replications, **rest)

    real = front.replicate
    monkeypatch.setattr(front, "replicate", watched)
    result = run_scenario(replace(options, replications=4), show=QUIET)
    assert played == [0, 2, 3], "replication 0 is always played, for its log; 1 is known"
    assert result.comparison.n_replications == 4
    fresh = run_scenario(replace(options, replications=4, out=tmp_path / "fresh"), show=QUIET)
    assert str(result.comparison.estimates["inspectors"]["found"]) == str(
        fresh.comparison.estimates["inspectors"]["found"])


def test_a_journal_cut_short_or_of_another_run_is_passed_over(small, tmp_path):
    options = replace(small[0], out=tmp_path / "out", replications=2)
    first = run_scenario(options, show=QUIET)
    journal = options.out / "journal.jsonl"
    journal.write_text(journal.read_text()[:-40] + "\n{}\nnonsense\n")
    again = run_scenario(options, show=QUIET)
    assert again.log_digests == first.log_digests
    other = run_scenario(replace(options, share=0.25), show=QUIET)
    assert other.log_digests["with_detector_high"] != first.log_digests["with_detector_high"]


def test_the_report_is_one_file_that_opens_offline_and_is_honest(small):
    page = (small[0].out / "report.html").read_text()
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#|data:)", page), "nothing is fetched from anywhere"
    assert "@import" not in page
    assert page.count("<svg") == 4
    assert "not evidence for streets" in page
    assert "271" in page
    assert "SYNTHETIC" in page
    assert "assumption" in page
    assert "object placed in the clip stands for litter in the street" in page
    assert small[1].trace_digest[:16] in page


def test_both_ends_of_the_false_alarm_rate_are_shown(small):
    _, result = small
    low, high = (result.comparison.estimates[arm]["unfounded_stops"].mean
                 for arm in ("with_detector_low", "with_detector_high"))
    assert low < high
    assert result.comparison.estimates["with_detector_low"]["false_alerts"].mean == 0.0
    assert result.comparison.estimates["with_detector_high"]["false_alerts"].mean > 1000


def test_inspectors_alone_are_the_only_arm_without_a_detector(tmp_path):
    result = run_scenario(RunOptions(scenario="district_centre", hours=6.0, replications=1, out=tmp_path), show=QUIET)
    assert result.comparison.arms == ("inspectors",)
    assert result.comparison.estimates["inspectors"]["found"].half_width is None
    page = (tmp_path / "report.html").read_text()
    assert "detector, and how little" not in page
    estimates = json.loads((tmp_path / "manifest.json").read_text())["estimates"]["inspectors"]
    for name in ("looks", "found", "unfounded_stops"):
        parts = {key: item["mean"] for key, item in estimates.items() if key.startswith(f"district_{name}:")}
        assert sum(parts.values()) == pytest.approx(estimates[name]["mean"])
        assert all(f"<tr><td>{key.partition(':')[2]}</td>" in page for key in parts)


@pytest.mark.parametrize(("changes", "message"), [
    ({"scenario": "kostanai"}, "did you mean kostanay"),
    ({"detector": "left_objekt"}, "did you mean left_object"),
    ({"detector": "left_object", "clip": "botle"}, "did you mean bottle"),
    ({"detector": "left_object", "profile": "tabeltop"}, "did you mean tabletop"),
    ({"clip": "bottle"}, "expected a --detector"),
    ({"hours": -1.0}, "duration_h"),
    ({"queue_order": "likelyhood"}, "did you mean likelihood"),
])
def test_what_cannot_be_used_is_named_before_any_work(tmp_path, changes, message):
    options = RunOptions(**{"scenario": "district_centre", "out": tmp_path / "out", **changes})
    with pytest.raises((InputError, UnknownNameError), match=re.escape(message)):
        run_scenario(options, show=QUIET)


def test_a_model_without_a_row_that_can_be_played_is_a_warning(capsys):
    show_model(make_model(rows=()), Show())
    show_model(make_model(kind_map={"fire": "litter"}), Show())
    warned = "warning: detector model left_object-bottle: no row is of a kind in its kind_map, so it raises no alert"
    assert capsys.readouterr().out.count(warned) == 2
    show_model(make_model(), Show())
    assert "warning" not in capsys.readouterr().out


def test_a_model_for_a_district_that_the_city_lacks_is_refused(tmp_path):
    path = tmp_path / "elsewhere.json"
    save_detector_model(make_model(rows=(replace(make_model().rows[0], condition="district:Atlantis"),)), path)
    with pytest.raises(InputError, match="condition = district:Atlantis; expected a district of the city"):
        run_scenario(RunOptions(scenario="district_centre", detector_model=path, hours=1.0, out=tmp_path / "out"),
                     show=QUIET)


def test_a_model_for_a_kind_that_the_scenario_lacks_is_refused(tmp_path):
    path = tmp_path / "model.json"
    save_detector_model(make_model(kind_map={"object_placed": "fly_tipping"}), path)
    with pytest.raises(InputError, match=r"kind_map.object_placed = fly_tipping; expected an incident kind"):
        run_scenario(RunOptions(scenario="district_centre", detector_model=path, out=tmp_path / "out"), show=QUIET)


def test_an_output_folder_that_cannot_be_written_is_named(watchfloor, tmp_path):
    (tmp_path / "taken").write_text("a file")
    done = watchfloor("run", "district_centre", "--hours", "1", "--out", "taken")
    assert done.returncode == 2
    assert "--out = taken; expected a folder that can be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("content", "message"), [
    (None, "no such file"), (b"", "an empty file"), (b"this is no video at all\n" * 50, "expected")])
def test_a_clip_that_is_no_video_is_named(watchfloor, tmp_path, content, message):
    if content is not None:
        (tmp_path / "clip.mp4").write_bytes(content)
        (tmp_path / "clip.mp4.truth.json").write_text(json.dumps({
            "schema": "watchfloor.truth/1", "name": "clip", "size_wh": [64, 48], "fps": "25", "n_frames": 10,
            "duration_s": 0.4, "negative_for": ["object_placed"], "events": []}))
    done = watchfloor("run", "district_centre", "--detector", "left_object", "--clip", "clip.mp4", "--hours", "1")
    assert done.returncode == 2
    assert "clip.mp4" in done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_shifts_that_leave_an_hour_uncovered_are_warned_of_by_hour(watchfloor, tmp_path, root):
    text = (root / "scenarios" / "district_centre.toml").read_text()
    changed, n = re.subn(r"length_h = 12", "length_h = 11", text)
    assert n
    (tmp_path / "gap.toml").write_text(changed)
    done = watchfloor("run", "gap.toml", "--hours", "2", "--replications", "1")
    assert done.returncode == 0, done.stderr
    assert "warning" in done.stdout
    assert re.search(r"\d\d:00–\d\d:00", done.stdout)


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_plays_the_rest(tmp_path):
    command = [sys.executable, "-m", "watchfloor", "run", "district_centre", "--hours", "72", "--workers", "2",
               "--out", "out", "--replications"]
    process = subprocess.Popen([*command, "4000"], cwd=tmp_path, text=True, start_new_session=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    journal = tmp_path / "out" / "journal.jsonl"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and (not journal.exists() or journal.read_text().count("\n") < 3):
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert "Traceback" not in error + out
    kept = journal.read_text().count("\n")
    assert kept >= 3
    assert "replications are" in error
    assert (tmp_path / "out" / "manifest.json").exists()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["is_complete"] is False
    assert "Stopped before all" in (tmp_path / "out" / "report.html").read_text()
    done = subprocess.run([*command, "3"], cwd=tmp_path, capture_output=True, text=True, timeout=90,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert "are known from an earlier run" in done.stdout


def test_the_json_of_a_run_is_all_that_is_printed(watchfloor):
    done = watchfloor("run", "district_centre", "--hours", "3", "--replications", "2", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["seed"] == 1
    assert told["comparison"]["estimates"]["inspectors"]["found"]["n"] == 2


def test_without_any_sample_the_demo_says_that_it_fell_back_to_a_drawing(watchfloor, tmp_path):
    done = watchfloor("run", "district_centre", "--detector", "left_object", "--clip", "bottle", "--hours", "6",
                      "--replications", "1", timeout_s=240.0, env={
                          "WATCHFLOOR_DATA": str(tmp_path / "nothing"), "WATCHFLOOR_OFFLINE": "1",
                          "XDG_CACHE_HOME": str(tmp_path / "cache"),
                          "NUMBA_CACHE_DIR": str(numba.config.CACHE_DIR)})
    assert done.returncode == 0, done.stderr
    assert "DRAWN" in done.stdout
    assert "SYNTHETIC" in done.stdout
    page = (tmp_path / "out" / "district_centre-1" / "report.html").read_text()
    assert "measured on a DRAWN, SYNTHETIC scene" in page


def test_not_a_number_never_reaches_json(small):
    text = (small[0].out / "manifest.json").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    assert math.isfinite(json.loads(text)["wall_s"])
