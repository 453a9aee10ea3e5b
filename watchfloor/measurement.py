"""A detector measured on a clip: which clip, how well, how fast, and the model it becomes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from agents.registry import make_detector
from benchmarks.accuracy import Accuracy, measure_accuracy
from benchmarks.model import make_detector_model
from benchmarks.throughput import Throughput, measure_throughput
from hw.clip import encode_clip
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.samples import SAMPLES, SampleUnavailableError, locate_sample
from hw.scenes import make_scene
from hw.truth import ClipTruth, load_truth, truth_path, write_truth
from sim.detector_model import DetectorModel
from sim.errors import InputError
from watchfloor.show import Show

KIND_MAP = {"object_placed": "litter"}
"""An assumption: that putting an object down on a table is detected as dropping litter in a street would be."""

FALL_BACK_SCENE = "street_corner"
FALL_BACK_FPS = Fraction(25, 2)
FALL_BACK_BIT_RATE = 600_000
FALL_BACK_GOP = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A video with its truth."""

    name: str
    path: Path
    truth: ClipTruth
    is_drawn: bool
    """True where no real clip could be had and a drawn scene stands in for it."""
    source: str
    """Where the pictures come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What was measured on one clip."""

    clip: Clip
    accuracy: Accuracy
    throughput: Throughput
    model: DetectorModel


def find_clip(name_or_file: str, show: Show, *, seed: int = 0) -> Clip:
    """Return a clip by sample name or path; a sample that cannot be had is replaced by a drawn scene, and said so.

    ``seed`` draws that scene.

    Raises:
        UnknownNameError: if a bare name is no sample's.
        InputError: if a file is missing or has no truth beside it.
    """
    path = Path(name_or_file)
    if name_or_file not in SAMPLES and (path.suffix or path.exists()):
        return Clip(name=path.name, path=path, truth=load_truth(path), is_drawn=False, source=str(path))
    try:
        path = locate_sample(name_or_file)
    except SampleUnavailableError as missing:
        show.warn(f"{missing}")
        show.warn("no real clip can be had: a DRAWN, SYNTHETIC scene stands in; its figures say nothing of real video")
        return _drawn_clip(seed)
    truth = load_truth(name_or_file)
    return Clip(name=name_or_file, path=path, truth=truth, is_drawn=False, source=truth.source)


def _drawn_clip(seed: int) -> Clip:
    folder = Path(tempfile.mkdtemp(prefix="watchfloor-"))
    path = folder / f"{FALL_BACK_SCENE}.mp4"
    source = DrawnSource(make_scene(FALL_BACK_SCENE, seed=seed), fps=FALL_BACK_FPS)
    encode_clip(source, path, bit_rate=FALL_BACK_BIT_RATE, gop=FALL_BACK_GOP)
    write_truth(source.truth(), truth_path(path))
    return Clip(name=f"drawn:{FALL_BACK_SCENE}", path=path, truth=load_truth(path), is_drawn=True,
                source="drawn by watchfloor (SYNTHETIC), encoded as H.264")


def measure_clip(detector: str, *, clip: str, profile: str, show: Show, seed: int = 0) -> Measurement:
    """Run a detector over a clip and make a detector model of what was counted.

    Raises:
        UnknownNameError: if there is no such detector, profile or clip.
        InputError: if the clip cannot be used, or its truth does not judge this detector.
    """
    made = make_detector(detector, profile=profile) if detector == "left_object" else make_detector(detector)
    video = find_clip(clip, show, seed=seed)
    with show.progress(f"{detector} on {video.name}", "frames") as advance:
        accuracy = measure_accuracy(FileSource(video.path), made, video.truth, progress=advance)
    kind_map = {kind: incident for kind, incident in KIND_MAP.items()
                if any(count.kind == kind for count in accuracy.kinds)}
    if not kind_map:
        judged = ", ".join(count.kind for count in accuracy.kinds) or "nothing"
        raise InputError(f"--detector {detector} on {video.name}", got=f"{judged} judged",
                         expected="a clip whose truth tells of " + " or ".join(KIND_MAP),
                         do="choose another clip, or measure with bench detector")
    with show.progress(f"speed on {video.name}", "frames") as advance:
        throughput = measure_throughput(lambda: FileSource(video.path), detectors=("motion", detector),
                                        progress=advance)
    model = make_detector_model(accuracy, name=f"{detector}-{video.name}", kind_map=kind_map, clips=[video.path])
    return Measurement(clip=video, accuracy=accuracy, throughput=throughput, model=model)
