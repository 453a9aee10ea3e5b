"""The command ``bench accuracy``: a detector over a set of cameras, scored, shown, reported and made into a model."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children
from pathlib import Path

from benchmarks.accuracy.alerts_file import AlertTable, read_alerts, watched_elsewhere, write_alerts
from benchmarks.accuracy.drawn_grid import (
    DEFAULT_GRID,
    GRIDS,
    QUICK_GRID,
    DrawnCell,
    DrawnGrid,
    draw_cell,
    is_drawn,
    load_grid,
)
from benchmarks.accuracy.mqtt_log import SUFFIXES, place_events, read_instant_s, read_mqtt_log
from benchmarks.accuracy.score import KindScore, ScoringRules, score_kinds
from benchmarks.accuracy.watching import DetectorSpec, WatchedSet, WatchJournal, watch_clips
from benchmarks.machine import Machine, describe_machine
from benchmarks.model import make_scored_model
from benchmarks.save import save_result
from benchmarks.truth import ClipCase, ClipSet, MatchRule, load_clip_set
from benchmarks.truth.kinds import check_kinds
from scenarios.detector_models import save_detector_model
from sim.detector_model import EVERYWHERE, DetectorModel
from sim.errors import InputError
from watchfloor.accuracy.cautions import find_cautions
from watchfloor.accuracy.page import write_page
from watchfloor.accuracy.tables import result_values, show_scores
from watchfloor.detector_options import with_device
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.workers import Workers

_DRAWING_SHARE = 0.45
MODEL_FILE = "detector_model.json"
INCIDENTS: Mapping[str, str] = {
    "litter": "litter", "object_placed": "litter", "drinking": "drinking", "fight": "petty_hooliganism",
    "person_down": "drunk_in_public"}
"""Assumed: which incident of a scenario a scored kind stands for, unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyOptions:
    """What was asked for."""

    detector: str
    on: str
    profile: str | None = None
    device: str = "cpu"
    """On which a detector's network runs."""
    own: Mapping[str, object] = field(default_factory=dict)
    """Options of the detector itself."""
    is_quick: bool = False
    out: Path | None = None
    clips: Path = Path("out") / "drawn-clips"
    """Where drawn clips are kept."""
    alerts: Path | None = None
    """A table of alerts that another program raised on the clips, or a log of MQTT messages, in place of a detector."""
    began: Mapping[str, str] = field(default_factory=dict)
    """Camera → when its clips began, in the form of ISO 8601, for MQTT messages; under ``""`` that of all others."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    incidents: Mapping[str, str] | None = None
    min_score: float = 0.0
    max_delay_s: float | None = None
    """10 s where it is not said, and 20 s on drawn sets, in which a thing must outlast a group of pictures of 5 s."""
    tolerance_s: float = 0.5
    budget_min: float = 10.0
    """Drawing takes about half of so many minutes at most, watching drawn clips the rest; what is not begun by then is
    skipped, and listed."""
    n_workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyResult:
    """What came out."""

    set_name: str
    detector: str
    profile: str
    is_drawn: bool
    run: WatchedSet
    scores: tuple[KindScore, ...]
    skipped: Mapping[str, str]
    model: DetectorModel
    machine: Machine
    folder: Path
    wall_s: float
    cautions: tuple[str, ...]
    """What a reader must know beside the figures."""


def bench_accuracy(options: AccuracyOptions, *, show: Show) -> AccuracyResult:
    """Score a detector on a set of clips; what an earlier run finished is not done again.

    Raises:
        InputError: if anything given cannot be used.
        KeyboardInterrupt: after Ctrl-C, saying what was kept.
    """
    began, until = time.perf_counter(), time.time() + 60.0 * options.budget_min
    spec = DetectorSpec(name=options.detector, options=_detector_options(options))
    if options.alerts is None:
        spec.make()  # an unknown name or option is told before anything is drawn
    rules = ScoringRules(match=MatchRule(tolerance_s=options.tolerance_s, max_delay_s=_max_delay_s(options)),
                         aliases=options.aliases, min_score=options.min_score)
    with _pool(options.n_workers) as executor:
        clips = _find_clips(options, executor, show)
        table = None if options.alerts is None else _read_told(options.alerts, clips, options.began)
        kinds = getattr(spec.make(), "kinds", ()) if table is None else {row.kind for row in table.rows}
        strange = check_kinds(clips.cases, {*kinds, *options.aliases, *options.aliases.values()})
        folder = open_folder(options.out or Path("out") / f"accuracy-{options.detector}-{_slug(options)}")
        journal = WatchJournal(folder / "journal.jsonl")
        try:
            run = (_watch(spec, clips, journal, executor, until if _is_drawn(options) else math.inf, show)
                   if table is None else watched_elsewhere(clips.cases, table, detector=options.detector))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"{len(journal.load())} clips are kept in {folder}; the same command does the "
                                    "rest") from None
    if not run.watched:
        raise InputError(f"{options.detector} on {clips.name}", got="no clip that could be watched",
                         expected="at least one", do="; ".join(run.failed.values()))
    scores = tuple(score_kinds(run.watched, rules, declared=run.declared))
    if not scores:
        told = sorted({kind for case in clips.cases for kind in (*case.truth.kinds, *case.truth.negative_for)})
        raise InputError(f"{options.detector} on {clips.name}", got=", ".join(run.declared) or "no alert",
                         expected="a kind that the truth tells of: " + (", ".join(told) or "it tells of none"),
                         do="name the pair with --count OURS=THEIRS")
    machine = describe_machine()
    model = make_scored_model(
        scores, name=f"{options.detector}-{_slug(options)}", detector=options.detector, profile=run.profile,
        kind_map=_kind_map(scores, options.incidents), set_name=clips.name, machine=machine,
        is_drawn=_is_drawn(options), clips=[path for item in run.watched for path in item.case.files])
    result = AccuracyResult(
        set_name=clips.name, detector=options.detector, profile=run.profile, run=run, scores=scores, model=model,
        skipped={**clips.skipped, **run.failed}, machine=machine, folder=folder, wall_s=time.perf_counter() - began,
        is_drawn=_is_drawn(options),
        cautions=find_cautions(options.detector, run, scores, aliases=options.aliases, strange=strange))
    _write(result, options)
    show_scores(result, show)
    return result


def _read_told(path: Path, clips: ClipSet, began: Mapping[str, str]) -> AlertTable:
    """Read what another program told: a log of MQTT messages, or a table."""
    if path.suffix not in SUFFIXES:
        return read_alerts(path)
    began_s = {camera: read_instant_s(text, f"--began {camera}") for camera, text in began.items()}
    return place_events(read_mqtt_log(path), clips.cases, began_s)


def _write(result: AccuracyResult, options: AccuracyOptions) -> None:
    write_alerts(result.folder / "alerts.csv", result.run.watched, _outcomes(result, options.aliases))
    save_detector_model(result.model, result.folder / MODEL_FILE)
    save_result(result.folder / "accuracy.json", f"accuracy of {result.detector} on {result.set_name}",
                result_values(result), result.machine)
    write_page(result.folder / "report.html", result, command=command_line(options))


def _outcomes(result: AccuracyResult, aliases: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return (clip, alert) → hit or false, of the kinds that the truth judges."""
    whole = [score for score in result.scores if score.condition == EVERYWHERE]
    judged = {score.kind for score in whole}
    false = {(int(clip), int(index)) for score in whole
             for clip, index in zip(score.outcomes.false_clip, score.outcomes.false_index, strict=True)}
    outcomes = {}
    for clip, item in enumerate(result.run.watched):
        told = {*item.case.truth.kinds, *item.case.truth.negative_for} & judged
        for number, alert in enumerate(item.alerts):
            if aliases.get(alert.kind, alert.kind) in told:
                outcomes[clip, number] = "false" if (clip, number) in false else "hit"
    return outcomes


