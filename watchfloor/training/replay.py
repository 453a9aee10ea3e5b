"""A finished session played again from its exercise and its inputs: the same log, and the same pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hw.optics import View
from scenarios import load_scenario
from sim.clock import SimClock
from sim.errors import InputError
from sim.input_records import Input, Zoom
from sim.inputs import inputs_of_lines
from sim.scenario import Scenario
from watchfloor.training.exercise_file import load_exercise
from watchfloor.training.pictures import StagedWall
from watchfloor.training.room import Room, Stage, make_stage
from watchfloor.training.session import TrainingSession
from watchfloor.training.session_folder import EXERCISE, INPUTS, load_session

PICTURE_WH = (320, 180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A session that was played again, from its inputs alone and from what was done."""

    digest: str
    n_inputs: int
    is_same: bool


def replay_folder(folder: Path) -> Replayed:
    """Play a finished session again from its exercise and inputs, and compare it with its journal's log.

    Raises:
        InputError: if the folder holds no finished session.
    """
    exercise = load_exercise(folder / EXERCISE)
    session = TrainingSession.resumed(folder)
    ended_s, digest = session.clock.t_s, session.room.world.log().digest()
    session.close()
    inputs = load_inputs(folder)
    room = Room(make_stage(exercise, load_scenario(exercise.scenario), n_trainees=len(session.places)))
    room.world.run(ended_s, clock=SimClock(inputs))
    again = room.world.log().digest()
    return Replayed(digest=again, n_inputs=len(inputs), is_same=again == digest)


def load_inputs(folder: Path) -> list[Input]:
    """Return the inputs of a finished session.

    Raises:
        InputError: if the folder holds none.
    """
    try:
        lines = (folder / INPUTS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(str(folder / INPUTS), got=error.strerror, expected="the inputs of a finished session",
                         do="end the session first") from error
    return list(inputs_of_lines(lines, where=INPUTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """The pictures of a session that was played again."""

    n_pictures: int
    digest: str
    """The sha256 of all of them, in order."""


def picture_digest(
    folder: Path, *, every_s: float, until_s: float | None = None, scenario: Scenario | None = None,
    advance: Callable[[int, int], None] | None = None,
) -> Pictured:
    """Play a finished session again from its inputs and digest what the first wall's cameras show.

    Args:
        folder: of the session.
        every_s: a picture of each camera so often.
        until_s: to here; to the exercise's end if None.
        scenario: the one that the exercise names; loaded if None.
        advance: told of each instant done, of how many.

    Raises:
        InputError: if the folder holds no finished session.
    """
    (exercise, kept), inputs = load_session(folder), load_inputs(folder)
    instants = [number * every_s for number in range(int((until_s or exercise.duration_s) / every_s) + 1)]
    total, digest = 0, hashlib.sha256()
    stage = make_stage(exercise, scenario or load_scenario(exercise.scenario),
                       n_trainees=len(kept.header["trainees"]))
    pictures = pictures_again(stage, inputs, instants)
    for number, shown in enumerate(pictures):
        for jpeg in shown.values():
            digest.update(jpeg)
        total += len(shown)
        if advance is not None:
            advance(number + 1, len(instants))
    return Pictured(n_pictures=total, digest=digest.hexdigest())


def pictures_again(stage: Stage, inputs: list[Input], instants: list[float]) -> Iterator[dict[int, bytes]]:
    """Yield, at each instant, what every camera of the exercise's wall shows, as JPEG by camera; none of a dark one.

    Args:
        stage: what was played.
        inputs: of the session, in order of time.
        instants: in order.
    """
    room, due = Room(stage), list(inputs)
    pictures = StagedWall(room)
    for t_s in instants:
        while due and due[0].t_s <= t_s:
            came = due.pop(0)
            room.go_to(came.t_s)
            room.world.take_in(came)
            if isinstance(came.payload, Zoom):
                zoom = came.payload
                view = View(pan_deg=zoom.pan_deg, tilt_deg=zoom.tilt_deg, hfov_deg=zoom.hfov_deg)
                pictures.now().go(zoom.camera_id, view, came.t_s)
        wall = pictures.now()
        yield {camera: b"" if camera in room.world.state.dark else wall.picture(camera, t_s, PICTURE_WH).encoded()
               for camera in stage.exercise.cameras}
