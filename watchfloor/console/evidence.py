"""A piece of a session to hand on: a camera's clip, the log's rows beside it, a chain that shows any change."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from hw.clip import encode_clip
from hw.frame import Frame, Picture
from hw.source import SourceCounters
from sim.errors import InputError
from sim.input_records import SourceState
from sim.log import MISSING, LogRow, Name
from watchfloor.console.finished_run import FinishedRun
from watchfloor.console.past import Past, Provenance
from watchfloor.console.reels import FRAMES_PER_S
from watchfloor.console.replay import ReplaySession
from watchfloor.console.session import Picture as Shown
from watchfloor.results import write_json

SCHEMA = "watchfloor.evidence/1"
SIZE_WH = (640, 360)
BIT_RATE, GOP = 1_000_000, FRAMES_PER_S
MAX_S = 600.0
_IDS = ("incident_id", "alert_id", "call_id", "camera_id", "inspector_id", "unit_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was written."""

    manifest: Path
    clip: Path
    n_frames: int
    n_rows: int
    head: str
    """Last link of the chain: whoever keeps it elsewhere can tell that not even the whole was made anew."""


@dataclass(kw_only=True)
class _PastCamera:
    """What one camera showed, as a source: nothing while it was out, and marked where it was an exercise."""

    past: Past
    marking: str
    outages_s: Sequence[tuple[float, float]]
    camera_id: int
    from_s: float
    n_frames: int
    n_dark: int = 0
    """Pictures given so far that were black: the camera was out, or none is kept."""
    size_wh: tuple[int, int] = SIZE_WH
    fps: Fraction | None = Fraction(FRAMES_PER_S)
    state: SourceState = SourceState.LIVE
    counters: SourceCounters = field(default_factory=SourceCounters)

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self.n_frames):
            yield self._frame(index)

    def _frame(self, index: int) -> Frame:
        def bgr() -> Picture:
            t_s = self.from_s + index / FRAMES_PER_S
            width, height = self.size_wh
            shown = self._shown(t_s)
            if shown is None:
                self.n_dark += 1
                shown = np.zeros((height, width, 3), dtype=np.uint8)
            if self.marking:
                cv2.putText(shown, self.marking, (12, height - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 200, 255), 2)
            return shown

        return Frame(camera_id=self.camera_id, index=index, arrival_ns=0, pts_s=index / FRAMES_PER_S, wall_s=None,
                     size_wh=self.size_wh, make_bgr=bgr, make_luma=lambda: bgr()[:, :, 1])

    def _shown(self, t_s: float) -> Picture | None:
        """Return the pixels of an instant, for the caller to draw on; None where there were none."""
        if any(from_s <= t_s < to_s for from_s, to_s in self.outages_s):
            return None
        try:
            return _fitted(_pixels(self.past.picture_at(self.camera_id, t_s, self.size_wh)), self.size_wh)
        except InputError:
            if t_s == self.from_s:  # a piece that begins before what is kept is refused
                raise
            return None

    def close(self) -> None:
        """Nothing is held open."""


def export_evidence(run: FinishedRun, path: Path, *, camera_id: int, from_s: float, to_s: float) -> Evidence:
    """Write a piece of a finished run; see :func:`write_evidence`."""
    return write_evidence(ReplaySession(run), path, camera_id=camera_id, from_s=from_s, to_s=to_s)


def write_evidence(past: Past, path: Path, *, camera_id: int, from_s: float, to_s: float) -> Evidence:
    """Write a clip and, beside it, the manifest that ties it to the session.

    Args:
        past: the session.
        path: the manifest, ``.json``; the clip gets its name with ``.mp4``.
        camera_id: whose pictures.
        from_s: seconds from the start of the scenario.
        to_s: end of the clip and of the rows.

    Raises:
        InputError: if the session has no such camera or instant, hands nothing on now, or the file cannot be written.
    """
    of = past.provenance()
    if not 0 <= camera_id < of.n_cameras:
        raise InputError("camera", got=camera_id, expected=f"0 to {of.n_cameras - 1}")
    if not 0.0 <= from_s < to_s <= of.end_s or to_s - from_s > MAX_S:
        raise InputError("from and to", got=f"{from_s:g} to {to_s:g}",
                         expected=f"0 to {of.end_s:g} s, at most {MAX_S:g} long")
    if path.suffix != ".json" or not path.parent.is_dir():
        raise InputError("--out", got=path, expected="a .json file in a folder that exists")
    clip = path.with_suffix(".mp4")
    source = _PastCamera(past=past, marking=of.marking, outages_s=_outages_s(of, camera_id), camera_id=camera_id,
                         from_s=from_s, n_frames=max(1, round((to_s - from_s) * FRAMES_PER_S)))
    try:
        n_frames = encode_clip(source, clip, bit_rate=BIT_RATE, gop=GOP)
    except InputError:
        clip.unlink(missing_ok=True)
        raise
    rows = [_told(row) for row in of.rows if from_s <= row[0] <= to_s]
    head = {"camera_id": camera_id, "from_s": from_s, "to_s": to_s, "marking": of.marking, "scenario": of.scenario,
            "scenario_digest": of.scenario_digest, "seed": of.seed, "arm": of.arm, "log_digest": of.log_digest,
            "is_synthetic": of.is_synthetic, "is_masked": not of.is_synthetic, "n_dark": source.n_dark,
            "clip": clip.name, "clip_sha256": _sha256(clip)}
    links = _chain(head, rows)
    write_json({"schema": SCHEMA, **head, "rows": [{**row, "link": link} for row, link in zip(rows, links[1:],
                                                                                            strict=True)],
                "head": links[-1]}, path)
    return Evidence(manifest=path, clip=clip, n_frames=n_frames, n_rows=len(rows), head=links[-1])


