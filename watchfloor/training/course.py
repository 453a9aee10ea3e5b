"""The course of a session: briefing, running with its freezes and pauses, questionnaire, debrief."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection

from sim.errors import InputError
from sim.input_records import FeedReport, InputKind, TileView
from watchfloor.training.clockwork import SessionClock
from watchfloor.training.exercise import Exercise
from watchfloor.training.freeze import ask
from watchfloor.training.place import Place
from watchfloor.training.room import Room
from watchfloor.training.workload import SCALES, check_answer, raw_index


class Course:
    """Moves one session through its phases.

    Args:
        exercise: what is played.
        room: its world.
        places: the trainees'.
        now: the wall clock in seconds.
    """

    def __init__(self, exercise: Exercise, room: Room, places: Collection[Place], now: Callable[[], float]) -> None:
        self._exercise, self._room, self._places = exercise, room, places
        self.clock = SessionClock(now, end_s=exercise.duration_s)
        self.phase = "briefing"
        self._freezes = [t_s for t_s in exercise.freezes_s if t_s < exercise.duration_s]
        self._feeds_due: list[tuple[float, FeedReport]] = []

    def begin(self, t_s: float) -> None:
        """Let the session run, with the first pictures on every wall.

        Raises:
            InputError: if it has begun.
        """
        self._need("begin", "briefing")
        for place in self._places:
            for tile, camera in enumerate(place.tiles):
                self.show(place, tile, camera, t_s)
        self._run()

    def show(self, place: Place, tile: int, camera: int, t_s: float) -> None:
        """Put a camera on a tile; in the debrief only to look at, for nothing is logged any more."""
        place.tiles[tile:tile + 1] = [camera]
        if self.phase == "debrief":
            return
        assert place.seat.inspector_id is not None, "a trainee sits in an inspector's place"
        self._room.put(t_s, InputKind.VIEW, TileView(inspector_id=place.seat.inspector_id, tile=tile,
                                                     camera_id=camera))

    def pause(self) -> None:
        """Let time stand still.

        Raises:
            InputError: if it does not run.
        """
        self._need("pause", "running")
        self.clock.stop()
        self.phase = "paused"

    def resume(self) -> None:
        """Let time go on.

        Raises:
            InputError: if it is not paused.
        """
        self._need("resume", "paused")
        self._run()

    def feed_back_at(self, t_s: float, camera: int) -> None:
        """Let a camera's picture come back at an instant."""
        bisect.insort(self._feeds_due, (t_s, FeedReport(camera_id=camera, is_seen=True)), key=lambda due: due[0])

    def answer(self, place: Place, question: str, value: float) -> None:
        """Take an answer to a freeze's question or to a scale of the questionnaire.

        Raises:
            InputError: if nothing of the kind was asked.
        """
        if self.phase == "questionnaire" and question in SCALES:
            place.scales[question] = check_answer(question, value)
            return
        asked = next((one for one in place.questions if one.question == question), None)
        if self.phase != "freeze" or asked is None or not 0 <= int(value) < len(asked.options):
            raise InputError("answer", got=question[:40], expected="one of the questions that are open")
        place.answers[question] = int(value)

    def finish(self, place: Place | None) -> None:
        """End the running session early, or leave the questionnaire as it is.

        Args:
            place: whose wish it is; None for the instructor's, which counts for everybody.

        Raises:
            InputError: if it has not begun, or is over, or others play it too.
        """
        if self.phase in ("running", "paused", "freeze"):
            if place is not None and len(self._places) > 1:
                raise InputError("finish", got=f"a session of {len(self._places)} trainees",
                                 expected="the end of its time, or the instructor's word")
            self._end()
        elif self.phase == "questionnaire":
            for one in self._places if place is None else (place,):
                one.has_finished = True
        else:
            raise InputError("finish", got=f"a session in {self.phase}", expected="one that has begun")

    def advance(self, t_s: float) -> None:
        """Play up to an instant, stopping at a freeze that falls due before it."""
        if self.phase != "running":
            return
        until_s = min(t_s, self._freezes[0] if self._freezes else t_s)
        while self._feeds_due and self._feeds_due[0][0] <= until_s:
            due_s, report = self._feeds_due.pop(0)
            self._room.go_to(due_s)
            self._room.put(due_s, InputKind.FEED, report)
        if self._freezes and self._freezes[0] <= t_s:
            self._stand_still(self._freezes.pop(0))
            return
        self._room.go_to(t_s)
        if t_s >= self._exercise.duration_s:
            self._end()

    def settle(self) -> bool:
        """Go on once everybody has answered what is asked; say whether the session has just become over."""
        if self.phase == "freeze" and all(
                one.question in place.answers for place in self._places for one in place.questions):
            self._run()
        if self.phase == "questionnaire" and all(
                place.has_finished or raw_index(place.scales) is not None for place in self._places):
            self.phase = "debrief"
            return True
        return False

    def stand_at(self, t_s: float) -> None:
        """Stand at an instant of a session that was resumed, paused if it ran."""
        if self.phase == "running":
            self.phase = "paused"
        self.clock.stop(at_s=t_s)

    def _run(self) -> None:
        self._withdraw()
        self.phase = "running"
        self.clock.run()

    def _stand_still(self, t_s: float) -> None:
        self._room.go_to(t_s)
        self.clock.stop(at_s=t_s)
        self.phase = "freeze"
        number = len(self._exercise.freezes_s) - len(self._freezes) - 1
        for place in self._places:
            place.questions = ask(self._room.world, t_s=t_s, cameras=place.tiles, number=number,
                                  seed=self._exercise.seed)
            place.asked.extend(place.questions)

    def _end(self) -> None:
        self.clock.stop()
        self._withdraw()
        self.phase = "questionnaire"

    def _withdraw(self) -> None:
        for place in self._places:
            place.questions = ()

    def _need(self, do: str, phase: str) -> None:
        if self.phase != phase:
            raise InputError(do, got=f"a session in {self.phase}", expected=f"one in {phase}")
