"""A detector scored on drawn conditions, its model played by the simulator, and the simulator's rates as measured."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from agents.registry import make_detector
from benchmarks import load_result
from hw.samples import SampleUnavailableError, locate_sample
from hw.truth import load_truth, truth_path, write_truth
from scenarios import load_detector_model, load_scenario
from sim.alerts import draw_alerts
from sim.errors import InputError, UnknownNameError
from sim.log import MISSING
from sim.replicate import Arm, arm_parameters
from sim.trace import draw_trace
from watchfloor import cli
from watchfloor.bench_accuracy import AccuracyOptions, AccuracyResult, bench_accuracy
from watchfloor.show import Show

GRID = """
conditions = ["day"]
bit_rates = [1_000_000]
object_px = [12.0, 18.0, 27.0, 40.0, 60.0]
n_each = 3
every_s = 3.0
size_wh = [320, 180]
"""
QUIET = Show(quiet=True)


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> AccuracyOptions:
    folder = tmp_path_factory.mktemp("accuracy")
    (folder / "loop.toml").write_text(GRID, encoding="utf-8")
    return AccuracyOptions(detector="left_object", on=str(folder / "loop.toml"), out=folder / "out",
                           clips=folder / "clips", aliases={"object_placed": "litter"})


@pytest.fixture(scope="module")
def result(options: AccuracyOptions) -> AccuracyResult:
    return bench_accuracy(options, show=QUIET)


def test_the_files_tell_what_was_scored(result):
    saved = load_result(result.folder / "accuracy.json")
    assert saved.name == "accuracy of left_object on loop"
    values = saved.values
    assert (values["is_drawn"], values["n_clips"], values["kind_map"]) == (True, 1, {"litter": "litter"})
    litter = values["scores"][0]
    assert (litter["kind"], litter["n_events"], litter["n_cameras"]) == ("litter", 15, 1)
    assert litter["thresholds"][0]["hits"] + litter["thresholds"][0]["misses"] == 15
    assert [cell["n_events"] for cell in litter["sizes"]] == [3] * 5
    assert sum(cell["hits"] for cell in litter["sizes"]) == litter["thresholds"][0]["hits"]
    page = (result.folder / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    assert "cameras: 1, too few for intervals over cameras" in page
    assert page.count("data:image/jpeg;base64,") >= 3
    assert page.count("<svg") == 3, "misses against false alarms, finds against size, and conditions by size"
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", "").replace("https://matplotlib.org", "")


def test_the_same_command_takes_finished_clips_from_its_journal(options, result):
    again = bench_accuracy(options, show=QUIET)
    assert (result.run.n_known, again.run.n_known) == (0, 1)
    assert again.run.watched == result.run.watched
    assert [item.row for score in again.scores for item in score.thresholds] == list(result.model.rows)


def test_the_simulator_finds_and_errs_as_was_measured(result):
    """The loop closed: every sightline of a small town is given a size that was drawn; then shares must agree."""
    model = load_detector_model(result.folder / "detector_model.json")
    assert model.rows == result.model.rows
    litter = next(score for score in result.scores if score.kind == "litter")
    hits, misses, false = litter.outcomes.counts(0.0)
    fit = litter.lowest.size_fit
    assert fit.curve.p_detect(litter.outcomes.event_px).sum() == pytest.approx(hits, abs=1.0)

    scenario = load_scenario("bus_stop", overrides={"time.duration_h": 24.0})
    kinds = tuple(replace(kind, per_day=3000.0, p_evidence_persists=1.0) if kind.name == "litter"
                  else replace(kind, per_day=0.001) for kind in scenario.kinds)
    scenario = replace(scenario, kinds=kinds, alerting=replace(scenario.alerting, merge_window_s=0.0))
    equipped = np.arange(scenario.city.cameras.n_cameras, dtype=np.int32)
    arm = Arm(name="with", detector=model, share=1.0)
    shares, false_counts, false_means = [], [], []
    for replication in range(40):
        trace = draw_trace(scenario, seed=3, replication=replication)
        is_litter = np.repeat(trace.kind, np.diff(trace.first_line)) == scenario.kind_index("litter")
        trace = replace(trace, line_px=np.resize(litter.outcomes.event_px, trace.line_px.size))
        (parameters,) = arm_parameters(arm, seed=3, replication=replication)
        alerts = draw_alerts(scenario, trace, [parameters], equipped=equipped, seed=3, replication=replication)
        shares.append((alerts.incident != MISSING).sum() / is_litter.sum())
        expected = parameters.curve.p_detect(litter.outcomes.event_px).mean()
        assert shares[-1] == pytest.approx(expected, abs=4.5 * np.sqrt(0.25 / is_litter.sum()))
        false_counts.append((alerts.incident == MISSING).sum())
        false_means.append(parameters.false_per_camera_h * 24.0 * equipped.size)

    measured = hits / (hits + misses)
    assert np.quantile(shares, 0.1) < measured < np.quantile(shares, 0.9)
    assert np.mean(shares) == pytest.approx(measured, abs=0.08)
    low, high = litter.lowest.recall_95
    assert np.std(shares) == pytest.approx((high - low) / 4.0, rel=0.5), "as wide as what 15 events allow"
    assert abs(np.sum(false_counts) - np.sum(false_means)) < 4.5 * np.sqrt(np.sum(false_means))
    drawn = [arm_parameters(arm, seed=3, replication=replication)[0].false_per_camera_h for replication in range(2000)]
    assert np.mean(drawn) == pytest.approx((false + 0.5) / litter.outcomes.hours, rel=0.12)


def test_a_day_is_played_with_the_model_by_its_file_name(result, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = str(result.folder / "detector_model.json")
    with pytest.raises(SystemExit) as done:
        cli.main(["run", "bus_stop", "--detector", model, "--share", "1", "--hours", "2", "--replications", "2",
                  "--out", "o", "--json"])
    assert done.value.code == 0
    assert json.loads(capsys.readouterr().out)["model"]["detector"] == "left_object"
    assert json.loads((tmp_path / "o" / "detector_model.json").read_text())["rows"][0]["kind"] == "litter"


def test_what_the_time_does_not_reach_is_skipped_and_listed(options, tmp_path):
    with pytest.raises(InputError, match="no clip that could be watched"):
        bench_accuracy(replace(options, budget_min=0.0, clips=tmp_path, out=tmp_path / "out"), show=QUIET)


def test_a_clip_and_a_truth_of_different_length_are_told_and_the_rest_is_scored(options, result, tmp_path):
    clip = result.run.watched[0].case.path
    for name, factor in (("good", 1), ("long", 2)):
        (tmp_path / f"{name}.mp4").write_bytes(clip.read_bytes())
        truth = load_truth(clip)
        changed = replace(truth, name=name, duration_s=factor * truth.duration_s)
        write_truth(changed, truth_path(tmp_path / f"{name}.mp4"))
    (tmp_path / "out").mkdir()
    shutil.copy(result.folder / "journal.jsonl", tmp_path / "out")
    found = bench_accuracy(replace(options, on=str(tmp_path), out=tmp_path / "out"), show=QUIET)
    assert [item.case.name for item in found.run.watched] == ["good"]
    assert "expected 126.00 s, as its truth says" in found.skipped["long"]


def test_a_detector_whose_kinds_the_truth_does_not_tell_is_answered_with_those_it_tells(options, result, tmp_path):
    clip = result.run.watched[0].case.path
    with pytest.raises(InputError, match=r"name the pair with --count OURS=THEIRS"):
        bench_accuracy(replace(options, detector="motion", on=str(clip), out=tmp_path, aliases={}), show=QUIET)


def test_unknown_detectors_and_sets_are_told_before_any_work(options, tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean left_object"):
        bench_accuracy(replace(options, detector="left_objekt", out=tmp_path), show=QUIET)
    with pytest.raises(UnknownNameError, match="did you mean bottle"):
        bench_accuracy(replace(options, on="botle", out=tmp_path), show=QUIET)
    assert make_detector("left_object").name == "left_object"


def test_a_grid_with_an_unknown_key_or_condition_is_told(options, tmp_path):
    path = tmp_path / "g.toml"
    for text, said in (('conditions = ["dayy"]\nobject_px = [5.0]', "did you mean day"),
                       ('conditions = ["day"]\nobject_px = [5.0]\nsizes = 3', "g.toml: sizes"),
                       ('conditions = ["day"]\nobject_px = [5.0]\nscenes = ["markt"]', "did you mean market")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            bench_accuracy(replace(options, on=str(path), out=tmp_path / "o"), show=QUIET)


def test_a_real_sample_is_scored_by_name(options, tmp_path: Path):
    for name in ("bottle", "car"):
        try:
            locate_sample(name, may_download=False)
        except SampleUnavailableError as missing:
            pytest.skip(str(missing))
    found = bench_accuracy(replace(options, on="bottle,car", aliases={}, out=tmp_path), show=QUIET)
    assert [(score.kind, score.condition, score.lowest.row.hits, score.lowest.row.false_alarms)
            for score in found.scores] == [("object_placed", "all", 4, 0), ("object_removed", "all", 4, 0)]
    assert found.model.kind_map == {"object_placed": "litter"}


def test_another_programs_mqtt_messages_are_scored_by_the_time_of_day(options, result, tmp_path, capsys):
    (clip,) = {item.case.path for item in result.run.watched}
    log, began = tmp_path / "messages.jsonl", datetime(2026, 7, 1, 10, tzinfo=UTC)
    log.write_text("".join(json.dumps({"topic": "frigate/events", "payload": {"type": "new", "after": {
        "id": str(number), "camera": "yard", "label": "litter", "frame_time": began.timestamp() + event.start_s + 1.0,
        "box": event.box_xyxy}}}) + "\n" for number, event in enumerate(load_truth(clip).events)), encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        cli.main(["bench", "accuracy", "frigate", "--on", str(clip), "--alerts", str(log), "--json",
                  "--began", "2026-07-01T10:00:00Z", "--out", str(tmp_path / "o")])
    assert done.value.code == 0
    (litter,) = json.loads(capsys.readouterr().out)["scores"]
    assert (litter["thresholds"][0]["hits"], litter["thresholds"][0]["false_alarms"]) == (15, 0)
    assert litter["thresholds"][0]["delay_quantiles_s"] == pytest.approx([1.0] * 5, abs=1e-3)
    report = (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    assert f"--alerts {log} --began 2026-07-01T10:00:00Z" in report


def test_another_programs_alerts_are_scored_as_the_detectors_own(options, result, tmp_path):
    table = result.folder / "alerts.csv"
    assert table.read_text(encoding="utf-8").startswith("clip,duration_s,kind,t_s,score,left_px")
    (clip,) = {item.case.path for item in result.run.watched}
    told = replace(options, on=str(clip), out=tmp_path / "a", alerts=table, detector="vendor box",
                   max_delay_s=20.0)
    found = bench_accuracy(told, show=QUIET)
    ours, theirs = (next(score for score in one.scores if score.kind == "litter") for one in (result, found))
    assert theirs.outcomes.counts(0.0) == ours.outcomes.counts(0.0)
    assert (found.detector, found.model.detector) == ("vendor box", "vendor box")
    faces = "clip,kind,t_s,sub_label\n" + "".join(
        f"{clip.name},{kind},8.0,Ada Lovelace\n" for kind in ("known_face", "licence_plate"))
    table.with_name("faces.csv").write_text(faces, encoding="utf-8")
    of_faces = bench_accuracy(replace(told, alerts=table.with_name("faces.csv"), out=tmp_path / "f"), show=QUIET)
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "f").iterdir())
    assert of_faces.run.watched[0].alerts == ()
    assert not any(word in written for word in ("known_face", "licence_plate", "Lovelace"))
    table.with_name("none.csv").write_text("clip,kind,t_s\nother.mp4,,\n", encoding="utf-8")
    with pytest.raises(InputError, match="the table of alerts does not name it"):
        bench_accuracy(replace(told, alerts=table.with_name("none.csv")), show=QUIET)
