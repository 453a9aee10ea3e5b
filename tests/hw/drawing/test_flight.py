"""Flight and bounce, against a slow twin in small steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.drawing.flight import GRAVITY_MPS2, Flight

speed = st.floats(-4.0, 4.0)


@given(vx=speed, vy=speed, vz=st.floats(-1.0, 6.0), z=st.floats(0.1, 2.0), t_s=st.floats(0.0, 0.3))
def test_until_the_first_bounce_it_falls_freely(vx, vy, vz, z, t_s):
    flight = Flight.thrown(10.0, (1.0, 2.0, z), (vx, vy, vz), floor_m=0.01)
    if 10.0 + t_s >= flight.arcs[0].end_s:
        return
    expected = (1.0 + vx * t_s, 2.0 + vy * t_s, z + vz * t_s - GRAVITY_MPS2 * t_s**2 / 2)
    assert flight.place(10.0 + t_s) == pytest.approx(expected, abs=1e-9)


def test_small_steps_with_bounces_end_at_the_same_place_and_time():
    flight = Flight.thrown(0.0, (0.0, 0.0, 1.2), (2.0, 0.5, 1.5), bounce=0.4, grip=0.6, floor_m=0.02)
    (x, y, z), (vx, vy, vz), t_s, dt = (0.0, 0.0, 1.2), (2.0, 0.5, 1.5), 0.0, 1e-5
    while True:
        x, y, z = x + vx * dt, y + vy * dt, z + vz * dt - GRAVITY_MPS2 * dt * dt / 2
        vz, t_s = vz - GRAVITY_MPS2 * dt, t_s + dt
        if z <= 0.02 and vz < 0:
            vx, vy, vz, z = 0.6 * vx, 0.6 * vy, -0.4 * vz, 0.02
            if vz < 0.35:
                break
    assert flight.rest_s == pytest.approx(t_s, abs=1e-3)
    assert flight.rest_place == pytest.approx((x, y, 0.02), abs=1e-3)


@given(z=st.floats(0.2, 2.0), up=st.floats(0.5, 4.0), x=st.floats(-6.0, 6.0))
def test_an_aimed_throw_first_lands_where_it_was_aimed_and_never_sinks_into_the_ground(z, up, x):
    flight = Flight.aimed(3.0, (0.0, 0.0, z), (x, 2.0), speed_up_mps=up, floor_m=0.015)
    assert flight.place(flight.arcs[0].end_s) == pytest.approx((x, 2.0, 0.015), abs=1e-6)
    lowest = min(flight.place(3.0 + i * 0.01)[2] for i in range(400))
    assert lowest >= 0.015 - 1e-9


def test_what_lies_has_stopped_turning():
    flight = Flight.thrown(0.0, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    assert flight.turn_rad(flight.rest_s) == flight.turn_rad(flight.rest_s + 5.0) > 0.0
