"""What a score cannot tell is said beside it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from benchmarks.accuracy.score import ScoringRules, score_kinds
from benchmarks.accuracy.watched import Watched
from benchmarks.accuracy.watching import WatchedSet
from benchmarks.truth import ClipCase, MatchRule
from hw.truth import ClipTruth, TruthEvent
from sim.records import Alert
from watchfloor.accuracy.cautions import find_cautions


def watched_at(camera):
    truth = ClipTruth(
        name=camera, size_wh=(640, 360), fps=Fraction(10), n_frames=600, duration_s=60.0, negative_for=(), source="",
        timing_tolerance_s=0.0, end_tolerance_s=0.0, events=(TruthEvent(kind="litter", start_s=3.0, end_s=4.0),))
    alerts = tuple(Alert(alert_id=number, camera_id=0, kind=kind, detect_s=5.0, score=0.5, level=2, detector="paper")
                   for number, kind in enumerate(("placed", "smoke")))
    return Watched(case=ClipCase(name=camera, path=Path("yard.mp4"), truth=truth, camera=camera), duration_s=60.0,
                   size_wh=(640, 360), n_frames=600, detect_cpu_s=0.1, alerts=alerts)


def cautions_of(run, **more):
    rules = ScoringRules(match=MatchRule(), aliases={"placed": "litter"})
    scores = score_kinds(run.watched, rules, declared=run.declared)
    return find_cautions("paper", run, scores, **{"aliases": rules.aliases, "strange": {}, **more})


def test_what_is_not_judged_and_why_is_said():
    run = WatchedSet(watched=(watched_at("yard"),), failed={}, n_known=0, declared=("placed", "fire"), profile="")
    fire, smoke, few = cautions_of(run)
    assert fire.startswith("fire is not judged: no truth of the set tells of it")
    assert fire.endswith("alerts of it: 0")
    assert smoke.endswith("alerts of it: 1")
    assert few.startswith("cameras: 1, too few for intervals over cameras, which need 5")
    degraded = cautions_of(replace(run, degraded="degraded to motion: no network"), strange={"flood": "yard.mp4: row"})
    assert degraded[0] == "paper: degraded to motion: no network"
    assert "yard.mp4: row: kind flood: no known detector tells of it, so it is not scored" in degraded


def test_nothing_is_said_where_all_was_judged_on_enough_cameras():
    many = tuple(replace(item, alerts=item.alerts[:1]) for item in map(watched_at, "abcde"))
    assert cautions_of(WatchedSet(watched=many, failed={}, n_known=0, declared=("placed",), profile="")) == ()
