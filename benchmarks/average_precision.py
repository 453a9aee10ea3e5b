"""Average precision of boxes, as PASCAL VOC has defined it since 2010: the area under the precision envelope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agents.detections import Detection, iou_matrix
from agents.watching import Box


def average_precision(found: Mapping[int, Sequence[Detection]], truth: Mapping[int, Sequence[Box]], *,
                      ignore: Mapping[int, Sequence[Box]] | None = None, min_iou: float = 0.5) -> float | None:
    """Return average precision over frames; None if nothing is to be found.

    In each frame the best-scored box takes the true one that it overlaps most, if by at least ``min_iou``; a second
    box on the same thing is false. What lies on an ignored box counts neither way.
    """
    n_true = sum(len(boxes) for boxes in truth.values())
    if n_true == 0:
        return None
    judged: list[tuple[float, bool]] = []
    for index, boxes in truth.items():
        judged += _judge(found.get(index, ()), boxes, (ignore or {}).get(index, ()), min_iou)
    judged.sort(key=lambda item: -item[0])
    right = np.cumsum([is_right for _, is_right in judged])
    recall = right / n_true
    precision = np.maximum.accumulate((right / np.arange(1, len(judged) + 1))[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0.0], recall])) * precision))


def _judge(found: Sequence[Detection], truth: Sequence[Box], ignore: Sequence[Box],
           min_iou: float) -> list[tuple[float, bool]]:
    ordered = sorted(found, key=lambda item: -item.score)
    overlap = iou_matrix([item.box_xyxy for item in ordered], truth)
    ignored = iou_matrix([item.box_xyxy for item in ordered], ignore)
    judged = []
    for row, item in enumerate(ordered):
        best = int(overlap[row].argmax()) if truth else -1
        if best >= 0 and overlap[row, best] >= min_iou:
            overlap[:, best] = 0.0
            judged.append((item.score, True))
        elif not (ignored[row] > 0.3).any():
            judged.append((item.score, False))
    return judged
