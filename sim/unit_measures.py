"""What the units' optional parts are judged by: calls from the public, duty officers, evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.cases import Cases
from sim.city import F8, I4
from sim.compiled import compiled
from sim.log import DISPOSITIONS, MISSING, EventLog, Flags, Name, name_table
from sim.quantiles import quantiles
from sim.records import Disposition
from sim.roster import has_officers, officer_hours
from sim.scenario import Scenario

MET = [DISPOSITIONS.index(item) for item in (Disposition.CITATION, Disposition.WARNING, Disposition.ARREST)]
IS_MET = np.isin(np.arange(len(DISPOSITIONS)), MET)
LEAVES_CASE = (Name.UNIT_FREE, Name.CANCELED_ENROUTE, Name.PUT_BACK)
_LEAVES = name_table(LEAVES_CASE)
_CALL_CREATE, _DISPATCH, _ON_SCENE, _UNIT_CLEAR = (
    int(name) for name in (Name.CALL_CREATE, Name.DISPATCH, Name.ON_SCENE, Name.UNIT_CLEAR))


def is_one_of(indices: I4, wanted: Sequence[int]) -> Flags:
    """Say which indices are one of a few."""
    found = np.zeros(indices.size, dtype=np.bool_)
    for one in wanted:
        found |= indices == one
    return found


def unit_busy_h(log: EventLog, *, until_s: float) -> float:
    """Return the hours that units spent on calls, whoever began and ended them; who is still busy is until the last."""
    return _unit_busy_s(log.t_s, log.name, log.unit_id, _LEAVES, until_s) / 3600.0


@compiled
def _unit_busy_s(t_s: F8, name: NDArray[np.int16], unit: I4, leaves: Flags, until_s: float) -> float:
    total_s = 0.0
    for row in range(t_s.size):
        if name[row] == _DISPATCH:
            total_s += until_s - t_s[row]
        elif unit[row] != MISSING and leaves[name[row]]:
            total_s -= until_s - t_s[row]
    return total_s


def measure_desk(scenario: Scenario, log: EventLog, cases: Cases) -> dict[str, float]:
    """Return the measures of those optional parts that the scenario has.

    ``public_response_time_s`` runs from a call's creation to the first unit at the place, ``officer_wait_s`` from a
    call's creation until a duty officer takes it. Evidence is judged where the offender of a true case was met.
    """
    values: dict[str, float] = {}
    if scenario.calls is not None:
        values |= _public(log)
    if has_officers(scenario):
        values |= _officers(scenario, log)
    if scenario.fieldwork.badges is not None:
        met = cases.call_id[cases.is_true & is_one_of(cases.disposition, MET)]
        values["evidence_complete_share"] = _evidence_share(log.name, log.call_id, log.value, met, _n_calls(log))
    return values


def _n_calls(log: EventLog) -> int:
    return int(log.call_id.max(initial=-1)) + 1


def _first_s(log: EventLog, name: Name, calls: I4) -> F8:
    """Return when each call first had a row of that name, NaN where it had none."""
    rows = np.flatnonzero((log.name == name) & (log.call_id != MISSING))[::-1]
    first = np.full(int(log.call_id.max(initial=0)) + 1, np.nan)
    first[log.call_id[rows]] = log.t_s[rows]
    return np.asarray(first[calls])


@compiled
def _evidence_share(name: NDArray[np.int16], call: I4, value: F8, met: I4, n_calls: int) -> float:
    """Return the share of units' work at the place of some calls that left the evidence complete."""
    wanted = np.zeros(n_calls, dtype=np.bool_)
    for number in met:
        if number >= 0:
            wanted[number] = True
    complete, n = 0.0, 0
    for row in range(name.size):
        if name[row] == _UNIT_CLEAR and call[row] >= 0 and wanted[call[row]]:
            complete += value[row]
            n += 1
    return complete / n if n else math.nan


def _public(log: EventLog) -> dict[str, float]:
    priority, response_s, n_sent = _public_calls(
        log.t_s, log.name, log.incident_id, log.alert_id, log.call_id, log.value, _n_calls(log))
    values = {"public_calls": float(priority.size), "public_calls_sent": float(n_sent)}
    values |= quantiles("public_response_time_s", response_s)
    for level in (1, 2, 3, 4):
        values |= quantiles(f"public_response_time_s:priority_{level}", response_s[priority == level])
    return values


@compiled
def _public_calls(
    t_s: F8, name: NDArray[np.int16], incident: I4, alert: I4, call: I4, value: F8, n_calls: int
) -> tuple[F8, F8, int]:
    """Return (priority, time to the first unit at the place) of the calls from the public, and how many got a unit."""
    place_of = np.full(n_calls, -1, dtype=np.int64)
    priority, created_s, response_s = np.empty(n_calls), np.empty(n_calls), np.full(n_calls, math.nan)
    sent = np.zeros(n_calls, dtype=np.bool_)
    n, n_sent = 0, 0
    for row in range(t_s.size):
        if call[row] == MISSING:
            continue
        place = place_of[call[row]]
        if name[row] == _CALL_CREATE and incident[row] == MISSING and alert[row] == MISSING:
            place_of[call[row]], priority[n], created_s[n] = n, value[row], t_s[row]
            n += 1
        elif place >= 0 and name[row] == _DISPATCH and not sent[place]:
            sent[place] = True
            n_sent += 1
        elif place >= 0 and name[row] == _ON_SCENE and math.isnan(response_s[place]):
            response_s[place] = t_s[row] - created_s[place]
    return priority[:n], response_s[:n], n_sent


def _officers(scenario: Scenario, log: EventLog) -> dict[str, float]:
    taken = log.name == Name.OFFICER
    created_s = _first_s(log, Name.CALL_CREATE, log.call_id[taken])
    hours = officer_hours(scenario)
    busy_h = float(log.value[taken].sum()) / 3600.0
    return {"officer_utilisation": busy_h / hours if hours else float("nan"),
            **quantiles("officer_wait_s", log.t_s[taken] - created_s)}
