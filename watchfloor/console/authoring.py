"""What the page of exercises asks the server for: scenarios, places, previews, and the centre's folder."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scenarios import load_scenario
from scenarios.catalog import list_shipped
from sim.errors import InputError, UnknownNameError, WatchfloorError
from sim.scenario import Scenario
from watchfloor.console.access import Account
from watchfloor.console.body import read_json
from watchfloor.console.city_message import pack_city
from watchfloor.console.floor import Floor, Offer
from watchfloor.console.session import Json, city_layers
from watchfloor.training.authoring import LEVELS_PX, aim_of, aims_at, look_over, preview, with_wall
from watchfloor.training.checklist import PROCEDURE
from watchfloor.training.exercise import Exercise, playable_kinds
from watchfloor.training.exercise_file import exercise_of, tables_of
from watchfloor.training.exercise_shelf import ExerciseShelf

MAX_EXERCISE = 512 * 1024
"""Bytes: a thousand targets."""


class Authoring:
    """Answers an author's requests; trainees are refused.

    Args:
        floor: whose offers grow by what is saved.
        shelf: where exercises are kept.
        open_exercise: makes the offer's session of an exercise's stem.
    """

    def __init__(self, floor: Floor, shelf: ExerciseShelf, open_exercise: Callable[[str], Offer]) -> None:
        self._floor, self._shelf, self._open_exercise = floor, shelf, open_exercise

    def routes(self, inside: Callable[..., Any]) -> list[Route]:
        """Return the routes; ``inside`` lets nobody in who is not known."""
        def route(path: str, answer: Callable[[Request], Any], method: str) -> Route:
            return Route(f"/api/{path}", inside(for_instructors(answer)), methods=[method])

        return [
            route("exercises", self.list, "GET"),
            route("exercises", self.save, "POST"),
            route("exercises/check", self.check, "POST"),
            route("exercises/preview", self.preview, "POST"),
            route("exercises/aim", self.aim, "POST"),
            route("exercises/remove", self.remove, "POST"),
            route("exercises/of-session/{session:str}", self.save_session, "POST"),
            route("exercises/city/{scenario:str}", self.city, "GET"),
            route("exercises/kept/{stem:str}", self.load, "GET"),
        ]

    async def list(self, _: Request) -> Response:
        """Tell the exercises there are, and what one can be made of."""
        kept = [{"stem": one.stem, "problem": one.problem, **({} if one.exercise is None else {
            "name": one.exercise.name, "scenario": one.exercise.scenario, "minutes": one.exercise.duration_s / 60.0,
            "n_targets": len(one.exercise.targets), "n_tiles": len(one.exercise.cameras),
            "pass_d_prime": one.exercise.pass_d_prime})} for one in self._shelf.list()]
        return JSONResponse({
            "exercises": kept, "scenarios": [{"name": one.name, "title": one.titles} for one in list_shipped()],
            "levels_px": LEVELS_PX, "items": [step.item for step in PROCEDURE]})

    async def load(self, request: Request) -> Response:
        """Send an exercise."""
        return JSONResponse(tables_of(self._shelf.load(request.path_params["stem"])))

    async def city(self, request: Request) -> Response:
        """Send a scenario's map layers, with its kinds of incident in a header's JSON."""
        scenario = await asyncio.to_thread(_scenario, request.path_params["scenario"])
        packed = await asyncio.to_thread(_packed_city, scenario)
        return Response(packed, media_type="application/octet-stream",
                        headers={"x-kinds": ",".join(playable_kinds(scenario))})

    async def aim(self, request: Request) -> Response:
        """Tell how cameras would show a kind: those that see a place, or one at a size."""
        body = await read_json(request)
        scenario = await asyncio.to_thread(_scenario, str(body["scenario"]))
        kind = str(body["kind"])
        if body.get("camera_id") is not None:
            aims = [aim_of(scenario, kind, int(body["camera_id"]), px=float(body["px"]),
                           aside_deg=float(body.get("aside_deg", 0.0)))]
        else:
            aims = [*await asyncio.to_thread(aims_at, scenario, kind, float(body["x_m"]), float(body["y_m"]))]
        return JSONResponse({"aims": [asdict(aim) for aim in aims]})

    async def check(self, request: Request) -> Response:
        """Tell each target's place, size and what is wrong with it, and the wall that would be shown."""
        exercise, scenario = await self._draft(request)
        looks = await asyncio.to_thread(look_over, exercise, scenario)
        return JSONResponse({"looks": [asdict(look) for look in looks], "cameras": exercise.cameras})

    async def preview(self, request: Request) -> Response:
        """Send the picture of a target's camera when the target has begun."""
        exercise, scenario, body = await self._draft_and_body(request)
        jpeg = await asyncio.to_thread(preview, exercise, scenario, int(body["target"]))
        return Response(jpeg, media_type="image/jpeg")

    async def save(self, request: Request) -> Response:
        """Keep an exercise; one with a target that cannot be seen is refused."""
        exercise, scenario, body = await self._draft_and_body(request)
        looks = await asyncio.to_thread(look_over, exercise, scenario)
        wrong = next((number for number, look in enumerate(looks) if look.problem is not None), None)
        if wrong is not None:
            raise InputError(f"targets[{wrong}]", got=looks[wrong].problem, expected="one that can be seen in time",
                             do="move it")
        over = body.get("over")
        stem = await asyncio.to_thread(self._shelf.save, exercise, over=None if over is None else str(over))
        return JSONResponse({"stem": self._offer(stem, gone=over)})

    async def save_session(self, request: Request) -> Response:
        """Keep a session as an exercise: its targets, and what the instructor let happen."""
        running = self._floor.running.get(request.path_params["session"])
        make = getattr(None if running is None else running.session, "as_exercise", None)
        if make is None:
            return JSONResponse({"error": "no such training session"}, status_code=404)
        body = await read_json(request)
        exercise: Exercise = await asyncio.to_thread(make, str(body.get("name", ""))[:80])
        return JSONResponse({"stem": self._offer(await asyncio.to_thread(self._shelf.save, exercise))})

    async def remove(self, request: Request) -> Response:
        """Delete an exercise."""
        stem = str((await read_json(request))["stem"])
        await asyncio.to_thread(self._shelf.remove, stem)
        self._floor.offers.pop(f"exercise:{stem}", None)
        return JSONResponse({})

    def _offer(self, stem: str, *, gone: object = None) -> str:
        """Put an exercise among what the page can open."""
        self._floor.offers.pop(f"exercise:{gone}", None)
        self._floor.offers[f"exercise:{stem}"] = self._open_exercise(stem)
        return stem

    async def _draft(self, request: Request) -> tuple[Exercise, Scenario]:
        exercise, scenario, _ = await self._draft_and_body(request)
        return exercise, scenario

    async def _draft_and_body(self, request: Request) -> tuple[Exercise, Scenario, Json]:
        """Return the exercise that the page has, its wall filled up, with its scenario and the rest of the body."""
        body = await read_json(request, max_bytes=MAX_EXERCISE)
        tables = body.get("exercise")
        if not isinstance(tables, dict):
            raise InputError("exercise", got=type(tables).__name__, expected="an object")
        exercise = exercise_of(tables, where="exercise")
        scenario = await asyncio.to_thread(_scenario, exercise.scenario)
        if exercise.duration_s > scenario.duration_s:
            raise InputError("duration_s", got=exercise.duration_s, expected=f"at most {scenario.duration_s:g}")
        n_tiles = body.get("n_tiles")
        if n_tiles is not None:
            exercise = with_wall(exercise, scenario, n_tiles=int(n_tiles))
        return exercise, scenario, body


def for_instructors(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request, Account],
                                                                                  Awaitable[Response]]:
    """Return an answer for instructors only; what is wrong with the request is told with 400."""
    async def endpoint(request: Request, account: Account) -> Response:
        if account.role == "trainee":
            return JSONResponse({"error": "not for a trainee"}, status_code=403)
        try:
            return await answer(request)
        except KeyError as error:
            return JSONResponse({"error": f"{error}: expected it"}, status_code=400)
        except (WatchfloorError, TypeError, ValueError, OverflowError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
    return endpoint


@functools.lru_cache(maxsize=4)
def _scenario(name: str) -> Scenario:
    """Return a shipped scenario; a page names no files."""
    if name not in {one.name for one in list_shipped()}:
        raise UnknownNameError("scenario", got=name[:60], known=[one.name for one in list_shipped()])
    return load_scenario(name)


def _packed_city(scenario: Scenario) -> bytes:
    return pack_city(city_layers(scenario.city))
