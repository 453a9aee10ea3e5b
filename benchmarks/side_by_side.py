"""watchfloor beside peer simulators: each plays the same queue in a process of its own, in turn, in one run.

The workload is M/M/10 at ρ = 0.9. A simulator whose mean wait is not Erlang C's has no speed here, only a fault.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers.workload import ARRIVAL_RATE, N_SERVERS, WARM_UP
from sim.theory import mmc
from sim.theory.recursion import waits_in_order

PEERS: Mapping[str, str] = {"simpy": "SimPy", "ciw": "Ciw", "salabim": "salabim", "cimba": "Cimba"}
"""Name as in ``.venvs/peer-NAME`` and ``mm10_NAME.py``: name as its authors write it."""

HOW = "make peers"
N_CUSTOMERS = 50_000
ROUNDS = 3
MOST_ERRORS = 4.0
"""Standard errors by which a right answer may differ from theory."""
N_ERROR_RUNS = 200
TIMEOUT_S = 600.0

_FOLDER = Path(__file__).resolve().parent
ENVIRONMENTS = _FOLDER.parent / ".venvs"
"""Where ``make peers`` puts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A simulator that can be asked to play."""

    name: str
    command: tuple[str, ...]
    """Program and first arguments; ``--customers N --seed S`` follow, and a line of JSON is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A simulator that has no figure."""

    name: str
    why: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a simulator printed; see ``benchmarks.peers.workload.answer_line``."""

    version: str
    n_customers: int
    mean_wait: float
    set_up_s: float
    run_s: float
    run_cpu_s: float
    play_s: float | None
    peak_memory_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One simulator's speed; medians over the rounds."""

    name: str
    version: str
    run_s: float
    """The run, random draws included, imports and compiling left out."""
    run_cpu_s: float
    """Processor time of the run, which other work on the machine disturbs less."""
    customers_per_s: float
    played_customers_per_s: float | None
    """With the draws left out too, for a simulator that draws beforehand."""
    ratio: float | None
    """How many times the first entrant's run it takes; median of the rounds' ratios. None where the first failed."""
    cpu_ratio: float | None
    """The same of processor times."""
    set_up_s: float
    """Building and compiling, before the run."""
    peak_memory_mib: float
    mean_wait: float
    """Mean over the rounds, in mean services."""
    errors_off: float
    """Standard errors between that and theory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """All simulators on one workload, in one run."""

    workload: str
    n_customers: int
    n_rounds: int
    theory_mean_wait: float
    """Erlang C, in mean services."""
    standard_error: float
    """Of a right simulator's mean wait over all rounds, by exact recursion."""
    figures: tuple[Figure, ...]
    missing: tuple[Missing, ...]
    """Not here, failed, or refused for a wrong answer."""


def peer_program(name: str, folder: Path = ENVIRONMENTS) -> Path:
    """Return the interpreter of a peer's environment, whether it is there or not."""
    return folder / f"peer-{name}" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_peers(folder: Path = ENVIRONMENTS) -> tuple[list[Entrant], list[Missing]]:
    """Return the peers whose environments are there, and those that are missing."""
    found, missing = [], []
    for name, title in PEERS.items():
        program = peer_program(name, folder)
        refusal = folder / f"peer-{name}" / "why.txt"
        if refusal.is_file():
            why = refusal.read_text(encoding="utf-8").strip()
            missing.append(Missing(name=title, why=f"pip could not install it: {why}", do=HOW))
        elif not program.exists():
            missing.append(Missing(name=title, why="its environment was not made", do=HOW))
        else:  # -E: what PYTHONPATH names is not the peer's
            found.append(Entrant(name=title, command=(str(program), "-E", str(_FOLDER / "peers" / f"mm10_{name}.py"))))
    return found, missing


