"""What the people of a live session may know: alerts, calls and units, kept up with the log row by row."""

from __future__ import annotations

import math
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from hw.badge import Origin, Position
from scenarios.projection import Projection
from sim.engine import World
from sim.input_records import Verdict
from sim.log import MISSING, REFUSALS, LogRow, Name
from sim.questions import FREE
from sim.records import UnitState
from sim.refusal import Refusal

STAND_IN = "simulated_confirmation"
"""The note of every verdict that no person gave."""

N_TRAVEL = 8
"""Calls whose driving times are asked for at one look; the others have their turn at the next."""
N_DONE = 200
"""Alerts and calls that nothing is to be done about any more, the newest of which are still shown."""

_ALERT_STATES = {Name.SHOWN: "taken", Name.CONFIRM: "confirmed", Name.REJECT: "rejected"}
_CALL_STATES = {Name.DISPATCH: "dispatched", Name.ACKNOWLEDGE: "acknowledged", Name.ENROUTE: "en_route",
                Name.ON_SCENE: "on_scene", Name.INCIDENT_CLEAR: "cleared"}


@dataclass(slots=True, kw_only=True)
class AlertRow:
    """An alert that a person may judge."""

    alert_id: int
    camera_id: int
    kind: str
    detect_s: float
    level: int
    state: str = "waiting"
    """waiting, taken, confirmed or rejected."""
    shown_ns: int
    """Monotonic nanoseconds from which people could see it."""
    confirmed_ns: int | None = None


@dataclass(slots=True, kw_only=True)
class CallRow:
    """A call that was confirmed in a person's seat."""

    call_id: int
    kind: str
    priority: int
    camera_id: int
    x_m: float
    y_m: float
    create_s: float
    origin: Origin
    alert_id: int | None
    note: str = ""
    place: str = ""
    """Where it happens, in the person's words."""
    units: list[int] = field(default_factory=list)
    state: str = "waiting"
    """waiting, dispatched, acknowledged, en_route, on_scene or cleared."""
    travel_s: dict[int, float] = field(default_factory=dict)
    """Driving time of each unit that may be sent."""
    travel_at_s: float = -math.inf
    """When it was last asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A unit outside was sent to a call."""

    unit_id: int
    call_id: int
    attempt: int
    row_ns: int
    """Monotonic nanoseconds at which the log said so."""


