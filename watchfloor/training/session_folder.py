"""A session's folder: its exercise, the journal of what people did, what they said, and in the end the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.input_records import Input
from sim.inputs import line_of_input
from watchfloor.console.sounds import Sounds
from watchfloor.training.exercise import Exercise
from watchfloor.training.exercise_file import load_exercise, write_exercise
from watchfloor.training.journal import Journal, Kept, load_journal

JOURNAL, EXERCISE, INPUTS, RADIO = "journal.jsonl", "exercise.toml", "inputs.jsonl", "radio"


class SessionFolder:
    """Keeps one session.

    Args:
        path: the folder.
        journal: open for appending.
    """

    def __init__(self, path: Path, journal: Journal) -> None:
        self.path = path
        self.journal = journal
        self.sounds = Sounds(path / RADIO)

    @classmethod
    def new(cls, path: Path, exercise: Exercise, *, header: Mapping[str, Any]) -> SessionFolder:
        """Begin a folder.

        Raises:
            InputError: if it holds a session.
        """
        if (path / JOURNAL).exists():
            raise InputError(str(path), got="a session", expected="a new folder", do="resume it, or take another")
        path.mkdir(parents=True, exist_ok=True)
        write_exercise(exercise, path / EXERCISE)
        return cls(path, Journal(path / JOURNAL, header=header))

    @classmethod
    def again(cls, path: Path, kept: Kept) -> SessionFolder:
        """Go on in a folder after what it holds."""
        return cls(path, Journal(path / JOURNAL, header={}, n_kept=len(kept.entries)))

    def write_inputs(self, inputs: Iterable[Input]) -> None:
        """Write every input of the finished session."""
        (self.path / INPUTS).write_text("".join(line_of_input(came) + "\n" for came in inputs), encoding="utf-8")

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def load_session(path: Path) -> tuple[Exercise, Kept]:
    """Return a folder's exercise and journal.

    Raises:
        InputError: if it holds no session.
    """
    return load_exercise(path / EXERCISE), load_journal(path / JOURNAL)