def check_evidence(document: dict[str, Any], path: Path) -> str:
    """Return a line on what was proved.

    Raises:
        InputError: naming what was altered.
    """
    try:
        rows = [{key: value for key, value in row.items() if key != "link"} for row in document["rows"]]
        links = [row["link"] for row in document["rows"]]
        head = {key: value for key, value in document.items() if key not in ("schema", "rows", "head")}
        clip, clip_sha256, last = path.parent / Path(document["clip"]).name, document["clip_sha256"], document["head"]
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(path.name, got=f"incomplete ({error})", expected=f"every field of {SCHEMA}") from error
    if not clip.is_file() or _sha256(clip) != clip_sha256:
        raise InputError(f"{path.name}: clip {clip.name}", got="missing or altered", expected=f"sha256 {clip_sha256}")
    right = _chain(head, rows)
    for number, (got, expected) in enumerate(zip(links, right[1:], strict=True)):
        if got != expected:
            raise InputError(f"{path.name}: row {number}", got="altered, or something before it", expected=expected)
    if last != right[-1]:
        raise InputError(f"{path.name}: head", got="altered", expected=right[-1])
    marking = f"{head['marking']} " if head.get("marking") else ""
    return f"{marking}{path.name}: {clip.name} and {len(rows)} rows are unaltered; head {last}"


def _pixels(shown: Shown) -> Picture:
    """Return a picture's pixels, for the caller to draw on."""
    if shown.bgr is not None:
        return shown.bgr.copy()
    return np.asarray(cv2.imdecode(np.frombuffer(shown.jpeg or b"", dtype=np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)


def _fitted(shown: Picture, size_wh: tuple[int, int]) -> Picture:
    """Return a picture as large as the clip, with black beside it where its shape is another."""
    height, width = shown.shape[:2]
    if (width, height) == size_wh:
        return shown
    scale = min(size_wh[0] / width, size_wh[1] / height)
    inner_wh = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (size_wh[0] - inner_wh[0]) // 2, (size_wh[1] - inner_wh[1]) // 2
    fitted = np.zeros((size_wh[1], size_wh[0], 3), dtype=np.uint8)
    fitted[top : top + inner_wh[1], left : left + inner_wh[0]] = cv2.resize(
        shown, inner_wh, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
    return fitted


def _outages_s(of: Provenance, camera_id: int) -> list[tuple[float, float]]:
    """Return the spans in which a camera gave no picture."""
    edges = [(row[0], row[1]) for row in of.rows if row[5] == camera_id
             and row[1] in (Name.OUTAGE_START, Name.OUTAGE_END)]
    return [(t_s, next((end_s for end_s, name in edges[place:] if name == Name.OUTAGE_END), math.inf))
            for place, (t_s, name) in enumerate(edges) if name == Name.OUTAGE_START]


def _chain(head: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the links: each the sha256 of the one before and of the next row's canonical JSON."""
    links = [hashlib.sha256(_canonical(head)).hexdigest()]
    for row in rows:
        links.append(hashlib.sha256(links[-1].encode() + _canonical(row)).hexdigest())
    return links


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _told(row: LogRow) -> dict[str, Any]:
    t_s, name, *ids, value = row
    told = {key: ident for key, ident in zip(_IDS, ids, strict=True) if ident != MISSING}
    return {"t_s": t_s, "name": Name(name).name.lower(), **told, **({} if math.isnan(value) else {"value": value})}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
