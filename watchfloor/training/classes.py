"""Classes: who learns together, what passes, and how far each member has come."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from sim.errors import InputError, UnknownNameError
from watchfloor.training.detection_theory import Detection, Interval, measure_detection
from watchfloor.training.records import Progress, Records
from watchfloor.training.tables import ClassRow, MemberRow, TraineeRow

PASSED, OPEN, NOT_YET = "passed", "open", "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassMarks:
    """What a member should reach; None: it does not count."""

    d_prime: float | None = None
    hit_share: float | None = None
    checklist_share: float | None = None

    def __post_init__(self) -> None:
        for name, most in (("d_prime", 6.0), ("hit_share", 1.0), ("checklist_share", 1.0)):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= most:
                raise InputError(f"pass mark {name}", got=value, expected=f"0 to {most:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one member has come, over all sessions."""

    trainee_id: str
    """Random."""
    name: str | None
    """None for one who was forgotten."""
    detection: Detection
    hit_share: float | None
    checklist_share: float | None
    """Of all items of the procedure that were expected, those that were done."""
    reaction_s: float | None
    """Middle of the sessions' middles."""
    verdict: str
    """``passed``: every mark is reached, d′ with the lower end of its interval; ``open``: d′ reaches its mark, its
    interval not; ``not_yet``."""
    d_primes: tuple[Interval, ...]
    """Session by session, in order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """A class with its members, by name, the forgotten ones last."""

    name: str
    marks: PassMarks
    members: tuple[Standing, ...]


class Classes:
    """The classes in a centre's records.

    Args:
        records: of the centre.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def names(self) -> tuple[str, ...]:
        """Return the classes' names in order."""
        with self._records.open() as session:
            return tuple(session.scalars(select(ClassRow.called).order_by(ClassRow.called)))

    def make(self, name: str, marks: PassMarks) -> None:
        """Make a class, or give one other marks.

        Raises:
            InputError: if the name is empty or long.
        """
        if not 0 < len(name.strip()) <= 80:
            raise InputError("class", got=name[:90], expected="a name of 1 to 80 letters")
        with self._records.open() as session:
            session.merge(ClassRow(called=name.strip(), pass_d_prime=marks.d_prime, pass_hit_share=marks.hit_share,
                                   pass_checklist_share=marks.checklist_share))

    def remove(self, name: str) -> None:
        """Dissolve a class; its members' sessions stay.

        Raises:
            UnknownNameError: if there is no such class.
        """
        self._row(name)
        with self._records.open() as session:
            session.execute(delete(MemberRow).where(MemberRow.called == name))
            session.execute(delete(ClassRow).where(ClassRow.called == name))

    def add(self, name: str, trainee_id: str) -> None:
        """Put a trainee into a class; one who is there already stays.

        Raises:
            UnknownNameError: if there is no such class.
            InputError: if there is no such trainee.
        """
        self._row(name)
        with self._records.open() as session:
            if session.get(TraineeRow, trainee_id) is None:
                raise InputError("trainee", got=trainee_id[:40], expected="one in the records", do="enrol them first")
            session.merge(MemberRow(called=name, trainee_id=trainee_id))

    def drop(self, name: str, trainee_id: str) -> None:
        """Take a trainee out of a class.

        Raises:
            UnknownNameError: if there is no such class.
        """
        self._row(name)
        with self._records.open() as session:
            session.execute(delete(MemberRow).where(MemberRow.called == name, MemberRow.trainee_id == trainee_id))

    def members(self, name: str) -> tuple[str, ...]:
        """Return the random ids of a class's members.

        Raises:
            UnknownNameError: if there is no such class.
        """
        self._row(name)
        with self._records.open() as session:
            return tuple(session.scalars(select(MemberRow.trainee_id).where(MemberRow.called == name).order_by(
                MemberRow.trainee_id)))

    def standings(self, name: str) -> Standings:
        """Return how far every member has come.

        Raises:
            UnknownNameError: if there is no such class.
        """
        row = self._row(name)
        marks = PassMarks(d_prime=row.pass_d_prime, hit_share=row.pass_hit_share,
                          checklist_share=row.pass_checklist_share)
        called = self._records.names()
        members = [self._standing(trainee, marks, called) for trainee in self.members(name)]
        return Standings(name=name, marks=marks, members=tuple(sorted(
            members, key=lambda one: (one.name is None, one.name or one.trainee_id))))

    def _standing(self, trainee: str, marks: PassMarks, called: Mapping[str, str]) -> Standing:
        progress = self._records.progress(trainee)
        items = self._records.procedure(trainee)
        found = progress.detection
        hit_share = found.n_hits / found.n_targets if found.n_targets else None
        n_cases = sum(item.n_cases for item in items)
        done_share = sum(item.n_done for item in items) / n_cases if n_cases else None
        times = sorted(row.reaction_s for row in progress.sessions if row.reaction_s is not None)
        return Standing(
            trainee_id=trainee, name=called.get(trainee), detection=found, hit_share=hit_share,
            checklist_share=done_share, reaction_s=times[len(times) // 2] if times else None,
            verdict=judge(marks, found, hit_share, done_share), d_primes=_session_by_session(progress))

    def _row(self, name: str) -> ClassRow:
        with self._records.open() as session:
            row = session.get(ClassRow, name)
        if row is None:
            raise UnknownNameError("class", got=name[:80], known=self.names())
        return row


def judge(marks: PassMarks, found: Detection, hit_share: float | None, checklist_share: float | None) -> str:
    """Return a verdict: a mark that is not reached outweighs what the interval leaves open."""
    reached = [share is not None and share >= mark for mark, share in (
        (marks.hit_share, hit_share), (marks.checklist_share, checklist_share)) if mark is not None]
    if not all(reached) or not found.n_targets:
        return NOT_YET
    mark = -math.inf if marks.d_prime is None else marks.d_prime
    if found.d_prime.value < mark:
        return NOT_YET
    return PASSED if found.d_prime.low >= mark else OPEN


def _session_by_session(progress: Progress) -> tuple[Interval, ...]:
    return tuple(measure_detection(n_targets=row.n_targets, n_hits=row.n_hits, n_windows=row.n_windows,
                                   n_false=row.n_false).d_prime for row in progress.sessions)
