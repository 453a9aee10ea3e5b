"""Where every actor is in every frame of a drawn clip, as a CSV table beside the clip."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from hw.drawn_source import DrawnSource

BOXES_SUFFIX = ".boxes.csv"
"""``yard.mp4`` has ``yard.mp4.boxes.csv``."""

COLUMNS = ("frame", "t_s", "id", "kind", "left_px", "top_px", "right_px", "bottom_px", "object_px", "in_view")
"""``object_px`` is the longer side of the whole box; ``in_view`` is the share of that box in the picture."""


def boxes_path(clip: str | Path) -> Path:
    """Return where the table of a clip lies: beside it."""
    return Path(f"{clip}{BOXES_SUFFIX}")


def write_boxes(source: DrawnSource, path: str | Path, *, frames: Iterable[int] | None = None) -> int:
    """Write the table of a source's frames, all of them if none are named, and return its number of rows."""
    n_rows = 0
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for index in range(source.n_frames) if frames is None else frames:
            t_s = float(index / source.fps)
            for box in source.boxes(index):
                table.writerow([index, f"{t_s:.6f}", box.actor_id, box.kind, *(f"{side:.3f}" for side in box.box_xyxy),
                                f"{box.object_px:.3f}", f"{box.in_view:.4f}"])
                n_rows += 1
    return n_rows
