"""Kinds in truth files: nearly known ones are slips, unknown ones are told with their place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from agents import detector_names, make_detector
from benchmarks.truth import ClipCase
from benchmarks.truth.kinds import KNOWN_KINDS, check_kinds
from hw.truth import ClipTruth, TruthEvent
from sim.errors import InputError

OPTIONS = {"crowd": {"enabled": True}, "loiter": {"enabled": True}}


def case_of(*kinds, negative_for=()):
    truth = ClipTruth(name="yard", events=tuple(TruthEvent(kind=kind, start_s=3.0, end_s=4.0) for kind in kinds),
                      size_wh=(640, 360), fps=Fraction(10), n_frames=100, duration_s=10.0, negative_for=negative_for,
                      timing_tolerance_s=0.0, end_tolerance_s=0.0, source="")
    return ClipCase(name="yard", path=Path("yard.mp4"), truth=truth, camera="yard")


def test_every_kind_of_a_shipped_detector_is_known():
    kinds = {kind for name in detector_names() for kind in make_detector(name, **OPTIONS.get(name, {})).kinds}
    assert kinds | set(make_detector("left_object", profile="street").kinds) <= set(KNOWN_KINDS)


@pytest.mark.parametrize(("case", "said"), [
    (case_of("litter", "liter"), "yard.mp4: truth: event at 3.00 s: kind = liter; .*did you mean loiter or litter"),
    (case_of(negative_for=("fights",)), "yard.mp4: truth: negative_for: kind = fights; .*did you mean fight"),
])
def test_a_kind_that_is_nearly_a_known_one_is_refused_with_its_row(case, said):
    with pytest.raises(InputError, match=said):
        check_kinds([case])


def test_a_kind_of_ones_own_is_told_unless_the_detector_tells_of_it():
    case = case_of("litter", "gone_dark")
    assert check_kinds([case]) == {"gone_dark": "yard.mp4: truth: event at 3.00 s"}
    assert check_kinds([case], ["gone_dark"]) == {}
