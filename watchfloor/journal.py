"""The journal of finished replications, so that a rerun plays only what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import sim
from benchmarks.keyed_lines import KeyedLines
from sim.compiled import sources_digest
from sim.replicate import Arm, Run
from sim.scenario import Scenario


def journal_key(scenario: Scenario, arms: Sequence[Arm], seed: int) -> str:
    """Return the sha256 of all that a replication's result depends on; the model's code and what is counted, too."""
    told = {"scenario": scenario.digest, "arms": [asdict(arm) for arm in arms], "seed": seed,
            "operation": str(scenario.operation),
            "code": sources_digest(Path(sim.__file__).parent)}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


class Journal:
    """A file of finished replications.

    Args:
        path: the file, made if missing.
        key: what is written under another key is of another run and is left alone.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._lines = KeyedLines(path)
        self._key = key

    def load(self) -> dict[int, list[Run]]:
        """Return the finished replications under this key."""
        played = ([Run(**run, log=None) for run in told] for told in self._lines.under(self._key))
        return {runs[0].replication: runs for runs in played}

    def add(self, runs: Sequence[Run]) -> None:
        """Write one replication's runs, without their logs."""
        self._lines.add(self._key, [
            {name: value for name, value in asdict(replace(run, log=None)).items() if name != "log"} for run in runs])
