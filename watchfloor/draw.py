"""The command that draws a scene as a clip, with its truth beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from hw.boxes_file import boxes_path, write_boxes
from hw.clip import encode_clip
from hw.drawing.conditions import Condition, make_condition
from hw.drawn_source import DrawnSource
from hw.frame import Frame
from hw.optics import View
from hw.ptz import Ptz
from hw.scenes import make_scene
from hw.source import SourceCounters
from hw.truth import truth_path, write_truth
from sim.errors import InputError
from sim.input_records import SourceState
from watchfloor.show import Advance, Show

LEAST_BIT_RATE = 8_000
MOST_BIT_RATE = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOptions:
    """What is drawn, and how it is written."""

    scene: str
    out: Path
    seconds: float | None = None
    bitrate: str = "2M"
    gop: int = 50
    fps: str = "25"
    condition: str | None = None
    size: str | None = None
    seed: int = 0
    photo: Path | None = None
    view: str | None = None
    height_m: float | None = None
    """Of the camera; the scene's own if None."""
    blur_px: float | None = None
    """Of the lens, and ``noise_grey`` of the sensor; the condition's own if None."""
    noise_grey: float | None = None
    tour: bool = False
    """Visit the scene's presets, one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnClip:
    """What was written."""

    scene: str
    condition: str
    seed: int
    clip: Path
    truth: Path
    boxes: Path
    n_frames: int
    n_events: int
    n_boxes: int
    bit_rate: int
    gop: int
    size_bytes: int
    luma_sha256: str
    """Of every frame's brightness as drawn, before it was compressed: the same seed gives the same."""


def draw_clip(options: DrawOptions, *, show: Show) -> DrawnClip:
    """Draw a scene, write the clip, its truth and its table of boxes, and say what was written.

    Raises:
        InputError: if something cannot be drawn or written as asked.
    """
    bit_rate, size_wh = parse_bit_rate(options.bitrate), parse_size(options.size)
    view = parse_view(options.view)
    scene = make_scene(options.scene, seed=options.seed, condition=_condition(options), photo=options.photo,
                       height_m=options.height_m, view=None if options.photo is None else view)
    seconds = scene.duration_s if options.seconds is None else options.seconds
    if not 0.0 < seconds <= scene.duration_s:
        raise InputError("--seconds", got=seconds, expected=f"more than 0, at most the scene's {scene.duration_s:g}")
    ptz = _make_tour(scene.view, scene.presets, seconds) if options.tour else None
    if options.tour and view is not None:
        raise InputError("--view", got=options.view, expected="nothing beside --tour", do="leave one of them out")
    source = DrawnSource(scene, fps=_parse_fps(options.fps), duration_s=seconds, size_wh=size_wh, view=view, ptz=ptz)
    scene.check_view(source.view_at(0.0), source.size_wh)
    truth = source.truth()
    if not options.out.parent.is_dir():
        raise InputError(str(options.out), got="no such folder", expected="a file in a folder that exists",
                         do="make the folder first")
    with show.progress(f"draw {scene.name}", "frames") as advance:
        watched = _Digested(source, advance)
        n_frames = encode_clip(watched, options.out, bit_rate=bit_rate, gop=options.gop)
    write_truth(truth, truth_path(options.out))
    n_boxes = write_boxes(source, boxes_path(options.out))
    drawn = DrawnClip(
        scene=scene.name, condition=scene.condition.name, seed=options.seed, clip=options.out,
        truth=truth_path(options.out), boxes=boxes_path(options.out), n_frames=n_frames, n_events=len(truth.events),
        n_boxes=n_boxes, bit_rate=bit_rate, gop=options.gop, size_bytes=options.out.stat().st_size,
        luma_sha256=watched.digest())
    show.line(f"{drawn.clip}: {n_frames} frames, {8e-3 * drawn.size_bytes / seconds:.0f} kbit/s, "
              f"key frame every {options.gop}")
    show.line(f"{drawn.truth}: {drawn.n_events} events; {drawn.boxes}: {n_boxes} boxes")
    show.line(f"luma sha256 {drawn.luma_sha256}")
    return drawn


