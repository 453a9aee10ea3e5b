"""A centre's folder of exercises: what an author saves there, under a file name that the author does not choose."""

from __future__ import annotations

import re
from pathlib import Path

from sim.errors import InputError
from watchfloor.training.exercise import Exercise
from watchfloor.training.exercise_file import (
    ListedExercise,
    is_exercise_file,
    list_exercises,
    load_exercise,
    write_exercise,
)

EXERCISES = Path("exercises")
"""Where exercises are kept unless somebody says otherwise."""
MAX_STEM = 60


def stem_of(name: str) -> str:
    """Return the file's name for an exercise's: its letters and digits, the rest as single dashes.

    Raises:
        InputError: if nothing of it is left.
    """
    stem = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:MAX_STEM].strip("-")
    if not stem:
        raise InputError("name", got=name[:60], expected="letters or digits")
    return stem


class ExerciseShelf:
    """Keeps exercises in one folder.

    Args:
        folder: made when something is saved.
    """

    def __init__(self, folder: Path = EXERCISES) -> None:
        self.folder = folder

    def list(self) -> tuple[ListedExercise, ...]:
        """Return what there is, by the names of the files."""
        return list_exercises(self.folder)

    def load(self, stem: str) -> Exercise:
        """Return an exercise.

        Raises:
            InputError: if there is none of that name, or it is damaged.
        """
        return load_exercise(self._path(stem))

    def save(self, exercise: Exercise, *, over: str | None = None) -> str:
        """Write an exercise and return its file's stem.

        Args:
            exercise: named by its author.
            over: stem of the one that it takes the place of; with another name, that one is removed.

        Raises:
            InputError: if the name belongs to another exercise, or is none.
        """
        stem = stem_of(exercise.name)
        path = self.folder / f"{stem}.toml"
        if path.exists() and stem != over:
            raise InputError("name", got=exercise.name, expected="a new one",
                             do="open that exercise, or choose another")
        self.folder.mkdir(parents=True, exist_ok=True)
        old = self._path(over) if over is not None and over != stem else None
        unready = self.folder / f".{stem}.toml"
        write_exercise(exercise, unready)
        unready.replace(path)
        if old is not None:
            old.unlink()
        return stem

    def remove(self, stem: str) -> None:
        """Delete an exercise.

        Raises:
            InputError: if there is none of that name.
        """
        self._path(stem).unlink()

    def _path(self, stem: str) -> Path:
        """Return the file of a stem that came from outside: one of those that are there."""
        path = next((one for one in self.folder.glob("[!.]*.toml") if one.stem == stem), None)
        if path is None or not is_exercise_file(path):
            raise InputError("exercise", got=stem[:60], expected=f"one in {self.folder}/")
        return path
