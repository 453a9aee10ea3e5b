"""A warning about something that is allowed but is seldom meant, and lists of names cut to a readable length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something in a scenario file that is allowed but is seldom meant."""

    key: str
    text: str


def name_some(names: Sequence[str], *, most: int = MOST_NAMED) -> str:
    """Return the names joined by commas, and how many more there are beyond ``most``."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
