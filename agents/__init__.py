"""Everything that looks or decides: detectors, policies and environments, each held to one contract."""

import gymnasium

from agents.check import check_detector
from agents.detector import Detector, Stream
from agents.left_object import PROFILES, LeftObjectDetector, LeftObjectProfile
from agents.motion import MotionDetector, MotionGate, MovingRegion
from agents.registry import detector_names, make_detector
from agents.watching import DetectorError, NotStartedError, Post, Watch, level_of

for _name, _module in (("Dispatch", "dispatch"), ("Attention", "attention"), ("ControlRoom", "control_room")):
    gymnasium.register(f"watchfloor/{_name}-v0", entry_point=f"agents.env_{_module}:{_name}Env")

__all__ = [
    "PROFILES",
    "Detector",
    "DetectorError",
    "LeftObjectDetector",
    "LeftObjectProfile",
    "MotionDetector",
    "MotionGate",
    "MovingRegion",
    "NotStartedError",
    "Post",
    "Stream",
    "Watch",
    "check_detector",
    "detector_names",
    "level_of",
    "make_detector",
]
