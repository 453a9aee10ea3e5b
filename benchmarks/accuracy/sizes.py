"""Finds counted by size: events of like size together, for tables and pictures of conditions against pixels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from benchmarks.accuracy.outcomes import Outcomes
from sim.errors import InputError

F8 = NDArray[np.float64]
SAME_SIZE_RATIO = 1.15
"""Sizes that differ by less from the next one are one size."""
MOST_SIZES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeCell:
    """What was found of the events of one size."""

    px: float | None
    """Their geometric mean; None where there is no such event."""
    n_events: int
    hits: int

    @property
    def recall_95(self) -> tuple[float, float]:
        """Jeffreys interval of the share found; from 0 where nothing was found, to 1 where nothing was missed."""
        misses = self.n_events - self.hits
        low, high = (float(betaincinv(self.hits + 0.5, misses + 0.5, tail)) for tail in (0.025, 0.975))
        return low if self.hits else 0.0, high if misses else 1.0


def size_edges(px: F8) -> F8:
    """Return the edges of groups of sizes: (groups + 1,), rising; empty where no size is known.

    Where sizes lie in few heaps, as in drawn trials, each heap is a group; else the groups are equally wide in ln px.

    Args:
        px: (events,) pixels on target; NaN where not known.
    """
    sizes = np.unique(px[np.isfinite(px)])
    if not sizes.size:
        return np.zeros(0)
    if (sizes <= 0.0).any():
        raise InputError("size_edges: px", got=float(sizes[0]), expected="sizes > 0")
    after = np.flatnonzero(sizes[1:] >= SAME_SIZE_RATIO * sizes[:-1])
    inner = np.sqrt(sizes[after] * sizes[after + 1])
    edges = np.concatenate(([sizes[0] / 1.01], inner, [sizes[-1] * 1.01]))
    widest = max(high / low for low, high in zip(sizes[[0, *(after + 1)]], sizes[[*after, -1]], strict=True))
    if inner.size < MOST_SIZES and widest <= SAME_SIZE_RATIO**2:
        return edges
    return np.geomspace(edges[0], edges[-1], MOST_SIZES + 1)


def count_sizes(outcomes: Outcomes, threshold: float, edges: Sequence[float] | F8) -> tuple[SizeCell, ...]:
    """Count the events between every two edges, and those found by alerts of at least a score."""
    px, is_found = outcomes.event_px, outcomes.event_score >= threshold
    cells = []
    for low, high in itertools.pairwise(edges):
        part = (px >= low) & (px < high)
        middle = float(np.exp(np.log(px[part]).mean())) if part.any() else None
        cells.append(SizeCell(px=middle, n_events=int(part.sum()), hits=int(is_found[part].sum())))
    return tuple(cells)
