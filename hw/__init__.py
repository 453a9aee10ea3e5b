"""Pictures and the devices they come from: frames, sources, drawn scenes, samples, truth and the wall clock."""

from hw.check import check_source
from hw.clip import encode_clip
from hw.clock import WallClock
from hw.drawn import DrawnScene
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.frame import Frame, Picture
from hw.optics import Mount, View, pixels_on_target
from hw.ptz import Ptz, PtzDrive
from hw.samples import SAMPLES, Sample, SampleMismatchError, SampleUnavailableError, find_sample, locate_sample
from hw.scenes import SCENES, make_scene
from hw.schemes import SCHEMES, open_source
from hw.source import Source, SourceCounters, SourceState
from hw.truth import ClipTruth, TruthEvent, load_truth, truth_path, write_truth

__all__ = [
    "SAMPLES", "SCENES", "SCHEMES", "ClipTruth", "DrawnScene", "DrawnSource", "FileSource", "Frame", "Mount",
    "Picture", "Ptz", "PtzDrive", "Sample", "SampleMismatchError", "SampleUnavailableError", "Source",
    "SourceCounters", "SourceState", "TruthEvent", "View", "WallClock", "check_source", "encode_clip", "find_sample",
    "load_truth", "locate_sample", "make_scene", "open_source", "pixels_on_target", "truth_path", "write_truth",
]
