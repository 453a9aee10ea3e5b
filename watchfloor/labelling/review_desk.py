"""The desk at which a person judges alerts, one key each, and looks into silent footage chosen at random."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.accuracy.alerts_file import AlertTable
from hw.frame import Picture
from hw.stills import ClipStills
from sim.errors import InputError

VERDICTS = ("true", "false", "unsure")
BEFORE_S, AFTER_S = 4.0, 2.0
"""How much is shown round an alert."""
_APART_S = 5.0
"""Silent footage is so far from any alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """An alert to be judged, or silent footage to be looked into."""

    key: str
    """The same each time."""
    clip: Path
    kind: str
    """Empty for silent footage."""
    start_s: float
    end_s: float
    t_s: float | None = None
    score: float | None = None
    box_xyxy: tuple[float, float, float, float] | None = None


def alert_items(table: AlertTable) -> list[ReviewItem]:
    """Return the alerts of a table, the highest scores first."""
    rows = sorted(enumerate(table.rows), key=lambda item: (-item[1].score, item[0]))
    return [ReviewItem(key=f"{row.clip.name}:{row.kind}:{row.t_s:.3f}:{number}", clip=row.clip, kind=row.kind,
                       start_s=max(0.0, row.t_s - BEFORE_S), end_s=row.t_s + AFTER_S, t_s=row.t_s, score=row.score,
                       box_xyxy=row.box_xyxy) for number, row in rows]


def audit_items(table: AlertTable, n: int, *, length_s: float, seed: int) -> list[ReviewItem]:
    """Choose silent footage at random, evenly over all its time; pieces that hold or touch an alert are drawn again.

    Raises:
        InputError: if there is hardly any silent footage.
    """
    clips = [clip for clip, duration_s in table.durations_s.items() if duration_s > length_s]
    weights = np.array([table.durations_s[clip] - length_s for clip in clips])
    rng, items = np.random.default_rng(seed), list[ReviewItem]()
    for _ in range(200 * n if clips else 0):
        if len(items) == n:
            break
        clip = clips[int(rng.choice(len(clips), p=weights / weights.sum()))]
        start_s = float(rng.uniform(0.0, table.durations_s[clip] - length_s))
        near = any(row.clip == clip and start_s - _APART_S <= row.t_s <= start_s + length_s + _APART_S
                   for row in table.rows)
        if not near:
            items.append(ReviewItem(key=f"{clip.name}:silent:{start_s:.3f}", clip=clip, kind="", start_s=start_s,
                                    end_s=start_s + length_s))
    if len(items) < n:
        raise InputError("--audit", got=n, expected=f"at most {len(items)} pieces of {length_s:g} s of silent footage",
                         do="ask for fewer, or for shorter ones with --seconds")
    return items


class VerdictFile:
    """Verdicts, one line of JSON each; the last one on an item counts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> dict[str, str]:
        """Return each item's verdict by its key."""
        verdicts: dict[str, str] = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                    verdicts[entry["key"]] = entry["verdict"]
                except (ValueError, KeyError, TypeError):
                    continue
        return verdicts

    def add(self, key: str, verdict: str) -> None:
        """Write one verdict."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "verdict": verdict}) + "\n")


class ReviewDesk:
    """Shows one item after another and keeps what is said of each."""

    def __init__(self, items: Sequence[ReviewItem], verdicts: VerdictFile) -> None:
        self._items = tuple(items)
        self._verdicts = verdicts
        self._known = verdicts.load()
        self._stills: dict[Path, ClipStills] = {}

    def page(self) -> str:
        """Return the page."""
        return resources.files("watchfloor").joinpath("templates", "review.html").read_text(encoding="utf-8")

    def state(self) -> dict[str, Any]:
        """Return every item with its verdict."""
        return {"path": str(self._verdicts.path), "items": [
            {"clip": item.clip.name, "kind": item.kind, "start_s": item.start_s, "end_s": item.end_s, "t_s": item.t_s,
             "score": item.score, "verdict": self._known.get(item.key)} for item in self._items]}

    def picture(self, query: Mapping[str, str]) -> tuple[Picture, dict[str, str]]:
        """Return item ``i`` as it looks at ``t`` seconds, with the alert's box from the alert on."""
        item, t_s = self._items[int(query["i"])], float(query["t"])
        if item.clip not in self._stills:
            self._stills[item.clip] = ClipStills(item.clip)
        still = self._stills[item.clip].at(t_s)
        if item.box_xyxy is not None and item.t_s is not None and t_s >= item.t_s - 0.05:
            left, top, right, bottom = (round(edge) for edge in item.box_xyxy)
            cv2.rectangle(still.bgr, (left - 4, top - 4), (right + 4, bottom + 4), (60, 60, 235), 2)
        return still.bgr, {"X-Time": f"{still.t_s:.6f}"}

    def act(self, action: dict[str, Any]) -> dict[str, Any]:
        """Keep the ``verdict`` on item ``i``.

        Raises:
            InputError: if there is no such item or verdict.
        """
        number, verdict = action["i"], action["verdict"]
        if not (isinstance(number, int) and 0 <= number < len(self._items)):
            raise InputError("item", got=number, expected=f"0 to {len(self._items) - 1}")
        if verdict not in VERDICTS:
            raise InputError("verdict", got=verdict, expected="one of " + ", ".join(VERDICTS))
        key = self._items[number].key
        self._verdicts.add(key, verdict)
        self._known[key] = verdict
        return {"n_judged": sum(item.key in self._known for item in self._items), "n": len(self._items)}
