"""The speed of drawn scenes: measured on frames that were really drawn."""

from __future__ import annotations

import pytest

from benchmarks.drawn import measure_drawn
from sim.errors import UnknownNameError


def test_every_figure_comes_from_frames_that_are_the_same_each_time():
    one, two = (measure_drawn(["playground"], n_frames=4, n_rounds=1) for _ in range(2))
    (first,), (again,) = one.rows, two.rows
    assert first.luma_sha256 == again.luma_sha256
    assert first.n_frames == 4
    assert first.n_actors > 3
    assert min(first.fixed_frames_per_s, first.first_frames_per_s, first.moving_frames_per_s) > 1.0


def test_an_unknown_scene_is_told():
    with pytest.raises(UnknownNameError, match="did you mean playground"):
        measure_drawn(["playgruond"])
