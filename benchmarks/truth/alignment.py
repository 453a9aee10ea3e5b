"""Alerts aligned with events as NIST's ActEV aligns them, once for all thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

F8 = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which claim stands for which event."""

    claim_of_event: tuple[int | None, ...]
    """Index of the claim of each event; None where no claim may count for it."""
    false_claims: tuple[int, ...]
    """Claims that stand for no event, second claims of one event among them."""


def align(is_allowed: Flags, scores: Sequence[float] | F8) -> Alignment:
    """Align claims with events one to one: as many pairs as can be and, among those, the highest scores.

    This is the alignment of NIST's ActEV evaluations (activity detection: Hungarian algorithm on 1 + ε · congruence of
    presence confidence for each pair that is allowed; scorer's protocol ``actev_sdl_v2``). The sets of claims that can
    be aligned form a matroid, so the claims above any threshold among these pairs are as many as any alignment of the
    claims above that threshold could have: one alignment serves every threshold.

    Args:
        is_allowed: (events, claims) whether a claim may count for an event.
        scores: (claims,).
    """
    n_events, n_claims = is_allowed.shape
    if not is_allowed.any():
        return Alignment(claim_of_event=(None,) * n_events, false_claims=tuple(range(n_claims)))
    # by rank, so that no two scores are too near to be told apart; one pair more outweighs any ranks
    rank = np.unique(np.asarray(scores, dtype=np.float64), return_inverse=True)[1]
    merit = np.where(is_allowed, (n_events + 1.0) * (n_claims + 1.0) + rank[np.newaxis, :], 0.0)
    claim_of_event: list[int | None] = [None] * n_events
    for event, claim in zip(*linear_sum_assignment(merit, maximize=True), strict=True):
        if is_allowed[event, claim]:
            claim_of_event[event] = int(claim)
    used = set(claim_of_event)
    return Alignment(claim_of_event=tuple(claim_of_event),
                     false_claims=tuple(claim for claim in range(n_claims) if claim not in used))
