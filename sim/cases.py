"""The table of cases: one row for each incident in view or false alert, derived from the log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
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
    about = (log.incident_id != MISSING) | (log.alert_id != MISSING)
    key = np.where(log.incident_id != MISSING, log.incident_id.astype(np.int64),
                   (1 << 32) + log.alert_id.astype(np.int64))
    keys, case = np.unique(key[about], return_inverse=True)
    rows = np.flatnonzero(about)

    def first_rows(names: list[Name]) -> tuple[NDArray[np.intp], I4]:
        chosen = np.flatnonzero(np.isin(log.name[rows], names))[::-1]
        at = np.full(keys.size, -1, dtype=np.int64)
        at[case[chosen]] = rows[chosen]
        found = np.flatnonzero(at >= 0)
        return found, at[found].astype(np.int32)

    def instant(name: Name) -> F8:
        column = np.full(keys.size, np.nan)
        found, at = first_rows([name])
        column[found] = log.t_s[at]
        return column

    def ident(values: I4, names: list[Name]) -> I4:
        column = np.full(keys.size, MISSING, dtype=np.int32)
        found, at = first_rows(names)
        column[found] = values[at]
        return column

    value = np.nan_to_num(log.value, nan=float(MISSING)).astype(np.int32)
    kind = ident(value, [Name.DETECT])
    true_kind = ident(value, [Name.OCCUR])
    call = ident(log.call_id, [Name.CALL_CREATE])
    judged_by = ident(log.inspector_id, [Name.CONFIRM])
    shown_to = ident(log.inspector_id, [Name.SHOWN])
    confirmed_alert, first_alert = ident(log.alert_id, [Name.CALL_CREATE]), ident(log.alert_id, [Name.DETECT])
    return Cases(
        kind=np.where(true_kind != MISSING, true_kind, kind),
        incident_id=np.where(keys < 1 << 32, keys, MISSING).astype(np.int32),
        alert_id=np.where(call != MISSING, confirmed_alert, first_alert),
        call_id=call,
        camera_id=ident(log.camera_id, [Name.CALL_CREATE, Name.SHOWN, Name.DETECT, Name.OCCUR]),
        inspector_id=np.where(judged_by != MISSING, judged_by, shown_to),
        unit_id=ident(log.unit_id, [Name.DISPATCH]),
        disposition=ident(value, [Name.INCIDENT_CLEAR]),
        t_s={column: instant(name) for column, name in INSTANTS.items()},
    )
