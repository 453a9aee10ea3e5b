"""What a seat may ask a training session for, and how it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hw.optics import View
from sim.errors import InputError, UnknownNameError
from sim.input_records import FeedReport, Injection, InputKind, Order, Payload, Take, Verdict, Zoom
from sim.records import Sighting
from sim.refusal import Refusal
from watchfloor.console.past import span_round
from watchfloor.console.session import Json, Seat
from watchfloor.training.checklist import Deed
from watchfloor.training.room import CallForm

if TYPE_CHECKING:
    from watchfloor.training.place import Place
    from watchfloor.training.session import TrainingSession

MAX_TEXT = 500
INJECTED_VISIBLE_S = 45.0
RUNNING_ONLY = frozenset({"acknowledge", "confirm", "reject", "sighting", "zoom", "show", "dispatch", "bookmark",
                          "radio", "read_back", "inject", "outage"})
INSTRUCTOR_ONLY = frozenset({"pause", "resume", "speed", "inject", "outage"})
TRAINEE_ONLY = frozenset({"acknowledge", "confirm", "reject", "sighting", "zoom", "show", "dispatch", "bookmark",
                          "answer", "read_back"})
EITHER = frozenset({"begin", "finish", "radio", "note", "evidence"})

Action = Mapping[str, Any]


def do_deed(session: TrainingSession, seat: Seat, action: Action, t_s: float) -> Json:
    """Do what a seat asks for; return the reply.

    Raises:
        InputError: if it may not be done, or not now, or not so; then nothing was done.
    """
    do = str(action["do"])[:40]
    if do not in INSTRUCTOR_ONLY | TRAINEE_ONLY | EITHER:
        raise UnknownNameError("do", got=do, known=INSTRUCTOR_ONLY | TRAINEE_ONLY | EITHER)
    if (do in INSTRUCTOR_ONLY and seat.role != "instructor") or (do in TRAINEE_ONLY and seat.role != "trainee"):
        raise InputError(do, got=f"a {seat.role}'s seat", expected="a seat that may")
    if do in RUNNING_ONLY and session.phase != "running" and (do, session.phase) != ("show", "debrief"):
        raise InputError(do, got=f"a session in {session.phase}", expected="one that runs")
    if do in INSTRUCTOR_ONLY | EITHER:
        return _conduct(session, seat, do, action, t_s)
    return _practise(session, session.places[seat.seat_id], do, action, t_s)


def _practise(session: TrainingSession, place: Place, do: str, action: Action, t_s: float) -> Json:
    inspector = session.inspector_of(place.seat.seat_id)
    match do:
        case "acknowledge":
            return _put(session, t_s, InputKind.TAKE, Take(inspector_id=inspector, alert_id=_int(action, "alert_id")))
        case "confirm" | "reject":
            return _judge(session, inspector, do, action, t_s)
        case "sighting":
            number = sum(came.kind is InputKind.SIGHTING for came in session.room.inputs)
            reply = _put(session, t_s, InputKind.SIGHTING, Sighting(
                sighting_id=number, inspector_id=inspector, camera_id=session.check_camera(action["camera_id"]),
                kind=str(action.get("kind") or session.kinds[0]), seen_s=t_s))
            return {**reply, "sighting_id": number}
        case "zoom":
            return _zoom(session, inspector, action, t_s)
        case "show":
            session.show(place, _int(action, "tile"), session.check_camera(action["camera_id"]), t_s)
        case "dispatch":
            call, unit = _int(action, "call_id"), _int(action, "unit_id")
            if 0 <= call < len(session.room.world.state.calls):
                session.room.note_order(t_s, inspector, call, unit)
            return _put(session, t_s, InputKind.DISPATCH, Order(inspector_id=inspector, call_id=call, unit_id=unit))
        case "bookmark":
            camera = session.check_camera(action["camera_id"])
            place.bookmarks.append({"t_s": t_s, "camera_id": camera, "note": _text(action, "note")})
            place.deeds.append(Deed(name="evidence", t_s=t_s, camera_id=camera))
        case "read_back":
            _check_read_back(session, place, _int(action, "call_id"), t_s)
        case "answer":
            session.course.answer(place, str(action["question"]), float(action["value"]))
    return {"ok": True}


def _conduct(session: TrainingSession, seat: Seat, do: str, action: Action, t_s: float) -> Json:
    match do:
        case "begin":
            session.course.begin(t_s)
        case "finish":
            session.course.finish(session.places.get(seat.seat_id))
        case "pause":
            session.course.pause()
        case "resume":
            session.course.resume()
        case "speed":
            session.clock.set_speed(float(action["factor"]))
        case "radio":
            session.room.say(t_s, seat.name, _text(action, "text"), **_sound(session, action))
            if seat.seat_id in session.places:
                session.places[seat.seat_id].deeds.append(Deed(name="radio", t_s=t_s))
        case "note":
            session.notes.append({"t_s": t_s, "who": seat.name, "text": _text(action, "text")})
        case "evidence":
            _note_evidence(session, session.places.get(seat.seat_id), action, t_s)
        case "inject":
            return _inject(session, action, t_s)
        case "outage":
            camera, lasts_s = session.check_camera(action["camera_id"]), float(action["duration_s"])
            if not 0.0 < lasts_s <= 86400.0:
                raise InputError("outage: duration_s", got=lasts_s, expected="more than 0")
            session.course.feed_back_at(round(t_s + lasts_s, 3), camera)
            return _put(session, t_s, InputKind.FEED, FeedReport(camera_id=camera, is_seen=False))
    return {"ok": True}


def _note_evidence(session: TrainingSession, place: Place | None, action: Action, t_s: float) -> None:
    """Take note that a piece of the session was written to be handed on; it is a trainee's deed while that counts."""
    camera = session.check_camera(action["camera_id"])
    span_s = float(action["from_s"]), float(action["to_s"])
    if not 0.0 <= span_s[0] < span_s[1] <= t_s + 0.1:
        raise InputError("evidence", got=f"{span_s[0]:g} to {span_s[1]:g} s", expected=f"seconds up to {t_s:g}")
    if place is not None and session.phase == "running":
        place.deeds.append(Deed(name="evidence", t_s=t_s, camera_id=camera))


