"""The drawn scene: exact, repeatable, and good enough to find things in."""

from __future__ import annotations

import math
from fractions import Fraction

import cv2
import numpy as np
import pytest

from hw.drawn import DrawnScene, _burn_in, _letters
from hw.drawn_source import DrawnSource
from hw.optics import View, pixels_on_target
from hw.scenes import SCENES, make_scene
from sim.errors import InputError, UnknownNameError


@pytest.fixture(scope="module")
def corner() -> DrawnScene:
    return make_scene("street_corner")


def test_the_same_instant_of_the_same_seed_has_the_same_pixels(corner):
    again = make_scene("street_corner")
    again.render(3.0).bgr()  # what was drawn before does not matter
    assert np.array_equal(corner.render(12.3).bgr(), again.render(12.3).bgr())


def test_another_seed_has_other_pixels_and_the_same_story(corner):
    other = make_scene("street_corner", seed=5)
    assert not np.array_equal(corner.render(12.3).bgr(), other.render(12.3).bgr())
    assert corner.truth().events == other.truth().events


def test_eight_times_a_thing_of_about_60_by_200_pixels_comes_or_goes(corner):
    truth = corner.truth()
    assert truth.size_wh == (640, 360)
    assert len(truth.events) == 8
    assert truth.kinds == ("object_placed", "object_removed")
    for event in truth.events:
        left, top, right, bottom = event.box_xyxy
        assert left > 0
        assert right < 640
        assert top > 0
        assert bottom < 360
        assert 55 < right - left < 80
        assert event.object_px == bottom - top
        assert 185 < event.object_px < 205


def test_a_things_height_agrees_with_the_optics_formula(corner):
    event = min(corner.truth().events, key=lambda e: abs(sum(e.box_xyxy[::2]) / 2 - 320))
    distance_m = math.hypot(6.75, 3.0 - 0.6)
    expected = pixels_on_target(1.2, distance_m, width_px=640, hfov_deg=30.0) * math.cos(math.atan2(3.0 - 0.6, 6.75))
    assert event.object_px == pytest.approx(expected, rel=0.03)


def test_a_zoomed_view_shows_the_same_thing_larger_by_the_ratio_of_the_focal_lengths(corner):
    wide = corner.truth(view=View(pan_deg=0, tilt_deg=-17, hfov_deg=60))
    near = corner.truth(view=View(pan_deg=0, tilt_deg=-17, hfov_deg=30), size_wh=(640, 640))
    ratio = math.tan(math.radians(30)) / math.tan(math.radians(15))
    for one, two in zip(wide.events, near.events, strict=True):
        assert two.object_px / one.object_px == pytest.approx(ratio, rel=1e-6)


def test_things_out_of_view_are_not_in_the_truth(corner):
    assert corner.truth(view=View(pan_deg=60, tilt_deg=-17, hfov_deg=30)).events == ()
    assert corner.truth(view=View(pan_deg=180, tilt_deg=-17, hfov_deg=30)).events == ()
    left_only = corner.truth(view=View(pan_deg=12, tilt_deg=-17, hfov_deg=10)).events
    assert 0 < len(left_only) < 8


def test_the_truth_box_is_where_the_pixels_change(corner):
    for event in corner.truth().events:
        left, top, right, bottom = (round(value) for value in event.box_xyxy)
        before = quiet_picture(corner, event.start_s - 4.5)
        after = quiet_picture(corner, event.start_s + 4.5)
        changed = np.abs(before.astype(int) - after).max(axis=2) > 25
        inside = changed[top:bottom, left:right].mean()
        margin = changed[max(0, top - 12) : bottom + 12, max(0, left - 12) : right + 12].copy()
        rows, columns = min(12, top), min(12, left)
        margin[rows : rows + bottom - top, columns : columns + right - left] = False
        assert inside > 0.5
        assert margin.mean() < 0.12


def quiet_picture(scene: DrawnScene, t_s: float) -> np.ndarray:
    """Return the median of pictures round an instant, in which nobody who walks remains."""
    times = np.clip(t_s + np.linspace(-1.6, 1.6, 9), 0.0, scene.duration_s - 0.01)
    return np.median([scene.render(float(t)).bgr() for t in times], axis=0)


def test_a_simple_detector_of_regions_that_moved_and_then_hold_still_finds_every_event(corner):
    found = still_changes(corner)
    for event in corner.truth().events:
        near = [t_s for t_s, box in found if overlap(box, event.box_xyxy) > 0.3 and -0.2 < t_s - event.start_s < 5.0]
        assert near, event


