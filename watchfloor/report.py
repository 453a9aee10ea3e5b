"""The report: one HTML file that opens offline, with the answer first and every assumption at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import numpy as np
from markupsafe import Markup

from scenarios import cited_parameters
from sim.cases import Cases
from sim.city import City
from sim.detector_model import DetectorParameters
from sim.replicate import arm_parameters
from sim.scenario import Scenario
from sim.trace import draw_trace
from watchfloor import figures
from watchfloor.compare import POLICY_ARM, make_arms
from watchfloor.job import RunOptions, RunResult
from watchfloor.measurement import Measurement
from watchfloor.tables import REGION_WIDE, SHARE_UNKNOWN, caution_of, doubt, operation_rows
from watchfloor.wording import ARMS, estimate_text, measures_of, words

SPANS = (("detection delay", "occur_s", "shown_s"), ("response time", "call_create_s", "on_scene_s"))


def write_report(
    path: Path, *, scenario: Scenario, result: RunResult, options: RunOptions, measurement: Measurement | None,
    cases: Mapping[str, Cases],
) -> None:
    """Write the report of a run.

    Args:
        path: where to.
        scenario: what was played.
        result: what came out.
        options: what was asked for.
        measurement: the detector's, if it was measured in this run.
        cases: of the shown replication, by arm.
    """
    trace = draw_trace(scenario, seed=result.seed)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("watchfloor", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    arms = result.comparison.arms
    page = environment.get_template("report.html").render(
        scenario=scenario, result=result, options=options, measurement=measurement, model=result.model,
        caution=caution_of(result.model) if result.model else None,
        arm_names={arm: ARMS.get(arm, arm) for arm in arms}, arms=arms,
        headline=headline(result), command=command_line(options),
        doubts=[doubt(row) for row in result.model.played_rows] if result.model else [],
        false_rates=_false_rates(result, options),
        measures=[(text, [estimate_text(result.comparison.estimates[arm][name]) for arm in arms],
                   [estimate_text(result.comparison.differences[arm][name]) for arm in arms[1:]])
                  for name, text in measures_of(result.comparison.estimates[arms[0]]).items()],
        operation=operation_rows(scenario.operation, result.comparison) if scenario.operation else [],
        region_wide=REGION_WIDE, share_unknown=SHARE_UNKNOWN,
        districts=_districts(result, scenario.city),
        map=Markup(figures.draw_map(scenario, cases[arms[0]], np.column_stack((trace.x_m, trace.y_m)))),
        kinds=Markup(figures.draw_found_by_kind(scenario, result.comparison)),
        hours=Markup(figures.draw_hours(scenario, cases)),
        delays=Markup(figures.draw_delays(cases, SPANS)),
        cited={item.key: cited_parameters(item.source) for item in scenario.statements}, words=words,
    )
    path.write_text(page, encoding="utf-8")


def headline(result: RunResult) -> str:
    """Say in one or two sentences what came out."""
    comparison = result.comparison
    base = comparison.estimates[comparison.arms[0]]
    text = (f"In {result.hours:g} simulated hours the inspectors alone found {estimate_text(base['found'])} offences, "
            f"{100 * base['found_share'].mean:.1f} % of those in view of a camera.")
    if POLICY_ARM in comparison.arms:
        less = comparison.differences[POLICY_ARM]["p90:response_time_s"]
        found = comparison.differences[POLICY_ARM]["found"]
        text += (f" With the policy the difference is {estimate_text(found)} found, and {estimate_text(less)} s of "
                 "response time (p90).")
    if "with_detector_low" not in comparison.arms:
        return text
    ends = [comparison.differences[arm]["found"] for arm in ("with_detector_low", "with_detector_high")]
    stops = [comparison.estimates[arm]["unfounded_stops"] for arm in ("with_detector_low", "with_detector_high")]
    return (f"{text} With the detector the difference is {estimate_text(ends[0])} if its false alarms are as few as "
            f"the measurement allows ({estimate_text(stops[0])} unfounded stops), and {estimate_text(ends[1])} if they "
            f"are as many ({estimate_text(stops[1])} unfounded stops).")


DISTRICT_MEASURES = ("looks", "found", "unfounded_stops")


def _districts(result: RunResult, city: City) -> list[tuple[str, str, list[str]]]:
    """Return each district's cameras, and its looks, finds and unfounded stops, arm after arm; those in all last."""
    def cells(ending: str) -> list[str]:
        return [estimate_text(result.comparison.estimates[arm][f"district_{what}:{ending}" if ending else what])
                for arm in result.comparison.arms for what in DISTRICT_MEASURES]

    n_cameras = np.bincount(city.cameras.district, minlength=len(city.district_names)).tolist()
    return [*((name, f"{n:,}", cells(name)) for name, n in zip(city.district_names, n_cameras, strict=True)),
            ("all", f"{city.cameras.n_cameras:,}", cells(""))]


def _false_rates(result: RunResult, options: RunOptions) -> list[tuple[str, str]]:
    """Return what each detector arm played, as (arm, false alarms per camera-hour)."""
    rates = []
    if result.model is not None:
        for arm in make_arms(result.model, share=options.share)[1:]:
            drawn = [_false_per_h(arm_parameters(arm, seed=result.seed, replication=index))
                     for index in range(result.comparison.n_replications)]
            low, high = min(drawn), max(drawn)
            rates.append((ARMS.get(arm.name, arm.name),
                          f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}, drawn anew each replication"))
    return rates


def _false_per_h(parameters: Sequence[DetectorParameters]) -> float:
    """Return false alarms per camera-hour over all kinds; of a kind's conditions, the mean."""
    by_kind: dict[str, list[float]] = {}
    for item in parameters:
        by_kind.setdefault(item.kind, []).append(item.false_per_camera_h)
    return sum(sum(rates) / len(rates) for rates in by_kind.values())


def command_line(options: RunOptions) -> str:
    """Return the command that gives this run again."""
    parts = ["watchfloor run", options.scenario]
    if options.detector:
        parts.append(f"--detector {options.detector} --profile {options.profile}")
    if options.clip:
        parts.append(f"--clip {options.clip}")
    if options.detector_model:
        parts.append(f"--detector-model {options.detector_model}")
    if options.detector or options.detector_model:
        parts.append(f"--share {options.share:g}")
    if options.policy:
        parts.append(f"--policy {options.policy}")
    if options.attention:
        parts.append(f"--attention {options.attention}")
    if options.queue_order:
        parts.append(f"--queue-order {options.queue_order}")
    if options.hours is not None:
        parts.append(f"--hours {options.hours:g}")
    return " ".join([*parts, f"--replications {options.replications} --seed {options.seed}"])
