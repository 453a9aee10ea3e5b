"""What the page of classes asks the server for: classes, their members' progress, and the table to take along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.errors import InputError
from watchfloor.console.authoring import for_instructors
from watchfloor.console.body import read_json
from watchfloor.console.floor import Floor
from watchfloor.console.practice import open_exercise
from watchfloor.console.session import Json, Session
from watchfloor.results import finite
from watchfloor.training.class_output import csv_of
from watchfloor.training.classes import Classes, PassMarks
from watchfloor.training.exercise_shelf import ExerciseShelf
from watchfloor.training.records import Records


class ClassPages:
    """Answers an instructor's requests; trainees are refused.

    Args:
        floor: knows the centre's records, and takes in the sessions that are opened for a member.
        shelf: of exercises.
    """

    def __init__(self, floor: Floor, shelf: ExerciseShelf) -> None:
        self._floor, self._shelf = floor, shelf

    def routes(self, inside: Callable[..., Any]) -> list[Route]:
        """Return the routes; ``inside`` lets nobody in who is not known."""
        return [
            Route("/api/classes", inside(for_instructors(self.list)), methods=["GET"]),
            Route("/api/classes", inside(for_instructors(self.change)), methods=["POST"]),
            Route("/api/classes/train", inside(for_instructors(self.train)), methods=["POST"]),
            Route("/api/classes/{name:str}/table.csv", inside(for_instructors(self.table)), methods=["GET"]),
        ]

    async def list(self, _: Request) -> Response:
        """Tell every class with its members' progress, and who is enrolled."""
        return JSONResponse(finite(await asyncio.to_thread(self._all)))

    async def change(self, request: Request) -> Response:
        """Make or remove a class, put somebody in or take somebody out; then tell all of them."""
        body = await read_json(request)
        await asyncio.to_thread(self._change, body)
        return JSONResponse(finite(await asyncio.to_thread(self._all)))

    async def train(self, request: Request) -> Response:
        """Open an exercise for a member; its result goes into the records."""
        body = await read_json(request)
        session = await asyncio.to_thread(self._open_for, str(body["trainee_id"]), str(body["exercise"]))
        return JSONResponse({"session_id": self._floor.add(session)})

    async def table(self, request: Request) -> Response:
        """Send a class's table as CSV, without names."""
        text = await asyncio.to_thread(self._table, request.path_params["name"])
        return Response(text, media_type="text/csv; charset=utf-8",
                        headers={"content-disposition": 'attachment; filename="class.csv"'})

    def _all(self) -> Json:
        with self._open() as records:
            classes = Classes(records)
            exercises = [one.stem for one in self._shelf.list() if one.problem is None]
            return {"exercises": exercises, "classes": [asdict(classes.standings(name)) for name in classes.names()],
                    "trainees": [{"trainee_id": ident, "name": name} for ident, name in sorted(
                        records.names().items(), key=lambda item: item[1])]}

    def _change(self, body: Json) -> None:
        name, do = str(body["class"]), body["do"]
        with self._open() as records:
            classes = Classes(records)
            match do:
                case "make":
                    classes.make(name, PassMarks(**{mark: _number(body.get(mark)) for mark in (
                        "d_prime", "hit_share", "checklist_share")}))
                case "add":
                    classes.members(name)
                    classes.add(name, records.enrol(_name(body["trainee"])))
                case "drop":
                    classes.drop(name, str(body["trainee_id"]))
                case "remove":
                    classes.remove(name)
                case _:
                    raise ValueError("do: expected make, add, drop or remove")

    def _open_for(self, trainee_id: str, stem: str) -> Session:
        with self._open() as records:
            name = records.names().get(trainee_id)
        if name is None:
            raise InputError("trainee", got=trainee_id[:40], expected="one whose name is in the records")
        return open_exercise(self._shelf, stem, trainees=(name,), records=self._floor.records)

    def _table(self, name: str) -> str:
        with self._open() as records:
            return csv_of(Classes(records).standings(name))

    @contextmanager
    def _open(self) -> Iterator[Records]:
        records = Records(self._floor.records)
        try:
            yield records
        finally:
            records.close()


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"pass mark: {value!r}; expected a number")
    return float(value)


def _name(value: object) -> str:
    text = str(value).strip()
    if not 0 < len(text) <= 80:
        raise ValueError("trainee: expected a name of 1 to 80 letters")
    return text
