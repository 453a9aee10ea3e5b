"""The main job: measure a detector, play a city day with and without it, compare, and write the results."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from pathlib import Path

from agents.policy_choice import find_planner, find_policy, find_queue_order
from benchmarks.machine import describe_machine
from scenarios import check_scenario, load_scenario
from scenarios.detector_models import load_detector_model, save_detector_model
from scenarios.document import Value
from sim.cases import make_cases
from sim.detector_model import DISTRICT, DetectorModel
from sim.errors import InputError
from sim.replicate import Arm, Run, replicate, start_worker
from sim.scenario import Scenario
from watchfloor import __version__
from watchfloor.compare import compare, make_arms
from watchfloor.job import RunOptions, RunResult
from watchfloor.journal import Journal, journal_key
from watchfloor.measurement import Measurement, measure_clip
from watchfloor.memory import peak_memory_mib
from watchfloor.report import write_report
from watchfloor.results import cases_table, events_table, open_folder, write_json, write_table
from watchfloor.show import Show
from watchfloor.tables import show_comparison, show_measurement, show_model
from watchfloor.warm import compile_engine
from watchfloor.workers import Workers

SHOWN_REPLICATION = 0
"""The replication whose events and cases are kept and drawn."""


def run_scenario(options: RunOptions, *, show: Show) -> RunResult:
    """Do the main job.

    Raises:
        InputError: if anything given cannot be used; before any work is done.
        KeyboardInterrupt: after Ctrl-C, saying what was saved.
    """
    began = time.perf_counter()
    _check_options(options)
    overrides: dict[str, Value] = {}
    if options.hours is not None:
        overrides["time.duration_h"] = options.hours
    if options.queue_order is not None:
        overrides["alerting.queue_order"] = find_queue_order(options.queue_order, where="--queue-order")
    for caution in check_scenario(options.scenario, overrides=overrides).warnings:
        show.warn(f"{caution.key}: {caution.text}")
    folder = open_folder(options.out or Path("out") / f"{Path(options.scenario).stem}-{options.seed}")
    measurement, model = _detector(options, show)
    show.heading(f"{options.scenario}: build the city")
    scenario = load_scenario(options.scenario, overrides=overrides)
    _check_kinds(model, scenario)
    show.line(f"{scenario.title}. {scenario.city.roads.n_junctions:,} junctions, {scenario.city.n_sites:,} sites, "
              f"{scenario.city.cameras.n_cameras:,} cameras; {scenario.duration_s / 3600:g} h simulated")
    if model is not None:
        save_detector_model(model, folder / "detector_model.json")
    policy = None if options.policy is None else find_policy(options.policy, lambda: scenario, where="--policy")
    attention = None if options.attention is None else find_planner(options.attention, where="--attention")
    arms = make_arms(model, share=options.share, policy=policy, attention=attention)
    compile_engine(show)
    finished, is_complete = _play(scenario, arms, options, folder, show)
    if SHOWN_REPLICATION not in finished:
        raise KeyboardInterrupt(f"{len(finished)} of {options.replications} replications are kept in {folder}")
    _warn_of_failures(finished, show)
    shown_runs = finished[SHOWN_REPLICATION]
    logs = [run.log for run in shown_runs if run.log is not None]
    cases = {log.arm: make_cases(log) for log in logs}
    write_table(events_table(logs), folder / "events.parquet")
    write_table(cases_table(scenario, cases), folder / "cases.parquet")
    result = RunResult(
        scenario=scenario.name, title=scenario.title, seed=options.seed, hours=scenario.duration_s / 3600.0,
        folder=folder, scenario_digest=scenario.digest, trace_digest=shown_runs[0].trace_digest,
        log_digests={run.arm: run.log_digest for run in shown_runs},
        comparison=compare([finished[index] for index in sorted(finished)]), model=model, is_complete=is_complete,
        wall_s=time.perf_counter() - began,
        peak_memory_mib=peak_memory_mib(options.workers if options.workers > 1 else 0), machine=describe_machine())
    write_report(folder / "report.html", scenario=scenario, result=result, options=options, measurement=measurement,
                 cases=cases)
    write_json(_manifest(options, scenario, result), folder / "manifest.json")
    show_comparison(scenario, result.comparison, show)
    show.line(f"seed {result.seed}; trace {result.trace_digest[:12]}; " + "; ".join(
        f"{arm} {digest[:12]}" for arm, digest in result.log_digests.items()))
    show.line(f"written to {folder}: report.html, events.parquet, cases.parquet, manifest.json"
              f" ({result.wall_s:.1f} s, peak memory {result.peak_memory_mib:.0f} MiB)")
    if not is_complete:
        raise KeyboardInterrupt(f"{len(finished)} of {options.replications} replications are in {folder}; "
                                "the same command plays the rest")
    return result


def _check_options(options: RunOptions) -> None:
    if options.detector and options.detector_model:
        raise InputError("--detector-model", got=options.detector_model, expected="no --detector beside it",
                         do="choose one of the two")
    if options.clip and not options.detector:
        raise InputError("--clip", got=options.clip, expected="a --detector to measure on it",
                         do="add --detector left_object")


def _detector(options: RunOptions, show: Show) -> tuple[Measurement | None, DetectorModel | None]:
    if options.detector:
        show.heading(f"{options.detector} on the clip {options.clip or 'bottle'}")
        measurement = measure_clip(options.detector, clip=options.clip or "bottle", profile=options.profile,
                                   seed=options.seed, show=show)
        show_measurement(measurement, show)
        show_model(measurement.model, show)
        return measurement, measurement.model
    if options.detector_model:
        model = load_detector_model(options.detector_model)
        show_model(model, show)
        return None, model
    return None, None


def _warn_of_failures(finished: dict[int, list[Run]], show: Show) -> None:
    """Tell of policies that made way for the nearest unit."""
    failures = [run.policy_failure for runs in finished.values() for run in runs if run.policy_failure]
    if failures:
        show.warn(f"the policy failed in {len(failures)} of {len(finished)} replications; from then on the nearest "
                  f"unit was sent, or the last plan held; first: {failures[0]}")


def _check_kinds(model: DetectorModel | None, scenario: Scenario) -> None:
    known = {kind.name for kind in scenario.kinds}
    for detected, kind in (model.kind_map if model else {}).items():
        if kind not in known:
            raise InputError(f"detector model {model.name if model else ''}: kind_map.{detected}", got=kind,
                             expected="an incident kind of the scenario: " + ", ".join(sorted(known)),
                             do="map it to one of these")
    districts = scenario.city.district_names
    for row in model.rows if model else ():
        named = row.condition.removeprefix(DISTRICT)
        if row.condition.startswith(DISTRICT) and named not in districts:
            raise InputError(f"detector model {model.name if model else ''}: condition", got=row.condition,
                             expected="a district of the city: " + ", ".join(districts), do="name one of these")


def _play(
    scenario: Scenario, arms: tuple[Arm, ...], options: RunOptions, folder: Path, show: Show
) -> tuple[dict[int, list[Run]], bool]:
    """Play what the journal lacks; return the finished replications and whether they are all."""
    journal = Journal(folder / "journal.jsonl", journal_key(scenario, arms, options.seed))
    known = journal.load()
    finished = {index: known[index] for index in range(1, options.replications) if index in known}
    missing = [index for index in range(options.replications) if index not in finished]
    if finished:
        show.line(f"{len(finished)} of {options.replications} replications are known from an earlier run")
    try:
        with show.progress(" | ".join(arm.name for arm in arms), "replications") as advance:
            advance(len(finished), options.replications)
            for runs in _results(scenario, arms, options, missing):
                finished[runs[0].replication] = runs
                if runs[0].replication not in known:
                    journal.add(runs)
                advance(len(finished), options.replications)
    except KeyboardInterrupt:
        return finished, False
    return finished, True


def _results(scenario: Scenario, arms: tuple[Arm, ...], options: RunOptions, missing: list[int]) -> Iterator[list[Run]]:
    """Play the shown replication here, and the rest here or in worker processes."""
    yield from replicate(scenario, arms, seed=options.seed, replications=missing[:1], keep_logs=[SHOWN_REPLICATION])
    n_workers = min(options.workers, len(missing) - 1)
    if n_workers <= 1:
        yield from replicate(scenario, arms, seed=options.seed, replications=missing[1:])
        return
    with Workers(n_workers, start_worker, scenario, arms) as workers:
        yield from replicate(scenario, arms, seed=options.seed, replications=missing[1:], executor=workers.executor)


def _manifest(options: RunOptions, scenario: Scenario, result: RunResult) -> dict[str, object]:
    return {
        "schema": "watchfloor.run/1",
        "watchfloor": __version__,
        "python": platform.python_version(),
        "date": result.machine.date,
        "machine": result.machine.summary,
        "versions": dict(result.machine.versions),
        "scenario": result.scenario,
        "scenario_digest": result.scenario_digest,
        "seed": result.seed,
        "hours": result.hours,
        "replications": result.comparison.n_replications,
        "is_complete": result.is_complete,
        "shown_replication": SHOWN_REPLICATION,
        "trace_digest": result.trace_digest,
        "log_digests": dict(result.log_digests),
        "detector": options.detector,
        "profile": options.profile if options.detector else None,
        "clip": options.clip,
        "detector_model": result.model.name if result.model else None,
        "share_of_cameras": options.share if result.model else None,
        "policy": options.policy,
        "attention": options.attention,
        "queue_order": str(scenario.alerting.queue_order),
        "wall_s": result.wall_s,
        "peak_memory_mib": result.peak_memory_mib,
        "estimates": {
            arm: {name: {"mean": item.mean, "half_width": item.half_width, "n": item.n}
                  for name, item in by_name.items()}
            for arm, by_name in result.comparison.estimates.items()},
    }
