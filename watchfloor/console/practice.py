"""Training sessions for the console: made from a scenario or an exercise, kept in a folder, told to the records."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sim.errors import InputError
from watchfloor.console.floor import Offer
from watchfloor.console.session import Session, Text
from watchfloor.show import Show
from watchfloor.training.exercise import Exercise, make_exercise
from watchfloor.training.exercise_file import is_exercise_file, load_exercise
from watchfloor.training.exercise_shelf import ExerciseShelf
from watchfloor.training.records import Records, records_exist
from watchfloor.training.result import Result
from watchfloor.training.session import TrainingSession
from watchfloor.training.session_folder import JOURNAL

MINUTES, N_TARGETS, N_TILES = 2.5, 6, 9
"""Of a first session, which takes under five minutes with what is to be read and answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOptions:
    """What ``watchfloor train`` was asked for."""

    what: str | None
    """A scenario or an exercise file; None where a session goes on."""
    resume: Path | None
    minutes: float
    n_targets: int
    n_tiles: int
    seed: int
    trainees: tuple[str, ...]
    """Names, one for each seat; none plays without a name and is not recorded."""
    on_watch_s: float | None = None
    """For how long they have been watching when it begins; None leaves it to what the records know."""
    records: str
    out: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A session, and where it is kept."""

    session: TrainingSession
    folder: Path


def open_practice(options: PracticeOptions, *, show: Show) -> Practice:
    """Return a new session, or one that goes on.

    Raises:
        InputError: if the exercise, the folder or the records cannot be used.
    """
    def tell(result: Result) -> None:
        _record(result, options)

    if options.resume is not None:
        session = TrainingSession.resumed(options.resume, on_finished=tell)
        show.line(f"{options.resume} goes on where it stood, paused")
        return Practice(session=session, folder=options.resume)
    exercise = _exercise(options)
    folder = options.out or _free_folder(exercise.name)
    ids = _ids(options)
    on_watch_s = {} if options.on_watch_s is None else dict.fromkeys(ids, options.on_watch_s)
    session = TrainingSession(exercise, folder=folder, trainees=ids, names=options.trainees, on_watch_s=on_watch_s,
                              on_finished=tell)
    show.line(f"{exercise.name}: {len(exercise.targets)} targets in {exercise.duration_s / 60:g} min; kept in {folder}")
    return Practice(session=session, folder=folder)


def practice_offers(titles: Mapping[str, Text]) -> dict[str, Offer]:
    """Return scenarios, given with their titles, in which somebody can practise without a name."""
    def opener(name: str) -> Callable[[], Session]:
        options = PracticeOptions(what=name, resume=None, minutes=MINUTES, n_targets=N_TARGETS, n_tiles=N_TILES, seed=1,
                                  trainees=(), records="", out=None)
        return lambda: open_practice(options, show=Show(quiet=True)).session

    return {f"train:{name}": Offer(title=title, mode="train", open=opener(name)) for name, title in titles.items()}


def exercise_offer(shelf: ExerciseShelf, stem: str) -> Offer:
    """Return an exercise of the centre's folder as something that the page can open, without a name."""
    return Offer(title=shelf.load(stem).name, mode="train", open=lambda: open_exercise(shelf, stem))


def open_exercise(
    shelf: ExerciseShelf, stem: str, *, trainees: tuple[str, ...] = (), records: str = "",
) -> TrainingSession:
    """Return a new session of an exercise of the centre's folder.

    Args:
        shelf: the folder.
        stem: of the exercise's file.
        trainees: names, one for each seat, whose results are kept.
        records: where.

    Raises:
        InputError: if there is no such exercise.
    """
    options = PracticeOptions(
        what=str(shelf.path(stem)), resume=None, minutes=MINUTES, n_targets=N_TARGETS, n_tiles=N_TILES, seed=1,
        trainees=trainees, records=records, out=None)
    return open_practice(options, show=Show(quiet=True)).session


def exercise_offers(shelf: ExerciseShelf) -> dict[str, Offer]:
    """Return the exercises of the centre's folder; damaged ones are left out."""
    return {f"exercise:{one.stem}": exercise_offer(shelf, one.stem) for one in shelf.list() if one.problem is None}


def _record(result: Result, options: PracticeOptions) -> None:
    """Keep the result of somebody whose name is in the records; a session that goes on knows them by their id."""
    if not options.trainees and not (options.records and records_exist(options.records)):
        return
    records = Records(options.records)
    if result.trainee_id in records.names():
        records.add(result, finished_at=datetime.now(UTC).isoformat(timespec="seconds"))
    records.close()


def _exercise(options: PracticeOptions) -> Exercise:
    assert options.what is not None, "a session that does not go on is made of something"
    if is_exercise_file(Path(options.what)):
        return load_exercise(Path(options.what))
    return make_exercise(options.what, seed=options.seed, minutes=options.minutes, n_targets=options.n_targets,
                         n_tiles=options.n_tiles)


def _ids(options: PracticeOptions) -> tuple[str, ...]:
    """Return each trainee's random id out of the records, where they are enrolled if they are new."""
    if len(set(options.trainees)) < len(options.trainees):
        raise InputError("--trainee", got=", ".join(options.trainees), expected="names that differ")
    if not options.trainees:
        return ()
    records = Records(options.records)
    known = records.names()
    ids = {name: ident for ident, name in known.items()}
    found = tuple(ids.get(name) or records.enrol(name) for name in options.trainees)
    records.close()
    return found


def _free_folder(name: str) -> Path:
    stem = Path(name).stem
    folders = (Path("out") / f"train-{stem}-{number}" for number in itertools.count(1))
    return next(folder for folder in folders if not (folder / JOURNAL).exists())