def compare(entrants: Sequence[Entrant], missing: Sequence[Missing] = (), *, n_customers: int = N_CUSTOMERS,
            n_rounds: int = ROUNDS, seed: int = 1, progress: Callable[[int, int], None] | None = None) -> SideBySide:
    """Let each entrant play in turn, round after round, and judge the answers.

    Args:
        entrants: the first is the one that ratios are to.
        missing: peers known not to be here.
        n_customers: of one run.
        n_rounds: runs of each, each on another seed.
        seed: of the first round.
        progress: called with (runs done, runs in all).
    """
    answers: dict[str, list[Answer]] = {entrant.name: [] for entrant in entrants}
    failed: dict[str, Missing] = {}
    for turn in range(n_rounds):
        for place, entrant in enumerate(entrants):
            if progress:
                progress(turn * len(entrants) + place, n_rounds * len(entrants))
            if entrant.name not in failed:
                answer = _ask(entrant, n_customers=n_customers, seed=seed + turn)
                if isinstance(answer, Missing):
                    failed[entrant.name] = answer
                else:
                    answers[entrant.name].append(answer)
    theory = mmc(N_SERVERS, arrival_rate=ARRIVAL_RATE, service_rate=1.0).mean_wait
    error = standard_error(n_customers, seed=seed) / math.sqrt(n_rounds)
    complete = {name: given for name, given in answers.items() if name not in failed}
    first = complete.get(entrants[0].name, [])
    figures = [_figure(name, given, first, theory=theory, error=error) for name, given in complete.items()]
    wrong = [_refused(figure, theory) for figure in figures if not figure.errors_off <= MOST_ERRORS]
    return SideBySide(
        workload=f"M/M/{N_SERVERS}, ρ = {ARRIVAL_RATE / N_SERVERS}", n_customers=n_customers, n_rounds=n_rounds,
        theory_mean_wait=theory, standard_error=error,
        figures=tuple(figure for figure in figures if figure.errors_off <= MOST_ERRORS),
        missing=(*missing, *failed.values(), *wrong))


def standard_error(n_customers: int, *, seed: int) -> float:
    """Return the standard deviation of one right run's mean wait, from many followed by exact recursion."""
    rng = np.random.default_rng(seed)
    patience = np.full(n_customers, math.inf)
    means = [waits_in_order(np.cumsum(rng.exponential(1.0 / ARRIVAL_RATE, n_customers)),
                            rng.exponential(1.0, n_customers), patience, N_SERVERS)[WARM_UP:].mean()
             for _ in range(N_ERROR_RUNS)]
    return float(np.std(means, ddof=1))


def _ask(entrant: Entrant, *, n_customers: int, seed: int) -> Answer | Missing:
    try:
        done = subprocess.run([*entrant.command, "--customers", str(n_customers), "--seed", str(seed)],
                              capture_output=True, text=True, timeout=TIMEOUT_S, check=True)
        answer = Answer(**json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return Missing(name=entrant.name, why=f"it took longer than {TIMEOUT_S:.0f} s", do="look why")
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        return Missing(name=entrant.name, why=f"it failed: {last}", do=f"make it again: rm -r .venvs, {HOW}")
    except (OSError, ValueError, TypeError) as error:
        return Missing(name=entrant.name, why=f"it gave no answer: {error}", do=f"make it again: rm -r .venvs, {HOW}")
    if answer.n_customers != n_customers:
        return Missing(name=entrant.name, why=f"it played {answer.n_customers} customers; expected {n_customers}",
                       do="mend its script")
    return answer


def _figure(name: str, answers: Sequence[Answer], first: Sequence[Answer], *, theory: float, error: float) -> Figure:
    n, run_s = answers[0].n_customers, statistics.median(answer.run_s for answer in answers)
    pairs = list(zip(answers, first, strict=False))
    plays = [answer.play_s for answer in answers if answer.play_s is not None]
    mean_wait = statistics.fmean(answer.mean_wait for answer in answers)
    return Figure(
        name=name, version=answers[0].version, run_s=run_s, customers_per_s=n / run_s,
        played_customers_per_s=n / statistics.median(plays) if plays else None,
        run_cpu_s=statistics.median(answer.run_cpu_s for answer in answers),
        ratio=statistics.median(mine.run_s / its.run_s for mine, its in pairs) if pairs else None,
        cpu_ratio=statistics.median(mine.run_cpu_s / its.run_cpu_s for mine, its in pairs) if pairs else None,
        set_up_s=statistics.median(answer.set_up_s for answer in answers),
        peak_memory_mib=statistics.median(answer.peak_memory_mib for answer in answers),
        mean_wait=mean_wait, errors_off=abs(mean_wait - theory) / error)


def _refused(figure: Figure, theory: float) -> Missing:
    return Missing(name=figure.name, do="mend it: a wrong answer has no speed", why=(
        f"mean wait = {figure.mean_wait:.3f}, {figure.errors_off:.1f} standard errors off; expected {theory:.3f}"))
