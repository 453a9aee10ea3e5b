"""How much of a city its cameras see."""

import numpy as np
import pytest

from sim.city import CameraKind
from sim.coverage import DensityLevel, distance_for_level, level_at, pixels_per_metre
from sim.coverage_report import measure_coverage
from sim.sight import make_buildings


@pytest.mark.parametrize(("px_per_m", "level"), [
    (12.4, None), (12.5, "MONITOR"), (25.0, "DETECT"), (62.4, "DETECT"), (62.5, "OBSERVE"), (125.0, "RECOGNISE"),
    (250.0, "IDENTIFY"), (999.0, "IDENTIFY"), (1000.0, "INSPECT"), (1e9, "INSPECT"),
])
def test_a_density_is_good_for_the_highest_level_that_it_reaches(px_per_m, level):
    found = level_at(px_per_m)
    assert (found.name if found else None) == level


def test_at_a_levels_distance_a_camera_gives_just_its_density():
    width_px, hfov_deg = np.array([1920, 2560]), np.array([90.0, 60.0])
    for level in DensityLevel:
        far_m = distance_for_level(level, width_px=width_px, hfov_deg=hfov_deg, zoom=np.ones(2))
        assert pixels_per_metre(width_px, hfov_deg, far_m) == pytest.approx([level.px_per_m] * 2)
        assert distance_for_level(level, width_px=width_px, hfov_deg=hfov_deg, zoom=np.array([1.0, 30.0])) \
            == pytest.approx(far_m * [1.0, 30.0])


def test_distances_end_at_the_range_and_areas_are_sectors_or_whole_circles(grid_city):
    kind = np.array([CameraKind.FIXED, CameraKind.PTZ], dtype=np.int16)
    city = grid_city(4, 2, kind=kind, zoom=np.array([1.0, 20.0]), mount_m=np.array([3.0, 3.0]))
    coverage = {item.level: item for item in measure_coverage(city).levels}
    identify = coverage[DensityLevel.IDENTIFY]
    assert identify.wide_m == pytest.approx(np.sqrt(3.84**2 - 9.0))  # 1920 / (2 · 250) from the lens, 3 m up
    assert identify.full_m == pytest.approx([np.sqrt(3.84**2 - 9.0), np.sqrt(76.8**2 - 9.0)])
    assert identify.wide_m2 == pytest.approx(np.pi * (3.84**2 - 9.0) * np.array([0.25, 1.0]))
    assert coverage[DensityLevel.MONITOR].wide_m == pytest.approx(np.sqrt(76.8**2 - 9.0))
    assert coverage[DensityLevel.MONITOR].full_m == pytest.approx([np.sqrt(76.8**2 - 9.0), 80.0])
    assert coverage[DensityLevel.INSPECT].wide_m.tolist() == [0.0, 0.0]


def test_shares_fall_with_the_level_grow_with_zoom_and_shrink_behind_houses(grid_city):
    open_city = grid_city(10, 40, range_m=np.full(40, 150.0), kind=np.ones(40, dtype=np.int16), zoom=np.full(40, 20.0))
    report = measure_coverage(open_city)
    wide, full = ([getattr(item, name) for item in report.levels] for name in (
        "junction_share_wide", "junction_share_full"))
    assert wide == sorted(wide, reverse=True)
    assert all(zoomed >= plain for plain, zoomed in zip(wide, full, strict=True))
    assert report.junction_share_seen >= wide[0] > wide[-1]
    middles = np.arange(9) * 100.0 + 50.0
    x_m, y_m = (part.ravel() for part in np.meshgrid(middles, np.arange(10) * 100.0))
    ones = np.ones(x_m.size)
    walls = make_buildings(x_m=x_m, y_m=y_m, axis_x=0.0 * ones, axis_y=ones, half_length_m=45.0 * ones,
                           half_depth_m=2.0 * ones, height_m=20.0 * ones)
    hidden = measure_coverage(grid_city(10, 40, range_m=np.full(40, 150.0), kind=np.ones(40, dtype=np.int16),
                                        buildings=walls))
    assert (hidden.wide_px_per_m <= report.wide_px_per_m).all()
    assert hidden.wide_px_per_m.sum() < report.wide_px_per_m.sum()


def test_a_city_without_cameras_sees_nothing(grid_city):
    report = measure_coverage(grid_city(4, 0))
    assert report.junction_share_seen == 0.0
    assert report.levels[0].wide_m.size == 0