def _sound(session: TrainingSession, action: Action) -> dict[str, str | float]:
    """Return what a line on the radio says of words that were spoken."""
    if session.folder is not None:
        return session.folder.sounds.told(action)
    if action.get("sound") is not None:
        raise InputError("radio: sound", got="a session that is kept nowhere", expected="one with a folder")
    return {}


def _check_read_back(session: TrainingSession, place: Place, call: int, t_s: float) -> None:
    """Take note that the trainee found a unit's read-back of a call right.

    Raises:
        InputError: if no unit has read it back.
    """
    if not any(line.get("code") == "acknowledge" and line.get("call_id") == call for line in session.room.radio):
        raise InputError("read_back", got=f"call {call}", expected="one that a unit has read back")
    place.deeds.append(Deed(name="read_back", t_s=t_s, call_id=call))


def _judge(session: TrainingSession, inspector: int, do: str, action: Action, t_s: float) -> Json:
    """Confirm or reject a case; an alert that still waits is taken up first."""
    alert = None if action.get("alert_id") is None else _int(action, "alert_id")
    sighting = None if alert is not None else _int(action, "sighting_id")
    kind = None if action.get("kind") is None else str(action["kind"])
    if kind is not None and kind not in session.kinds:
        raise UnknownNameError("kind", got=kind[:40], known=session.kinds)
    if alert is not None and alert in session.room.world.state.queued:
        session.room.put(t_s, InputKind.TAKE, Take(inspector_id=inspector, alert_id=alert))
    form = CallForm(place=_text(action, "place").strip(), note=_text(action, "note").strip(), clip=_clip(
        session, inspector, t_s, alert=alert, sighting=sighting) if action.get("clip") is True else None)
    refusal = session.room.judge(t_s, Verdict(
        inspector_id=inspector, alert_id=alert, sighting_id=sighting, is_confirmed=do == "confirm", kind=kind,
        note_ref=form.note or None, place=form.place or None), form)
    if refusal is None and form.clip is not None and do == "confirm":
        place = next(one for one in session.places.values() if one.seat.inspector_id == inspector)
        place.deeds.append(Deed(name="evidence", t_s=t_s, camera_id=form.clip["camera_id"]))
    reply = _reply(InputKind.VERDICT, refusal)
    return reply if form.clip is None else {**reply, "clip": form.clip}


def _clip(session: TrainingSession, inspector: int, t_s: float, *, alert: int | None, sighting: int | None,
          ) -> Json | None:
    """Return camera and span of a case's evidence: the seconds round its claim, as far as they are past."""
    wanted = ("alert_id", alert) if alert is not None else ("sighting_id", sighting)
    case = next((one for one in session.room.alerts(inspector) if one[wanted[0]] == wanted[1]), None)
    return None if case is None else span_round(case["camera_id"], case["detect_s"], now_s=t_s)


def _zoom(session: TrainingSession, inspector: int, action: Action, t_s: float) -> Json:
    camera = session.check_camera(action["camera_id"])
    view = View(pan_deg=float(action["pan_deg"]), tilt_deg=float(action["tilt_deg"]),
                hfov_deg=float(action["hfov_deg"]))
    still_s = session.wall.go(camera, view, t_s)
    reply = _put(session, t_s, InputKind.ZOOM, Zoom(
        inspector_id=inspector, camera_id=camera, pan_deg=view.pan_deg, tilt_deg=view.tilt_deg,
        hfov_deg=view.hfov_deg))
    return {**reply, "still_s": still_s}


def _inject(session: TrainingSession, action: Action, t_s: float) -> Json:
    return _put(session, t_s, InputKind.INJECT, Injection(
        kind=str(action["kind"]), camera_id=session.check_camera(action["camera_id"]),
        visible_s=float(action.get("visible_s") or INJECTED_VISIBLE_S)))


def _put(session: TrainingSession, t_s: float, kind: InputKind, payload: Payload) -> Json:
    return _reply(kind, session.room.put(t_s, kind, payload))


def _reply(kind: InputKind, refusal: Refusal | None) -> Json:
    if refusal is None:
        return {"ok": True}
    return {"ok": False, "error": f"{kind}: refused, {str(refusal).replace('_', ' ')}", "code": str(refusal)}


def _int(action: Action, name: str) -> int:
    value = action[name]
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
        raise InputError(name, got=str(value)[:20], expected="a whole number")
    return value


def _text(action: Action, name: str) -> str:
    return str(action.get(name, ""))[:MAX_TEXT]
