"""Light and lenses."""

from dataclasses import replace

import numpy as np
import pytest

from sim.city import CameraKind, LandUse
from sim.optics import daylight_hours, draw_zoom, light_factor, p_told_at
from sim.rng import KeyedStreams
from sim.scenario import Optics, Spread, Zoom
from sim.trace import draw_trace

NIGHT = Optics(sunrise_h=7.0, sunset_h=19.0, night_lit_factor=0.6, night_dark_factor=0.2, infrared_m=30.0,
               lit_uses=(LandUse.BAR,))
ZOOM = Zoom(time=Spread(median_s=6.0, p95_s=20.0), px_to_tell=20.0, px_slope=3.0)


@pytest.mark.parametrize(("latitude_deg", "day_of_year", "hours"), [
    (0.0, 100, 12.0), (53.2, 80, 12.0), (53.2, 172, 16.7), (53.2, 355, 7.3), (-53.2, 172, 7.3), (80.0, 172, 24.0),
    (80.0, 355, 0.0),
])
def test_days_are_as_long_as_the_almanac_says(latitude_deg, day_of_year, hours):
    sunrise_h, sunset_h = daylight_hours(latitude_deg=latitude_deg, day_of_year=day_of_year, solar_noon_h=13.0)
    assert sunset_h - sunrise_h == pytest.approx(hours, abs=0.25)
    assert (sunset_h + sunrise_h) / 2 == pytest.approx(13.0)


def test_night_takes_more_of_the_pixels_away_from_lamps(make_scenario):
    scenario = make_scenario(start_hour_of_week=30.0)  # 6 o'clock
    bar = int(np.flatnonzero(scenario.city.land_use == LandUse.BAR)[0])
    factor = light_factor(
        scenario, NIGHT, occur_s=np.array([0.0, 0.0, 0.0, 3600.0, 13 * 3600.0 - 1, 13 * 3600.0]),
        junction=np.array([bar, 0, 0, 0, 0, 0]), distance_m=np.array([50.0, 50.0, 30.0, 50.0, 50.0, 50.0]))
    assert factor.tolist() == [0.6, 0.2, 0.6, 1.0, 1.0, 0.2]


def test_night_lowers_the_chance_of_a_look_and_leaves_the_day_alone(make_scenario):
    scenario = make_scenario()
    plain, dark = draw_trace(scenario, seed=1), draw_trace(replace(scenario, optics=NIGHT), seed=1)
    hour = np.repeat(plain.occur_s, np.diff(plain.first_line)) / 3600.0 % 24.0
    day = (hour >= 7.0) & (hour < 19.0)
    can = plain.line_p_look > 0.0
    assert np.array_equal(plain.line_p_look[day], dark.line_p_look[day])
    assert (dark.line_p_look < plain.line_p_look)[~day & can].all()
    assert np.array_equal(plain.line_budget, dark.line_budget)


def test_without_a_zoom_table_zooming_takes_no_time_and_tells_everything(make_scenario):
    trace = draw_trace(make_scenario(), seed=1)
    assert trace.line_camera.size > 0
    assert (trace.line_zoom_s == 0.0).all()
    assert (trace.line_p_identify == 1.0).all()


def zoomed(px, magnification, n=1):
    return draw_zoom(ZOOM, KeyedStreams(1), px=np.full(n, px), magnification=np.full(n, magnification),
                     entity=np.arange(n), camera=np.zeros(n, dtype=np.int32))


def test_zooming_takes_the_stated_times_and_tells_what_full_zoom_tells():
    takes_s, told = zoomed(5.0, 4.0, n=40_000)
    assert np.median(takes_s) == pytest.approx(6.0, rel=0.03)
    assert np.quantile(takes_s, 0.95) == pytest.approx(20.0, rel=0.04)
    assert told.tolist() == [0.5] * 40_000


def test_nobody_zooms_with_a_fixed_lens_or_where_the_wide_view_tells_enough():
    assert [part.tolist() for part in zoomed(20.0, 1.0)] == [[0.0], [0.5]]
    takes_s, told = zoomed(80.0, 20.0)
    assert takes_s.tolist() == [0.0]
    assert told.tolist() == p_told_at(np.array([80.0]), ZOOM).tolist()
    assert told[0] > 0.9


def test_a_zoom_table_changes_no_other_draw_and_its_times_do_not_hang_on_the_other_cameras(make_scenario, grid_city):
    kinds = (np.arange(40) % 2 * CameraKind.PTZ).astype(np.int16)
    city = grid_city(10, 40, kind=kinds, zoom=1.0 + 19.0 * kinds)
    plain = draw_trace(make_scenario(city=city), seed=4)
    with_zoom = draw_trace(make_scenario(city=city, zoom=ZOOM), seed=4)
    assert np.array_equal(plain.line_p_look, with_zoom.line_p_look)
    fixed = kinds[with_zoom.line_camera] == CameraKind.FIXED
    assert (with_zoom.line_zoom_s[fixed] == 0.0).all()
    assert (with_zoom.line_zoom_s[~fixed] > 0.0).any()
    busy = int(np.bincount(with_zoom.line_camera[~fixed]).argmax())
    alone = grid_city(10, 40, kind=kinds, zoom=1.0 + 19.0 * kinds,
                      range_m=np.where(np.arange(40) == busy, 80.0, 0.001))
    few = draw_trace(make_scenario(city=alone, zoom=ZOOM), seed=4)
    expected = with_zoom.line_zoom_s[with_zoom.line_camera == busy]
    assert few.line_zoom_s[few.line_camera == busy].tolist() == expected.tolist()
    assert expected.size
