"""What a seat of a training session may know now, as the console shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchfloor.console.session import Json, Seat
from watchfloor.training.place import Place
from watchfloor.training.workload import SCALES

if TYPE_CHECKING:
    from watchfloor.training.session import TrainingSession


def state_of(session: TrainingSession, seat: Seat) -> Json:
    """Return a seat's state; an instructor's also holds what is truly to be seen."""
    t_s, room, place = session.clock.t_s, session.room, session.places.get(seat.seat_id)
    tiles = (place or next(iter(session.places.values()))).tiles
    state: Json = {
        "version": session.version, "t_s": t_s, "duration_s": session.exercise.duration_s,
        "clock": _clock_text(session, t_s), "phase": session.phase, "speed": session.clock.speed,
        "banner": "EXERCISE", "tiles": [_tile(session, number, camera, t_s) for number, camera in enumerate(tiles)],
        "alerts": room.alerts(session.inspector_of(seat.seat_id)), "calls": room.calls(t_s),
        "units": room.units(t_s), "radio": room.radio, "freeze": _freeze(session, place),
        "bookmarks": place.bookmarks if place else [], "notes": [],
        "read_backs": [deed.call_id for deed in place.deeds if deed.name == "read_back"] if place else [],
        "briefing": {"text": session.told.stories, "n_targets": None,
                     "minutes": session.exercise.duration_s / 60.0}}
    if session.phase == "questionnaire" and place is not None:
        state["questionnaire"] = {"scales": [scale for scale in SCALES if scale not in place.scales]}
    if seat.role == "instructor":
        state["truth"], state["notes"] = room.truth(t_s), session.notes
    return state


def _freeze(session: TrainingSession, place: Place | None) -> Json | None:
    if session.phase != "freeze":
        return None
    answers, questions = (place.answers, place.questions) if place else ({}, session.questions)
    return {"questions": [
        {"question": one.question, "code": one.code, "params": one.params, "options": list(one.options)}
        for one in questions if one.question not in answers]}


def _tile(session: TrainingSession, number: int, camera: int, t_s: float) -> Json:
    view = session.wall.view(camera, t_s)
    return {"tile": number, "camera_id": camera, "label": f"{camera}",
            "state": "offline" if camera in session.room.world.state.dark else "live",
            "can_zoom": session.wall.can_zoom(camera),
            "view": {"pan_deg": view.pan_deg, "tilt_deg": view.tilt_deg, "hfov_deg": view.hfov_deg}}


def _clock_text(session: TrainingSession, t_s: float) -> str:
    seconds = int(session.stage.scenario.start_hour_of_week % 24.0 * 3600.0 + t_s) % 86400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
