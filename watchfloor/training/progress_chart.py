"""The picture of a trainee's progress: sensitivity, misses and reaction time, session by session."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from sim.errors import InputError
from watchfloor.figures import COLOURS, QUIET
from watchfloor.training.detection_theory import measure_detection
from watchfloor.training.records import Progress

PICTURES = (".png", ".svg", ".pdf")


def draw_progress(progress: Progress, *, title: str, out: Path) -> None:
    """Draw a trainee's sessions in order and save the picture; its ending says the format.

    Raises:
        InputError: if the ending is no picture's, or there is no session.
    """
    if out.suffix.lower() not in PICTURES:
        raise InputError("--out", got=str(out), expected="a file that ends in " + ", ".join(PICTURES))
    rows = progress.sessions
    if not rows:
        raise InputError("sessions", got="none of this trainee", expected="at least one", do="train first")
    numbers = list(range(1, len(rows) + 1))
    found = [measure_detection(n_targets=row.n_targets, n_hits=row.n_hits, n_windows=row.n_windows,
                               n_false=row.n_false).d_prime for row in rows]
    figure = Figure(figsize=(8.0, 5.6), layout="constrained")
    sensitivity, reaction = figure.subplots(2, 1, sharex=True)
    sensitivity.vlines(numbers, [one.low for one in found], [one.high for one in found], color=QUIET, linewidth=1.2)
    sensitivity.plot(numbers, [one.value for one in found], "o-", color=COLOURS[0])
    pooled = progress.detection.d_prime
    sensitivity.axhspan(pooled.low, pooled.high, color=COLOURS[0], alpha=0.12, linewidth=0)
    sensitivity.set_ylabel("d′, 95 % interval\n(band: all together)")
    known = [(number, row.reaction_s) for number, row in zip(numbers, rows, strict=True) if row.reaction_s is not None]
    reaction.plot([number for number, _ in known], [time_s for _, time_s in known], "s-", color=COLOURS[1])
    reaction.set_ylabel("middle reaction time, s")
    reaction.set_ylim(bottom=0.0)
    reaction.set_xlabel("session")
    reaction.set_xticks(numbers)
    figure.suptitle(f"EXERCISE — {title}", x=0.01, ha="left")
    figure.savefig(out, dpi=130)
