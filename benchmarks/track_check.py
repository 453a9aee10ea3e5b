"""Tracks scored by trackeval, which runs in an environment of its own: HOTA, MOTA, IDF1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.watching import Box
from benchmarks.peer_answer import ask_peer
from benchmarks.side_by_side import ENVIRONMENTS

PEER = "trackeval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A box of somebody in one frame."""

    track_id: int
    box_xyxy: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackScores:
    """How well tracks follow whom they follow, each 1 at best."""

    hota: float
    """Higher order tracking accuracy, meant over overlaps from 0.05 to 0.95 (Luiten et al. 2021)."""
    mota: float
    """Multiple object tracking accuracy at an overlap of 0.5 (Bernardin and Stiefelhagen 2008)."""
    idf1: float
    """F1 of identities, matched once over the whole clip (Ristani et al. 2016)."""
    n_switches: int
    """Of identity, as MOTA counts them."""


def score_tracks(
    found: Sequence[Sequence[Tracked]], truth: Sequence[Sequence[Tracked]], *, folder: Path = ENVIRONMENTS,
) -> TrackScores | None:
    """Return the scores of tracks.

    Args:
        found: of each frame, who is followed.
        truth: of the same frames, who is there.
        folder: where ``make peers`` puts environments.

    Returns:
        None where ``make peers`` has not put trackeval there.

    Raises:
        PeerError: if it is there and fails.
    """
    told = {name: [[(*item.box_xyxy, item.track_id) for item in frame] for frame in frames]
            for name, frames in (("found", found), ("truth", truth))}
    return ask_peer(PEER, "track_scores.py", told, folder=folder, read=lambda answer: TrackScores(
        hota=float(answer["hota"]), mota=float(answer["mota"]), idf1=float(answer["idf1"]),
        n_switches=int(answer["n_switches"])))
