"""What a person sees while a study plays: how far it is, how long it may still take, how sure the answer is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from watchfloor.show import Show, StudyBar


class Progress:
    """Tells of a study's steps; silent until it is given a bar.

    Args:
        show: where warnings go.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._bar: StudyBar | None = None
        self._done = 0
        self._total = 0
        self._what = ""
        self._note = ""

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show a bar inside."""
        with self._show.study_bar() as bar:
            self._bar = bar
            try:
                yield
            finally:
                self._bar = None

    def begin(self, what: str, total: int) -> None:
        """Say what comes next, and how many replications it takes."""
        self._what, self._done, self._total = what, 0, total
        self._tell()

    def advance(self, n: int) -> None:
        """Say that some replications are finished."""
        self._done += n
        self._tell()

    def note(self, text: str) -> None:
        """Say how sure the answer is so far."""
        self._note = text
        self._tell()

    def warn(self, text: str) -> None:
        """Write a warning."""
        self._show.warn(text)

    def _tell(self) -> None:
        if self._bar is not None:
            self._bar(self._what, self._done, self._total, self._note)
