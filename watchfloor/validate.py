"""What ``watchfloor validate`` shows: theory's answers beside those of the simulator's own parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.markup import escape
from rich.table import Table

import sim
import watchfloor.validation
from benchmarks.keyed_lines import KeyedLines
from sim.compiled import sources_digest
from watchfloor.show import Show
from watchfloor.validation.check import Check
from watchfloor.validation.parts import PARTS
from watchfloor.workers import Workers

CAPTION = ("Of each queue, worlds play some alerts or calls, and every single wait must be that of an exact recursion; "
           "the lines that follow it are then measured on many more customers of that recursion.")


def validate(*, quick: bool, seed: int, workers: int, lines: KeyedLines | None, show: Show) -> tuple[Check, ...]:
    """Compare the simulator's own parts with theory.

    Args:
        quick: play less, and leave out the heaviest loads; seconds instead of minutes.
        seed: of all draws; another seed is another sample.
        workers: processes.
        lines: remembers finished parts, which are not played again; None remembers nothing.
        show: shows how many parts are done.

    Raises:
        KeyboardInterrupt: with how many parts are kept, if any can be.
    """
    key = _key(quick, seed)
    kept = lines.under(key) if lines is not None else ()
    known = {told["part"]: [Check(**check) for check in told["checks"]] for told in kept}
    missing = [part for part in range(len(PARTS)) if part not in known]
    with show.progress("validate", "parts") as advance:
        advance(len(known), len(PARTS))
        try:
            for part, checks in _played(missing, quick, seed, workers):
                known[part] = checks
                if lines is not None:
                    lines.add(key, {"part": part, "checks": [asdict(check) for check in checks]})
                advance(len(known), len(PARTS))
        except KeyboardInterrupt:
            if lines is None:
                raise
            raise KeyboardInterrupt(f"{len(known)} of {len(PARTS)} parts are kept; the same command goes on") from None
    return tuple(check for part in range(len(PARTS)) for check in known[part])


def _key(quick: bool, seed: int) -> str:
    """Return the sha256 of all that the checks depend on, the code too."""
    code = [sources_digest(Path(package.__file__ or "").parent) for package in (sim, watchfloor.validation)]
    return hashlib.sha256(repr((quick, seed, code)).encode()).hexdigest()


def _played(parts: Sequence[int], quick: bool, seed: int, workers: int) -> Iterator[tuple[int, list[Check]]]:
    """Play parts, here or in worker processes, and yield each as it is finished."""
    if workers <= 1 or len(parts) <= 1:
        yield from ((part, play_part(part, quick, seed)) for part in parts)
        return
    with Workers(min(workers, len(parts))) as pool:
        tasks = {pool.executor.submit(play_part, part, quick, seed): part for part in parts}
        for task in as_completed(tasks):
            yield tasks[task], task.result()


def play_part(part: int, quick: bool, seed: int) -> list[Check]:
    """Play one of PARTS, on a stream of its own."""
    return PARTS[part](quick, np.random.default_rng((seed, part)))


def make_table(checks: Sequence[Check]) -> Table:
    """Return the checks as a table, one line each, failures in red."""
    table = Table(title="Theory against the simulator's own parts", title_justify="left", title_style="bold",
                  caption_justify="left", caption=CAPTION)
    for column in ("part", "quantity"):
        table.add_column(column)
    for column in ("theory", "simulated ± 95 %", "standard errors", "n", "agree"):
        table.add_column(column, justify="right")
    table.add_column("source")
    last = ""
    for check in checks:
        around = "" if check.half_width is None else f" ± {check.half_width:.2g}"
        table.add_row(
            "" if check.part == last else escape(check.part), escape(check.name), f"{check.reference:.5g}",
            f"{check.value:.5g}{around}",
            "exact" if check.standard_errors is None else f"{check.standard_errors:.1f}", f"{check.n:,}",
            "yes" if check.passed else "[bold red]NO[/]", escape(check.source))
        last = check.part
    return table
