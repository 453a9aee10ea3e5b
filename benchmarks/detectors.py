"""The shipped detectors on real clips and drawn litter: what they find, what they get wrong, what a frame costs."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Literal

from agents.detector import Detector
from agents.people import Lookout
from agents.registry import make_detector
from benchmarks.average_precision import average_precision
from benchmarks.coco_check import coco_ap50
from benchmarks.drawn_tracks import TrackRow, follow_drawn
from benchmarks.known_boxes import BoxWatcher, load_boxes
from benchmarks.passage import run_passage
from benchmarks.truth import MatchRule, match_alerts
from hw.clip import encode_clip
from hw.drawing.conditions import make_condition
from hw.drawing.trials import litter_script
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.joined import JoinedSource
from hw.samples import SampleUnavailableError, locate_sample
from hw.scenes import SCENES, make_scene, stage_script
from hw.source import Source
from hw.truth import TruthEvent, load_truth

Progress = Callable[[int, int], None]
Only = Literal["clips", "drawn"]

THRIFTY_BIT_RATE = 136_000
GOP = 50
FPS = Fraction(10)
TRACKED = ("square", "market")
DRAWN_WH = (1280, 720)
LITTER_RULE = MatchRule(max_delay_s=20.0)
"""The hold time is over a group of pictures, and whoever dropped it has to leave."""

TARGETS_MS = {"left_object": 4.0, "left_object street": 4.0, "person": 9.0}
"""CPU milliseconds a frame, on one thread; of left_object at ``TARGET_WH``, so that larger pictures may take more."""
TARGET_WH = (640, 360)

_OPTIONS: Mapping[str, Mapping[str, object]] = {
    "left_object street": {"profile": "street"}, "crowd": {"enabled": True},
    "loiter": {"enabled": True, "dwell_s": 15.0},
}
_CLIPS: tuple[tuple[str, tuple[str, ...], Mapping[str, str]], ...] = (
    ("left_object", ("bottle",), {}), ("left_object", ("car",), {}), ("left_object street", ("car",), {}),
    ("left_object street", ("vtest",), {}), ("left_object street", ("dwell",), {}),
    ("loiter", ("dwell",), {"dwell": "loiter"}), ("fight", ("caviar_fightomd",), {}), ("fight", ("caviar_walk1",), {}),
    ("fight", ("caviar_walk3",), {}), ("fight", ("vtest",), {}), ("person_down", ("vtest",), {}),
    ("person_down", ("caviar_walk1", "caviar_fightomd", "caviar_browse2", "caviar_fall", "caviar_inchair"), {}),
)
"""Detector, clips joined end to end, and under which name the truth's kind is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRow:
    """A detector on real clips."""

    detector: str
    clips: str
    degraded: str
    n_events: int
    n_found: int
    n_false: int
    duration_s: float
    size_wh: tuple[int, int]
    n_frames: int
    cpu_ms_per_frame: float
    """Of the detector alone, the pixels it asks for included."""
    target_ms: float | None
    fps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxRow:
    """People's boxes on a real clip."""

    clip: str
    rate_hz: float
    phase: int
    """Frames left out at the start, so that another set of frames is really looked at."""
    n_people: int
    ap50: float | None
    coco_ap50: float | None
    """The same by faster-coco-eval; None where it is not here."""
    cpu_ms_per_frame: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LitterRow:
    """The street profile on drawn litter, or on a whole drawn scene."""

    scene: str
    object_px: float | None
    bit_rate: int | None
    """None where frames came as they were drawn."""
    condition: str
    seed: int
    n_events: int
    n_found: int
    n_false: int
    camera_h: float
    size_wh: tuple[int, int]
    cpu_ms_per_frame: float
    """Of the detector alone, its network included."""


_Row = ClipRow | BoxRow | LitterRow | TrackRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorBench:
    """All that was measured; skipped clips are named, not forgotten."""

    clips: tuple[ClipRow, ...]
    boxes: tuple[BoxRow, ...]
    litter: tuple[LitterRow, ...]
    tracks: tuple[TrackRow, ...]
    skipped: tuple[str, ...]


def measure_detectors(*, only: Only | None = None, seed: int = 21, progress: Progress | None = None) -> DetectorBench:
    """Measure the shipped detectors.

    Args:
        only: real clips, or drawn scenes; both if None.
        seed: of drawn scenes; the profiles were set on seed 1.
        progress: told of finished parts.
    """
    parts: list[Callable[[], _Row]] = []
    if only != "drawn":
        parts += [partial(_on_clips, *clip) for clip in _CLIPS]
        parts += [partial(_boxes, phase) for phase in (0, 1)]
    if only != "clips":
        parts += [partial(_on_litter, px, rate, seed) for px in (2.0, 3.0) for rate in (None, THRIFTY_BIT_RATE)]
        parts.append(partial(_on_litter, 3.0, THRIFTY_BIT_RATE, seed, TARGET_WH))
        parts += [partial(_on_scene, name, THRIFTY_BIT_RATE, seed) for name in SCENES if name != "street_corner"]
        parts += [partial(follow_drawn, name, seed=seed) for name in TRACKED]
    rows: list[_Row] = []
    skipped = []
    for number, part in enumerate(parts):
        try:
            rows.append(part())
        except SampleUnavailableError as missing:
            skipped.append(str(missing))
        if progress is not None:
            progress(number + 1, len(parts))
    return DetectorBench(clips=tuple(row for row in rows if isinstance(row, ClipRow)),
                         boxes=tuple(row for row in rows if isinstance(row, BoxRow)),
                         litter=tuple(row for row in rows if isinstance(row, LitterRow)),
                         tracks=tuple(row for row in rows if isinstance(row, TrackRow)), skipped=tuple(skipped))


