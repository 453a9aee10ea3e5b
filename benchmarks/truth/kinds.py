"""Kinds of events that something here tells of, so that a slip in a truth file is found before it is scored."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from benchmarks.truth.clip_case import ClipCase
from hw.drawn import NEGATIVE_KINDS
from sim.errors import InputError

KNOWN_KINDS = (
    *NEGATIVE_KINDS, "bag", "bottle", "camera_blackout", "camera_covered", "camera_defocused", "camera_frozen",
    "camera_moved", "damage", "line_crossing", "motion", "other", "person", "smoking", "vehicle", "zone_entry")
"""Of the shipped detectors, of drawn scenes, and those that the labeller offers."""
_LIKE = 0.75


def check_kinds(cases: Sequence[ClipCase], told: Iterable[str] = ()) -> dict[str, str]:
    """Return the kinds of the truth that nothing known tells of, with the place of the first of each.

    Args:
        cases: clips with truth.
        told: further kinds that are known, of the detector that is scored.

    Raises:
        InputError: at the first kind that is nearly a known one, with its clip and row.
    """
    known = {*KNOWN_KINDS, *told}
    strange: dict[str, str] = {}
    for case in cases:
        rows = [(event.kind, f"event at {event.start_s:.2f} s") for event in case.truth.events]
        for kind, row in [*rows, *((kind, "negative_for") for kind in case.truth.negative_for)]:
            if kind in known:
                continue
            where = f"{case.path.name}: truth: {row}"
            close = difflib.get_close_matches(kind, sorted(known), n=2, cutoff=_LIKE)
            if close:
                raise InputError(f"{where}: kind", got=kind, expected="a kind that a detector tells of",
                                 do=f"did you mean {' or '.join(close)}?")
            strange.setdefault(kind, where)
    return strange
