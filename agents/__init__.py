"""Everything that looks or decides: detectors, policies and environments, each held to one contract."""

import gymnasium

from agents.check import check_detector
from agents.detections import Detection
from agents.detector import Detector, Stream
from agents.left_object import PROFILES, LeftObjectDetector, LeftObjectProfile
from agents.left_objects import make_left_object
from agents.motion import MotionDetector, MotionGate, MovingRegion
from agents.network import Network, load_network
from agents.people import Lookout
from agents.registry import detector_names, make_detector
from agents.street import StreetDetector
from agents.street_profile import STREET_PROFILES, StreetProfile
from agents.track import Track, Tracker
from agents.watching import DetectorError, NotStartedError, Post, Watch, level_of

for _name, _module in (("Dispatch", "dispatch"), ("Attention", "attention"), ("ControlRoom", "control_room")):
    gymnasium.register(f"watchfloor/{_name}-v0", entry_point=f"agents.env_{_module}:{_name}Env")

__all__ = [
    "PROFILES",
    "STREET_PROFILES",
    "Detection",
    "Detector",
    "DetectorError",
    "LeftObjectDetector",
    "LeftObjectProfile",
    "Lookout",
    "MotionDetector",
    "MotionGate",
    "MovingRegion",
    "Network",
    "NotStartedError",
    "Post",
    "Stream",
    "StreetDetector",
    "StreetProfile",
    "Track",
    "Tracker",
    "Watch",
    "check_detector",
    "detector_names",
    "level_of",
    "load_network",
    "make_detector",
    "make_left_object",
]
