"""The calibration: fit the true rates from scratch, hold a long run against the targets, say what nobody can know."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.machine import describe_machine
from scenarios import check_scenario, find_scenario, load_targets
from scenarios.targets import Range, Targets
from scenarios.toml_text import dump_toml
from watchfloor import __version__
from watchfloor.calibration.doubt import Doubt, examine_doubt, show_doubt
from watchfloor.calibration.fit import Step, fit_coarse, next_rates, play_fine
from watchfloor.calibration.judge import Line, is_met, judge, p_in_range
from watchfloor.calibration.operation import OperationShare, operation_share
from watchfloor.calibration.played import Counts, Player, add_counts
from watchfloor.calibration.written import write_scenario
from watchfloor.results import open_folder, write_json
from watchfloor.show import Show
from watchfloor.warm import compile_engine
from watchfloor.wording import words


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateOptions:
    """What a user may choose of a calibration."""

    scenario: str
    days: float | None = None
    """Length of a long run; the targets' own if None."""
    replications: int = 12
    """Long runs of each round."""
    rounds: int = 6
    """Most rounds of long runs."""
    doubt: bool = True
    """Also try what the data cannot identify."""
    seed: int = 1
    out: Path | None = None
    write: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateResult:
    """What a calibration found, and where it lies."""

    scenario: str
    seed: int
    folder: Path
    days: float
    n_runs: int
    """Long runs that the lines rest on."""
    n_rounds: int
    rates: Mapping[str, float]
    """True number a day, by kind."""
    lines: tuple[Line, ...]
    operation: OperationShare | None
    """Of what an operation stopped; None where the targets tell of none."""
    is_met: bool
    p_crimes_of_one_run: float | None
    """Probability that a single run's crimes fall into their range."""
    doubt: Doubt | None
    wall_s: float


def calibrate(options: CalibrateOptions, *, show: Show) -> CalibrateResult:
    """Fit a scenario's rates to its targets.

    Raises:
        InputError: if the scenario or an option cannot be used.
        ModelError: if no rate can meet a target.
        KeyboardInterrupt: after Ctrl-C, saying what was saved.
    """
    began = time.perf_counter()
    targets = load_targets(options.scenario)
    check_scenario(options.scenario)
    folder = open_folder(options.out or Path("out") / f"calibrate-{find_scenario(options.scenario).stem}")
    player = Player(options.scenario, targets, journal=folder / "journal.jsonl", seed=options.seed)
    if player.n_known:
        show.line(f"{player.n_known} runs are known from an earlier calibration")
    compile_engine(show)
    try:
        result = _fit(options, targets, player, folder, show, began)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{player.n_known} runs are kept in {folder}; the same command goes on from there"
                                ) from None
    _write(result, options)
    _show_result(result, targets, show)
    return result


def _fit(options: CalibrateOptions, targets: Targets, player: Player, folder: Path, show: Show, began: float
         ) -> CalibrateResult:
    days = options.days or targets.n_days
    wanted = targets.found_per_day()
    show.heading(f"{options.scenario}: fit {len(wanted)} rates from equal ones")

    def report(name: str, step: Step) -> None:
        found = step.counts.per_day(wanted)
        worst = max(wanted, key=lambda kind: abs(step.counts.found[kind] / step.counts.n_days - wanted[kind]))
        show.line(f"{name}: {found:.1f} found a day of {sum(wanted.values()):.1f}; farthest off: {words(worst)}, "
                  f"{step.counts.found[worst] / step.counts.n_days:.2f} of {wanted[worst]:.2f}")

    rates = fit_coarse(player, targets, report=report)
    steps: list[Step] = []
    for index in range(options.rounds):
        with show.progress(f"round {index + 1}: {days:g} days", "runs") as advance:
            counts = play_fine(player, rates, days=days, n_runs=options.replications, index=index, advance=advance)
        steps.append(Step(rates=rates, counts=add_counts(counts)))
        report(f"round {index + 1}", steps[-1])
        lines = judge(targets, steps[-1].counts, days=days)
        if is_met(lines) or index + 1 == options.rounds:
            break
        rates = next_rates(steps, wanted)
    operation = operation_share(targets, steps[-1].counts)
    lines += (operation.line(),) if operation else ()
    doubt = examine_doubt(player, targets, rates, scenario=options.scenario, show=show) if options.doubt else None
    return CalibrateResult(
        scenario=options.scenario, seed=options.seed, folder=folder, days=days, n_runs=options.replications,
        n_rounds=len(steps), rates=dict(rates), lines=lines, operation=operation, is_met=is_met(lines), doubt=doubt,
        p_crimes_of_one_run=_p_crimes(targets, steps[-1].counts, days), wall_s=time.perf_counter() - began)


def _p_crimes(targets: Targets, counts: Counts, days: float) -> float | None:
    if targets.crimes is None:
        return None
    return p_in_range(targets.crimes.scaled(days / targets.n_days), counts.per_day(targets.crime_kinds) * days)


def _write(result: CalibrateResult, options: CalibrateOptions) -> None:
    machine = describe_machine()
    fragment = dump_toml({"kinds": {kind: {"per_day": rate} for kind, rate in result.rates.items()}})
    (result.folder / "fitted.toml").write_text(fragment, encoding="utf-8")
    told = {"schema": "watchfloor.calibration/1", "watchfloor": __version__, "python": platform.python_version(),
            "date": machine.date, "machine": machine.summary, "versions": dict(machine.versions)}
    write_json({**told, **asdict(result), "folder": str(result.folder)}, result.folder / "calibration.json")
    if options.write is not None:
        write_scenario(options.write, source=options.scenario, rates=result.rates)


def _show_result(result: CalibrateResult, targets: Targets, show: Show) -> None:
    show.table("Fitted rates: true number a day in the whole city, seen or not", ["kind", "per_day", "found a day"], [
        [words(kind), f"{rate:g}", f"{targets.found_per_day()[kind]:.3g}"] for kind, rate in result.rates.items()])
    show.table(f"Fitted against target: mean of {result.n_runs} runs of {result.days:g} days",
               ["", "target", "fitted ± 95 %", "95 % of single runs", ""],
               [[line.name, line.target, _fitted(line), _one_run(line.one_run), line.verdict] for line in result.lines])
    if result.p_crimes_of_one_run is not None:
        show.line(f"one run's crimes are a Poisson count: {result.p_crimes_of_one_run:.0%} of single runs fall into "
                  "their range even at the right rate")
    if result.operation:
        show.line(result.operation.told())
    if result.doubt:
        show_doubt(result.doubt, show)
    show.line(f"{'every target is met' if result.is_met else 'not every target is met'}; written to {result.folder}: "
              f"fitted.toml, calibration.json ({result.wall_s:.0f} s)")


def _fitted(line: Line) -> str:
    around = "" if line.half_width is None else f" ± {line.half_width:.3g}"
    return (f"{line.fitted:,.0f}" if line.fitted >= 1_000 else f"{line.fitted:.4g}") + around


def _one_run(span: Range | None) -> str:
    return "" if span is None else f"{span.least:,.0f} to {span.most:,.0f}"
