"""What a log tells a control room, instant by instant: alerts, calls, units, the words said on the radio."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.log import DISPOSITIONS, MISSING, EventLog, LogRow, Name
from sim.records import UnitState

RADIO_KEPT = 60
"""Latest lines of the radio that a state holds."""
CLOSED_KEPT = 12
"""Latest closed alerts and calls that a state holds."""

_UNIT_STATES = {
    Name.DISPATCH: UnitState.DISPATCHED, Name.ACKNOWLEDGE: UnitState.DISPATCHED, Name.ENROUTE: UnitState.EN_ROUTE,
    Name.ON_SCENE: UnitState.ON_SCENE, Name.UNIT_CLEAR: UnitState.COMMITTED, Name.UNIT_FREE: UnitState.AVAILABLE,
    Name.CANCELED_ENROUTE: UnitState.AVAILABLE, Name.OUT_OF_SERVICE: UnitState.OUT_OF_SERVICE,
    Name.BACK_IN_SERVICE: UnitState.AVAILABLE,
}
"""What a row says its unit does from then on."""

_SPOKEN = frozenset(_UNIT_STATES) - {Name.UNIT_FREE}
"""Rows that were words on the radio."""


@dataclass(slots=True, kw_only=True)
class ToldAlert:
    """A machine's claim, or what an inspector saw, and what became of it."""

    alert_id: int | None
    incident_id: int | None
    camera_id: int
    kind: int | None
    detect_s: float
    state: str = "waiting"
    by_watching: bool = False
    closed_s: float | None = None


@dataclass(slots=True, kw_only=True)
class ToldCall:
    """A confirmed case."""

    call_id: int
    incident_id: int | None
    camera_id: int | None
    kind: int | None
    priority: int
    create_s: float
    state: str = "waiting"
    unit_ids: list[int] = field(default_factory=list)
    disposition: str | None = None