def command_line(options: AccuracyOptions) -> str:
    """Return the command that gives this result again."""
    parts = ["watchfloor bench accuracy", options.detector, f"--on {options.on}"]
    parts += [f"--profile {options.profile}"] if options.profile else []
    parts += [f"--device {options.device}"] if options.device != "cpu" else []
    parts += [f"--option {name}={value if isinstance(value, str) else json.dumps(value)}"
              for name, value in options.own.items()]
    parts += [f"--alerts {options.alerts}"] if options.alerts else []
    parts += [f"--began {camera}={text}" if camera else f"--began {text}" for camera, text in options.began.items()]
    parts += ["--quick"] if options.is_quick else []
    parts += [f"--count {ours}={theirs}" for ours, theirs in options.aliases.items()]
    parts += [f"--threshold {options.min_score:g}"] if options.min_score else []
    return " ".join([*parts, f"--max-delay {_max_delay_s(options):g}"])


def _detector_options(options: AccuracyOptions) -> dict[str, object]:
    told: dict[str, object] = {**({"profile": options.profile} if options.profile else {}), **options.own}
    return with_device(told, device=options.device if options.device != "cpu" else None)


def _max_delay_s(options: AccuracyOptions) -> float:
    if options.max_delay_s is not None:
        return options.max_delay_s
    return 20.0 if _is_drawn(options) else 10.0


