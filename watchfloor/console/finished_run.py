"""A finished run read back from its folder, with the trace that it was played on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from scenarios import load_scenario, load_told
from sim.errors import InputError
from sim.inspector_draw import draw_inspectors
from sim.log import ID_COLUMNS, MISSING, EventLog, Name
from sim.scenario import Scenario
from sim.trace import Trace, draw_trace
from watchfloor.console.session import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A run's scenario, its trace and one arm's log."""

    scenario: Scenario
    title: Text
    trace: Trace
    log: EventLog
    seed: int
    arms: tuple[str, ...]
    folder: Path | None = None
    """Where it lies."""


def load_run(folder: str | Path, *, arm: str | None = None) -> FinishedRun:
    """Read what ``watchfloor run`` wrote, and draw its trace anew.

    Args:
        folder: with manifest.json and events.parquet.
        arm: whose log; the last one of the run if None.

    Raises:
        InputError: if the folder holds no run, or its scenario or program is not the one it was made with.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        table = pq.read_table(folder / "events.parquet")
        name, seed, hours = manifest["scenario"], manifest["seed"], manifest["hours"]
        digests, scenario_digest = manifest["log_digests"], manifest["scenario_digest"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(folder), got=f"no finished run ({error})", expected="manifest.json and events.parquet",
                         do="make one with watchfloor run SCENARIO --out DIR") from error
    scenario = load_scenario(name, overrides={"time.duration_h": hours})
    if scenario.digest != scenario_digest:
        scenario = load_scenario(name)
    if scenario.digest != scenario_digest:
        raise InputError(f"{folder}: scenario {name}", got=f"digest {scenario.digest[:12]}",
                         expected=f"{scenario_digest[:12]}, that of the run",
                         do="play it again: the scenario's file has changed")
    arms = tuple(digests)
    if arm is not None and arm not in arms:
        raise InputError(f"{folder}: arm", got=arm, expected="one of " + ", ".join(arms))
    chosen = arm or arms[-1]
    log = _log_of(table, chosen)
    if log.digest() != digests[chosen]:
        raise InputError(f"{folder}/events.parquet: {chosen}", got=f"digest {log.digest()[:12]}",
                         expected=f"{digests[chosen][:12]}, as the manifest says", do="the file has been altered")
    replication = manifest.get("shown_replication", 0)
    played = draw_inspectors(scenario, seed=seed, replication=replication)
    trace = draw_trace(played, seed=seed, replication=replication)
    return FinishedRun(scenario=scenario, title=load_told(name).titles, trace=trace, log=log, seed=seed,
                       arms=arms, folder=folder)


def _log_of(table: object, arm: str) -> EventLog:
    rows = [row for row in table.to_pylist() if row["arm"] == arm]  # type: ignore[attr-defined]
    ids = {column: np.array([MISSING if row[column] is None else row[column] for row in rows], dtype=np.int32)
           for column in ID_COLUMNS}
    return EventLog(
        arm=arm, t_s=np.array([row["t_s"] for row in rows], dtype=np.float64),
        name=np.array([Name[row["name"].upper()] for row in rows], dtype=np.int16), **ids,
        value=np.array([np.nan if row["value"] is None else row["value"] for row in rows], dtype=np.float64))
