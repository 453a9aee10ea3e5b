"""A class's progress as a picture and as a table under random ids."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from matplotlib.figure import Figure

from sim.errors import InputError
from watchfloor.figures import COLOURS, QUIET
from watchfloor.training.classes import Standings
from watchfloor.training.progress_chart import PICTURES

COLUMNS = ("class", "trainee_id", "sessions", "targets", "hits", "windows", "false_alarms", "d_prime", "d_prime_low",
           "d_prime_high", "hit_share", "checklist_share", "reaction_s", "verdict")


def csv_of(standings: Standings) -> str:
    """Return a class's table as CSV; it holds random ids and no names."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in standings.members:
        found = one.detection
        writer.writerow([standings.name, one.trainee_id, len(one.d_primes), found.n_targets, found.n_hits,
                         found.n_windows, found.n_false, *(f"{value:.4f}" for value in (
                             found.d_prime.value, found.d_prime.low, found.d_prime.high)),
                         one.hit_share, one.checklist_share, one.reaction_s, one.verdict])
    return file.getvalue()


def draw_class(standings: Standings, out: Path) -> None:
    """Draw each member's d′ session by session, beside the pass mark, and save the picture.

    Raises:
        InputError: if the file's ending is no picture's, or nobody has played.
    """
    if out.suffix.lower() not in PICTURES:
        raise InputError("--out", got=str(out), expected="a file that ends in " + ", ".join(PICTURES))
    played = [one for one in standings.members if one.d_primes]
    if not played:
        raise InputError("class", got=f"{standings.name}, in which nobody has played", expected="a session at least",
                         do="train first")
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    axes = figure.subplots()
    for place, one in enumerate(played):
        numbers = [number + 1 + 0.06 * (place - len(played) / 2.0) for number in range(len(one.d_primes))]
        colour = COLOURS[place % len(COLOURS)]
        axes.vlines(numbers, [d.low for d in one.d_primes], [d.high for d in one.d_primes], color=QUIET, linewidth=0.8)
        axes.plot(numbers, [d.value for d in one.d_primes], "o-", color=colour, label=one.name or one.trainee_id)
    if standings.marks.d_prime is not None:
        axes.axhline(standings.marks.d_prime, color=COLOURS[3], linestyle="--", linewidth=1.0, label="pass mark")
    axes.set_xlabel("session")
    axes.set_ylabel("d′, 95 % interval")
    axes.set_xticks(range(1, max(len(one.d_primes) for one in played) + 1))
    axes.legend(fontsize=8, ncols=2)
    figure.suptitle(f"EXERCISE — {standings.name}", x=0.01, ha="left")
    figure.savefig(out, dpi=130)