def still_changes(scene: DrawnScene) -> list[tuple[float, tuple[int, int, int, int]]]:
    """Return (second, box) of regions that differ from the usual scene and have not moved for a second."""
    usual: np.ndarray | None = None
    recent: list[np.ndarray] = []
    found = []
    for frame in DrawnSource(scene, fps=Fraction(5)):
        small = cv2.GaussianBlur(cv2.resize(frame.luma(), (320, 180)), (0, 0), 1.5).astype(np.float32)
        usual = small if usual is None else usual
        recent = [*recent[-5:], small]
        if len(recent) < 6:
            continue
        still = np.ptp(np.array(recent), axis=0) < 12
        mask = (still & (np.abs(small - usual) > 14)).astype(np.uint8)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
        for left, top, width, height, area in stats[1:]:
            if area > 900:
                found.append((frame.pts_s, (2 * left, 2 * top, 2 * (left + width), 2 * (top + height))))
                usual[top : top + height, left : left + width] = small[top : top + height, left : left + width]
    return found


def overlap(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return wide * high / (areas - wide * high)


@pytest.mark.parametrize("t_s", [0.0, 9.8, 26.0])
@pytest.mark.parametrize("size_wh", [(640, 360), (320, 240), (1920, 1080)])
def test_synthetic_is_burnt_into_every_picture(corner, t_s, size_wh):
    picture = corner.render(t_s, size_wh=size_wh).bgr()
    top_left = picture[: size_wh[1] // 6, : size_wh[0] // 3]
    letters = top_left.min(axis=2) > 225
    assert letters.sum() > size_wh[0] // 4
    rim = (cv2.dilate(letters.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~letters
    assert top_left.max(axis=2)[rim].min() < 40  # on a dark plate, so that they are read on any ground


@pytest.mark.parametrize("width_px", [160, 320, 640, 1280, 1920])
@pytest.mark.parametrize("light", [0, 128, 255])
def test_synthetic_can_be_read_over_anything(width_px, light):
    picture = np.full((width_px * 9 // 16, width_px, 3), light, dtype=np.uint8)
    _burn_in(picture)
    left, top, letters = _letters(width_px)
    plate = picture[top : top + letters.shape[0], left : left + letters.shape[1], 0]
    ink = np.flatnonzero((plate > 250).any(axis=1))
    assert ink.size >= max(9, width_px / 60), "high enough for an eye at a wall"
    ground = (plate[letters == 0].max() / 255.0) ** 2.2
    assert (1.0 + 0.05) / (ground + 0.05) >= 7.0, "WCAG's enhanced contrast"


def test_the_sensor_is_as_noisy_as_it_says_and_never_twice_the_same(corner):
    one, two = (corner.render(t_s).bgr()[250:300, 420:480].astype(float) for t_s in (0.0, 0.04))
    assert np.std(one - two) == pytest.approx(2.0 * math.sqrt(2.0), rel=0.15)


def test_nobody_who_stands_is_quite_still(corner):
    event = next(e for e in corner.truth().events if e.kind == "object_placed")
    one, two = (corner.render(event.end_s + dt).luma().astype(int) for dt in (0.0, 0.25))
    assert (np.abs(one - two) > 20).sum() > 200


@pytest.mark.parametrize("view", [
    View(pan_deg=0, tilt_deg=0, hfov_deg=90), View(pan_deg=90, tilt_deg=-10, hfov_deg=60),
    View(pan_deg=180, tilt_deg=-45, hfov_deg=60), View(pan_deg=0, tilt_deg=-90, hfov_deg=60),
    View(pan_deg=5, tilt_deg=-15, hfov_deg=2),
])
def test_every_view_can_be_rendered(corner, view):
    picture = corner.render(10.0, view, (320, 180)).bgr()
    assert picture.shape == (180, 320, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(("view", "size_wh"), [
    (View(pan_deg=0, tilt_deg=0, hfov_deg=0), None), (View(pan_deg=0, tilt_deg=-91, hfov_deg=60), None),
    (View(pan_deg=math.nan, tilt_deg=0, hfov_deg=60), None), (None, (8, 8)),
])
def test_what_cannot_be_rendered_is_refused(corner, view, size_wh):
    with pytest.raises(InputError, match="street_corner"):
        corner.render(0.0, view, size_wh)


def test_a_source_gives_every_frame_of_its_span_and_the_truth_within_it(corner):
    source = DrawnSource(corner, fps=Fraction(30000, 1001), duration_s=0.5, camera_id=4)
    frames = list(source)
    assert len(frames) == source.n_frames == 14
    assert frames[7].pts_s == float(7 * Fraction(1001, 30000))
    assert {frame.camera_id for frame in frames} == {4}
    assert source.truth().events == ()
    assert source.truth().n_frames == 14
    assert len(DrawnSource(corner, duration_s=12.0).truth().events) == 2


@pytest.mark.parametrize("options", [{"fps": Fraction(0)}, {"duration_s": 0.0}, {"duration_s": -1.0}])
def test_a_span_without_frames_is_refused(corner, options):
    with pytest.raises(InputError, match="drawn:street_corner"):
        DrawnSource(corner, **options)


def test_an_unknown_scene_gets_its_nearest_match():
    assert "street_corner" in SCENES
    with pytest.raises(UnknownNameError, match="did you mean street_corner"):
        make_scene("street_cornet")
