"""Regions of a mask: connected pixels, their boxes, and boxes that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One or more connected parts of a mask."""

    box_xyxy: tuple[int, int, int, int]
    """Pixels of the mask, right and bottom exclusive."""
    n_px: int
    labels: tuple[int, ...]
    """Of its parts, in the label picture."""


def find_regions(mask: NDArray[np.uint8], *, min_px: float) -> tuple[list[Region], NDArray[np.int32]]:
    """Return the connected regions of a 0/1 mask with at least ``min_px`` pixels, and the label picture."""
    n_labels, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    regions = []
    for label in range(1, n_labels):
        left, top, width, height, n_px = (int(value) for value in stats[label])
        if n_px >= min_px:
            regions.append(Region(box_xyxy=(left, top, left + width, top + height), n_px=n_px, labels=(label,)))
    return regions, labels


def gap_px(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the larger of the horizontal and vertical distance between two boxes; 0 where they touch or overlap."""
    return max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3], 0)


def join_regions(regions: Sequence[Region], *, max_gap_px: float) -> list[Region]:
    """Join regions whose boxes lie no farther apart than ``max_gap_px``, until none do."""
    joined: list[Region] = []
    for region in regions:
        apart = []
        merged = region
        waiting = joined
        while True:
            near = [other for other in waiting if gap_px(merged.box_xyxy, other.box_xyxy) <= max_gap_px]
            apart = [other for other in waiting if gap_px(merged.box_xyxy, other.box_xyxy) > max_gap_px]
            if not near:
                break
            for other in near:
                merged = _union(merged, other)
            waiting = apart
        joined = [*apart, merged]
    return joined


def _union(a: Region, b: Region) -> Region:
    box = (min(a.box_xyxy[0], b.box_xyxy[0]), min(a.box_xyxy[1], b.box_xyxy[1]),
           max(a.box_xyxy[2], b.box_xyxy[2]), max(a.box_xyxy[3], b.box_xyxy[3]))
    return Region(box_xyxy=box, n_px=a.n_px + b.n_px, labels=a.labels + b.labels)
