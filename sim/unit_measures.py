"""What the units' optional parts are judged by: calls from the public, duty officers, evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.cases import Cases
from sim.city import F8, I4
from sim.log import DISPOSITIONS, MISSING, EventLog, Name, is_named
from sim.quantiles import quantiles
from sim.records import Disposition
from sim.roster import has_officers, officer_hours
from sim.scenario import Scenario

MET = [DISPOSITIONS.index(item) for item in (Disposition.CITATION, Disposition.WARNING, Disposition.ARREST)]
LEAVES_CASE = (Name.UNIT_FREE, Name.CANCELED_ENROUTE, Name.PUT_BACK)


def is_one_of(indices: I4, wanted: Sequence[int]) -> NDArray[np.bool_]:
    """Say which indices are one of a few."""
    found = np.zeros(indices.size, dtype=np.bool_)
    for one in wanted:
        found |= indices == one
    return found


def unit_busy_h(log: EventLog, *, until_s: float) -> float:
    """Return the hours that units spent on calls, whoever began and ended them; who is still busy is until the last."""
    begun = log.t_s[log.name == Name.DISPATCH]
    ended = log.t_s[(log.unit_id != MISSING) & is_named(log, LEAVES_CASE)]
    return float(ended.sum() - begun.sum() + until_s * (begun.size - ended.size)) / 3600.0


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
        clear = np.flatnonzero(log.name == Name.UNIT_CLEAR)
        met = cases.call_id[cases.is_true & is_one_of(cases.disposition, MET)]
        complete = log.value[clear[np.isin(log.call_id[clear], met)]]
        values["evidence_complete_share"] = float(complete.mean()) if complete.size else float("nan")
    return values


def _first_s(log: EventLog, name: Name, calls: I4) -> F8:
    """Return when each call first had a row of that name, NaN where it had none."""
    rows = np.flatnonzero((log.name == name) & (log.call_id != MISSING))[::-1]
    first = np.full(int(log.call_id.max(initial=0)) + 1, np.nan)
    first[log.call_id[rows]] = log.t_s[rows]
    return np.asarray(first[calls])


def _public(log: EventLog) -> dict[str, float]:
    from_public = (log.name == Name.CALL_CREATE) & (log.incident_id == MISSING) & (log.alert_id == MISSING)
    calls, priority = log.call_id[from_public], log.value[from_public]
    response_s = _first_s(log, Name.ON_SCENE, calls) - log.t_s[from_public]
    sent = np.isfinite(_first_s(log, Name.DISPATCH, calls))
    values = {"public_calls": float(calls.size), "public_calls_sent": float(sent.sum())}
    values |= quantiles("public_response_time_s", response_s)
    for level in (1, 2, 3, 4):
        values |= quantiles(f"public_response_time_s:priority_{level}", response_s[priority == level])
    return values


def _officers(scenario: Scenario, log: EventLog) -> dict[str, float]:
    taken = log.name == Name.OFFICER
    created_s = _first_s(log, Name.CALL_CREATE, log.call_id[taken])
    hours = officer_hours(scenario)
    busy_h = float(log.value[taken].sum()) / 3600.0
    return {"officer_utilisation": busy_h / hours if hours else float("nan"),
            **quantiles("officer_wait_s", log.t_s[taken] - created_s)}
