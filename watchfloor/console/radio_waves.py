"""Words that were spoken: taken in from the page's microphone, kept by the session, played back to its seats."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sim.errors import InputError
from watchfloor.console.access import Account, may_do, may_sit
from watchfloor.console.body import read_body
from watchfloor.console.floor import Floor, Running
from watchfloor.console.session import Json, Seat
from watchfloor.console.sounds import ENDINGS, MAX_SOUND_S

MAX_SOUND = 2 * 1024 * 1024
"""Bytes: two minutes and more of speech as browsers encode it."""
MEDIA_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}


@runtime_checkable
class Spoken(Protocol):
    """A session that keeps spoken words."""

    def keep_sound(self, sound: bytes, media_type: str) -> str:
        """Keep words that were spoken and return their name."""
        ...

    def sound(self, name: str) -> Path | None:
        """Return the file of a name; None if there is none."""
        ...


class RadioWaves:
    """Answers the page's requests about spoken words.

    Args:
        floor: the sessions.
    """

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def routes(self, inside: Callable[..., Any]) -> list[Route]:
        """Return the routes; ``inside`` lets nobody in who is not known."""
        return [Route("/api/sessions/{session:str}/radio", inside(self.take), methods=["POST"]),
                Route("/api/sessions/{session:str}/radio/{name:str}", inside(self.send), methods=["GET"])]

    async def take(self, request: Request, account: Account) -> Response:
        """Keep spoken words, then put them on the radio; sent again under the same key, they are not said twice."""
        running, seat = self._seat(request, account)
        if running is None or seat is None or not isinstance(running.session, Spoken):
            return _unknown()
        if not may_do(account, seat, running.session.mode, "radio"):
            return JSONResponse({"ok": False, "error": "radio: not for this seat"}, status_code=403)
        key, lasts_s = request.query_params.get("key", ""), float(request.query_params.get("seconds", "nan"))
        if not 0 < len(key) <= 64 or not math.isfinite(lasts_s) or not 0.0 <= lasts_s <= MAX_SOUND_S:
            raise ValueError(f"radio: expected key, and seconds up to {MAX_SOUND_S:g}")
        sound = await read_body(request, max_bytes=MAX_SOUND)
        answers = running.answers[seat.seat_id]
        async with answers.lock:
            answer = answers.known(key)
            if answer is None:
                answer = await asyncio.to_thread(_say, running, seat, sound, {
                    "media_type": request.headers.get("content-type", ""), "lasts_s": lasts_s})
                answers.keep(key, answer)
        return JSONResponse(answer, status_code=200 if answer["ok"] else 400)

    async def send(self, request: Request, account: Account) -> Response:
        """Send spoken words to who has a seat in their session."""
        running, seat = self._seat(request, account)
        if running is None or seat is None or not isinstance(running.session, Spoken):
            return _unknown()
        path = await asyncio.to_thread(running.session.sound, request.path_params["name"])
        return _unknown() if path is None else FileResponse(path, media_type=MEDIA_TYPES[path.suffix])

    def _seat(self, request: Request, account: Account) -> tuple[Running | None, Seat | None]:
        running = self._floor.running.get(request.path_params["session"])
        wanted = request.query_params.get("seat")
        seats = () if running is None else running.session.seats
        return running, next((seat for seat in seats if seat.seat_id == wanted and may_sit(account, seat)), None)


def _say(running: Running, seat: Seat, sound: bytes, told: Json) -> Json:
    assert isinstance(running.session, Spoken), "looked at before"
    try:
        name = running.session.keep_sound(sound, told["media_type"])
    except InputError as error:
        return {"ok": False, "error": str(error)}
    return running.session.act(seat.seat_id, {"do": "radio", "text": "", "sound": name, "sound_s": told["lasts_s"]})


def _unknown() -> Response:
    return JSONResponse({"ok": False, "error": "no such session, seat or words"}, status_code=404)
