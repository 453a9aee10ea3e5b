"""HOTA, MOTA and IDF1 of tracks by trackeval: JSON of numbered boxes comes in, a line of JSON goes out."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import numpy as np
from trackeval.metrics import CLEAR, HOTA, Identity


def overlaps(truth: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return intersection over union, (n truth, n found)."""
    low = np.maximum(truth[:, None, :2], found[None, :, :2])
    high = np.minimum(truth[:, None, 2:], found[None, :, 2:])
    common = np.prod(np.clip(high - low, 0.0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (truth, found)]
    return common / np.maximum(areas[0][:, None] + areas[1][None, :] - common, 1e-9)


def numbered(frames: list[list[list[float]]]) -> tuple[list[np.ndarray], list[np.ndarray], int]:
    """Return for each frame identities counted from 0 and boxes (n, 4), and how many identities there are."""
    number: dict[float, int] = {}
    ids = [np.array([number.setdefault(box[4], len(number)) for box in frame], int) for frame in frames]
    return ids, [np.array([box[:4] for box in frame], float).reshape(-1, 4) for frame in frames], len(number)


def scores(told: dict[str, list[list[list[float]]]]) -> dict[str, float]:
    """Return the scores of ``found`` against ``truth``: frames of (left, top, right, bottom, identity)."""
    true_ids, true_boxes, n_true = numbered(told["truth"])
    found_ids, found_boxes, n_found = numbered(told["found"])
    data = {
        "num_timesteps": len(true_ids), "num_gt_ids": n_true, "num_tracker_ids": n_found, "gt_ids": true_ids,
        "tracker_ids": found_ids, "num_gt_dets": sum(map(len, true_ids)), "num_tracker_dets": sum(map(len, found_ids)),
        "similarity_scores": [overlaps(*pair) for pair in zip(true_boxes, found_boxes, strict=True)]}
    hota, clear, identity = (metric.eval_sequence(data) for metric in (HOTA(), CLEAR(), Identity()))
    return {"hota": float(np.mean(hota["HOTA"])), "mota": float(clear["MOTA"]), "idf1": float(identity["IDF1"]),
            "n_switches": int(clear["IDSW"])}


if __name__ == "__main__":
    told = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # the library tells its settings
    answer = {**scores(told), "version": version("trackeval")}
    out.write(json.dumps(answer) + "\n")
