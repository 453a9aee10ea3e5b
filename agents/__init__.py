"""Everything that looks or decides: detectors, policies and environments, each held to one contract.

What is named here is imported when it is asked for: a worker process starts with what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import gymnasium

if TYPE_CHECKING:
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

_HOMES = {
    "agents.check": ("check_detector",),
    "agents.detections": ("Detection",),
    "agents.detector": ("Detector", "Stream"),
    "agents.left_object": ("PROFILES", "LeftObjectDetector", "LeftObjectProfile"),
    "agents.left_objects": ("make_left_object",),
    "agents.motion": ("MotionDetector", "MotionGate", "MovingRegion"),
    "agents.network": ("Network", "load_network"),
    "agents.people": ("Lookout",),
    "agents.registry": ("detector_names", "make_detector"),
    "agents.street": ("StreetDetector",),
    "agents.street_profile": ("STREET_PROFILES", "StreetProfile"),
    "agents.track": ("Track", "Tracker"),
    "agents.watching": ("DetectorError", "NotStartedError", "Post", "Watch", "level_of"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


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
