"""Whether a session keeps its protocol's promises: run this on your own."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np

from sim.errors import ConformanceError, WatchfloorError
from watchfloor.console.session import PHASES, TILE_STATES, Json, Session

_SIZE_WH = (320, 180)
_NUMBERS = ("t_s", "duration_s", "speed")
_LISTS = ("tiles", "alerts", "calls", "units", "radio", "bookmarks")
_NONSENSE: tuple[Json, ...] = (
    {}, {"do": None}, {"do": "fly"}, {"do": "confirm"}, {"do": "confirm", "alert_id": "x"},
    {"do": "confirm", "alert_id": 10**9, "kind": "nothing"}, {"do": "zoom", "camera_id": -1},
    {"do": "zoom", "camera_id": 0, "pan_deg": "left", "tilt_deg": None, "hfov_deg": math.inf},
    {"do": "show", "tile": 99, "camera_id": 0}, {"do": "show", "tile": 0, "camera_id": 10**9},
    {"do": "dispatch", "call_id": 10**9, "unit_id": 0}, {"do": "seek", "t_s": math.nan}, {"do": "speed", "factor": -1},
    {"do": ["list"]}, {"do": "inject", "kind": "nothing", "camera_id": 0},
)
"""What no session can do; a page, or who pretends to be one, may send it all the same."""


def check_session(session: Session) -> None:
    """Hold a session to the protocol.

    Raises:
        ConformanceError: naming the first promise that it breaks.
    """
    _need(bool(session.seats), "seats", "at least one")
    _need(len({seat.seat_id for seat in session.seats}) == len(session.seats), "seats", "ids that differ")
    _check_city(session)
    for seat in session.seats:
        state = session.state(seat.seat_id)
        _check_state(state, session)
        _check_refusals(session, seat.seat_id)
        _need(isinstance(session.debrief(seat.seat_id), dict), "debrief", "a dict")
    for tile in session.state(session.seats[0].seat_id)["tiles"][:4]:
        _check_picture(session, int(tile["camera_id"]))
    _raises(lambda: session.state("no such seat"), "state of an unknown seat")
    _raises(lambda: session.picture(-1, _SIZE_WH), "picture of camera −1")


def _check_city(session: Session) -> None:
    city = session.city()
    n = city.x_m.size
    for name in ("y_m", "heading_deg", "hfov_deg", "range_m", "district", "kind", "land_use"):
        _need(getattr(city, name).shape == (n,), f"city().{name}", f"shape ({n},)")
    _need(city.road_xyxy_m.ndim == 2 and city.road_xyxy_m.shape[1] == 4, "city().road_xyxy_m", "shape (m, 4)")
    _need(int(city.district.max(initial=0)) < max(1, len(city.district_names)), "city().district",
          "indices of district_names")
    _need(int(city.land_use.max(initial=-1)) < len(city.land_use_names), "city().land_use",
          "indices of land_use_names, or -1")


def _check_state(state: Json, session: Session) -> None:
    try:
        text = json.dumps(state, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ConformanceError(f"state: {error}; expected JSON of finite numbers") from error
    _need(len(text) < 2**20, "state", "less than a megabyte: it is sent ten times a second")
    _need(state["phase"] in PHASES, "state.phase", "one of " + ", ".join(PHASES))
    _need(state["banner"] == ("EXERCISE" if session.is_exercise else ""), "state.banner",
          "EXERCISE in an exercise, else empty")
    for name in _NUMBERS:
        _need(isinstance(state[name], int | float), f"state.{name}", "a number")
    for name in _LISTS:
        _need(isinstance(state[name], list), f"state.{name}", "a list")
    n_cameras = session.city().x_m.size
    for tile in state["tiles"]:
        _need(tile["state"] in TILE_STATES, "tile.state", "one of " + ", ".join(TILE_STATES))
        _need(0 <= tile["camera_id"] < n_cameras, "tile.camera_id", f"0 to {n_cameras - 1}")
        _need(not tile["can_zoom"] or tile["view"]["hfov_deg"] > 0.0, "tile.view", "a view where it can zoom")
    for alert in state["alerts"]:
        is_open = alert["state"] in ("waiting", "taken")
        has_id = alert.get("alert_id") is not None or alert.get("sighting_id") is not None
        _need(has_id or not is_open, "alert", "an id while it is open")


def _check_refusals(session: Session, seat_id: str) -> None:
    before = session.state(seat_id)
    for action in _NONSENSE:
        answer = session.act(seat_id, dict(action))
        _need(answer.get("ok") is False and isinstance(answer.get("error"), str) and bool(answer["error"]),
              f"act({action})", "{'ok': False, 'error': text}")
    after = session.state(seat_id)
    for name in ("alerts", "calls", "bookmarks", "phase"):
        _need(before[name] == after[name], f"state.{name}", "unchanged by what was refused")


def _check_picture(session: Session, camera: int) -> None:
    picture = session.picture(camera, _SIZE_WH)
    _need(picture.state in TILE_STATES, "picture.state", "one of " + ", ".join(TILE_STATES))
    if picture.bgr is None:
        _need(picture.jpeg is not None and picture.jpeg[:2] == b"\xff\xd8", "picture.jpeg", "a JPEG where bgr is None")
        return
    _need(picture.bgr.dtype == np.uint8 and picture.bgr.ndim == 3 and picture.bgr.shape[2] == 3, "picture.bgr",
          "uint8 of shape (h, w, 3)")


def _need(holds: bool, what: str, expected: str) -> None:
    if not holds:
        raise ConformanceError(f"session: {what}; expected {expected}")


def _raises(do: Callable[[], object], what: str) -> None:
    try:
        do()
    except WatchfloorError:
        return
    raise ConformanceError(f"session: {what} was answered; expected an error of watchfloor's own")