def _is_drawn(options: AccuracyOptions) -> bool:
    return options.on in GRIDS or options.on.endswith(".toml")


def _slug(options: AccuracyOptions) -> str:
    path = Path(options.on)
    name = path.resolve().stem if path.exists() else path.name
    return name.replace(",", "-") + ("-quick" if options.is_quick else "")


@contextmanager
def _pool(n_workers: int) -> Iterator[Executor | None]:
    if n_workers <= 1:
        yield None
        return
    others = set(active_children())
    with Workers(n_workers) as workers:
        try:
            yield workers.executor
        except KeyboardInterrupt:
            for worker in set(active_children()) - others:
                worker.terminate()  # or it would first finish what it has, and nobody waits for that any more
            raise


def _find_clips(options: AccuracyOptions, executor: Executor | None, show: Show) -> ClipSet:
    if not _is_drawn(options):
        return load_clip_set(options.on)
    is_small = options.is_quick and options.on == DEFAULT_GRID.name
    grid = QUICK_GRID if is_small else GRIDS.get(options.on) or load_grid(Path(options.on))
    return _draw(grid, options, executor, show)


def _draw(grid: DrawnGrid, options: AccuracyOptions, executor: Executor | None, show: Show) -> ClipSet:
    cells, until_s = grid.cells, time.monotonic() + _DRAWING_SHARE * 60.0 * options.budget_min
    drawn: dict[str, tuple[ClipCase, ...]] = {}
    skipped: dict[str, str] = {}
    with show.progress(f"draw {grid.name} into {options.clips}", "cells") as advance:
        advance(0, len(cells))
        try:
            for cell, clips in _drawn(cells, options.clips, executor, until_s):
                if clips is None:
                    skipped[cell.name] = f"not begun in the {_DRAWING_SHARE * options.budget_min:g} minutes for drawing"
                else:
                    drawn[cell.name] = clips
                advance(len(drawn) + len(skipped), len(cells))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"{len(drawn)} of {len(cells)} cells are drawn in {options.clips}; the same "
                                    "command draws the rest") from None
    return ClipSet(name=grid.name, skipped=skipped,
                   cases=tuple(clip for cell in cells for clip in drawn.get(cell.name, ())))


def _drawn(cells: Sequence[DrawnCell], folder: Path, executor: Executor | None, until_s: float,
           ) -> Iterator[tuple[DrawnCell, tuple[ClipCase, ...] | None]]:
    """Yield each cell's clips; None for those that the time did not reach."""
    if executor is None:
        for cell in cells:
            yield cell, _draw_in_time(cell, folder, until_s - time.monotonic(), time.time())
        return
    futures = {executor.submit(_draw_in_time, cell, folder, until_s - time.monotonic(), time.time()): cell
               for cell in cells}
    for future in as_completed(futures):
        yield futures[future], future.result()


def _draw_in_time(cell: DrawnCell, folder: Path, left_s: float, asked_s: float) -> tuple[ClipCase, ...] | None:
    """Draw a cell, unless the time is over; what was drawn before takes none."""
    return draw_cell(cell, folder) if time.time() - asked_s < left_s or is_drawn(cell, folder) else None


def _watch(spec: DetectorSpec, clips: ClipSet, journal: WatchJournal, executor: Executor | None, until: float,
           show: Show) -> WatchedSet:
    with show.progress(f"{spec.name} on {clips.name}", "clips") as advance:
        return watch_clips(spec, clips.cases, journal=journal, executor=executor, until=until, progress=advance)


def _kind_map(scores: Sequence[KindScore], asked: Mapping[str, str] | None) -> dict[str, str]:
    """Return which incident each scored kind stands for; of kinds that stand for one, only the incident's namesake."""
    if asked is not None:
        return dict(asked)
    kinds = {score.kind for score in scores}
    return {kind: incident for kind, incident in INCIDENTS.items()
            if kind in kinds and (kind == incident or incident not in kinds)}
