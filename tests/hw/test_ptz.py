"""A camera that turns, zooms and settles."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.drawn_source import DrawnSource
from hw.optics import View
from hw.ptz import Ptz, PtzDrive
from hw.scenes import make_scene
from sim.errors import InputError

HOME = View(pan_deg=0.0, tilt_deg=-20.0, hfov_deg=60.0)
views = st.builds(View, pan_deg=st.floats(-170, 170), tilt_deg=st.floats(-80, 10), hfov_deg=st.floats(2.5, 60))


@given(views)
def test_it_arrives_when_it_said_and_is_still_from_then_on(view):
    ptz = Ptz(HOME)
    still_s = ptz.go(view, t_s=5.0)
    assert ptz.view_at(4.99) == HOME
    assert ptz.view_at(still_s + 1e-6) == view == ptz.view_at(still_s + 100.0)
    assert not ptz.is_moving(still_s + 1e-6)
    assert ptz.is_moving(5.0 + 1e-6)


@given(views)
def test_it_never_turns_faster_than_its_motors(view):
    ptz, drive = Ptz(HOME), PtzDrive()
    end_s = ptz.go(view, t_s=0.0) - drive.settle_s
    times = np.linspace(0.0, end_s, 60)
    seen = [ptz.view_at(float(t)) for t in times]
    dt = times[1] - times[0]
    for one, two in itertools.pairwise(seen):
        turn = (two.pan_deg - one.pan_deg + 180) % 360 - 180
        assert abs(turn) <= drive.pan_dps * dt + 1e-6
        assert abs(two.tilt_deg - one.tilt_deg) <= drive.tilt_dps * dt + 1e-6
        assert abs(math.log(two.hfov_deg / one.hfov_deg)) <= math.log(drive.zoom_per_s) * dt + 1e-6


def test_it_swings_a_little_before_it_is_still():
    ptz = Ptz(HOME)
    target = View(pan_deg=40.0, tilt_deg=-20.0, hfov_deg=30.0)
    still_s = ptz.go(target, t_s=0.0)
    off = [abs(ptz.view_at(still_s - 0.6 + i * 0.02).pan_deg - 40.0) for i in range(30)]
    assert 0.02 < max(off) < 0.2
    assert off[-1] < 0.02


def test_a_new_command_on_the_way_goes_on_from_where_it_is():
    ptz = Ptz(HOME)
    ptz.go(View(pan_deg=90.0, tilt_deg=-20.0, hfov_deg=60.0), t_s=0.0)
    there = ptz.view_at(0.5)
    ptz.go(HOME, t_s=0.5)
    assert ptz.view_at(0.5) == there
    assert 0.0 < there.pan_deg < 90.0


@pytest.mark.parametrize("view", [
    View(pan_deg=0, tilt_deg=45, hfov_deg=30), View(pan_deg=0, tilt_deg=-10, hfov_deg=0.5),
    View(pan_deg=math.nan, tilt_deg=-10, hfov_deg=30),
])
def test_a_view_out_of_reach_is_refused(view):
    with pytest.raises(InputError, match=r"Ptz\.go"):
        Ptz(HOME).go(view, t_s=0.0)


def test_in_the_loop_a_command_turns_the_next_frames_and_their_boxes():
    scene = make_scene("bus_stop")
    ptz = Ptz(scene.view)
    source = DrawnSource(scene, fps=Fraction(5), duration_s=8.0, size_wh=(320, 180), ptz=ptz)
    still_s, pictures = math.inf, []
    for frame in source:
        pictures.append(frame.luma())
        if frame.index == 4:
            still_s = ptz.go(View(pan_deg=20.0, tilt_deg=-17.0, hfov_deg=20.0), t_s=frame.pts_s + 0.05)
    last = math.ceil(still_s * 5)
    assert last < 35
    assert np.abs(pictures[1].astype(int) - pictures[3]).mean() < 4
    assert np.abs(pictures[4].astype(int) - pictures[last]).mean() > 15
    direct = scene.render(last / 5, View(pan_deg=20.0, tilt_deg=-17.0, hfov_deg=20.0), (320, 180)).luma()
    assert np.array_equal(pictures[last], direct)
    widths = [{box.actor_id: box.object_px for box in source.boxes(i)} for i in (2, last)]
    both = set(widths[0]) & set(widths[1])
    ratio = math.tan(math.radians(30)) / math.tan(math.radians(10))
    assert all(widths[1][i] / widths[0][i] == pytest.approx(ratio, rel=0.2) for i in both)
