"""Alerts of a set of clips as a CSV table: what a detector raised, or another program, and how each was judged."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.identity import find_identity_word
from benchmarks.accuracy.watched import Watched, check_alerts
from benchmarks.accuracy.watching import WatchedSet
from benchmarks.truth.clip_case import ClipCase
from sim.errors import InputError, WatchfloorError
from sim.records import Alert

COLUMNS = ("clip", "duration_s", "kind", "t_s", "score", "left_px", "top_px", "right_px", "bottom_px", "outcome")
"""A clip in which nothing was raised has one row without a kind; ``outcome`` is hit, false or empty. Any other column
is passed over, and so is a row whose kind speaks of a face, a plate or the like: nothing that another program wrote of
who somebody is is taken in."""
_BOX = COLUMNS[5:9]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert of one clip."""

    clip: Path
    duration_s: float
    kind: str
    t_s: float
    score: float
    box_xyxy: tuple[float, float, float, float] | None
    outcome: str = ""

    def alert(self, number: int, detector: str) -> Alert:
        """Return it as an alert."""
        return Alert(alert_id=number, camera_id=0, kind=self.kind, detect_s=self.t_s, score=self.score,
                     level=1 + min(3, int(4.0 * min(max(self.score, 0.0), 1.0))), detector=detector,
                     box_xyxy=self.box_xyxy)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTable:
    """All alerts of a set, and how long each clip is."""

    rows: tuple[AlertRow, ...]
    durations_s: Mapping[Path, float]


def write_alerts(path: Path, watched: Sequence[Watched], outcomes: Mapping[tuple[int, int], str]) -> None:
    """Write every alert.

    Args:
        path: the table.
        watched: the clips.
        outcomes: (position of the clip, of the alert) → hit or false; those that are not named were not judged.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for clip, item in enumerate(watched):
            head = [str(item.case.path), f"{item.duration_s:.3f}"]
            if not item.alerts:
                table.writerow([*head, *[""] * (len(COLUMNS) - 2)])
            for number, alert in enumerate(item.alerts):
                box = [""] * 4 if alert.box_xyxy is None else [f"{edge:.1f}" for edge in alert.box_xyxy]
                table.writerow([*head, alert.kind, f"{alert.detect_s:.3f}", f"{alert.score:.4f}", *box,
                                outcomes.get((clip, number), "")])


def read_alerts(path: Path) -> AlertTable:
    """Read a table of alerts, ours or another program's; ``score`` and the box may be missing.

    Raises:
        InputError: naming the line that is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
    except FileNotFoundError:
        raise InputError(str(path), got="no such file", expected="a CSV table of alerts", do="check the path") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(str(path), got=error, expected="a CSV table of alerts",
                         do="columns: " + ", ".join(COLUMNS)) from error
    missing = [name for name in ("clip", "kind", "t_s") if lines and name not in lines[0]]
    if missing:
        raise InputError(f"{path.name}: columns", got=f"no {', '.join(missing)}", expected="at least clip, kind, t_s")
    rows, durations_s = [], dict[Path, float]()
    for number, line in enumerate(lines, start=2):
        where = f"{path.name}: line {number}"
        clip = _located(line.get("clip") or "", path, where)
        durations_s[clip] = _number(line, "duration_s", where, 0.0)
        if line.get("kind") and find_identity_word(line["kind"]) is None:
            rows.append(AlertRow(
                clip=clip, duration_s=durations_s[clip], kind=line["kind"], t_s=_number(line, "t_s", where),
                score=_number(line, "score", where, 1.0), outcome=line.get("outcome") or "",
                box_xyxy=_box(line, where)))
    return AlertTable(rows=tuple(rows), durations_s=durations_s)


def _located(text: str, table: Path, where: str) -> Path:
    if not text:
        raise InputError(f"{where}: clip", got="nothing", expected="a clip's path")
    beside = table.parent / text
    return beside if beside.is_file() else Path(text)


def _number(line: Mapping[str, str | None], name: str, where: str, default: float | None = None) -> float:
    text = (line.get(name) or "").strip()
    if not text and default is not None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0.0):
        raise InputError(f"{where}: {name}", got=text or "nothing", expected="a number ≥ 0")
    return value


def _box(line: Mapping[str, str | None], where: str) -> tuple[float, float, float, float] | None:
    if not all((line.get(name) or "").strip() for name in _BOX):
        return None
    left, top, right, bottom = (_number(line, name, where) for name in _BOX)
    if not (left < right and top < bottom):
        raise InputError(f"{where}: box", got=(left, top, right, bottom), expected="left < right and top < bottom")
    return left, top, right, bottom



def watched_elsewhere(cases: Sequence[ClipCase], table: AlertTable, *, detector: str) -> WatchedSet:
    """Take another program's alerts on clips for a detector's, so that they are scored alike.

    A clip that the table does not name is told and left out: nobody knows whether it was watched.
    """
    watched, failed = [], dict[str, str]()
    by_name = {clip.name: clip for clip in table.durations_s}
    for case in cases:
        clip = case.path if case.path in table.durations_s else by_name.get(case.path.name)
        if clip is None:
            failed[case.name] = "the table of alerts does not name it; a clip without alerts needs a row without a kind"
            continue
        alerts = tuple(row.alert(number, detector) for number, row in enumerate(
            row for row in table.rows if row.clip == clip))
        try:
            check_alerts(alerts, size_wh=case.truth.size_wh, duration_s=case.truth.duration_s, where=case.name)
        except WatchfloorError as error:
            failed[case.name] = str(error)
            continue
        watched.append(Watched(case=case, alerts=alerts, duration_s=case.truth.duration_s, detect_cpu_s=0.0,
                               size_wh=case.truth.size_wh, n_frames=case.truth.n_frames))
    return WatchedSet(watched=tuple(watched), failed=failed, n_known=0, profile="",
                      declared=tuple(sorted({row.kind for row in table.rows})))
