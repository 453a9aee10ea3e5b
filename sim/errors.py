"""The errors watchfloor raises, each saying where, what was got, what was expected and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WatchfloorError(Exception):
    """Base of every error that watchfloor raises on purpose."""


class InputError(WatchfloorError):
    """Something a user gave cannot be used.

    The message reads ``where = got; expected …; what to do``, for example
    ``kostanay.toml: roster.night.inspectors = -2; expected a whole number ≥ 0``.
    """

    def __init__(self, where: str, *, got: object = None, expected: str = "", do: str = "") -> None:
        self.where = where
        self.got = got
        self.expected = expected
        self.do = do
        head = where if got is None else f"{where} = {got}"
        parts = [head, f"expected {expected}" if expected else "", do]
        super().__init__("; ".join(part for part in parts if part))


class UnknownNameError(InputError):
    """A name is not one of those known; the nearest match is named, and what else might stand there."""

    def __init__(self, where: str, *, got: str, known: Iterable[str], or_else: str = "") -> None:
        names = sorted(known)
        close = difflib.get_close_matches(got, names, n=1, cutoff=0.5)
        do = f"did you mean {close[0]}?" if close else ""
        expected = "one of " + ", ".join(names) + (f", or {or_else}" if or_else else "")
        super().__init__(where, got=got, expected=expected, do=do)


class ConformanceError(WatchfloorError):
    """An implementation breaks a rule of its protocol's contract."""


class ModelError(WatchfloorError):
    """The simulation was asked for something its model does not hold."""
