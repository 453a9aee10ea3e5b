"""Inspectors' places in which people sit: what they take, see, judge and order reaches the world by inputs only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.input_records import Order, Take, TileView, Verdict, Zoom
from sim.log import Name
from sim.questions import FREE
from sim.records import Sighting
from sim.refusal import Refusal
from sim.state import CONFIRMED, IN_HAND, UNSEEN, CallState, HeldCase

if TYPE_CHECKING:
    from sim.engine import World
    from sim.tables import CaseDraw


class Seats:
    """Handles people's inputs on a world's state; holds nothing of its own that changes.

    Each method returns why nothing was done, or None where it was.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def take(self, t_s: float, take: Take) -> Refusal | None:
        """Give a person a waiting alert."""
        world, alerts = self._world, self._world.alerts
        refusal = self._refused(take.inspector_id, on_duty=True)
        if refusal is not None:
            return refusal
        if not world.room.queue.take_one(take.alert_id):
            return Refusal.NOT_WAITING
        alert = take.alert_id
        self._open(t_s, HeldCase(
            inspector=take.inspector_id, camera=alerts.camera[alert], kind=alerts.kind[alert],
            incident=alerts.incident[alert], opened_s=t_s, draws=alerts.cases[alert], alert=alert))
        return None

    def see(self, t_s: float, sighting: Sighting, draws: CaseDraw) -> Refusal | None:
        """Open a case of what a person saw."""
        world = self._world
        refusal = self._refused(sighting.inspector_id, on_duty=True)
        if refusal is not None:
            return refusal
        kind = world.kind_of(sighting.kind)
        if kind is None:
            return Refusal.UNKNOWN_KIND
        if not world.has_camera(sighting.camera_id):
            return Refusal.UNKNOWN_CAMERA
        if sighting.sighting_id in world.state.sighting_ids:
            return Refusal.SIGHTING_REPEATED
        world.state.sighting_ids.add(sighting.sighting_id)
        incident = self._incident_seen(t_s, sighting.camera_id, kind)
        self._open(t_s, HeldCase(
            inspector=sighting.inspector_id, camera=sighting.camera_id, kind=kind, incident=incident, opened_s=t_s,
            draws=draws if incident is None else world.cases[incident], sighting_id=sighting.sighting_id))
        return None

    def show(self, t_s: float, view: TileView) -> Refusal | None:
        """Write down which camera a person put on a tile."""
        refusal = self._refused(view.inspector_id)
        if refusal is not None:
            return refusal
        if not self._world.has_camera(view.camera_id):
            return Refusal.UNKNOWN_CAMERA
        self._world.row(t_s, Name.VIEW, camera=view.camera_id, inspector=view.inspector_id, value=float(view.tile))
        return None

    def zoom(self, t_s: float, zoom: Zoom) -> Refusal | None:
        """Write down that a person zoomed a camera, for the case that they have on it if there is one."""
        world = self._world
        refusal = self._refused(zoom.inspector_id)
        if refusal is not None:
            return refusal
        if not world.has_camera(zoom.camera_id):
            return Refusal.UNKNOWN_CAMERA
        held = next((case for case in reversed(world.state.held.values())
                     if case.inspector == zoom.inspector_id and case.camera == zoom.camera_id), None)
        world.row(t_s, Name.ZOOM, incident=held.incident if held else None, alert=held.alert if held else None,
                  camera=zoom.camera_id, inspector=zoom.inspector_id, value=zoom.hfov_deg)
        return None

    def judge(self, t_s: float, verdict: Verdict) -> Refusal | None:
        """Close the case in a person's hands: confirmed it becomes a call that waits for an order."""
        world, state = self._world, self._world.state
        refusal = self._refused(verdict.inspector_id)
        if refusal is not None:
            return refusal
        key = (verdict.alert_id, verdict.sighting_id)
        held = state.held.get(key)
        if held is None or held.inspector != verdict.inspector_id:
            return Refusal.NOT_IN_HAND
        kind = held.kind if verdict.kind is None else world.kind_of(verdict.kind)
        if kind is None:
            return Refusal.UNKNOWN_KIND
        del state.held[key]
        if verdict.is_confirmed:
            self._row(t_s, Name.CONFIRM, held, value=float(kind))
            self._create_call(t_s, held, world.scenario.kinds[kind].priority if verdict.priority is None
                              else verdict.priority)
            return None
        in_hand = held.incident is not None and state.known[held.incident] == CONFIRMED
        self._row(t_s, Name.REJECT, held, value=float(in_hand))
        if held.incident is not None and not in_hand:
            state.known[held.incident] = UNSEEN
        return None

    def order(self, t_s: float, order: Order) -> Refusal | None:
        """Send a unit to a person's call, or let the desk choose."""
        world, state = self._world, self._world.state
        refusal = self._refused(order.inspector_id)
        if refusal is not None:
            return refusal
        if not 0 <= order.call_id < len(state.calls):
            return Refusal.UNKNOWN_CALL
        if order.unit_id is not None and not 0 <= order.unit_id < len(state.units):
            return Refusal.UNKNOWN_UNIT
        case = state.calls[order.call_id]
        if not case.by_order:
            return Refusal.AT_THE_DESK
        if case.to_clear == 0:
            return Refusal.CALL_CLOSED
        if order.unit_id is None:
            case.by_order = False
            world.desk.announce(t_s, order.call_id, world.units.call_draws(case).handover_s)
            return None
        if (order.unit_id not in world.duty_table[state.duty].units
                or state.units[order.unit_id].state not in FREE):
            return Refusal.UNIT_BUSY
        world.desk.order(t_s, order.call_id, order.unit_id)
        return None

    def _refused(self, inspector: int, *, on_duty: bool = False) -> Refusal | None:
        if inspector not in self._world.people:
            return Refusal.NOT_A_PERSON
        if on_duty and not self._world.state.inspectors[inspector].on_duty:
            return Refusal.OFF_DUTY
        return None

    def _incident_seen(self, t_s: float, camera: int, kind: int) -> int | None:
        """Return what a sighting is truly about: best of its kind, still to be seen, and the latest to begin."""
        world = self._world
        found: list[tuple[bool, bool, float, int]] = []
        for line, owner in enumerate(world.line_camera):
            incident = world.line_incident[line]
            if owner != camera or world.occur_s[incident] > t_s:
                continue
            is_visible = t_s <= world.line_end_s[line]
            if is_visible or world.persists[incident]:
                found.append((world.incident_kind[incident] == kind, is_visible, world.occur_s[incident], incident))
        return max(found)[3] if found else None

    def _open(self, t_s: float, held: HeldCase) -> None:
        state = self._world.state
        if held.incident is not None and state.known[held.incident] == UNSEEN:
            state.known[held.incident] = IN_HAND
        state.held[held.alert, held.sighting_id] = held
        self._row(t_s, Name.SHOWN, held, value=math.nan if held.sighting_id is None else float(held.sighting_id))

    def _row(self, t_s: float, name: Name, held: HeldCase, *, call: int | None = None, value: float) -> None:
        self._world.row(t_s, name, incident=held.incident, alert=held.alert, call=call, camera=held.camera,
                        inspector=held.inspector, value=value)

    def _create_call(self, t_s: float, held: HeldCase, priority: int) -> None:
        world, state = self._world, self._world.state
        call = len(state.calls)
        junction = (world.camera_junction[held.camera] if held.incident is None
                    else world.incident_junction[held.incident])
        has_draws = held.incident is not None or held.alert is not None
        state.calls.append(CallState(
            incident=held.incident, alert=held.alert, inspector=held.inspector, camera=held.camera, junction=junction,
            priority=priority, by_order=True, sighting=None if has_draws else held))
        if held.incident is not None:
            state.known[held.incident] = CONFIRMED
        self._row(t_s, Name.CALL_CREATE, held, call=call, value=float(priority))
