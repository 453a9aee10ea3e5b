"""Detectors by name."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

import agents.registry
from agents import DetectorError, LeftObjectDetector, MotionDetector, detector_names, make_detector
from agents.watching import Watch
from sim.errors import InputError, UnknownNameError


@pytest.fixture
def install(monkeypatch):
    """Makes entry points appear as if packages had been installed."""

    def add(*pairs):
        points = [EntryPoint(name, value, agents.registry.ENTRY_POINT_GROUP) for name, value in pairs]
        monkeypatch.setattr(agents.registry, "installed_points", lambda group: tuple(
            point for point in points if point.group == group))

    return add


class SmokeDetector(MotionDetector):
    """Stands for a detector in a user's package."""

    name = "smoke"

    def __init__(self, *, density: float = 0.5) -> None:
        super().__init__()
        self.density = density


def test_every_shipped_name_makes_a_detector_that_bears_it():
    assert {"motion", "left_object", "person", "tamper"} <= set(detector_names())
    for name in ("motion", "left_object", "fight", "tamper"):
        assert make_detector(name).name == name


def test_options_reach_the_detector(scene):
    detector = make_detector("motion", stride=8)
    detector.start(scene.stream)
    assert detector.working_size_wh == (40, 30)
    assert isinstance(make_detector("left_object", profile="tabletop"), LeftObjectDetector)


def test_an_unknown_name_gets_its_nearest_match():
    with pytest.raises(UnknownNameError, match=r"left_objct; expected one of .*; did you mean left_object\?"):
        make_detector("left_objct")


def test_an_unknown_option_gets_its_nearest_match():
    with pytest.raises(UnknownNameError, match=r"motion option = strid.*did you mean stride\?"):
        make_detector("motion", strid=2)


def test_an_installed_detector_is_known_by_name_and_takes_its_options(install, monkeypatch):
    monkeypatch.setitem(sys.modules, "a_users_package", sys.modules[__name__])
    install(("smoke", "a_users_package:SmokeDetector"))
    assert "smoke" in detector_names()
    assert make_detector("smoke", density=0.7).density == 0.7
    with pytest.raises(UnknownNameError, match="did you mean density"):
        make_detector("smoke", densty=0.7)


class BrokenDetector(MotionDetector):
    """Cannot be made twice as dense, and cannot start."""

    def __init__(self, *, density: float = 0.5) -> None:
        super().__init__()
        self.density = 1 / (density - 1.0)

    def start(self, stream):
        raise KeyError(stream.camera_id)


def test_an_installed_detector_whose_code_fails_is_named_with_its_line(install, monkeypatch, scene):
    monkeypatch.setitem(sys.modules, "a_users_package", sys.modules[__name__])
    install(("broken", "a_users_package:BrokenDetector"), ("gone", "a_users_package:GoneDetector"))
    with pytest.raises(DetectorError, match=r"broken = ZeroDivisionError.* in test_registry.py, line \d+"):
        make_detector("broken", density=1.0)
    with pytest.raises(DetectorError, match=r"gone = a_users_package:GoneDetector = .*GoneDetector.* can be loaded"):
        make_detector("gone")
    with pytest.raises(DetectorError, match=r"start = KeyError\(7\) in test_registry.py, line \d+; .* mend the"):
        Watch(make_detector("broken"), scene.stream)


class DoorDetector(MotionDetector):
    """Tells of faces, whatever its name."""

    kinds = ("door_opened", "known_face")


def test_an_installed_detector_that_would_tell_who_somebody_is_is_refused(install, monkeypatch):
    monkeypatch.setitem(sys.modules, "a_users_package", sys.modules[__name__])
    install(("plate_reader", "a_users_package:SmokeDetector"), ("door", "a_users_package:DoorDetector"),
            ("surface_damage", "a_users_package:SmokeDetector"))
    with pytest.raises(InputError, match=r"detector = plate_reader; .* nothing here may tell who somebody is"):
        make_detector("plate_reader")
    with pytest.raises(InputError, match=r"detector door: kind = known_face; .*'face' speaks of identity"):
        make_detector("door")
    assert make_detector("surface_damage").name == "smoke"


def test_two_packages_that_claim_one_name_are_refused(install):
    install(("smoke", "one:A"), ("smoke", "two:B"))
    with pytest.raises(DetectorError, match="one:A, two:B"):
        make_detector("smoke")


def test_a_package_that_claims_a_shipped_name_is_refused(install):
    install(("motion", "one:A"))
    with pytest.raises(DetectorError, match="watchfloor ships one"):
        make_detector("motion")
