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
N_INSTANTS = len(INSTANTS)
OCCURRED, DETECTED, SHOWN, CONFIRMED, CREATED, DISPATCHED, CLEARED = (list(INSTANTS).index(column) for column in (
    "occur_s", "detect_s", "shown_s", "confirm_s", "call_create_s", "dispatch_s", "incident_clear_s"))
_ID_COLUMNS = ("kind", "incident_id", "alert_id", "call_id", "camera_id", "inspector_id", "unit_id", "disposition")


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
    ids, instants = _columns(
        log.name, log.t_s, log.value, log.incident_id, log.alert_id, log.call_id, log.camera_id, log.inspector_id,
        log.unit_id, _COLUMN, int(log.incident_id.max(initial=-1)) + 1, int(log.alert_id.max(initial=-1)) + 1)
    return Cases(**dict(zip(_ID_COLUMNS, ids, strict=True)), t_s=dict(zip(INSTANTS, instants, strict=True)))


@compiled
def _columns(
    names: NDArray[np.int16], t_s: F8, value: F8, incident: I4, alert: I4, call: I4, camera: I4, inspector: I4,
    unit: I4, column_of: NDArray[np.int64], n_incidents: int, n_alerts: int,
) -> tuple[I4, F8]:
    """Return each case's _ID_COLUMNS, shape (columns, cases), and its INSTANTS, shape (instants, cases)."""
    ident, first = _first_rows(names, incident, alert, column_of, n_incidents, n_alerts)
    n, n_rows = ident.size, names.size
    ids, instants = np.empty((len(_ID_COLUMNS), n), dtype=np.int32), np.empty((N_INSTANTS, n))
    for case in range(n):
        row = first[case]
        for column in range(N_INSTANTS):
            instants[column, case] = t_s[row[column]] if row[column] < n_rows else math.nan
        created, detected, shown, confirmed = row[CREATED], row[DETECTED], row[SHOWN], row[CONFIRMED]
        true_kind = _whole(value, row[OCCURRED])
        ids[0, case] = true_kind if true_kind != MISSING else _whole(value, detected)
        ids[1, case] = ident[case] if ident[case] >= 0 else MISSING
        called = _at(call, created)
        ids[2, case] = _at(alert, created if called != MISSING else detected)
        ids[3, case] = called
        ids[4, case] = _at(camera, min(created, shown, detected, row[OCCURRED]))
        judged_by = _at(inspector, confirmed)
        ids[5, case] = judged_by if judged_by != MISSING else _at(inspector, shown)
        ids[6, case] = _at(unit, row[DISPATCHED])
        ids[7, case] = _whole(value, row[CLEARED])
    return ids, instants


@compiled
def _at(ids: I4, row: int) -> int:
    """Return the id of a row, MISSING past the last."""
    return int(ids[row]) if row < ids.size else MISSING


@compiled
def _whole(values: F8, row: int) -> int:
    """Return the value of a row as a whole number, MISSING where it is none, or past the last."""
    return int(values[row]) if row < values.size and not math.isnan(values[row]) else MISSING


@compiled
def _first_rows(
    names: NDArray[np.int16], incident: I4, alert: I4, column_of: NDArray[np.int64], n_incidents: int, n_alerts: int,
) -> tuple[I4, I4]:
    """Return each case's incident, or −1 for a false alert's, and its first row by column, shape (cases, columns).

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
    ident, first = np.full(n, -1, dtype=np.int32), np.full((n, N_INSTANTS), names.size, dtype=np.int32)
    for place in range(n_incidents):
        if case_of[place] >= 0:
            ident[case_of[place]] = place
    for row in range(names.size - 1, -1, -1):
        column = column_of[names[row]]
        if column >= 0 and incident[row] >= 0:
            first[case_of[incident[row]], column] = row
        elif column >= 0 and alert[row] >= 0:
            first[case_of[n_incidents + alert[row]], column] = row
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
