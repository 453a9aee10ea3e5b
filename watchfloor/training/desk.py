"""What the training commands do with a centre's records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, UnknownNameError
from watchfloor.training.adaptive import next_exercise
from watchfloor.training.certificate import certify, load_key, write_certificate
from watchfloor.training.detection_theory import Interval
from watchfloor.training.exercise import Exercise
from watchfloor.training.exercise_file import write_exercise
from watchfloor.training.export import Exported, write_csv, write_own, write_xapi
from watchfloor.training.records import Records, Where, records_exist

FORMATS = {"csv": write_csv, "json": write_own, "xapi": write_xapi}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTrainee:
    """A trainee in a list."""

    name: str
    """As enrolled; the random id of one who was forgotten."""
    n_sessions: int
    n_targets: int
    d_prime: Interval
    consents: bool


@contextmanager
def open_records(where: Where) -> Iterator[Records]:
    """Open records that are there already.

    Raises:
        InputError: if they are not.
    """
    if not records_exist(where):
        raise InputError("--records", got=str(where), expected="records of training", do="enrol a trainee first")
    records = Records(where)
    try:
        yield records
    finally:
        records.close()


def list_trainees(where: Where) -> list[ListedTrainee]:
    """Return everybody with what their sessions show together, by name."""
    with open_records(where) as records:
        names, consenting = records.names(), records.consenting()
        everybody = {**{row.trainee_id: row.trainee_id for row in records.sessions()}, **names}
        listed = []
        for trainee_id, name in sorted(everybody.items(), key=lambda item: item[1]):
            progress = records.progress(trainee_id)
            listed.append(ListedTrainee(
                name=name, n_sessions=len(progress.sessions), n_targets=progress.detection.n_targets,
                d_prime=progress.detection.d_prime, consents=trainee_id in consenting))
        return listed


def enrol(where: Where, name: str, *, consents: bool | None) -> str:
    """Enrol a trainee and return the random id."""
    records = Records(where)
    try:
        return records.enrol(name, consents=consents)
    finally:
        records.close()


def forget(where: Where, name: str) -> None:
    """Delete what ties a name to its random id."""
    with open_records(where) as records:
        records.forget(name)


def export(where: Where, out: Path, *, form: str, name: str | None) -> Exported:
    """Write the responses of one trainee, or of all.

    Raises:
        UnknownNameError: if there is no such format.
        InputError: if nobody has the name.
    """
    if form not in FORMATS:
        raise UnknownNameError("--format", got=form, known=FORMATS)
    with open_records(where) as records:
        return FORMATS[form](records, out, trainee_id=None if name is None else records.find(name))


def make_next(
    where: Where, name: str, scenario: str, out: Path, *, minutes: float, n_targets: int, n_tiles: int,
) -> Exercise:
    """Write the exercise that a trainee should play next and return it.

    Raises:
        InputError: if nobody has the name.
    """
    with open_records(where) as records:
        exercise = next_exercise(scenario, records, records.find(name), minutes=minutes, n_targets=n_targets,
                                 n_tiles=n_tiles)
    write_exercise(exercise, out)
    return exercise


def draw_trainee(where: Where, name: str, out: Path) -> int:
    """Draw a trainee's progress; return the number of sessions.

    Raises:
        InputError: if nobody has the name, or there is no session.
    """
    # matplotlib is slow to import, and no other command of the desk needs it
    from watchfloor.training.progress_chart import draw_progress

    with open_records(where) as records:
        progress = records.progress(records.find(name))
    draw_progress(progress, title=name, out=out)
    return len(progress.sessions)


def certify_trainee(where: Where, name: str, *, out: Path, key: Path, date: str, language: str = "en") -> Path:
    """Write a trainee's certificate; return the page to print, in a language.

    Raises:
        InputError: if nobody has the name, or there were too few targets.
    """
    with open_records(where) as records:
        progress = records.progress(records.find(name))
        return write_certificate(certify(progress, name=name, date=date, key=load_key(key)), out, language=language)
