"""The city and its control room in simulated time: values in, an event log out."""

from sim.alerts import DrawnAlerts, draw_alerts, equipped_cameras
from sim.cases import Cases, make_cases
from sim.city import Cameras, City, LandUse, Roads
from sim.clock import Clock, SimClock
from sim.detector_model import DetectorModel, DetectorParameters, DetectorRow
from sim.engine import Snapshot, World
from sim.errors import InputError, ModelError, UnknownNameError, WatchfloorError
from sim.estimate import Estimate, make_estimate, paired_difference
from sim.glances import GlanceRoom, Glances, play_glances
from sim.input_records import (
    FeedReport,
    Injection,
    Input,
    InputKind,
    Order,
    Take,
    TileView,
    UnitReport,
    UnitStep,
    Verdict,
    Zoom,
)
from sim.inputs import inputs_of_lines, line_of_input
from sim.log import EventLog
from sim.look_policies import LookPolicy, NextLook, make_look_policy
from sim.measures import measure
from sim.policies import Decision, DispatchPolicy, make_dispatch_policy
from sim.records import Alert, Call, Dispatch, Disposition, Incident, Sighting, UnitState
from sim.refusal import Refusal
from sim.replicate import Arm, FalseRate, Run, replicate
from sim.scenario import Scenario
from sim.trace import Trace, draw_trace
from sim.travel import Travel

__all__ = [
    "Alert", "Arm", "Call", "Cameras", "Cases", "City", "Clock", "Decision", "DetectorModel", "DetectorParameters",
    "DetectorRow", "Dispatch", "DispatchPolicy", "Disposition", "DrawnAlerts", "Estimate", "EventLog", "FalseRate",
    "FeedReport", "GlanceRoom", "Glances", "Incident", "Injection", "Input", "InputError", "InputKind", "LandUse",
    "LookPolicy", "ModelError", "NextLook", "Order", "Refusal", "Roads", "Run", "Scenario", "Sighting", "SimClock",
    "Snapshot", "Take", "TileView", "Trace", "Travel", "UnitReport", "UnitState", "UnitStep", "UnknownNameError",
    "Verdict", "WatchfloorError", "World", "Zoom", "draw_alerts", "draw_trace", "equipped_cameras", "inputs_of_lines",
    "line_of_input", "make_cases", "make_dispatch_policy", "make_estimate", "make_look_policy", "measure",
    "paired_difference", "play_glances", "replicate",
]
