"""The journal of finished replications, so that a rerun plays only what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import sim
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
    """One line of JSON for each finished replication; a line cut short by a crash is passed over.

    Args:
        path: the file, made if missing.
        key: lines under another key are of another run and are left alone.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key

    def load(self) -> dict[int, list[Run]]:
        """Return the finished replications under this key."""
        known: dict[int, list[Run]] = {}
        if not self._path.exists():
            return known
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                if entry["key"] == self._key:
                    known[entry["replication"]] = [Run(**run, log=None) for run in entry["runs"]]
            except (ValueError, KeyError, TypeError):
                continue
        return known

    def add(self, runs: Sequence[Run]) -> None:
        """Write one replication's runs, without their logs."""
        told = [{name: value for name, value in asdict(replace(run, log=None)).items() if name != "log"}
                for run in runs]
        entry = {"key": self._key, "replication": runs[0].replication, "runs": told}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
