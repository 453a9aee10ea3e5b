"""What a calibration counts of each run it plays, kept in a journal so that a rerun plays only what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import sim
from scenarios import load_scenario
from scenarios.document import Value
from scenarios.targets import Targets
from sim.cases import make_cases
from sim.compiled import sources_digest
from sim.inspector_days import finds_per_inspector_day
from sim.replicate import Arm, Run, replicate
from sim.scenario import Scenario

TURNS_H = (8.0, 12.0, 24.0)
"""What "an inspector's day" may mean; the article does not say."""

ARM = Arm(name="inspectors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was found in some runs of the same rates."""

    n_days: float
    """Of all runs together."""
    n_runs: int
    found: Mapping[str, float]
    """By kind that the targets name."""
    searched: Mapping[str, float]
    """The part of them that searches of the archive gave, whatever the kind's rate; kinds without are left out."""
    inspector_days: Mapping[str, tuple[int, ...]]
    """By length of a turn in hours: how many inspector-days had 0, 1, 2 … finds."""

    def watched(self, kind: str) -> float:
        """Return the finds of a kind that grow with its rate: all but those of searches."""
        return self.found[kind] - self.searched.get(kind, 0.0)

    def per_day(self, kinds: Iterable[str]) -> float:
        """Return the finds a day of some kinds together."""
        return sum(self.found[kind] for kind in kinds) / self.n_days

    def finds_quantile(self, turn_h: float, q: float = 0.95) -> float | None:
        """Return a quantile of the finds of an inspector-day; None where there was no such day."""
        counts = np.array(self.inspector_days[f"{turn_h:g}"], dtype=np.int64)
        if not counts.sum():
            return None
        return float(np.searchsorted(np.cumsum(counts), q * counts.sum(), side="left"))


def add_counts(parts: Sequence[Counts]) -> Counts:
    """Return the counts of all the parts together."""
    days: dict[str, tuple[int, ...]] = {}
    for turn in parts[0].inspector_days:
        total = np.zeros(max(len(part.inspector_days[turn]) for part in parts), dtype=np.int64)
        for part in parts:
            total[:len(part.inspector_days[turn])] += np.array(part.inspector_days[turn], dtype=np.int64)
        days[turn] = tuple(total.tolist())
    return Counts(n_days=sum(part.n_days for part in parts), n_runs=sum(part.n_runs for part in parts),
                  found={kind: sum(part.found[kind] for part in parts) for kind in parts[0].found},
                  searched={kind: sum(part.searched.get(kind, 0.0) for part in parts)
                            for part in parts for kind in part.searched},
                  inspector_days=days)


class Player:
    """Plays runs of one scenario under changed values.

    Args:
        scenario: a shipped scenario's name or a file.
        targets: which kinds are crimes.
        journal: file of finished runs, made if missing.
        seed: of all runs.
    """

    def __init__(self, scenario: str, targets: Targets, *, journal: Path, seed: int) -> None:
        self._name = scenario
        self._targets = targets
        self._journal = journal
        self._seed = seed
        self._code = sources_digest(Path(sim.__file__).parent)
        self._known = _load(journal)

    @property
    def n_known(self) -> int:
        """Number of runs that the journal holds."""
        return len(self._known)

    def play(self, rates: Mapping[str, float], *, days: float, replications: Sequence[int],
             changes: Mapping[str, Value] | None = None,
             advance: Callable[[int, int | None], None] | None = None) -> list[Counts]:
        """Return what each replication found.

        Args:
            rates: true number a day, by kind.
            days: simulated.
            replications: which to play; the same ones under other rates meet the same luck.
            changes: other values of the scenario, by dotted key.
            advance: told of each finished run.
        """
        scenario = load_scenario(self._name, overrides={
            "time.duration_h": days * 24.0, **{f"kinds.{kind}.per_day": rate for kind, rate in rates.items()},
            **(changes or {})})
        counts = []
        for done, replication in enumerate(replications, start=1):
            counts.append(self._one(scenario, days, replication))
            if advance:
                advance(done, len(replications))
        return counts

    def _one(self, scenario: Scenario, days: float, replication: int) -> Counts:
        told = f"{scenario.digest} {self._seed} {replication} {self._code} {self._targets.crime_kinds}"
        key = hashlib.sha256(told.encode()).hexdigest()
        if key not in self._known:
            run = next(replicate(scenario, (ARM,), seed=self._seed, replications=[replication],
                                 keep_logs=[replication]))[0]
            self._known[key] = _count(scenario, run, days, self._targets)
            with self._journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "counts": asdict(self._known[key])}) + "\n")
        return self._known[key]


def _count(scenario: Scenario, run: Run, days: float, targets: Targets) -> Counts:
    found = {kind: run.measures[f"found:{kind}"] for kind in targets.found_per_day()}
    solved, searched = run.measures.get("crimes_solved"), {}
    if solved is not None and np.isfinite(solved) and targets.crime_kinds:
        # where the archive is searched, what was solved is what the target counts
        by_search = run.measures["searches_solved"] / len(targets.crime_kinds)
        crimes = sum(found[kind] for kind in targets.crime_kinds)
        arrests = solved - run.measures["searches_solved"]
        searched = dict.fromkeys(targets.crime_kinds, by_search)
        found |= {kind: by_search + (arrests * found[kind] / crimes if crimes else 0.0)
                  for kind in targets.crime_kinds}
    log = run.log
    cases = make_cases(log) if log is not None else None
    days_found = {} if cases is None else {
        f"{turn_h:g}": tuple(np.bincount(finds_per_inspector_day(scenario, cases, length_h=turn_h)).tolist())
        for turn_h in TURNS_H}
    return Counts(n_days=days, n_runs=1, found=found, searched=searched, inspector_days=days_found)


def _load(path: Path) -> dict[str, Counts]:
    known: dict[str, Counts] = {}
    if not path.exists():
        return known
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            counts = entry["counts"]
            days = {turn: tuple(values) for turn, values in counts["inspector_days"].items()}
            known[entry["key"]] = Counts(**{**counts, "inspector_days": days})
        except (ValueError, KeyError, TypeError):  # a line cut short by a crash
            continue
    return known
