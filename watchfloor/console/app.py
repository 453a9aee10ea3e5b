"""The console's web application: the page, the sessions, and one socket for each seat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sim.errors import InputError, UnknownNameError
from watchfloor import __version__
from watchfloor.console.access import Access, Account, may_sit
from watchfloor.console.authoring import Authoring
from watchfloor.console.body import read_json
from watchfloor.console.class_pages import ClassPages
from watchfloor.console.evidence_pages import EvidencePages
from watchfloor.console.floor import Floor, Running
from watchfloor.console.guards import Guards
from watchfloor.console.link import GONE, Link
from watchfloor.console.past import Past
from watchfloor.console.practice import exercise_offer
from watchfloor.console.radio_waves import RadioWaves
from watchfloor.console.session import Seat
from watchfloor.console.what_if_pages import WhatIfPages
from watchfloor.console.words import LANGUAGES, load_words
from watchfloor.results import finite
from watchfloor.training.exercise_shelf import ExerciseShelf

WEB = Path(__file__).parent / "web"
COOKIE = "watchfloor_console"

Answer = Callable[[Request, Account], Awaitable[Response]]


class Console:
    """Answers requests from one floor of sessions.

    Args:
        floor: the sessions.
        access: who may come in.
        language: in which the page begins, unless its user chose another.
    """

    def __init__(self, floor: Floor, access: Access, *, language: str = "en") -> None:
        self.floor, self.access, self.language = floor, access, language

    async def about(self, _: Request, account: Account) -> Response:
        """Tell what there is: sessions with their seats, offers, languages."""
        sessions = [{"session_id": name, "title": running.session.title, "mode": running.session.mode,
                     "is_exercise": running.session.is_exercise, "kinds": list(running.session.kinds),
                     "has_evidence": isinstance(running.session, Past),
                     "seats": [{"seat_id": seat.seat_id, "role": seat.role, "name": seat.name}
                               for seat in running.session.seats if may_sit(account, seat)]}
                    for name, running in self.floor.running.items()]
        offers = [{"offer": name, "title": offer.title, "mode": offer.mode}
                  for name, offer in self.floor.offers.items()]
        return JSONResponse({"version": __version__, "account": {"name": account.name, "role": account.role},
                             "sessions": sessions, "offers": offers, "languages": LANGUAGES,
                             "language": self.language, "has_planner": self.floor.planner is not None,
                             "codes": {kind: asdict(one) for kind, one in self.floor.codes.items()}})

    async def open(self, request: Request, account: Account) -> Response:
        """Open what is on offer; a trainee sits down at what is open."""
        if account.role == "trainee":
            return _not_for_you()
        body = await read_json(request)
        try:
            name = await asyncio.to_thread(self.floor.open, str(body.get("offer")))
        except InputError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"session_id": name})

    async def close(self, request: Request, account: Account) -> Response:
        """Close a session; what was done in it stays on disk."""
        if account.role == "trainee":
            return _not_for_you()
        if self._running(request) is None:
            return _unknown()
        await asyncio.to_thread(self.floor.close_session, request.path_params["session"])
        return JSONResponse({})

    async def city(self, request: Request, _: Account) -> Response:
        """Send the map's layers."""
        running = self._running(request)
        if running is None:
            return _unknown()
        return Response(await asyncio.to_thread(running.city), media_type="application/octet-stream")

    async def debrief(self, request: Request, account: Account) -> Response:
        """Send a seat's debrief."""
        running = self._running(request)
        seat = None if running is None else _seat(running, account, request.query_params.get("seat"))
        if running is None or seat is None:
            return _unknown()
        debrief = await asyncio.to_thread(running.session.debrief, seat.seat_id)
        return JSONResponse(finite(debrief))

    async def words(self, request: Request) -> Response:
        """Send a language's words; the page to log in needs them too."""
        try:
            return JSONResponse(load_words(request.path_params["language"]))
        except UnknownNameError as error:
            return JSONResponse({"error": str(error)}, status_code=404)

    async def login(self, request: Request) -> Response:
        """Let somebody in by token or password, a few tries a minute."""
        address = request.client.host if request.client else ""
        if self.access.is_barred(address):
            return JSONResponse({"error": "too many failures"}, status_code=429, headers={"retry-after": "60"})
        try:
            body = await read_json(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        account = await asyncio.to_thread(
            self.access.enter, address, token=str(body.get("token", "")), name=str(body.get("name", "")),
            password=str(body.get("password", "")))
        if account is None:
            return JSONResponse({"error": "not known"}, status_code=401)
        return self._let_in(JSONResponse({"name": account.name, "role": account.role}), request, account)

    async def page(self, request: Request) -> Response:
        """Send the page; a token in its address is exchanged for the cookie and taken out of the address."""
        token = request.query_params.get("token")
        if token is not None and not self.access.is_open:
            address = request.client.host if request.client else ""
            account = None if self.access.is_barred(address) else self.access.enter(address, token=token)
            answer = RedirectResponse(str(request.url.remove_query_params("token")), status_code=303)
            return answer if account is None else self._let_in(answer, request, account)
        return Response((WEB / "index.html").read_bytes(), media_type="text/html")

    async def connect(self, socket: WebSocket) -> None:
        """Serve one seat's socket."""
        account = self._account(socket)
        running = self.floor.running.get(socket.path_params["session"])
        seat = None if running is None or account is None else _seat(running, account, socket.path_params["seat"])
        await socket.accept()
        if running is None or account is None or seat is None:
            await socket.close(GONE, "no such seat for you")
            return
        await Link(socket=socket, session=running.session, seat=seat, account=account, shelf=running.shelf,
                   answers=running.answers[seat.seat_id], workers=self.floor.workers).serve()

    def behind_login(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that answers only those who are let in."""
        async def endpoint(request: Request) -> Response:
            account = self._account(request)
            if account is None:
                names = {"error": "log in", "by_name": self.access.has_names}
                return JSONResponse(names, status_code=401)
            try:
                return await answer(request, account)
            except ValueError as error:
                return JSONResponse({"error": str(error)}, status_code=400)
        return endpoint

    def _account(self, connection: HTTPConnection) -> Account | None:
        return self.access.account_of(connection.cookies.get(COOKIE))

    def _running(self, request: Request) -> Running | None:
        return self.floor.running.get(request.path_params["session"])

    def _let_in(self, answer: Response, request: Request, account: Account) -> Response:
        answer.set_cookie(COOKIE, self.access.sign(account), httponly=True, samesite="strict",
                          secure=request.url.scheme == "https", path="/")
        return answer


def make_app(floor: Floor, access: Access, *, loopback_only: bool = True, language: str = "en") -> Starlette:
    """Return the application over a floor of sessions, which it closes when it stops."""
    console = Console(floor, access, language=language)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        floor.close()

    inside = console.behind_login
    shelf = ExerciseShelf(floor.exercises)
    authoring = Authoring(floor, shelf, lambda stem: exercise_offer(shelf, stem))
    what_if = [] if floor.planner is None else WhatIfPages(floor.planner).routes(inside)
    return Starlette(
        routes=[
            Route("/", console.page),
            Route("/api/login", console.login, methods=["POST"]),
            Route("/api/words/{language:str}", console.words),
            Route("/api/about", inside(console.about)),
            Route("/api/sessions", inside(console.open), methods=["POST"]),
            Route("/api/sessions/{session:str}/close", inside(console.close), methods=["POST"]),
            Route("/api/sessions/{session:str}/city", inside(console.city)),
            Route("/api/sessions/{session:str}/debrief", inside(console.debrief)),
            *authoring.routes(inside),
            *RadioWaves(floor).routes(inside),
            *EvidencePages(floor).routes(inside),
            *ClassPages(floor, shelf).routes(inside),
            *what_if,
            WebSocketRoute("/ws/{session:str}/{seat:str}", console.connect),
            Mount("/web", StaticFiles(directory=WEB)),
        ],
        middleware=[Middleware(Guards, loopback_only=loopback_only), Middleware(GZipMiddleware, minimum_size=1024)],
        lifespan=lifespan)


def _seat(running: Running, account: Account, wanted: str | None) -> Seat | None:
    """Return the seat, if the account may sit there."""
    return next((seat for seat in running.session.seats if seat.seat_id == wanted and may_sit(account, seat)), None)


def _not_for_you() -> Response:
    return JSONResponse({"error": "not for a trainee"}, status_code=403)


def _unknown() -> Response:
    return JSONResponse({"error": "no such session or seat"}, status_code=404)
