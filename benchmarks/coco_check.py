"""Our average precision held against that of faster-coco-eval, which runs in an environment of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agents.detections import Detection
from agents.watching import Box
from benchmarks.peer_answer import ask_peer
from benchmarks.side_by_side import ENVIRONMENTS

PEER = "faster-coco-eval"


def coco_ap50(found: Mapping[int, Sequence[Detection]], truth: Mapping[int, Sequence[Box]], *,
              ignore: Mapping[int, Sequence[Box]] | None = None, folder: Path = ENVIRONMENTS) -> float | None:
    """Return average precision at an overlap of 0.5 as COCO defines it: precision at 101 steps of recall.

    Args:
        found: boxes by frame.
        truth: the frames that count, with their true boxes.
        ignore: boxes on which nothing counts.
        folder: where ``make peers`` puts environments.

    Returns:
        None where ``make peers`` has not put faster-coco-eval there.

    Raises:
        PeerError: if it is there and fails.
    """
    told = {"frames": truth, "ignore": {index: (ignore or {}).get(index, ()) for index in truth},
            "found": {index: [(*item.box_xyxy, item.score) for item in found.get(index, ())] for index in truth}}
    return ask_peer(PEER, "coco_ap50.py", told, read=lambda answer: float(answer["ap50"]), folder=folder)
