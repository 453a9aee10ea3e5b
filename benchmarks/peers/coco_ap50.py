"""Average precision of boxes by faster-coco-eval: JSON of boxes comes in, a line of JSON goes out."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

from faster_coco_eval import COCO, COCOeval_faster


def ap50(told: dict[str, dict[str, list[list[float]]]]) -> float:
    """Return AP50 of ``found`` (left, top, right, bottom, score) on ``frames``; ``ignore`` counts neither way."""
    annotations = [annotation(index, box, is_crowd=part == "ignore")
                   for part in ("frames", "ignore") for index, boxes in told[part].items() for box in boxes]
    for number, item in enumerate(annotations, start=1):
        item["id"] = number
    truth = COCO({"images": [{"id": int(index)} for index in told["frames"]], "annotations": annotations,
                  "categories": [{"id": 1, "name": "person"}]})
    found = truth.loadRes([{"image_id": int(index), "category_id": 1, "bbox": sides(box), "score": box[4]}
                           for index, boxes in told["found"].items() for box in boxes])
    judge = COCOeval_faster(truth, found, "bbox")
    judge.evaluate()
    judge.accumulate()
    judge.summarize()
    return float(judge.stats[1])


def annotation(index: str, box: list[float], *, is_crowd: bool) -> dict[str, object]:
    """Return a true box as COCO has it."""
    bbox = sides(box)
    return {"image_id": int(index), "category_id": 1, "bbox": bbox, "area": bbox[2] * bbox[3], "iscrowd": int(is_crowd)}


def sides(box: list[float]) -> list[float]:
    """Return left, top, width, height."""
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


if __name__ == "__main__":
    told = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # the library prints its table
    answer = {"ap50": ap50(told), "version": version("faster-coco-eval")}
    out.write(json.dumps(answer) + "\n")
