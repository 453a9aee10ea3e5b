"""The scores of a session, made once it is over, one trainee's each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.errors import InputError
from watchfloor.training.result import Result, score
from watchfloor.training.workload import raw_index

if TYPE_CHECKING:
    from watchfloor.training.session import TrainingSession


class Scores:
    """Keeps each trainee's result.

    Args:
        on_watch_s: for how long each trainee, by their random id, had been watching when the session began; of the
            others that is not known.
        on_finished: called once with each result.
    """

    def __init__(self, *, on_watch_s: Mapping[str, float], on_finished: Callable[[Result], None] | None) -> None:
        self.on_watch_s = dict(on_watch_s)
        self._on_finished = on_finished
        self._results: dict[str, Result] = {}

    def of(self, seat_id: str) -> Result:
        """Return a seat's result; of who only looks on, the first trainee's.

        Raises:
            InputError: before the session is over.
        """
        if not self._results:
            raise InputError("result", got="a session that is not over", expected="one in debrief")
        return self._results.get(seat_id) or next(iter(self._results.values()))

    def close(self, session: TrainingSession, *, is_new: bool) -> None:
        """Score every trainee of a session that has just become over; tell the results if that is news."""
        for seat_id, place in session.places.items():
            self._results[seat_id] = score(
                session.room, session_id=session.session_id, trainee_id=place.trainee_id, end_s=session.clock.t_s,
                inspector_id=session.inspector_of(seat_id), deeds=place.deeds, n_questions=len(place.asked),
                n_answered_right=sum(place.answers.get(one.question) == one.correct for one in place.asked),
                workload=raw_index(place.scales), before_s=self.on_watch_s.get(place.trainee_id))
        if is_new and self._on_finished is not None:
            for result in self._results.values():
                self._on_finished(result)
