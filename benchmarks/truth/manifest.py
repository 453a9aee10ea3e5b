"""A folder's manifest: its clips with their events, cameras and conditions, and timelines that join clips."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from benchmarks.truth.clip_case import ANY, ClipCase, ClipSet
from hw.truth import ClipTruth, TruthEvent, check_events, load_truth, truth_path
from sim.errors import InputError, UnknownNameError

MANIFEST = "manifest.json"
KINDS = {"object_left": "object_placed", "litter_drop": "litter"}
"""Kinds that manifests also name otherwise."""
_LIKE = 0.85
"""A key that is so like a known one is a slip of it."""
_START, _END = ("t_rest", "t_gone", "t_s"), ("t_released", "t_gone", "t_s")

_Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class _Entry(BaseModel):
    """Part of a manifest; keys of others are passed over, but not one that is nearly known."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @model_validator(mode="after")
    def _has_no_slip(self) -> Self:
        for key in self.model_extra or ():
            close = difflib.get_close_matches(key, type(self).model_fields, n=1, cutoff=_LIKE)
            if close:
                raise ValueError(f"no key {key}; did you mean {close[0]}?")
        return self


class _Event(_Entry):
    type: Annotated[str, Field(min_length=1)]
    window_s: tuple[_Seconds, _Seconds] | None = None
    t_rest: _Seconds | None = None
    t_released: _Seconds | None = None
    t_gone: _Seconds | None = None
    t_s: _Seconds | None = None
    box: tuple[float, float, float, float] | None = None
    """Left, top, width, height."""


class _Clip(_Entry):
    file: Annotated[str, Field(min_length=1)]
    width: Annotated[int, Field(gt=0)] | None = None
    height: Annotated[int, Field(gt=0)] | None = None
    fps: Annotated[float, Field(gt=0.0)] | None = None
    frames: Annotated[int, Field(gt=0)] | None = None
    duration_s: Annotated[float, Field(gt=0.0)] | None = None
    source: str = "not stated"
    camera: str | None = None
    condition: str = ANY
    light: Literal["day", "night"] | None = None
    person_minutes: Annotated[float, Field(ge=0.0)] | None = None
    events: tuple[_Event, ...] | None = None
    negative_for: tuple[str, ...] = ()
    start_tolerance_s: _Seconds = 0.0
    end_tolerance_s: _Seconds = 0.0


class _Timeline(_Entry):
    """Clips one after another, with the events on their common time."""

    name: Annotated[str, Field(min_length=1)]
    clips: Annotated[tuple[str, ...], Field(min_length=1)]
    duration_s: Annotated[float, Field(gt=0.0)]
    events: tuple[_Event, ...]
    negative_for: tuple[str, ...] = ()
    camera: str | None = None


class _Manifest(_Entry):
    version: Literal[1]
    clips: Annotated[tuple[_Clip, ...], Field(min_length=1)]
    timelines: tuple[_Timeline, ...] = ()


def read_manifest(path: Path) -> ClipSet:
    """Read a folder's manifest, version 1.

    A clip without ``events`` of its own has its truth beside it, in ``FILE.truth.json``. Clips that are not there are
    told and left out.

    Raises:
        InputError: naming the first wrong entry, or if no clip is there.
    """
    manifest = _load(path)
    cases, skipped = [], {}
    for number, clip in enumerate(manifest.clips):
        file = path.parent / clip.file
        if not file.is_file():
            skipped[clip.file] = "the clip is not here"
            continue
        truth = _truth(clip, file, f"{path}: clips.{number}")
        cases.append(ClipCase(name=file.stem, path=file, truth=truth, camera=clip.camera or file.stem, light=clip.light,
                              condition=clip.condition, person_minutes=clip.person_minutes))
    if not cases:
        raise InputError(str(path), got="no clip that is here", expected="at least one",
                         do=f"missing: {', '.join(skipped)}")
    return ClipSet(name=path.parent.resolve().name, cases=tuple(cases), skipped=skipped)