class Board:
    """Follows a world's log; any thread may look, only the engine's writes.

    Args:
        world: which it follows; whatever it holds already is read too.
        projection: between the city's plane and the globe.
        real_cameras: cameras known to be real.
    """

    def __init__(self, world: World, *, projection: Projection, real_cameras: frozenset[int]) -> None:
        self._world, self._projection, self._real_cameras = world, projection, real_cameras
        self._lock = threading.RLock()
        self._n_read = 0
        self._last_seq = -1
        self._confirmed_kind = 0
        self._stand_in_alerts: set[int | None] = set()
        self._written: dict[int, Verdict] = {}
        """By the input's number."""
        self._badge_places: dict[int, tuple[float, float]] = {}
        self.version = 0
        self.alerts: dict[int, AlertRow] = {}
        self.calls: dict[int, CallRow] = {}
        self.units: list[dict[str, Any]] = []
        self.n_simulated_calls = 0
        self.alert_of_input: dict[int, int] = {}
        """Number of the alert in the log, by that of the input which brought it."""
        self.refusals: dict[int, Refusal] = {}
        """By the input's number."""

    @property
    def lock(self) -> threading.RLock:
        """Hold it to look at several things at one instant."""
        return self._lock

    def note_verdict(self, verdict: Verdict, *, seq: int) -> None:
        """Remember who gives a verdict, and what they wrote, before its rows come; ``seq`` is the input's number."""
        with self._lock:
            if verdict.note_ref == STAND_IN:
                self._stand_in_alerts.add(verdict.alert_id)
            self._written[seq] = verdict

    def place_badge(self, unit_id: int, position: Position) -> None:
        """Take a badge's position."""
        x_m, y_m = self.to_plane(position.lat_deg, position.lon_deg)
        with self._lock:
            self._badge_places[unit_id] = x_m, y_m

    def read(self, now_ns: int) -> list[Sent]:
        """Take the rows that the world has written since; return which units outside were sent where."""
        rows = self._world.state.rows
        if self._n_read == len(rows):
            return []
        with self._lock:
            sent = [found for row in rows[self._n_read:] if (found := self._take(row, now_ns)) is not None]
            self._n_read = len(rows)
            self.version += 1
        return sent

    def prepare(self, t_s: float) -> None:
        """Ask for one travel time of each kind of unit, so that nothing is compiled or laid out while people wait."""
        units = self._world.units
        for ident in {kind: ident for ident, kind in enumerate(units.kind)}.values():
            junction = self._place(ident, t_s)
            units.travel_s(ident, junction, junction)

    def refresh_units(self, t_s: float) -> None:
        """Look where units are, and how long each would take to the calls that wait."""
        world = self._world
        places = {ident: self._place(ident, t_s) for ident in world.duty_table[world.state.duty].units}
        with self._lock:
            self.units = [self._unit(ident, junction) for ident, junction in places.items()]
            free = [ident for ident in places if world.state.units[ident].state in FREE]
            waiting = [call for call in self.calls.values() if call.state == "waiting"]
            for call in sorted(waiting, key=lambda call: call.travel_at_s)[:N_TRAVEL]:
                goal = world.state.calls[call.call_id].junction
                call.travel_s = {ident: world.units.travel_s(ident, places[ident], goal) for ident in free}
                call.travel_at_s = t_s
            self.version += 1

    def to_plane(self, lat_deg: float, lon_deg: float) -> tuple[float, float]:
        """Return x and y in metres of a place on the globe."""
        x_m, y_m = self._projection.project(_pair(lon_deg, lat_deg))[0].tolist()
        return x_m, y_m

    def to_globe(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return latitude and longitude of a place of the city's plane."""
        lon_deg, lat_deg = self._projection.unproject(_pair(x_m, y_m))[0].tolist()
        return lat_deg, lon_deg

    def places(self) -> dict[int, tuple[float, float]]:
        """Return where each unit was last seen: x and y in metres."""
        with self._lock:
            return {int(unit["unit_id"]): (float(unit["x_m"]), float(unit["y_m"])) for unit in self.units}

    def plain(self) -> dict[str, Any]:
        """Return alerts, calls and units as JSON's own values."""
        with self._lock:
            open_alerts = [alert for alert in self.alerts.values() if alert.state in ("waiting", "taken")]
            done_alerts = [alert for alert in self.alerts.values() if alert.state in ("confirmed", "rejected")]
            open_calls = [call for call in self.calls.values() if call.state != "cleared"]
            done_calls = [call for call in self.calls.values() if call.state == "cleared"]
            return {
                "alerts": [asdict(alert) for alert in done_alerts[-N_DONE:] + open_alerts],
                "calls": [_plain_call(call) for call in done_calls[-N_DONE:] + open_calls],
                "units": [dict(unit) for unit in self.units],
            }

    def _take(self, row: LogRow, now_ns: int) -> Sent | None:
        t_s, code, _, alert, call, camera, inspector, unit, value = row
        name = Name(code)
        if name is Name.INPUT:
            self._last_seq = int(value)
            if alert != MISSING:
                self.alert_of_input[self._last_seq] = alert
        elif name is Name.REFUSED:
            self.refusals[self._last_seq] = REFUSALS[int(value)]
        elif name is Name.DETECT and not self._world.is_drawn(alert):
            self.alerts[alert] = AlertRow(
                alert_id=alert, camera_id=camera, kind=self._world.scenario.kinds[int(value)].name, detect_s=t_s,
                level=self._world.alerts.level[alert], shown_ns=now_ns)
        elif alert in self.alerts and name in _ALERT_STATES:
            self.alerts[alert].state = _ALERT_STATES[name]
            if name is Name.CONFIRM:
                self.alerts[alert].confirmed_ns = now_ns
        if name is Name.CONFIRM and inspector in self._world.people:
            self._confirmed_kind = int(value)
        elif name is Name.CALL_CREATE:
            self._create(call, t_s, camera=camera, alert=alert, inspector=inspector, priority=int(value))
        elif name in _CALL_STATES and call in self.calls:
            return self._progress(name, call, unit, now_ns)
        return None

    def _create(self, call: int, t_s: float, *, camera: int, alert: int, inspector: int, priority: int) -> None:
        case = self._world.state.calls[call]
        if inspector not in self._world.people:
            self.n_simulated_calls += 1
            return
        roads, alert_id = self._world.scenario.city.roads, None if alert == MISSING else alert
        written = self._written.pop(self._last_seq, None)
        self.calls[call] = CallRow(
            call_id=call, kind=self._world.scenario.kinds[self._confirmed_kind].name, priority=priority,
            camera_id=camera, x_m=float(roads.x_m[case.junction]), y_m=float(roads.y_m[case.junction]),
            create_s=t_s, alert_id=alert_id, place=written.place or "" if written else "",
            note=written.note_ref or "" if written else "", origin=Origin(
                camera_id=camera, is_real_camera=camera in self._real_cameras,
                is_confirmed_by_person=alert_id is None or alert_id not in self._stand_in_alerts))

    def _progress(self, name: Name, call: int, unit: int, now_ns: int) -> Sent | None:
        row = self.calls[call]
        row.state = _CALL_STATES[name]
        if name is not Name.DISPATCH:
            return None
        row.units.append(unit)
        if unit not in self._world.badges:
            return None
        return Sent(unit_id=unit, call_id=call, attempt=self._world.state.units[unit].attempt, row_ns=now_ns)

    def _place(self, ident: int, t_s: float) -> int:
        unit = self._world.state.units[ident]
        return self._world.questions.place(ident, t_s) if unit.state in FREE else unit.junction

    def _unit(self, ident: int, junction: int) -> dict[str, Any]:
        unit, roads = self._world.state.units[ident], self._world.scenario.city.roads
        x_m, y_m = self._badge_places.get(ident, (float(roads.x_m[junction]), float(roads.y_m[junction])))
        return {"unit_id": ident, "x_m": x_m, "y_m": y_m, "state": UnitState(unit.state).name.lower(),
                "call_id": unit.call, "is_badge": ident in self._world.badges}


def _plain_call(call: CallRow) -> dict[str, Any]:
    plain: dict[str, Any] = asdict(call)
    del plain["travel_at_s"]
    plain["travel_s"] = {str(ident): seconds for ident, seconds in call.travel_s.items() if math.isfinite(seconds)}
    return plain


def _pair(first: float, second: float) -> Any:
    return np.array([[first, second]])
