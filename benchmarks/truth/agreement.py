"""How far two people agree on what happens in a clip, and the truth that both stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from hw.truth import ClipTruth, TruthEvent
from sim.errors import InputError

MAX_GAP_S = 3.0
"""Events of two labellers may be the same one if they overlap or lie no farther apart than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two labellers compared."""

    pairs: tuple[tuple[TruthEvent, TruthEvent], ...]
    """Events that both have, in order of start."""
    only_first: tuple[TruthEvent, ...]
    only_second: tuple[TruthEvent, ...]
    start_spread_s: float | None
    """95 % of the pairs' starts differ by no more; None without a pair."""
    end_spread_s: float | None

    @property
    def f1(self) -> float | None:
        """Share of agreement: 2 · both / (first + second); None where neither has an event."""
        total = 2 * len(self.pairs) + len(self.only_first) + len(self.only_second)
        return 2 * len(self.pairs) / total if total else None


def compare_labels(first: ClipTruth, second: ClipTruth, *, max_gap_s: float = MAX_GAP_S) -> Agreement:
    """Pair the events of two labellers one to one: the most pairs of one kind, and among those the nearest in time.

    Raises:
        InputError: if the two are not of one clip.
    """
    if first.size_wh != second.size_wh or abs(first.duration_s - second.duration_s) > 0.5:
        raise InputError(f"labels of {second.name}", got=f"{second.size_wh}, {second.duration_s:g} s",
                         expected=f"{first.size_wh}, {first.duration_s:g} s, as the other's",
                         do="compare labels of one clip")
    one, two = first.events, second.events
    far_s = np.array([[abs(a.start_s - b.start_s) + abs(a.end_s - b.end_s) for b in two] for a in one])
    far_s = far_s.reshape(len(one), len(two)).astype(np.float64)
    may = np.array([[a.kind == b.kind and max(a.start_s, b.start_s) - min(a.end_s, b.end_s) <= max_gap_s for b in two]
                    for a in one], dtype=np.bool_).reshape(far_s.shape)
    cost = np.where(may, far_s, 1.0 + far_s.sum())
    chosen = [(a, b) for a, b in zip(*linear_sum_assignment(cost), strict=True) if may[a, b]]
    pairs = tuple((one[a], two[b]) for a, b in chosen)
    used_one, used_two = {a for a, _ in chosen}, {b for _, b in chosen}
    return Agreement(
        pairs=pairs, only_first=tuple(event for index, event in enumerate(one) if index not in used_one),
        only_second=tuple(event for index, event in enumerate(two) if index not in used_two),
        start_spread_s=_spread([a.start_s - b.start_s for a, b in pairs]),
        end_spread_s=_spread([a.end_s - b.end_s for a, b in pairs]))


def join_labels(first: ClipTruth, second: ClipTruth, agreement: Agreement) -> ClipTruth:
    """Return the truth that both stand for: agreed events at their mean times, as exact as the two agree.

    A kind is free of events only where both say so.
    """
    events = tuple(replace(a, start_s=(a.start_s + b.start_s) / 2.0, end_s=(a.end_s + b.end_s) / 2.0)
                   for a, b in agreement.pairs)
    kinds = {event.kind for event in events}
    return replace(
        first, events=events, timing_tolerance_s=agreement.start_spread_s or 0.0,
        negative_for=tuple(kind for kind in first.negative_for if kind in second.negative_for and kind not in kinds),
        end_tolerance_s=agreement.end_spread_s or 0.0, source=f"{first.source}; {second.source}; agreed events")


def _spread(differences_s: Sequence[float]) -> float | None:
    return float(np.quantile(np.abs(differences_s), 0.95)) if len(differences_s) else None
