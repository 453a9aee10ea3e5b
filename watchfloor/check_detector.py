"""The command that runs the conformance suite over a detector by name, and tells what it says of itself."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from agents.check import check_detector
from agents.detector import Detector, Stream
from agents.registry import detector_names, make_detector
from agents.watching import DetectorError, Watch
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.frame import Frame
from hw.samples import SAMPLES, locate_sample
from hw.scenes import SCENES, make_scene
from hw.source import Source
from sim.errors import ConformanceError, UnknownNameError
from watchfloor.show import Show

_SIZE_WH = (480, 270)
_FPS = Fraction(5)
_MOST_BYTES = 600 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDetector:
    """A detector that kept the contract."""

    name: str
    kinds: tuple[str, ...]
    pixels: str
    working_size_wh: tuple[int, int] | None
    degraded: str
    """Why it works with less than it was made for; empty if it does not."""
    on: str
    n_frames: int
    n_alerts: int
    """Of the frames; if none, the rules about alerts were not tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDetector:
    """What a detector says of itself."""

    name: str
    kinds: tuple[str, ...]
    claim: str
    """``alert``: it says that something happened; ``attention cue``: it only says where to look."""
    about: str
    """The first sentence of its own words."""


def check_by_name(name: str, *, options: Mapping[str, object], on: str, seconds: float, show: Show) -> CheckedDetector:
    """Run the conformance suite over a detector.

    Args:
        name: by which the registry makes it.
        options: for it.
        on: a drawn scene's name, a sample's or a video file.
        seconds: of it.

    Raises:
        ConformanceError: naming the first rule that is broken.
        WatchfloorError: if there is no such detector, option or clip.
    """
    make_detector(name, **options)
    source = _open(on)
    frames = _take(source, seconds)
    stream = Stream(camera_id=frames[0].camera_id, size_wh=frames[0].size_wh, fps=source.fps)
    detector = make_detector(name, **options)
    watch = Watch(detector, stream)
    with show.progress(f"{name} on {on}", "frames") as advance:
        n_alerts = 0
        for number, frame in enumerate(frames):
            n_alerts += _n_claims(watch, frame)
            advance(number + 1, len(frames))
    show.line(f"{name}: the suite runs these {len(frames)} frames through it several times")
    check_detector(lambda: make_detector(name, **options), frames, stream, min_alerts=0)
    checked = CheckedDetector(
        name=detector.name, kinds=tuple(getattr(detector, "kinds", ())), pixels=detector.pixels,
        working_size_wh=detector.working_size_wh, degraded=str(getattr(detector, "degraded", "")), on=on,
        n_frames=len(frames), n_alerts=n_alerts)
    _tell(checked, show)
    return checked


def _n_claims(watch: Watch, frame: Frame) -> int:
    try:
        return len(watch.update(frame))
    except DetectorError as error:
        raise ConformanceError(str(error)) from error


def list_detectors() -> list[KnownDetector]:
    """Return what every known detector says of itself."""
    known = []
    for name in detector_names():
        try:
            detector = _make_plainly(name)
        except Exception as error:  # a foreign package may fail in any way; the others are listed all the same
            known.append(KnownDetector(name=name, kinds=(), claim="", about=f"cannot be made: {error}"))
            continue
        known.append(KnownDetector(name=name, kinds=tuple(getattr(detector, "kinds", ())), about=_about(detector),
                                   claim=str(getattr(detector, "claim", "alert"))))
    return known


def _make_plainly(name: str) -> Detector:
    """Make a detector, switched on, and without fetching a network's weights where it can do without them."""
    for options in ({"network": "none", "enabled": True}, {"network": "none"}):
        try:
            return make_detector(name, **options)
        except UnknownNameError:
            continue
    return make_detector(name)


def _about(detector: Detector) -> str:
    words = inspect.getdoc(type(detector)) or ""
    return " ".join(words.split("\n\n")[0].split())


def _open(on: str) -> Source:
    if on in SCENES:
        return DrawnSource(make_scene(on, seed=1), fps=_FPS, size_wh=_SIZE_WH)
    return FileSource(locate_sample(on) if on in SAMPLES else on)


def _take(source: Source, seconds: float) -> list[Frame]:
    """Return the frames of the first seconds, no more than fit into memory; a decoder's frames keep their pixels."""
    frames: list[Frame] = []
    size = source.size_wh[0] * source.size_wh[1] * 4
    for frame in source:
        is_late = frame.pts_s is not None and frame.pts_s >= seconds
        if is_late or (len(frames) + 1) * size > _MOST_BYTES:
            break
        frame.luma()
        frames.append(frame)
    source.close()
    return frames


def _tell(checked: CheckedDetector, show: Show) -> None:
    show.line(f"{checked.name} keeps the contract: {checked.n_frames} frames of {checked.on}, "
              f"{checked.n_alerts} alerts, asks for {checked.pixels} at {checked.working_size_wh}")
    if checked.n_alerts == 0:
        show.warn("it raised nothing here, so the rules about alerts were not tried; name frames that make it raise: "
                  "--on FILE")
    if checked.degraded:
        show.warn(f"{checked.name}: {checked.degraded}")