def _make(label: str) -> Detector:
    return make_detector(label.split()[0], **_OPTIONS.get(label, {}))


def _on_clips(label: str, names: Sequence[str], renamed: Mapping[str, str]) -> ClipRow:
    detector = _make(label)
    source = JoinedSource([locate_sample(name) for name in names])
    events: list[TruthEvent] = []
    began_s = 0.0
    for name in names:
        truth = load_truth(name)
        events += [dataclasses.replace(event, kind=renamed.get(event.kind, event.kind), start_s=event.start_s + began_s,
                                       end_s=event.end_s + began_s) for event in truth.events]
        began_s += truth.duration_s
    kinds = set(getattr(detector, "kinds", ()))
    if label == "loiter":
        events = [event for event in events if event.end_s - event.start_s >= 15.0]
    events = [event for event in events if event.kind in kinds]
    passage = run_passage(source, detector)
    matching = match_alerts(events, passage.alerts, MatchRule(tolerance_s=0.6))
    return ClipRow(
        detector=label, clips=" + ".join(names), degraded=str(getattr(detector, "degraded", "")), n_events=len(events),
        n_found=len(matching.hits), n_false=len(matching.false_alarms), duration_s=passage.duration_s,
        size_wh=passage.size_wh, n_frames=passage.n_frames, target_ms=TARGETS_MS.get(label),
        cpu_ms_per_frame=1000.0 * passage.detect.cpu_s / passage.n_frames, fps=float(passage.fps or 0))


def _boxes(phase: int) -> BoxRow:
    """Follow people in vtest and score the boxes at the frames whose people are known, looked at or predicted."""
    rate_hz = 5.0
    truth = load_boxes("vtest")
    watcher = BoxWatcher(Lookout(rate_hz=rate_hz), frames=set(truth.frames), phase=phase)
    passage = run_passage(FileSource(locate_sample("vtest")), watcher)
    frames = {index: boxes for index, boxes in truth.frames.items() if index > 10}
    return BoxRow(clip="vtest", rate_hz=rate_hz, phase=phase, n_people=sum(map(len, frames.values())),
                  ap50=average_precision(watcher.found, frames, ignore=truth.ignore),
                  coco_ap50=coco_ap50(watcher.found, frames, ignore=truth.ignore),
                  cpu_ms_per_frame=1000.0 * passage.detect.cpu_s / passage.n_frames)


def _on_litter(object_px: float, bit_rate: int | None, seed: int, size_wh: tuple[int, int] = DRAWN_WH) -> LitterRow:
    script = litter_script(object_px=object_px, n=5, every_s=13.0, size_wh=size_wh)
    scene = stage_script(script, seed=seed, condition=make_condition("day"))
    row = _on_drawn(lambda: DrawnSource(scene, fps=FPS, size_wh=size_wh), bit_rate, scene=scene.name, seed=seed)
    return dataclasses.replace(row, object_px=object_px)


def _on_scene(name: str, bit_rate: int | None, seed: int) -> LitterRow:
    scene = make_scene(name, seed=seed, condition="day")
    return _on_drawn(lambda: DrawnSource(scene, fps=FPS), bit_rate, scene=name, seed=seed)


def _on_drawn(draw: Callable[[], DrawnSource], bit_rate: int | None, *, scene: str, seed: int) -> LitterRow:
    detector = _make("left_object street")
    truth = draw().truth()
    with tempfile.TemporaryDirectory() as folder:
        source: Source = draw()
        if bit_rate is not None:
            path = Path(folder, "drawn.mp4")
            encode_clip(source, path, bit_rate=bit_rate, gop=GOP)
            source = FileSource(path)
        passage = run_passage(source, detector)
    events = [event for event in truth.events if event.kind in getattr(detector, "kinds", ())]
    matching = match_alerts(events, passage.alerts, LITTER_RULE)
    return LitterRow(
        scene=scene, object_px=None, bit_rate=bit_rate, condition="day", seed=seed, n_events=len(events),
        n_found=len(matching.hits), n_false=len(matching.false_alarms), camera_h=passage.duration_s / 3600.0,
        size_wh=passage.size_wh,
        cpu_ms_per_frame=1000.0 * passage.detect.cpu_s / passage.n_frames)
