"""What truly happens in a clip: events with their instants, boxes and sizes, from JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sim.errors import InputError, UnknownNameError

SCHEMA = "watchfloor.truth/1"
SUFFIX = ".truth.json"
"""A clip's truth lies beside it: ``yard.mp4`` has ``yard.mp4.truth.json``."""
_EDGE_PX = 1.0
"""A box may reach this far over the picture's edge, as rounding makes it …"""
_EDGE_S = 1e-6
"""… and an event so far over the clip's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthEvent:
    """One thing that truly happens in view."""

    kind: str
    start_s: float
    """Presentation time. ``object_placed``: the object comes to rest; ``object_removed``: it leaves its place;
    ``litter``: the hand lets go."""
    end_s: float
    """``object_placed``: the hand lets go; ``object_removed``: equal to ``start_s``; ``litter``: it lies still."""
    box_xyxy: tuple[float, float, float, float] | None = None
    """Pixels (left, top, right, bottom) in the picture as shown; None where only the time is known."""
    object_px: float | None = None
    """Pixels on target: the longer side of the object, which is the height of what stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipTruth:
    """All that is known of one clip."""

    name: str
    events: tuple[TruthEvent, ...]
    """In order of start."""
    size_wh: tuple[int, int]
    """Pixels of the picture in which the boxes are given."""
    fps: Fraction
    n_frames: int
    duration_s: float
    negative_for: tuple[str, ...]
    """Kinds of which it is known that none happens: every alert of these kinds is false."""
    timing_tolerance_s: float
    """How far a start may be from the truth."""
    end_tolerance_s: float
    """How far an end may be from the truth."""
    source: str
    """Where the clip and its truth come from, and the licence."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of events that happen, in alphabetical order."""
        return tuple(sorted({event.kind for event in self.events}))


_Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
_Pixels = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class _EventSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[str, Field(min_length=1)]
    start_s: _Seconds
    end_s: _Seconds
    box_xyxy: tuple[_Pixels, _Pixels, _Pixels, _Pixels] | None = None
    object_px: Annotated[float, Field(gt=0.0)] | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> _EventSchema:
        if self.end_s < self.start_s:
            raise ValueError(f"expected end_s ≥ start_s = {self.start_s}, got {self.end_s}")
        box = self.box_xyxy
        if box is not None and not (box[0] < box[2] and box[1] < box[3]):
            raise ValueError("expected box_xyxy as left < right and top < bottom")
        return self


class _ClipSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: Annotated[Literal["watchfloor.truth/1"], Field(alias="schema")]
    name: str
    source: str = "not stated"
    size_wh: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]]
    fps: Fraction
    n_frames: Annotated[int, Field(gt=0)]
    duration_s: Annotated[float, Field(gt=0.0)]
    negative_for: tuple[str, ...] = ()
    timing_tolerance_s: _Seconds = 0.0
    end_tolerance_s: _Seconds | None = None
    events: tuple[_EventSchema, ...]

    @field_validator("fps", mode="before")
    @classmethod
    def _as_fraction(cls, value: object) -> Fraction:
        try:
            fps = Fraction(value) if isinstance(value, str | int | float) else Fraction(0)
        except (ValueError, ZeroDivisionError, OverflowError):
            fps = Fraction(0)
        if fps <= 0:
            raise ValueError('expected frames per second as "30000/1001" or a number > 0')
        return fps


def load_truth(name_or_path: str | Path) -> ClipTruth:
    """Load what truly happens in a clip.

    Args:
        name_or_path: a sample's name ("bottle"), a clip that has ``CLIP.truth.json`` beside it, or that JSON file.

    Raises:
        UnknownNameError: if a bare name is no sample's.
        InputError: if the file is missing or is not valid.
    """
    text = str(name_or_path)
    if text in truth_names():
        packaged = resources.files("hw").joinpath("data", "truth", f"{text}.json")
        return parse_truth(packaged.read_text(encoding="utf-8"), where=f"truth of {text}")
    path = Path(name_or_path)
    if isinstance(name_or_path, str) and path.name == text and not path.suffix and not path.exists():
        raise UnknownNameError("truth", got=text, known=truth_names())
    if path.suffix != ".json":
        path = truth_path(path)
    try:
        return parse_truth(path.read_text(encoding="utf-8"), where=str(path))
    except FileNotFoundError as error:
        raise InputError(str(path), got="no such file", expected=f"the clip's truth in {SCHEMA}",
                         do="write it with watchfloor label CLIP") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), got=error, expected=f"a JSON file in {SCHEMA}") from error


