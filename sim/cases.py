"""The table of cases: one row for each incident in view or false alert, derived from the log."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.compiled import compiled
from sim.log import MISSING, EventLog, Name

INSTANTS: dict[str, Name] = {
    "occur_s": Name.OCCUR,
    "visible_end_s": Name.VISIBLE_END,
    "detect_s": Name.DETECT,
    "shown_s": Name.SHOWN,
    "confirm_s": Name.CONFIRM,
    "reject_s": Name.REJECT,
    "call_create_s": Name.CALL_CREATE,
    "dispatch_s": Name.DISPATCH,
    "acknowledge_s": Name.ACKNOWLEDGE,
    "enroute_s": Name.ENROUTE,
    "on_scene_s": Name.ON_SCENE,
    "unit_clear_s": Name.UNIT_CLEAR,
    "incident_clear_s": Name.INCIDENT_CLEAR,
}
"""Columns of instants and the rows they come from; the first such row of a case counts."""
_COLUMN = np.full(len(Name), -1, dtype=np.int64)
_COLUMN[list(INSTANTS.values())] = np.arange(len(INSTANTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases as columns of one length. Instants are seconds from scenario start, NaN where it did not happen."""

    kind: I4
    """Index into the scenario's kinds: the truth's, or what a false alert claimed."""
    incident_id: I4
    alert_id: I4
    call_id: I4
    camera_id: I4
    inspector_id: I4
    unit_id: I4
    disposition: I4
    """Index into ``log.DISPOSITIONS``, MISSING where none."""
    t_s: dict[str, F8]
    """The columns of INSTANTS."""

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return int(self.kind.size)

    @property
    def is_true(self) -> NDArray[np.bool_]:
        """Say which cases are real incidents."""
        return np.asarray(self.incident_id != MISSING)

    def span_s(self, start: str, end: str) -> F8:
        """Return the time from one instant to another, NaN where either is missing."""
        return np.asarray(self.t_s[end] - self.t_s[start])


def make_cases(log: EventLog) -> Cases:
    """Derive the cases of a log."""
    ident, first = _first_rows(log.name, log.incident_id, log.alert_id, _COLUMN, len(INSTANTS),
                               int(log.incident_id.max(initial=-1)) + 1, int(log.alert_id.max(initial=-1)) + 1)
    row_of = dict(zip(INSTANTS.values(), first, strict=True))

    def at(values: I4, row: I4) -> I4:
        return np.asarray(np.append(values, np.int32(MISSING))[row])

    def value(name: Name) -> I4:
        row, values = row_of[name], np.append(log.value, math.nan)
        return np.asarray(np.nan_to_num(values[row], nan=float(MISSING)), dtype=np.int32)

    t_s = np.append(log.t_s, math.nan)
    call = at(log.call_id, row_of[Name.CALL_CREATE])
    kind, true_kind = value(Name.DETECT), value(Name.OCCUR)
    judged_by = at(log.inspector_id, row_of[Name.CONFIRM])
    seen = np.minimum.reduce([row_of[name] for name in (Name.CALL_CREATE, Name.SHOWN, Name.DETECT, Name.OCCUR)])
    return Cases(
        kind=np.where(true_kind != MISSING, true_kind, kind),
        incident_id=np.where(ident >= 0, ident, MISSING).astype(np.int32),
        alert_id=np.where(call != MISSING, at(log.alert_id, row_of[Name.CALL_CREATE]),
                          at(log.alert_id, row_of[Name.DETECT])),
        call_id=call, camera_id=at(log.camera_id, seen),
        inspector_id=np.where(judged_by != MISSING, judged_by, at(log.inspector_id, row_of[Name.SHOWN])),
        unit_id=at(log.unit_id, row_of[Name.DISPATCH]), disposition=value(Name.INCIDENT_CLEAR),
        t_s={column: t_s[row_of[name]] for column, name in INSTANTS.items()})


@compiled
def _first_rows(
    names: NDArray[np.int16], incident: I4, alert: I4, column_of: NDArray[np.int64], n_columns: int, n_incidents: int,
    n_alerts: int,
) -> tuple[I4, I4]:
    """Return each case's incident, or −1 for a false alert's, and its first row by column, shape (columns, cases).

    The rows of incidents come first, in order of their number, then those of alerts about none. Where a case has no
    such row, the number of rows stands.
    """
    case_of = np.full(n_incidents + n_alerts, -1, dtype=np.int32)
    for row in range(names.size):
        if incident[row] >= 0:
            case_of[incident[row]] = 0
        elif alert[row] >= 0:
            case_of[n_incidents + alert[row]] = 0
    n = 0
    for place in range(case_of.size):
        if case_of[place] == 0:
            case_of[place] = n
            n += 1
    ident, first = np.full(n, -1, dtype=np.int32), np.full((n_columns, n), names.size, dtype=np.int32)
    for place in range(n_incidents):
        if case_of[place] >= 0:
            ident[case_of[place]] = place
    for row in range(names.size - 1, -1, -1):
        column = column_of[names[row]]
        if column >= 0 and incident[row] >= 0:
            first[column, case_of[incident[row]]] = row
        elif column >= 0 and alert[row] >= 0:
            first[column, case_of[n_incidents + alert[row]]] = row
    return ident, first


def first_of_case_s(log: EventLog) -> F8:
    """Return for each row when its case began: that of its incident, else its alert, else its call; else its own time.

    Shape (rows,).
    """
    ids = (log.incident_id, log.alert_id, log.call_id)
    return _first_of_case_s(log.t_s, *ids, *(int(column.max(initial=-1)) + 1 for column in ids))


@compiled
def _first_of_case_s(
    t_s: F8, incident: I4, alert: I4, call: I4, n_incidents: int, n_alerts: int, n_calls: int
) -> F8:
    began_s = np.full(n_incidents + n_alerts + n_calls, math.nan)
    first_s = t_s.copy()
    for row in range(t_s.size):
        place = -1
        if incident[row] >= 0:
            place = incident[row]
        elif alert[row] >= 0:
            place = n_incidents + alert[row]
        elif call[row] >= 0:
            place = n_incidents + n_alerts + call[row]
        if place >= 0:
            if math.isnan(began_s[place]):
                began_s[place] = t_s[row]
            first_s[row] = began_s[place]
    return first_s