def read_timeline(path: Path, name: str) -> ClipSet:
    """Read one timeline of a folder's manifest: some of its clips, played one after another.

    Raises:
        UnknownNameError: if the manifest has no such timeline.
        InputError: if the manifest cannot be used, or a clip of the timeline is not there.
    """
    manifest = _load(path)
    here = {case.path.name: case for case in read_manifest(path).cases}
    known = {timeline.name: number for number, timeline in enumerate(manifest.timelines)}
    if name not in known:
        raise UnknownNameError(f"{path}: timeline", got=name, known=known)
    timeline = manifest.timelines[known[name]]
    missing = [clip for clip in timeline.clips if Path(clip).name not in here]
    if missing:
        raise InputError(f"{path}: timelines.{known[name]}", got=f"no {', '.join(missing)}",
                         expected="clips of the manifest that are here")
    return ClipSet(name=name, cases=(_join(timeline, [here[Path(clip).name] for clip in timeline.clips],
                                           f"{path}: timelines.{known[name]}"),))


def _join(timeline: _Timeline, parts: Sequence[ClipCase], where: str) -> ClipCase:
    first = parts[0].truth
    clip = _Clip(file=timeline.name, width=first.size_wh[0], height=first.size_wh[1], fps=float(first.fps),
                 duration_s=timeline.duration_s, events=timeline.events, negative_for=timeline.negative_for,
                 source="; ".join(dict.fromkeys(part.truth.source for part in parts)),
                 frames=sum(part.truth.n_frames for part in parts))
    truth = replace(_truth(clip, Path(timeline.name), where), name=timeline.name)
    return ClipCase(name=timeline.name, path=parts[0].path, truth=truth, camera=timeline.camera or parts[0].camera,
                    condition=parts[0].condition, light=parts[0].light, parts=tuple(part.path for part in parts))


def _load(path: Path) -> _Manifest:
    try:
        return _Manifest.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), got=error, expected="a manifest that can be read") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {place}", got=first["input"] if isinstance(first["input"], str | int | float) else
                         None, expected=first["msg"].removeprefix("Input should be ").removeprefix("Value error, "),
                         do="mend this entry") from error
    except ValueError as error:
        raise InputError(str(path), got=error, expected="JSON") from error


def _truth(clip: _Clip, file: Path, where: str) -> ClipTruth:
    if clip.events is None:
        return load_truth(truth_path(file))
    if not (clip.width and clip.height and clip.fps and clip.duration_s):
        raise InputError(where, got="events without width, height, fps and duration_s", expected="all of these",
                         do=f"add them, or leave events out and write {truth_path(file).name}")
    told = list(_events(clip, where))
    kinds = {event.kind for event in told}
    negative = tuple(dict.fromkeys(KINDS.get(kind, kind) for kind in clip.negative_for))
    for kind in negative:
        if kind in kinds:
            raise InputError(f"{where}.negative_for", got=kind, expected="kinds of which none happens",
                             do="leave it out, or its events")
    check_events(told, size_wh=(clip.width, clip.height), duration_s=clip.duration_s, negative_for=negative,
                 where=where)
    return ClipTruth(
        name=file.stem, events=tuple(sorted(told, key=lambda event: event.start_s)), size_wh=(clip.width, clip.height),
        fps=Fraction(clip.fps).limit_denominator(1001), n_frames=clip.frames or round(clip.fps * clip.duration_s),
        duration_s=clip.duration_s, negative_for=negative,
        timing_tolerance_s=clip.start_tolerance_s, end_tolerance_s=clip.end_tolerance_s, source=clip.source)


def _events(clip: _Clip, where: str) -> Iterator[TruthEvent]:
    for number, told in enumerate(clip.events or ()):
        here = f"{where}.events.{number}"
        start_s, end_s = told.window_s or (_first(told, _START), _first(told, _END))
        if start_s is None:
            raise InputError(here, got="no time", expected="window_s, t_rest, t_gone or t_s", do="add one")
        end_s = start_s if end_s is None else end_s
        if not start_s <= end_s <= (clip.duration_s or 0.0) + 1e-6:
            raise InputError(here, got=(start_s, end_s),
                             expected=f"start ≤ end ≤ {clip.duration_s} s, the clip's length")
        event = TruthEvent(kind=KINDS.get(told.type, told.type), start_s=start_s, end_s=end_s)
        if told.box is not None:
            left, top, width, height = told.box
            if not (width > 0.0 and height > 0.0):
                raise InputError(f"{here}.box", got=told.box, expected="left, top, width > 0, height > 0")
            event = replace(event, box_xyxy=(left, top, left + width, top + height), object_px=max(width, height))
        yield event


def _first(event: _Event, names: tuple[str, ...]) -> float | None:
    return next((value for name in names if (value := getattr(event, name)) is not None), None)
