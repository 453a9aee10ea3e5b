"""Pictures and the devices they come from: frames, sources, live feeds, drawn scenes, samples, truth, clock."""

from hw.access_log import Access, AccessAction, AccessLog, make_access
from hw.archive import Archive, Recording
from hw.check import check_source
from hw.clip import encode_clip
from hw.clock import WallClock
from hw.connection import FeedError
from hw.credentials import redact
from hw.discovery import DiscoveredCamera, Discovery, discover
from hw.drawn import DrawnScene
from hw.drawn_source import DrawnSource
from hw.feed_role import FeedRole
from hw.feeds import Feed, choose_streams, load_feeds
from hw.file import FileSource
from hw.frame import Frame, Picture
from hw.health import CameraHealth, Tamper, TamperEvent
from hw.hub import Hub
from hw.image_folder import FolderSource
from hw.mask import MotionMask
from hw.metrics import WatchedFeed, metrics_text, serve_metrics
from hw.notice import FeedNotice, NoticeKind
from hw.onvif import OnvifCamera, OnvifProfile, OnvifSource
from hw.optics import Mount, View, pixels_on_target
from hw.ptz import Ptz, PtzDrive
from hw.recorded_source import RecordedSource
from hw.recorder import FrameRecorder, PacketRecorder, RecordingPlan
from hw.samples import SAMPLES, Sample, SampleMismatchError, SampleUnavailableError, find_sample, locate_sample
from hw.scenes import SCENES, make_scene
from hw.schemes import SCHEMES, LiveOptions, open_source
from hw.source import Source, SourceCounters
from hw.stream import StreamSource
from hw.truth import ClipTruth, TruthEvent, load_truth, truth_path, write_truth
from sim.input_records import SourceState

__all__ = [
    "SAMPLES", "SCENES", "SCHEMES", "Access", "AccessAction", "AccessLog", "Archive", "CameraHealth", "ClipTruth",
    "DiscoveredCamera", "Discovery", "DrawnScene", "DrawnSource", "Feed", "FeedError", "FeedNotice", "FeedRole",
    "FileSource", "FolderSource", "Frame", "FrameRecorder", "Hub", "LiveOptions", "MotionMask", "Mount", "NoticeKind",
    "OnvifCamera", "OnvifProfile", "OnvifSource", "PacketRecorder", "Picture", "Ptz", "PtzDrive", "RecordedSource",
    "Recording", "RecordingPlan", "Sample", "SampleMismatchError", "SampleUnavailableError", "Source",
    "SourceCounters", "SourceState", "StreamSource", "Tamper", "TamperEvent", "TruthEvent", "View", "WallClock",
    "WatchedFeed", "check_source", "choose_streams", "discover", "encode_clip", "find_sample", "load_feeds",
    "load_truth", "locate_sample", "make_access", "make_scene", "metrics_text", "open_source", "pixels_on_target",
    "redact", "serve_metrics", "truth_path", "write_truth",
]
