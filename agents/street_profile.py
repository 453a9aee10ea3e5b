"""What the detector of things left in a street assumes, by profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetProfile:
    """What is assumed of a view of a street; lengths of people are taken from what moves there."""

    name: str
    hold_s: float
    """A change must be there for this long, and for longer than one group of pictures, before it is an alert."""
    min_contrast: float
    """Least lasting difference that counts, in grey levels after a slight blur."""
    n_sigma: float
    """The same in a pixel's own deviation over time …"""
    n_local: float
    """… and in the deviation of the difference round about."""
    edge_share: float
    """… and in the contrast of an edge beside it."""
    local_px: int
    """Side of what counts as round about."""
    min_px: int
    """Fewer changed pixels are noise."""
    max_ring_share: float
    """More change round about than this: part of something larger."""
    max_side: float
    """Longer side of an object, as a share of the mover's height; what is larger came by itself."""
    litter_side: float
    """What is smaller than this share of the mover's height is litter."""
    reach: float
    """How near a mover's feet must have come, in its own heights: what is thrown flies."""
    leave: float
    """How far the mover must be when last seen, in its own heights."""
    before_s: float
    """A mover may have been there this long before the change showed."""
    repeat_s: float
    """What shows beside a place told or put up with so shortly before is the rest of the same thing."""
    taken_s: float
    """What had stood there for less is not told as taken away: people stand still so long …"""
    taken_side_px: int
    """… nor what is narrower …"""
    taken_reach: float
    """… nor what nobody came so near to from elsewhere, in the mover's own height."""
    max_relit_share: float
    """If light explains more than this share of a change, nothing was put there or taken."""
    most_at_once: int
    """If more places change within ``_ONCE_S`` of each other, light or the camera did it, and none is told."""
    absorb_s: float
    """What was not judged by then becomes part of the usual scene."""
    fast_s: float
    slow_s: float
    """Time constants of the two backgrounds."""
    working_px: int
    """Longer side of the picture at which it looks."""
    rate_hz: float
    """Looks per second for what lasts."""
    gate_hz: float
    """Looks per second for who moves."""
    cut_share: float
    """More change than this share of the picture: the camera has turned, and the scene is learnt anew."""


STREET_PROFILES: Mapping[str, StreetProfile] = {
    "street": StreetProfile(
        name="street", hold_s=4.0, min_contrast=6.0, n_sigma=4.0, n_local=4.0, edge_share=0.3, local_px=31, min_px=2,
        max_ring_share=0.15, max_side=0.5, litter_side=0.25, reach=1.0, leave=0.75, before_s=8.0, repeat_s=15.0,
        taken_s=15.0, taken_side_px=3, taken_reach=0.3, max_relit_share=0.7, most_at_once=4, absorb_s=40.0,
        fast_s=1.0, slow_s=30.0, working_px=1280, rate_hz=3.0, gate_hz=10.0, cut_share=0.4),
}
