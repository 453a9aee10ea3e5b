"""Small pictures of what was missed and of what was raised in error, cut from the clips."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.accuracy.outcomes import Outcomes
from benchmarks.accuracy.watched import Watched
from hw.frame import Picture
from sim.errors import WatchfloorError

WIDTH_PX = 300
N_MOST = 12
"""Of misses, and of false alarms."""
_RED, _YELLOW = (60, 60, 235), (40, 200, 250)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """One small picture."""

    caption: str
    jpeg_base64: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    clip: int
    t_s: float
    box_xyxy: tuple[float, float, float, float] | None
    colour: tuple[int, int, int]
    caption: str


def make_miss_thumbnails(watched: Sequence[Watched], outcomes: Outcomes, threshold: float) -> list[Thumbnail]:
    """Cut out events that no alert found: the largest, which are the hardest to excuse, first."""
    missed = np.flatnonzero(outcomes.event_score < threshold)
    order = missed[np.argsort(-np.nan_to_num(outcomes.event_px[missed]), kind="stable")][:N_MOST]
    wanted = []
    for number in order:
        clip = int(outcomes.event_clip[number])
        event = watched[clip].events[int(outcomes.event_index[number])]
        size = "" if event.object_px is None else f", {event.object_px:.0f} px"
        wanted.append(_Wanted(clip=clip, t_s=min(event.end_s + 1.0, watched[clip].duration_s - 0.2), colour=_YELLOW,
                              box_xyxy=event.box_xyxy,
                              caption=f"{watched[clip].case.name}, {event.start_s:.1f} s{size}"))
    return _cut(watched, wanted)


def make_false_thumbnails(watched: Sequence[Watched], outcomes: Outcomes, threshold: float) -> list[Thumbnail]:
    """Cut out false alarms, those of the highest score first."""
    raised = np.flatnonzero(outcomes.false_score >= threshold)
    order = raised[np.argsort(-outcomes.false_score[raised], kind="stable")][:N_MOST]
    wanted = []
    for number in order:
        clip = int(outcomes.false_clip[number])
        alert = watched[clip].alerts[int(outcomes.false_index[number])]
        wanted.append(_Wanted(clip=clip, t_s=alert.detect_s, box_xyxy=alert.box_xyxy, colour=_RED,
                              caption=f"{watched[clip].case.name}, {alert.detect_s:.1f} s, score {alert.score:.2f}"))
    return _cut(watched, wanted)


def _cut(watched: Sequence[Watched], wanted: Sequence[_Wanted]) -> list[Thumbnail]:
    pictures: dict[int, Picture] = {}
    for clip in sorted({item.clip for item in wanted}):
        times = {number: item.t_s for number, item in enumerate(wanted) if item.clip == clip}
        pictures |= _frames(watched[clip], times)
    return [Thumbnail(caption=item.caption, jpeg_base64=_jpeg(pictures[number], item))
            for number, item in enumerate(wanted) if number in pictures]


def _frames(item: Watched, times: Mapping[int, float]) -> dict[int, Picture]:
    """Return the first frame at or after each instant; none of a clip that has gone or cannot be read any more."""
    found: dict[int, Picture] = {}
    try:
        source = item.case.open()
    except WatchfloorError:
        return found
    try:
        for frame in source:
            t_s = frame.pts_s or 0.0
            due = [number for number, at_s in times.items() if number not in found and t_s >= at_s - 1e-6]
            if due:
                picture = frame.bgr().copy()
                found |= dict.fromkeys(due, picture)
            if len(found) == len(times):
                break
    finally:
        source.close()
    return found


def _jpeg(picture: Picture, item: _Wanted) -> str:
    scale = WIDTH_PX / picture.shape[1]
    small = cv2.resize(picture, (WIDTH_PX, max(1, round(picture.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    if item.box_xyxy is not None:
        left, top, right, bottom = (round(edge * scale) for edge in item.box_xyxy)
        cv2.rectangle(small, (left - 3, top - 3), (right + 3, bottom + 3), item.colour, 1)
        small = _with_inset(small, picture, item)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return base64.b64encode(data.tobytes()).decode()


def _with_inset(small: Picture, picture: Picture, item: _Wanted) -> Picture:
    """Put the box's surroundings, enlarged, into the lower right corner, where the box is too small to be seen."""
    assert item.box_xyxy is not None
    left, top, right, bottom = item.box_xyxy
    side = round(2.5 * max(right - left, bottom - top, 16.0))
    if side > picture.shape[1] / 4:
        return small
    x = int(np.clip((left + right) / 2 - side / 2, 0, picture.shape[1] - side))
    y = int(np.clip((top + bottom) / 2 - side / 2, 0, picture.shape[0] - side))
    inset = cv2.resize(picture[y : y + side, x : x + side], (90, 90), interpolation=cv2.INTER_NEAREST)
    inset = cv2.copyMakeBorder(inset, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=item.colour)
    is_left = (left + right) / 2 > picture.shape[1] / 2
    at = 0 if is_left else small.shape[1] - inset.shape[1]
    small[small.shape[0] - inset.shape[0] :, at : at + inset.shape[1]] = inset
    return small