def truth_path(clip: str | Path) -> Path:
    """Return where a clip's truth lies: beside it."""
    return Path(f"{clip}{SUFFIX}")


def truth_names() -> tuple[str, ...]:
    """Return the samples whose truth travels with the package."""
    folder = resources.files("hw").joinpath("data", "truth")
    return tuple(sorted(item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json")))


def parse_truth(text: str, *, where: str) -> ClipTruth:
    """Turn JSON text into a clip's truth.

    Args:
        text: JSON.
        where: named in errors, usually the file.

    Raises:
        InputError: naming the first wrong entry.
    """
    try:
        clip = _ClipSchema.model_validate_json(text)
    except ValidationError as error:
        raise _first_error(error, where) from error
    told = [TruthEvent(**event.model_dump()) for event in clip.events]
    check_events(told, size_wh=clip.size_wh, duration_s=clip.duration_s, negative_for=clip.negative_for, where=where)
    events = sorted(told, key=lambda event: event.start_s)
    return ClipTruth(
        name=clip.name, events=tuple(events), size_wh=clip.size_wh, fps=clip.fps, n_frames=clip.n_frames,
        duration_s=clip.duration_s, negative_for=clip.negative_for, timing_tolerance_s=clip.timing_tolerance_s,
        end_tolerance_s=clip.timing_tolerance_s if clip.end_tolerance_s is None else clip.end_tolerance_s,
        source=clip.source,
    )


def write_truth(truth: ClipTruth, path: str | Path) -> None:
    """Write a clip's truth as JSON that :func:`load_truth` reads."""
    content = {
        "schema": SCHEMA,
        **{name: getattr(truth, name) for name in ("name", "source", "size_wh", "n_frames", "duration_s")},
        "fps": str(truth.fps),
        **{name: getattr(truth, name) for name in ("negative_for", "timing_tolerance_s", "end_tolerance_s")},
        "events": [{name: getattr(event, name) for name in TruthEvent.__slots__} for event in truth.events],
    }
    Path(path).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def check_events(events: Sequence[TruthEvent], *, size_wh: tuple[int, int], duration_s: float,
                 negative_for: Sequence[str], where: str) -> None:
    """Check that each event lies in the clip and the picture, and that one with a box is told once.

    Args:
        events: in the order of their file.
        size_wh: pixels of the picture in which the boxes are given.
        duration_s: of the clip.
        negative_for: kinds of which none happens.
        where: named in errors, usually the file.

    Raises:
        InputError: naming the first that does not.
    """
    width, height = size_wh
    seen: dict[TruthEvent, int] = {}
    for number, event in enumerate(events):
        box, first = event.box_xyxy, seen.setdefault(event, number)
        rules: tuple[tuple[str, object, bool, str], ...] = (
            ("end_s", event.end_s, event.end_s <= duration_s + _EDGE_S, f"at most duration_s = {duration_s}"),
            ("kind", event.kind, event.kind not in negative_for, "none of negative_for, which do not happen"),
            ("box_xyxy", box, box is None or (
                min(box) >= -_EDGE_PX and box[2] <= width + _EDGE_PX and box[3] <= height + _EDGE_PX),
             f"a box within the picture, {width} × {height}"),
        )
        for field, value, holds, expected in rules:
            if not holds:
                raise InputError(f"{where}: events.{number}.{field}", got=value, expected=expected,
                                 do="mend this entry")
        if first != number and box is not None:
            raise InputError(f"{where}: events.{number}", got=f"the same as events.{first}",
                             expected="each event once", do="leave one out")


def _first_error(error: ValidationError, where: str) -> InputError:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return InputError(where, got=first["msg"].removeprefix("Invalid JSON: "), expected="JSON", do="mend the file")
    place = ".".join(str(part) for part in first["loc"])
    got = first["input"] if isinstance(first["input"], str | int | float) and place else None
    expected = first["msg"].removeprefix("Value error, ")
    expected = expected.removeprefix("expected ").removeprefix("Input should be ")
    if first["type"] == "extra_forbidden":
        expected = "only the keys of " + SCHEMA
    return InputError(f"{where}: {place}" if place else where, got=got, expected=expected,
                      do="mend this entry" if place else "see the schema " + SCHEMA)
