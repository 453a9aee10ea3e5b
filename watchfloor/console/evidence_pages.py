"""Evidence asked for from the page: written into the session's folder, offered as a download."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sim.errors import InputError
from watchfloor.console.access import Account, may_sit
from watchfloor.console.body import read_json
from watchfloor.console.floor import Floor
from watchfloor.console.past import Past, tenths
from watchfloor.console.session import Json

MAX_SPAN_S = 120.0
"""Of one piece that a page asks for; the command line writes longer ones."""
MAX_PIECES = 500
"""In one session's folder."""
MEDIA_TYPES = {".json": "application/json", ".mp4": "video/mp4"}


class EvidencePages:
    """Answers the page's requests for evidence; one piece is written at a time, so that walls stay quick.

    Args:
        floor: the sessions.
    """

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._writing = asyncio.Lock()

    def routes(self, inside: Callable[..., Any]) -> list[Route]:
        """Return the routes; ``inside`` lets nobody in who is not known."""
        path = "/api/sessions/{session:str}/evidence"
        return [Route(path, inside(self.write), methods=["POST"]),
                Route(path + "/{name:str}", inside(self.send), methods=["GET"])]

    async def write(self, request: Request, account: Account) -> Response:
        """Write a camera's clip and its manifest, unless the same piece is there already."""
        past = self._past(request, account)
        if past is None:
            return _unknown()
        body = await read_json(request)
        match body:
            case {"camera_id": int(camera), "from_s": int() | float() as from_s, "to_s": int() | float() as to_s}:
                pass
            case _:
                raise ValueError("evidence: expected camera_id, from_s and to_s")
        try:
            async with self._writing:
                made = await asyncio.to_thread(write_piece, past, camera, tenths(from_s), tenths(to_s))
        except InputError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        await asyncio.to_thread(self._note, request, camera, made)
        return JSONResponse(made)

    def _note(self, request: Request, camera_id: int, made: Json) -> None:
        """Have a session that still is one keep that a seat took a piece of it; who only looks on does nothing."""
        session, seat_id = self._floor.running[request.path_params["session"]].session, request.query_params["seat"]
        role = next(seat.role for seat in session.seats if seat.seat_id == seat_id)
        if session.mode != "replay" and role != "viewer":
            session.act(seat_id, {"do": "evidence", "camera_id": camera_id, "from_s": made["from_s"],
                                  "to_s": made["to_s"], "manifest": made["manifest"], "head": made["head"]})

    async def send(self, request: Request, account: Account) -> Response:
        """Send a manifest or a clip to who has a seat in its session."""
        past = self._past(request, account)
        path = None if past is None else await asyncio.to_thread(find_piece, past, request.path_params["name"])
        if path is None:
            return _unknown()
        return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], filename=path.name)

    def _past(self, request: Request, account: Account) -> Past | None:
        """Return the session, if the account has a seat in it and its past may be handed on."""
        running = self._floor.running.get(request.path_params["session"])
        if running is None or not isinstance(running.session, Past):
            return None
        wanted = request.query_params.get("seat")
        may = any(seat.seat_id == wanted and may_sit(account, seat) for seat in running.session.seats)
        return running.session if may else None


def write_piece(past: Past, camera_id: int, from_s: float, to_s: float) -> Json:
    """Write a piece of a session into its folder, or find it there; return what the page tells of it.

    Raises:
        InputError: if the session has no such piece, or is kept nowhere.
    """
    from watchfloor.console.evidence import write_evidence

    folder = past.evidence_folder()
    if folder is None:
        raise InputError("evidence", got="a session that is kept nowhere", expected="one with a folder")
    if to_s - from_s > MAX_SPAN_S:
        raise InputError("evidence", got=f"{to_s - from_s:g} s", expected=f"at most {MAX_SPAN_S:g} s",
                         do="watchfloor evidence writes longer pieces of a finished run")
    path = folder / f"camera-{camera_id}-{from_s:.1f}-{to_s:.1f}.json"
    if not path.exists():
        past.provenance()  # so that what may not be handed on leaves no folder
        folder.mkdir(exist_ok=True)
        if len(_pieces(folder)) >= 2 * MAX_PIECES:
            raise InputError("evidence", got=f"{MAX_PIECES} pieces", expected="fewer of one session")
        write_evidence(past, path, camera_id=camera_id, from_s=from_s, to_s=to_s)
    told = json.loads(path.read_text(encoding="utf-8"))
    return {"manifest": path.name, "clip": told["clip"], "n_rows": len(told["rows"]), "head": told["head"],
            "marking": told["marking"], "from_s": told["from_s"], "to_s": told["to_s"],
            "span_s": told["to_s"] - told["from_s"]}


def find_piece(past: Past, name: str) -> Path | None:
    """Return a manifest or a clip by its name; None if there is none."""
    folder = past.evidence_folder()
    return None if folder is None else next((path for path in _pieces(folder) if path.name == name), None)


def _pieces(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("camera-*")) if path.suffix in MEDIA_TYPES]


def _unknown() -> Response:
    return JSONResponse({"error": "no such session, seat or evidence"}, status_code=404)
