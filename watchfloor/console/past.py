"""What can be handed on of a session: what a camera showed at past instants, and the log beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from sim.log import MISSING, LogRow, Name
from watchfloor.console.session import Json, Picture

BEFORE_S, AFTER_S = 10.0, 10.0
"""Seconds before and after a claim that are its evidence."""
_TRUTH = frozenset({Name.OCCUR, Name.VISIBLE_END, Name.ABANDON})
"""Rows that would tell what truly happened; an alert is abandoned as its offence ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a piece of a session is a piece of."""

    scenario: str
    scenario_digest: str
    seed: int
    arm: str
    log_digest: str
    """Of the log as far as it goes now."""
    rows: tuple[LogRow, ...]
    """Those that may be handed on, in order of time."""
    n_cameras: int
    end_s: float
    """Up to here the session is past."""
    marking: str
    """EXERCISE, or nothing."""
    is_synthetic: bool = True
    """Whether its pictures are drawn; those of real feeds are masked."""


@runtime_checkable
class Past(Protocol):
    """A session whose past can be looked at and handed on."""

    def picture_at(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Picture:
        """Return what a camera showed at a past instant; outages are left out."""
        ...

    def past_span_s(self, seat_id: str) -> tuple[float, float] | None:
        """Return from and to which instant a seat may look back now; None where it may not.

        A finished run is None: all who look at it go through its time together, by ``seek``.
        """
        ...

    def provenance(self) -> Provenance:
        """Return what a piece of the session is a piece of.

        Raises:
            InputError: if nothing may be handed on now.
        """
        ...

    def evidence_folder(self) -> Path | None:
        """Return the folder of what is handed on; None if the session is kept nowhere."""
        ...


def without_truth(rows: Sequence[LogRow]) -> tuple[LogRow, ...]:
    """Return a log's rows as the room knew them: none tells what truly happened, or which incident it is about."""
    return tuple((row[0], row[1], MISSING, *row[3:]) for row in rows if row[1] not in _TRUTH)


def span_round(camera_id: int, claim_s: float, *, now_s: float) -> Json:
    """Return camera and span of a claim's evidence, {camera_id, from_s, to_s}, as far as it is past, in tenths."""
    from_s, to_s = max(0.0, claim_s - BEFORE_S), max(0.1, min(claim_s + AFTER_S, now_s))
    return {"camera_id": camera_id, "from_s": tenths(from_s), "to_s": tenths(to_s)}


def tenths(t_s: float) -> float:
    """Return an instant, or the tenth of a second before it: so a span never ends after what is past."""
    return math.floor(t_s * 10.0) / 10.0