@dataclass(slots=True, kw_only=True)
class ToldUnit:
    """One patrol."""

    state: UnitState = UnitState.AVAILABLE
    call_id: int | None = None
    since_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One line of the radio, as a code that each language has words for."""

    t_s: float
    unit_id: int
    code: str
    call_id: int | None


class Told:
    """Plays a log forwards; going back begins anew.

    Args:
        log: of one arm, with or without the truth's rows.
        n_units: patrols that the scenario has.
    """

    def __init__(self, log: EventLog, *, n_units: int) -> None:
        self._log = log
        self._rows = _rows_of(log)
        self._n_units = n_units
        self._kinds: dict[int, int] = {row[2]: int(row[8]) for row in self._rows
                                       if row[1] == Name.OCCUR and not math.isnan(row[8])}
        self._start()

    def _start(self) -> None:
        self.t_s = -1.0
        self.next_row = 0
        self.alerts: dict[tuple[str, int], ToldAlert] = {}
        self.calls: dict[int, ToldCall] = {}
        self.units = [ToldUnit() for _ in range(self._n_units)]
        self.radio: list[Spoken] = []
        self.dark_cameras: set[int] = set()
        self._closed: list[tuple[str, int]] = []

    def go_to(self, t_s: float) -> None:
        """Take in all rows up to an instant."""
        if t_s < self.t_s:
            self._start()
        while self.next_row < len(self._rows) and self._rows[self.next_row][0] <= t_s:
            self._take(self._rows[self.next_row])
            self.next_row += 1
        self.t_s = t_s

    @property
    def rows(self) -> list[LogRow]:
        """Every row, in order."""
        return self._rows

    def kind_of(self, incident: int) -> int | None:
        """Return the kind's index of an incident; None where the log does not tell it."""
        return self._kinds.get(incident)

    def _take(self, row: LogRow) -> None:
        t_s, name, incident, alert, call, camera, _, unit, value = row
        match name:
            case Name.DETECT:
                self.alerts["alert", alert] = ToldAlert(
                    alert_id=alert, incident_id=_known(incident), camera_id=camera, detect_s=t_s,
                    kind=None if math.isnan(value) else int(value))
            case Name.SHOWN:
                self._case(row).state = "taken"
            case Name.CONFIRM | Name.REJECT | Name.ABANDON:
                self._close(row, {Name.CONFIRM: "confirmed", Name.REJECT: "rejected"}.get(Name(name), "abandoned"))
            case Name.CALL_CREATE:
                self._open_call(row)
            case Name.INCIDENT_CLEAR if call in self.calls:
                self.calls[call].state = "cleared"
                self.calls[call].disposition = None if math.isnan(value) else str(DISPOSITIONS[int(value)])
                self._forget_calls()
            case Name.OUTAGE_START:
                self.dark_cameras.add(camera)
            case Name.OUTAGE_END:
                self.dark_cameras.discard(camera)
        if name in _UNIT_STATES and 0 <= unit < len(self.units):
            self._move_unit(Name(name), row)

    def _case(self, row: LogRow) -> ToldAlert:
        """Return the case of a row; one found by watching begins here."""
        t_s, _, incident, alert, _, camera, _, _, _ = row
        key = ("alert", alert) if alert != MISSING else ("sighting", incident)
        if key not in self.alerts:
            self.alerts[key] = ToldAlert(alert_id=_known(alert), incident_id=_known(incident), camera_id=camera,
                                         kind=self._kinds.get(incident), detect_s=t_s, by_watching=alert == MISSING)
        return self.alerts[key]

    def _close(self, row: LogRow, state: str) -> None:
        case = self._case(row)
        case.state, case.closed_s = state, row[0]
        self._closed.append(("alert", row[3]) if row[3] != MISSING else ("sighting", row[2]))
        if len(self._closed) > CLOSED_KEPT:
            self.alerts.pop(self._closed.pop(0), None)

    def _open_call(self, row: LogRow) -> None:
        t_s, _, incident, alert, call, camera, _, _, value = row
        of = self.alerts.get(("alert", alert) if alert != MISSING else ("sighting", incident))
        kind = of.kind if of is not None and of.kind is not None else self._kinds.get(incident)
        self.calls[call] = ToldCall(call_id=call, incident_id=_known(incident), camera_id=_known(camera), kind=kind,
                                    priority=0 if math.isnan(value) else int(value), create_s=t_s)

    def _forget_calls(self) -> None:
        cleared = [ident for ident, call in self.calls.items() if call.state == "cleared"]
        for ident in cleared[:-CLOSED_KEPT]:
            del self.calls[ident]

    def _move_unit(self, name: Name, row: LogRow) -> None:
        t_s, _, _, _, call, _, _, ident, _ = row
        unit = self.units[ident]
        unit.state, unit.since_s = _UNIT_STATES[name], t_s
        unit.call_id = None if unit.state is UnitState.AVAILABLE else _known(call)
        known = self.calls.get(call)
        if known is not None and name is Name.DISPATCH:
            known.unit_ids.append(ident)
            known.state = "dispatched"
        elif known is not None and name is Name.ON_SCENE:
            known.state = "on_scene"
        elif known is not None and name is Name.CANCELED_ENROUTE:
            known.unit_ids = [one for one in known.unit_ids if one != ident]
        if name in _SPOKEN:
            self.radio.append(Spoken(t_s=t_s, unit_id=ident, code=name.name.lower(), call_id=_known(call)))
            del self.radio[:-RADIO_KEPT]


def _known(ident: int) -> int | None:
    return None if ident == MISSING else ident


def _rows_of(log: EventLog) -> list[LogRow]:
    columns = (log.t_s, log.name, log.incident_id, log.alert_id, log.call_id, log.camera_id, log.inspector_id,
               log.unit_id, log.value)
    return list(zip(*(column.tolist() for column in columns), strict=True))
