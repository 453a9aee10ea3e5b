"""What a study prints when it is over."""

from __future__ import annotations

from watchfloor.show import Show
from watchfloor.study.judge import Verdict
from watchfloor.study.measure_words import measure_text, target_text
from watchfloor.study.result import StudyResult
from watchfloor.study.wording import (
    beside_text,
    best_text,
    evaluated_text,
    growth_text,
    headline,
    nearest_text,
    people_text,
    precision_text,
    rooms_text,
    roster_text,
    warm_up_text,
)
from watchfloor.wording import estimate_text


def show_study(result: StudyResult, show: Show) -> None:
    """Print the answer, the rosters it names, and where the rest lies."""
    if result.evaluated is not None:
        show.line(evaluated_text(result))
    show.line(headline(result))
    if result.beside:
        show.line(beside_text(result))
    if result.warm_up is not None and result.warm_up.settled_h is not None and not result.warm_up.is_enough:
        show.warn(warm_up_text(result.warm_up))
    if result.precision is not None:
        show.line(precision_text(result.precision))
    if result.answers is not None:
        rows = [("present", result.present), ("smallest, mean day", result.answers.smallest),
                (f"smallest, {100 * result.share_of_days:g} % of days", result.answers.surest)]
        show.table(
            f"{result.title}: mean day ± 95 % half width, {result.answered_with} replications",
            ["roster", "inspectors", "units", f"cost a day ({result.currency})",
             *(measure_text(target.measure) for target in result.targets), "days that meet (%)"],
            [_row(name, verdict, result) for name, verdict in rows if verdict is not None])
        for item in result.answers.unreachable:
            show.warn(f"{target_text(item.target)}: no roster tried is shown to reach it; the nearest is "
                      f"{nearest_text(item)}")
    if result.roster is not None:
        show.line(f"Roster: {roster_text(result.roster, result.currency)}")
        show.line(f"With a relief factor of {result.relief}: {people_text(result.roster, result.relief)}")
    if result.growth is not None:
        columns = ["quarter", "cameras", "posts", "people", "hires", "to approve"]
        show.table(f"Growth ({result.growth.plan.source})", columns, [
            [item.name, f"{item.cameras:,}", str(item.posts), str(item.people), str(item.hires), str(item.approvals)]
            for item in result.growth.quarters])
        show.line(growth_text(result.growth))
        if result.growth.rooms is not None:
            show.line(rooms_text(result.growth.rooms, result.currency))
    for what_if in result.what_ifs:
        show.table(f"What if: {what_if.name}", ["paired by trace", "without", "difference"], [
            [measure_text(name), estimate_text(what_if.base[name]), estimate_text(difference)]
            for name, difference in what_if.differences.items()])
    if result.best is not None:
        show.line(best_text(result))
    if result.theory:
        show.table("Theory beside the simulation, for the smallest roster", ["", "theory", "simulated"], [
            [item.name, f"{item.theory:.3g}", estimate_text(item.simulated)] for item in result.theory])
    if result.effects:
        show.table(f"What decides {measure_text(result.targets[0].measure)}, 25 % lower and higher", [
            "assumption", "lower", "higher"], [
                [item.name, *("–" if end is None else estimate_text(end) for end in (item.down, item.up))]
                for item in result.effects[:10]])
    if result.sobol:
        show.table("Moved together: share of the variance (Sobol)", ["assumption", "by itself", "in total"], [
            [item.name, f"{item.first:.2f} ± {item.first_half_width:.2f}",
             f"{item.total:.2f} ± {item.total_half_width:.2f}"] for item in result.sobol])
    if result.stopped:
        show.warn(f"{result.stopped}: the answer rests on {result.answered_with} of {result.replications} replications;"
                  " the same command goes on from there")
    show.line(f"written to {result.folder}: report.html, study.xlsx, answer.csv, curve.csv, manifest.json "
              f"({result.n_played} replications played, {result.n_known} known; {result.wall_s:.1f} s, peak memory "
              f"{result.peak_memory_mib:.0f} MiB)")


def _row(name: str, verdict: Verdict, result: StudyResult) -> list[str]:
    values = [estimate_text(verdict.values[str(target)]) if str(target) in verdict.values else "–"
              for target in result.targets]
    return [name, str(verdict.staff.inspectors), str(verdict.staff.units), f"{verdict.cost_per_day:,.0f}", *values,
            str(verdict.days).replace(" %", "")]
