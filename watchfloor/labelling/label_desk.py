"""The desk at which a person labels a clip's events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from hw.drawn import NEGATIVE_KINDS
from hw.frame import Picture
from hw.stills import ClipStills
from hw.truth import SCHEMA, parse_truth, truth_path

KINDS = (*NEGATIVE_KINDS, "smoking", "damage", "vehicle", "other")
"""Kinds that are offered; a person may write any other."""


class LabelDesk:
    """Shows a clip picture by picture and keeps the events that are marked in it.

    Args:
        clip: the video.
        path: where the truth is written; what is there already is gone on with.
        by: who labels, for the source of the truth; a word, not a person's name.
        kinds: offered beside the usual ones.
    """

    def __init__(self, clip: Path, path: Path, *, by: str = "", kinds: Sequence[str] = ()) -> None:
        self._clip = clip
        self._path = path
        self._by = by
        self._kinds = tuple(dict.fromkeys((*kinds, *KINDS)))
        self._stills = ClipStills(clip)
        self._saved: dict[str, Any] = {"events": [], "negative_for": []}
        if path.is_file():
            truth = parse_truth(path.read_text(encoding="utf-8"), where=str(path))
            self._saved = {"negative_for": list(truth.negative_for), "events": [
                {"kind": event.kind, "start_s": event.start_s, "end_s": event.end_s, "box_xyxy": event.box_xyxy}
                for event in truth.events]}

    def page(self) -> str:
        """Return the page."""
        return resources.files("watchfloor").joinpath("templates", "label.html").read_text(encoding="utf-8")

    def state(self) -> dict[str, Any]:
        """Return the clip and what is saved of it."""
        return {"clip": self._clip.name, "path": str(self._path), "by": self._by, "kinds": self._kinds,
                "duration_s": self._stills.duration_s, "fps": float(self._stills.fps or 25),
                "size_wh": self._stills.size_wh, **self._saved}

    def picture(self, query: dict[str, str]) -> tuple[Picture, dict[str, str]]:
        """Return the picture shown at ``t`` seconds."""
        still = self._stills.at(float(query["t"]))
        return still.bgr, {"X-Time": f"{still.t_s:.6f}"}

    def act(self, action: dict[str, Any]) -> dict[str, Any]:
        """Save ``events`` and ``negative_for`` as the clip's truth.

        Raises:
            InputError: naming the first event that cannot be.
        """
        content = {
            "schema": SCHEMA, "name": self._clip.name, "source": f"labelled{' by ' + self._by if self._by else ''}",
            "size_wh": self._stills.size_wh, "fps": str(self._stills.fps or 25),
            "n_frames": max(1, round(self._stills.duration_s * float(self._stills.fps or 25))),
            "duration_s": self._stills.duration_s, "negative_for": action["negative_for"],
            "events": [{"kind": event["kind"], "start_s": event["start_s"], "end_s": event["end_s"],
                        "box_xyxy": event.get("box_xyxy"), "object_px": _longer_side(event.get("box_xyxy"))}
                       for event in action["events"]]}
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        parse_truth(text, where=self._path.name)
        part = self._path.with_name(self._path.name + ".partial")
        part.write_text(text, encoding="utf-8")
        part.replace(self._path)
        self._saved = {"events": action["events"], "negative_for": action["negative_for"]}
        return {"saved": str(self._path), "n_events": len(action["events"])}


def _longer_side(box: Sequence[float] | None) -> float | None:
    return None if box is None else max(box[2] - box[0], box[3] - box[1])


def label_path(clip: Path, by: str) -> Path:
    """Return where a labeller's truth lies: beside the clip, under the labeller's word if there is one."""
    return truth_path(clip) if not by else Path(f"{clip}.{by}.labels.json")

