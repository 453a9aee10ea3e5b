"""Detectors by entry point and name, so that a worker process can build its own from a name and options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from typing import TypeAlias

from agents.detector import Detector
from agents.identity import check_no_identity
from agents.installed import installed_points
from agents.watching import DetectorError, blaming
from sim.errors import UnknownNameError

ENTRY_POINT_GROUP = "watchfloor.detectors"

_KINDS_OF_THINGS = "a detector that finds kinds of things and events"

DetectorFactory: TypeAlias = Callable[..., Detector]
"""Takes the detector's options by keyword."""

_SHIPPED: Mapping[str, EntryPoint] = {name: EntryPoint(name, value, ENTRY_POINT_GROUP) for name, value in {
    "bag": "agents.things:BagDetector",
    "bottle": "agents.things:BottleDetector",
    "crowd": "agents.crowd:CrowdDetector",
    "fight": "agents.fight:FightDetector",
    "left_object": "agents.left_objects:make_left_object",
    "line": "agents.crossing:LineDetector",
    "loiter": "agents.loiter:LoiterDetector",
    "motion": "agents.motion:MotionDetector",
    "person": "agents.things:PersonDetector",
    "person_down": "agents.person_down:PersonDownDetector",
    "tamper": "agents.tamper:TamperDetector",
    "vehicle": "agents.things:VehicleDetector",
    "zone": "agents.crossing:ZoneDetector",
}.items()}
"""Entry points like those of other packages, but found without their being installed; loaded when asked for."""


def detector_names() -> tuple[str, ...]:
    """Return the names that ``make_detector`` knows, shipped and installed, in order."""
    return tuple(sorted({*_SHIPPED, *(point.name for point in installed_points(ENTRY_POINT_GROUP))}))


def make_detector(name: str, **options: object) -> Detector:
    """Make a detector by name.

    A package adds its own by an entry point, and it is then known by name like those shipped::

        [project.entry-points."watchfloor.detectors"]
        smoke = "my_package.smoke:SmokeDetector"

    The entry point is a callable that takes the options by keyword and returns a ``Detector``; ``check_detector``
    tells whether it keeps the contract. Options should be plain values, so that they travel to a worker process.

    Raises:
        UnknownNameError: if there is no such detector, or it has no such option.
        InputError: if its name, or a kind that it tells of, speaks of who somebody is.
        DetectorError: if two installed packages claim the name, one claims a shipped name, or its code fails.
    """
    factory = _find_factory(name)
    check_no_identity(name, where="detector", expected=_KINDS_OF_THINGS)
    known = _option_names(factory)
    for option in options:
        if known is not None and option not in known:
            raise UnknownNameError(f"make_detector: {name} option", got=option, known=known)
    with blaming(f"make_detector: {name}", expected="a detector made with these options"):
        detector = factory(**options)
    for kind in getattr(detector, "kinds", ()):
        check_no_identity(str(kind), where=f"detector {name}: kind", expected=_KINDS_OF_THINGS)
    return detector


def _find_factory(name: str) -> DetectorFactory:
    points = [point for point in installed_points(ENTRY_POINT_GROUP) if point.name == name]
    owners = [point.value for point in points]
    if len(points) > 1 or (points and name in _SHIPPED):
        raise DetectorError(f"make_detector: {name} = {', '.join(owners)}; expected one detector of that name"
                            f"{' (watchfloor ships one)' if name in _SHIPPED else ''}; rename the entry point")
    if points:
        with blaming(f"make_detector: {name} = {points[0].value}", expected="an entry point that can be loaded"):
            factory: DetectorFactory = points[0].load()
        return factory
    if name not in _SHIPPED:
        raise UnknownNameError("make_detector: name", got=name, known=detector_names())
    shipped: DetectorFactory = _SHIPPED[name].load()
    return shipped


def _option_names(factory: DetectorFactory) -> list[str] | None:
    """Return the keywords that a factory takes; None if it takes any."""
    parameters = inspect.signature(factory).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    return [parameter.name for parameter in parameters
            if parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)]