def _condition(options: DrawOptions) -> Condition | None:
    """Return light and weather with the lens and the sensor that were asked for; None for the scene's own day."""
    if options.condition is None and options.blur_px is None and options.noise_grey is None:
        return None
    condition = make_condition(options.condition or "day")
    if options.blur_px is not None:
        condition = replace(condition, name=f"{condition.name}, blur {options.blur_px:g} px", blur_px=options.blur_px)
    if options.noise_grey is not None:
        condition = replace(condition, name=f"{condition.name}, noise {options.noise_grey:g} grey levels",
                            noise_sd=options.noise_grey)
    return condition


def parse_bit_rate(text: str) -> int:
    """Turn "136k", "2M" or "500000" into bits per second.

    Raises:
        InputError: if it is no rate, or one that no encoder keeps.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kM]?)", text.strip())
    bit_rate = round(float(match[1]) * {"": 1, "k": 1000, "M": 1_000_000}[match[2]]) if match else 0
    if not LEAST_BIT_RATE <= bit_rate <= MOST_BIT_RATE:
        raise InputError("--bitrate", got=text, expected="bits per second from 8k to 200M", do="for example 136k or 2M")
    return bit_rate


def parse_size(text: str | None) -> tuple[int, int] | None:
    """Turn "1280x720" into (width, height).

    Raises:
        InputError: if it is no size that H.264 can carry.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip())
    size_wh = (int(match[1]), int(match[2])) if match else (0, 0)
    if min(size_wh) < 64 or max(size_wh) > 4096 or size_wh[0] % 2 or size_wh[1] % 2:
        raise InputError("--size", got=text, expected="an even WIDTHxHEIGHT from 64 to 4096", do="for example 1280x720")
    return size_wh


def parse_view(text: str | None) -> View | None:
    """Turn "pan,tilt,hfov" in degrees into a view.

    Raises:
        InputError: if it is not three numbers.
    """
    if text is None:
        return None
    try:
        pan_deg, tilt_deg, hfov_deg = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError("--view", got=text, expected="PAN,TILT,HFOV in degrees", do="for example 10,-20,5") from error
    return View(pan_deg=pan_deg, tilt_deg=tilt_deg, hfov_deg=hfov_deg)


def _parse_fps(text: str) -> Fraction:
    try:
        fps = Fraction(text)
    except (ValueError, ZeroDivisionError):
        fps = Fraction(0)
    if not 1 <= fps <= 120:
        raise InputError("--fps", got=text, expected="frames per second from 1 to 120",
                         do="for example 25 or 30000/1001")
    return fps


def _make_tour(home: View, presets: tuple[View, ...], seconds: float) -> Ptz:
    if not presets:
        raise InputError("--tour", expected="a scene with presets", do="take another scene, or --view")
    ptz = Ptz(home)
    stops = [*presets, home]
    for number, view in enumerate(stops):
        ptz.go(view, t_s=seconds * (number + 1) / (len(stops) + 1))
    return ptz


class _Digested:
    """A drawn source that hashes the brightness of every frame it passes on."""

    def __init__(self, source: DrawnSource, advance: Advance) -> None:
        self._source = source
        self._advance = advance
        self._hash = hashlib.sha256()

    @property
    def size_wh(self) -> tuple[int, int]:
        return self._source.size_wh

    @property
    def fps(self) -> Fraction:
        return self._source.fps

    @property
    def state(self) -> SourceState:
        return self._source.state

    @property
    def counters(self) -> SourceCounters:
        return self._source.counters

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._source:
            self._hash.update(frame.luma().tobytes())
            self._advance(frame.index + 1, self._source.n_frames)
            yield frame

    def close(self) -> None:
        self._source.close()

    def digest(self) -> str:
        return self._hash.hexdigest()
