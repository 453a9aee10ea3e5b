"""A training session: an exercise played against the clock with people in the inspectors' places."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from scenarios import load_scenario, load_told
from sim.errors import InputError, ModelError
from sim.input_records import Injection
from sim.scenario import Scenario
from watchfloor.console.drawn_wall import DrawnWall
from watchfloor.console.past import Provenance
from watchfloor.console.session import CityLayers, Json, Mode, Picture, Seat, Text, city_layers
from watchfloor.training.clockwork import SessionClock
from watchfloor.training.course import Course
from watchfloor.training.debrief import debrief_of
from watchfloor.training.deeds import do_deed
from watchfloor.training.evidence import past_span_s_of, provenance_of
from watchfloor.training.exercise import MAX_TILES, Exercise, Target
from watchfloor.training.freeze import Question
from watchfloor.training.pictures import StagedWall
from watchfloor.training.place import Place
from watchfloor.training.result import Result
from watchfloor.training.room import Room, make_stage
from watchfloor.training.scores import Scores
from watchfloor.training.seat_view import state_of
from watchfloor.training.session_folder import SessionFolder, load_session


class TrainingSession:
    """Plays an exercise for one or more trainees and an instructor; implements the console's Session.

    Everything that a person does is on disk before ``act`` returns, and a session whose program was killed goes on
    from its folder with ``resumed``.

    Args:
        exercise: what happens.
        scenario: the one that the exercise names; loaded if None.
        folder: where the session is kept; None keeps nothing.
        trainees: random id of each trainee, one seat each.
        names: what stands on each trainee's screen; their numbers if empty.
        now: the wall clock in seconds.
        on_watch_s: for how long trainees, by their random ids, have been watching when it begins, where that is known.
        on_finished: called once with each trainee's result.

    Raises:
        InputError: if the exercise does not fit its scenario, or there are too many trainees.
    """

    def __init__(
        self, exercise: Exercise, *, scenario: Scenario | None = None, folder: Path | None = None,
        trainees: tuple[str, ...] = (), names: tuple[str, ...] = (), now: Callable[[], float] = time.monotonic,
        on_watch_s: Mapping[str, float] | None = None, on_finished: Callable[[Result], None] | None = None,
    ) -> None:
        self.exercise = exercise
        self.base_scenario = scenario or load_scenario(exercise.scenario)
        trainees = trainees or (secrets.token_hex(8),)
        self.stage = make_stage(exercise, self.base_scenario, n_trainees=len(trainees))
        self.room = Room(self.stage)
        on_duty = self.room.on_duty()
        self.told = load_told(exercise.scenario)
        self.title: Text = self.told.titles
        self.mode: Mode = "train"
        self.is_exercise = True
        self.kinds = tuple(kind.name for kind in self.stage.scenario.kinds)
        self.places: dict[str, Place] = {}
        for number, trainee in enumerate(trainees):
            name = names[number] if number < len(names) else f"trainee {number + 1}"
            seat = Seat(seat_id=f"trainee-{number + 1}", role="trainee", name=name, inspector_id=on_duty[number])
            self.places[seat.seat_id] = Place(seat=seat, trainee_id=trainee, tiles=list(exercise.cameras))
        self.seats = (*(place.seat for place in self.places.values()),
                      Seat(seat_id="instructor", role="instructor", name="instructor"))
        self.course = Course(exercise, self.room, self.places.values(), now)
        self.notes: list[Json] = []
        self.session_id = secrets.token_hex(8)
        self.scores = Scores(on_watch_s=on_watch_s or {}, on_finished=on_finished)
        self._is_resuming = False
        self._lock = threading.RLock()
        self._layers = city_layers(self.stage.scenario.city)
        self._pictures = StagedWall(self.room)
        self.folder: SessionFolder | None = None
        if folder is not None:
            self.folder = SessionFolder.new(folder, exercise, header={
                "session_id": self.session_id, "exercise_digest": exercise.digest,
                "trainees": [place.trainee_id for place in self.places.values()], "on_watch_s": self.scores.on_watch_s})

    @classmethod
    def resumed(cls, folder: Path, *, scenario: Scenario | None = None, **options: Any) -> TrainingSession:
        """Return a session that goes on from its folder; one that ran is paused.

        Args:
            folder: of the session.
            scenario: the one that the exercise names; loaded if None.
            options: as for a new session.

        Raises:
            InputError: if the folder holds no session.
        """
        exercise, kept = load_session(folder)
        session = cls(exercise, scenario=scenario, trainees=tuple(kept.header["trainees"]),
                      on_watch_s=kept.header.get("on_watch_s"), **options)
        session.session_id = kept.header["session_id"]
        session.folder, session._is_resuming = SessionFolder.again(folder, kept), True
        for entry in kept.entries:
            session.clock.stop(at_s=entry.t_s)
            session.course.advance(entry.t_s)
            session._do(entry.seat_id, entry.action, entry.t_s)
            session._settle()
        session._is_resuming = False
        session.course.stand_at(kept.entries[-1].t_s if kept.entries else 0.0)
        return session

    def state(self, seat_id: str) -> Json:
        """Return what the seat may know now; an instructor's also holds what is truly to be seen."""
        with self._lock:
            self.course.advance(self.clock.t_s)
            return state_of(self, self._seat(seat_id))

    def catch_up(self) -> None:
        """Play up to now, as every look at the session's state does."""
        with self._lock:
            self.course.advance(self.clock.t_s)

    def city(self) -> CityLayers:
        """Return what the map draws."""
        return self._layers

    def act(self, seat_id: str, action: Json) -> Json:
        """Do what a person asks for; see the console's Session."""
        with self._lock:
            self.course.advance(self.clock.t_s)
            t_s = self.clock.t_s
            n_inputs = len(self.room.inputs)
            reply = self._do(seat_id, action, t_s)
            if not reply["ok"] and len(self.room.inputs) == n_inputs:
                return reply
            seq = 0
            if self.folder is not None:
                seq = self.folder.journal.append(t_s=t_s, seat_id=seat_id, action=action).seq
            self._settle()
            return {"seq": seq, **reply}

    def keep_sound(self, sound: bytes, media_type: str) -> str:
        """Keep words that were spoken and return the name by which ``radio`` names them.

        Raises:
            InputError: if the session is kept nowhere, or it is no sound.
        """
        if self.folder is None:
            raise InputError("radio", got="a session that is kept nowhere", expected="one with a folder")
        return self.folder.sounds.keep(sound, media_type)

    def sound(self, name: str) -> Path | None:
        """Return the file of words that were spoken; None if there is none of that name."""
        return None if self.folder is None else self.folder.sounds.find(name)

    def picture(self, camera_id: int, size_wh: tuple[int, int]) -> Picture:
        """Draw what a camera shows now."""
        self.check_camera(camera_id)
        t_s = self.clock.t_s
        if camera_id in self.room.world.state.dark:
            return Picture(bgr=np.zeros((size_wh[1], size_wh[0], 3), dtype=np.uint8), sequence=0, t_s=t_s,
                           wall_s=time.time(), state="offline")
        return self.wall.picture(camera_id, t_s, size_wh)

    def picture_at(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Picture:
        """Draw what a camera showed at an instant, turned and zoomed as it was; outages are left out."""
        return self.wall.picture(self.check_camera(camera_id), t_s, size_wh)

    def past_span_s(self, seat_id: str) -> tuple[float, float] | None:
        """Return from and to which instant a seat may look back now."""
        return past_span_s_of(self, self._seat(seat_id))

    def provenance(self) -> Provenance:
        """Return what a piece of the session so far is a piece of; see provenance_of."""
        with self._lock:
            self.course.advance(self.clock.t_s)
            return provenance_of(self)

    def evidence_folder(self) -> Path | None:
        """Return the folder of what is handed on; None if the session is kept nowhere."""
        return None if self.folder is None else self.folder.path / "evidence"

    def debrief(self, seat_id: str) -> Json:
        """Return what happened beside what the seat did; an instructor sees the first trainee's."""
        with self._lock:
            if self.phase != "debrief":
                return {}
            return debrief_of(self, self.result(seat_id), self.place_of(seat_id))

    def result(self, seat_id: str) -> Result:
        """Return a seat's result; an instructor's is the first trainee's.

        Raises:
            InputError: before the debrief.
        """
        return self.scores.of(seat_id)

    def as_exercise(self, name: str) -> Exercise:
        """Return the session as an exercise: its own targets, and what the instructor injected in view of cameras."""
        injected = [(came.t_s, came.payload) for came in self.room.inputs if isinstance(came.payload, Injection)]
        added = [Target(kind=one.kind, camera_id=one.camera_id, at_s=t_s, visible_s=one.visible_s,
                        distance_m=self._half_range_m(one.camera_id))
                 for t_s, one in injected if one.camera_id is not None]
        targets = sorted((*self.exercise.targets, *added), key=lambda target: target.at_s)
        return replace(self.exercise, name=name, targets=tuple(targets))

    def close(self) -> None:
        """Let go of the journal; what was done stays on disk."""
        with self._lock:
            if self.folder is not None:
                self.folder.close()
                self.folder = None

    @property
    def wall(self) -> DrawnWall:
        """The drawn pictures, with every incident so far in them."""
        return self._pictures.now()

    @property
    def phase(self) -> str:
        """What the session is in."""
        return self.course.phase

    @property
    def clock(self) -> SessionClock:
        """The session's own time."""
        return self.course.clock

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a freeze asks the first trainee now."""
        return self.place_of("").questions

    @property
    def version(self) -> int:
        """Rises whenever a person or the world did something."""
        return len(self.room.world.state.rows) + (self.folder.journal.n_entries if self.folder else 0)

    def place_of(self, seat_id: str) -> Place:
        """Return a trainee's place; the first trainee's for who only looks on."""
        return self.places.get(seat_id) or next(iter(self.places.values()))

    def inspector_of(self, seat_id: str) -> int:
        """Return whose hands a seat's are; the first trainee's for who only looks on."""
        place = self.place_of(seat_id)
        assert place.seat.inspector_id is not None, "a trainee sits in an inspector's place"
        return place.seat.inspector_id

    def check_camera(self, camera: int) -> int:
        """Return a camera's number.

        Raises:
            InputError: if there is none of that number.
        """
        if isinstance(camera, bool) or not isinstance(camera, int) or not 0 <= camera < self._layers.x_m.size:
            raise InputError("camera_id", got=str(camera)[:20], expected=f"0 to {self._layers.x_m.size - 1}")
        return camera

    def show(self, place: Place, tile: int, camera: int, t_s: float) -> None:
        """Put a camera on a tile.

        Raises:
            InputError: if there is no such tile or camera.
        """
        if not 0 <= tile < MAX_TILES or tile > len(place.tiles):
            raise InputError("tile", got=tile, expected=f"0 to {min(len(place.tiles), MAX_TILES - 1)}")
        self.course.show(place, tile, self.check_camera(camera), t_s)

    def _do(self, seat_id: str, action: Mapping[str, Any], t_s: float) -> Json:
        try:
            return do_deed(self, self._seat(seat_id), action, t_s)
        except (InputError, ModelError) as error:
            return {"ok": False, "error": str(error)}
        except (KeyError, TypeError, ValueError, OverflowError, IndexError) as error:
            return {"ok": False, "error": f"{str(action.get('do'))[:40]}: {error!r}; expected all of its fields"}

    def _seat(self, seat_id: str) -> Seat:
        for seat in self.seats:
            if seat.seat_id == seat_id:
                return seat
        raise InputError("seat", got=seat_id[:40], expected="one of " + ", ".join(seat.seat_id for seat in self.seats))

    def _settle(self) -> None:
        if self.course.settle():
            if self.folder is not None and not self._is_resuming:
                self.folder.write_inputs(self.room.inputs)
            self.scores.close(self, is_new=not self._is_resuming)

    def _half_range_m(self, camera: int) -> float:
        return 0.5 * float(self.stage.scenario.city.cameras.range_m[camera])

