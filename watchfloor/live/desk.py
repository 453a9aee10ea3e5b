"""What the person at a live session asks for, turned into inputs, or into the reason why it cannot be."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from hw.access_log import AccessAction, AccessLog, make_access
from hw.badge import Origin, check_order
from hw.optics import View
from sim.errors import InputError, UnknownNameError, WatchfloorError
from sim.input_records import InputKind, Order, Payload, Take, TileView, Verdict, Zoom
from sim.records import Sighting
from watchfloor.console.sounds import Sounds
from watchfloor.live.board import STAND_IN, AlertRow
from watchfloor.live.engine import LiveEngine
from watchfloor.live.notes import NoteKind, Notes
from watchfloor.live.options import LiveOptions
from watchfloor.live.past_pictures import PastPictures
from watchfloor.live.turning import Turning
from watchfloor.live.wall import Wall

MAX_TEXT = 500
RADIO = "radio"
"""Folder of spoken words in the session's."""
Json = dict[str, Any]


class Desk:
    """One person's place; nothing here confirms, and nothing is sent, but what a person asks for.

    Args:
        engine: takes the inputs.
        options: of the session.
        wall: what the person looks at.
        turning: turns real cameras.
        notes: keeps what the person writes beside the log.
        past: has the pictures of which evidence is made.
        n_sightings: how many there were before, for the next one's number.
    """

    def __init__(self, engine: LiveEngine, options: LiveOptions, *, wall: Wall, turning: Turning,
                 notes: Notes, past: PastPictures, n_sightings: int = 0) -> None:
        self._engine, self._options, self._wall, self._turning = engine, options, wall, turning
        self._notes, self._past = notes, past
        self.sounds = Sounds(options.folder / RADIO)
        self._sightings = itertools.count(n_sightings)
        self._sighted: dict[int, tuple[int, float]] = {}
        """Camera and second of each sighting of this run of the program."""
        self._actions: Mapping[str, Callable[[Json], Json]] = {
            "acknowledge": self._acknowledge, "confirm": self._confirm, "reject": self._reject,
            "sighting": self._sighting, "zoom": self._zoom, "show": self._show, "dispatch": self._dispatch,
            "bookmark": self._bookmark, "radio": self._speak, "evidence": self._hand_on,
        }

    def act(self, action: Json) -> Json:
        """Do what a person asks for; it is on the disk before this returns.

        Returns:
            ``{"ok": True, "seq": n}``, or ``{"ok": False, "error": text}``.
        """
        try:
            name = str(action.get("do"))
            if name not in self._actions:
                raise UnknownNameError("do", got=name, known=self._actions)
            return self._actions[name](action)
        except WatchfloorError as error:
            return {"ok": False, "error": str(error)}

    @property
    def inspector_id(self) -> int:
        """The inspector on duty in whose place the person sits."""
        world = self._engine.world
        on_duty = [ident for ident in world.duty_table[world.state.duty].inspectors if ident in world.people]
        if not on_duty:
            raise InputError("inspector", got="nobody on duty", expected="a shift with inspectors at this hour",
                             do="begin at another hour with --at")
        return on_duty[0]

    def _acknowledge(self, action: Json) -> Json:
        return self._ask(InputKind.TAKE, Take(inspector_id=self.inspector_id, alert_id=_whole(action, "alert_id")))

    def _confirm(self, action: Json) -> Json:
        return self._judge(action, is_confirmed=True)

    def _reject(self, action: Json) -> Json:
        return self._judge(action, is_confirmed=False)

    def _judge(self, action: Json, *, is_confirmed: bool) -> Json:
        alert_id = _whole(action, "alert_id") if action.get("alert_id") is not None else None
        sighting_id = _whole(action, "sighting_id") if alert_id is None else None
        note = _text(action, "note")
        if note == STAND_IN and self._options.stand_in_s is None:
            raise InputError("note", got=note, expected="a person's own words")
        if alert_id is not None and self._state_of(alert_id) == "waiting":  # to judge an alert is to turn to it
            taken = self._acknowledge(action)
            if not taken["ok"]:
                return taken
        clip = self._clip(alert_id, sighting_id) if is_confirmed and action.get("clip") is True else None
        done = self._ask(InputKind.VERDICT, Verdict(
            inspector_id=self.inspector_id, alert_id=alert_id, sighting_id=sighting_id, is_confirmed=is_confirmed,
            kind=_word(action, "kind"), note_ref=note, place=_text(action, "place")))
        return {**done, "clip": clip} if clip is not None and done["ok"] else done

    def _state_of(self, alert_id: int) -> str:
        return self._alert(alert_id).state

    def _alert(self, alert_id: int) -> AlertRow:
        board = self._engine.board
        with board.lock:
            if alert_id not in board.alerts:
                raise InputError("alert_id", got=alert_id, expected="an alert that came")
            return board.alerts[alert_id]

    def _clip(self, alert_id: int | None, sighting_id: int | None) -> Json | None:
        """Return camera and span of a case's evidence: the seconds round its claim, as far as they are past."""
        if alert_id is not None:
            camera_id, claim_s = self._alert(alert_id).camera_id, self._alert(alert_id).detect_s
        elif sighting_id in self._sighted:
            camera_id, claim_s = self._sighted[sighting_id]
        else:
            return None
        return self._past.clip_round(camera_id, claim_s, now_s=self._engine.clock.now_s)

    def _bookmark(self, action: Json) -> Json:
        return self._note("bookmark", camera_id=_whole(action, "camera_id"), note=_text(action, "note") or "")

    def _speak(self, action: Json) -> Json:
        return self._note("radio", text=_text(action, "text") or "", **self.sounds.told(action))

    def _hand_on(self, action: Json) -> Json:
        """Note that a piece of the session was written to be handed on; the sealed log says by whom."""
        manifest, access = _text(action, "manifest") or "", make_access(why="evidence of a live session")
        AccessLog(self._options.folder).add(AccessAction.EXPORT, manifest, access)
        return self._note("evidence", camera_id=_whole(action, "camera_id"), from_s=_number(action, "from_s"),
                          to_s=_number(action, "to_s"), manifest=manifest)

    def _note(self, kind: NoteKind, **more: object) -> Json:
        self._notes.add(kind, self._engine.clock.now_s, **more)
        return {"ok": True, "seq": self._engine.handled_seq}

    def _sighting(self, action: Json) -> Json:
        kind = _word(action, "kind") or self._engine.world.scenario.kinds[0].name
        sighting_id = next(self._sightings)
        camera_id, seen_s = _whole(action, "camera_id"), self._engine.clock.now_s
        done = self._ask(InputKind.SIGHTING, Sighting(
            sighting_id=sighting_id, inspector_id=self.inspector_id, camera_id=camera_id, kind=kind, seen_s=seen_s))
        self._sighted[sighting_id] = camera_id, seen_s
        return {**done, "sighting_id": sighting_id} if done["ok"] else done

    def _zoom(self, action: Json) -> Json:
        angles = {name: _number(action, name) for name in ("pan_deg", "tilt_deg", "hfov_deg")}
        camera_id = _whole(action, "camera_id")
        done = self._ask(InputKind.ZOOM, Zoom(inspector_id=self.inspector_id, camera_id=camera_id, **angles))
        if done["ok"]:
            self._turning.turn(camera_id, View(**angles))
        return done

    def _show(self, action: Json) -> Json:
        tile, camera_id = _whole(action, "tile"), _whole(action, "camera_id")
        if self._wall.is_badge(camera_id):  # no camera of the city, so nothing for its log
            self._wall.show(tile, camera_id)
            return {"ok": True, "seq": self._engine.handled_seq}
        done = self._ask(InputKind.VIEW, TileView(inspector_id=self.inspector_id, tile=tile, camera_id=camera_id))
        if done["ok"]:
            self._wall.show(tile, camera_id)
        return done

    def _dispatch(self, action: Json) -> Json:
        call_id = _whole(action, "call_id")
        unit_id = _whole(action, "unit_id") if action.get("unit_id") is not None else None
        if unit_id is not None and unit_id in self._engine.world.badges:
            check_order(unit_id=unit_id, is_badge_real=unit_id in self._options.real_units,
                        is_exercise=self._options.is_exercise, origin=self._origin(call_id))
        return self._ask(InputKind.DISPATCH, Order(inspector_id=self.inspector_id, call_id=call_id, unit_id=unit_id))

    def _origin(self, call_id: int) -> Origin:
        board = self._engine.board
        with board.lock:
            if call_id not in board.calls:
                raise UnknownNameError("call_id", got=str(call_id), known=map(str, board.calls))
            return board.calls[call_id].origin

    def _ask(self, kind: InputKind, payload: Payload) -> Json:
        came, refusal = self._engine.ask(kind, payload)
        if refusal is not None:
            return {"ok": False, "seq": came.seq, "error": f"{kind.value}: {refusal.value.replace('_', ' ')}"}
        return {"ok": True, "seq": came.seq}


def _whole(action: Json, name: str) -> int:
    value = action.get(name)
    if type(value) is not int or not 0 <= value < 2**31:
        raise InputError(name, got=value, expected="a whole number ≥ 0")
    return value


def _number(action: Json, name: str) -> float:
    value = action.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 < value < 1e6:
        raise InputError(name, got=value, expected="degrees")
    return float(value)


def _text(action: Json, name: str) -> str | None:
    """Return what a person wrote, no longer than a form lets them write."""
    written = _word(action, name)
    return None if written is None else written.strip()[:MAX_TEXT] or None


def _word(action: Json, name: str) -> str | None:
    value = action.get(name)
    if value is not None and not isinstance(value, str):
        raise InputError(name, got=value, expected="a word")
    return value or None
