"""Boxes found in one frame, and how far two boxes overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.watching import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """A box in one frame."""

    box_xyxy: Box
    """Pixels of the full frame."""
    kind: str
    """What it is: ``person``, ``car`` …"""
    score: float
    """0 to 1."""


def iou_matrix(a: Sequence[Box], b: Sequence[Box]) -> NDArray[np.float64]:
    """Return intersection over union of every box of one list with every box of another: (len(a), len(b))."""
    if not a or not b:
        return np.zeros((len(a), len(b)))
    one, other = np.asarray(a, np.float64)[:, None, :], np.asarray(b, np.float64)[None, :, :]
    sides = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    shared = np.prod(np.maximum(sides, 0.0), axis=2)
    areas = [np.prod(boxes[..., 2:] - boxes[..., :2], axis=2) for boxes in (one, other)]
    return np.asarray(shared / np.maximum(areas[0] + areas[1] - shared, 1e-9))


def without_doubles(detections: Sequence[Detection], *, max_iou: float) -> list[Detection]:
    """Return the best-scored detections of which no two of a kind overlap by more than ``max_iou``."""
    kept: list[Detection] = []
    ordered = sorted(detections, key=lambda item: -item.score)
    overlap = iou_matrix([item.box_xyxy for item in ordered], [item.box_xyxy for item in ordered])
    chosen: list[int] = []
    for index, item in enumerate(ordered):
        if all(overlap[index, other] <= max_iou or ordered[other].kind != item.kind for other in chosen):
            chosen.append(index)
            kept.append(item)
    return kept


def height_px(box_xyxy: Box) -> float:
    """Return a box's height."""
    return box_xyxy[3] - box_xyxy[1]


def width_px(box_xyxy: Box) -> float:
    """Return a box's width."""
    return box_xyxy[2] - box_xyxy[0]


def covered_share(inner: Box, outer: Box) -> float:
    """Return the share of the inner box's area that the outer one covers."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return max(0.0, width) * max(0.0, height) / area if area > 0.0 else 0.0
