"""The scenes by name: their stories, their truth against their pixels, and every condition."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction

import cv2
import numpy as np
import pytest

from hw.check import check_source
from hw.drawing.conditions import CONDITIONS, make_condition
from hw.drawing.scripts import SCRIPTS
from hw.drawn import DrawnScene
from hw.drawn_source import DrawnSource
from hw.optics import Mount, Projection, View, pixels_on_target
from hw.scenes import SCENES, make_scene
from sim.errors import InputError, UnknownNameError

SMALL = (320, 180)
KINDS = {
    "bus_stop": {"litter", "loiter"}, "market": {"litter"}, "playground": {"drinking", "person_down"},
    "square": {"crowd", "fight", "object_placed", "object_removed", "person_down"},
    "street_corner": {"object_placed", "object_removed"},
}


@pytest.fixture(scope="module")
def scenes() -> dict[str, DrawnScene]:
    return {name: make_scene(name) for name in SCENES}


@pytest.mark.parametrize("name", KINDS)
def test_each_scene_tells_its_story(scenes, name):
    truth = scenes[name].truth()
    assert set(truth.kinds) == KINDS[name]
    assert not set(truth.negative_for) & set(truth.kinds)
    for event in truth.events:
        assert 0.0 < event.start_s <= event.end_s <= truth.duration_s
        left, top, right, bottom = event.box_xyxy
        assert 0 <= left < right <= truth.size_wh[0]
        assert 0 <= top < bottom <= truth.size_wh[1]


def test_two_men_drop_cigarette_butts_in_the_market(scenes):
    litter = [event for event in scenes["market"].truth().events if event.kind == "litter"]
    assert [round(event.start_s) for event in litter] == [18, 31, 42]
    assert litter[0].object_px < 4
    assert litter[1].object_px < 4


def matchbox_view(scene: DrawnScene, hfov_deg: float) -> tuple[View, float]:
    """Return the view that has the matchbox in its middle, and its distance."""
    (box,) = (actor for actor in scene.actors if actor.kind == "matchbox")
    x, y, z = box.place(30.0)
    level, down = math.hypot(x, y), scene.mount.height_m - z
    view = View(pan_deg=-math.degrees(math.atan2(x, y)), tilt_deg=-math.degrees(math.atan2(down, level)),
                hfov_deg=hfov_deg)
    return view, math.hypot(level, down)


@pytest.mark.parametrize("hfov_deg", [60.0, 20.0, 5.0, 2.5])
def test_a_matchbox_has_the_pixels_that_the_optics_formula_gives_at_every_zoom(scenes, hfov_deg):
    scene = scenes["bus_stop"]
    view, distance_m = matchbox_view(scene, hfov_deg)
    (box,) = (box for box in scene.boxes(33.0, view) if box.kind == "matchbox")
    per_m = pixels_on_target(1.0, distance_m, width_px=1280, hfov_deg=hfov_deg)
    across = (box.box_xyxy[2] - box.box_xyxy[0]) / per_m
    assert 0.036 < across < 0.0645  # between its width and its diagonal, as it lies
    wide, _ = matchbox_view(scene, 60.0)
    (seen,) = (box for box in scene.boxes(33.0, wide) if box.kind == "matchbox")
    ratio = math.tan(math.radians(30.0)) / math.tan(math.radians(hfov_deg / 2.0))
    assert box.object_px / seen.object_px == pytest.approx(ratio, rel=1e-3)


def test_at_the_wide_angle_a_matchbox_is_a_speck_and_zoomed_in_its_label_shows(scenes):
    scene = scenes["bus_stop"]
    tones = {}
    for hfov_deg in (60.0, 2.5):
        view, _ = matchbox_view(scene, hfov_deg)
        (box,) = (box for box in scene.boxes(33.0, view) if box.kind == "matchbox")
        left, top, right, bottom = (round(side) for side in box.box_xyxy)
        picture = scene.render(33.0, view).bgr()[top:bottom, left:right].reshape(-1, 3)
        tones[hfov_deg] = (len(picture), len(np.unique(picture // 32, axis=0)))
    assert tones[60.0][0] < 16
    assert tones[2.5][0] > 5000
    assert tones[2.5][1] > 20


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_truth_box_is_where_the_picture_shows_the_actor(scenes, name):
    scene = scenes[name]
    for actor in [actor for actor in scene.actors if actor.kind in ("person", "dog", "car")][:6]:
        t_s = next((t for t in np.arange(1.0, 59.0, 1.5) if any(
            box.actor_id == actor.actor_id and box.in_view == 1.0 for box in scene.boxes(float(t)))), None)
        if t_s is None or not actor.is_there(t_s):
            continue
        found = painted_box(scene, actor, float(t_s))
        told = next(box for box in scene.boxes(float(t_s)) if box.actor_id == actor.actor_id).box_xyxy
        assert found == pytest.approx(told, abs=2.5), (actor.kind, t_s)


def painted_box(scene: DrawnScene, actor, t_s: float) -> tuple[float, ...]:
    """Return the box round what an actor alone changes on an empty canvas."""
    from hw.drawing.actors import Brush
    from hw.drawing.canvas import Canvas
    from hw.drawing.eye import Eye

    changed = np.zeros((720, 1280), bool)
    for ground in (0, 255):
        picture = np.full((720, 1280), ground, np.uint8)
        canvas = Canvas(picture=picture, eye=Eye.of(scene.mount, scene.view, (1280, 720)))
        actor.paint(Brush(canvas=canvas, store=scene.store, light_at=lambda x, y: 1.0), t_s)
        changed |= np.abs(picture.astype(int) - ground) > 60
    rows, columns = np.nonzero(changed)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize("name", SCRIPTS)
def test_brightness_drawn_alone_is_the_brightness_of_the_colours(scenes, name):
    frame = scenes[name].render(20.0, size_wh=SMALL)
    grey = cv2.cvtColor(frame.bgr(), cv2.COLOR_BGR2GRAY).astype(int)
    assert np.percentile(np.abs(grey - frame.luma()), 99) <= 4
    assert abs((grey - frame.luma()).mean()) < 1.0


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_same_seed_gives_the_same_frames_whatever_was_drawn_before(scenes, name):
    fresh = make_scene(name)
    digests = []
    for scene in (scenes[name], fresh):
        scene.render(41.0, size_wh=SMALL).luma()
        pictures = [scene.render(t, size_wh=SMALL, is_moving=m).luma() for t in (3.0, 30.0) for m in (False, True)]
        digests.append(hashlib.sha256(b"".join(picture.tobytes() for picture in pictures)).hexdigest())
    assert digests[0] == digests[1]
    other = make_scene(name, seed=9)
    assert not np.array_equal(other.render(30.0, size_wh=SMALL).luma(), scenes[name].render(30.0, size_wh=SMALL).luma())
    assert [(e.kind, round(e.start_s, 6)) for e in other.truth().events if e.kind != "crowd"] == [
        (e.kind, round(e.start_s, 6)) for e in scenes[name].truth().events if e.kind != "crowd"]


def test_a_view_passed_through_shows_the_same_place_as_the_still_one(scenes):
    scene = scenes["market"]
    views = (scene.view, View(pan_deg=17, tilt_deg=-33, hfov_deg=21), View(pan_deg=-30, tilt_deg=-8, hfov_deg=47))
    for view in views:
        still = scene.render(20.0, view, (640, 360)).luma().astype(int)
        moving = scene.render(20.0, view, (640, 360), is_moving=True).luma().astype(int)
        assert np.abs(cv2.blur(np.float32(still - moving), (5, 5))).mean() < 3.0


@pytest.mark.parametrize("condition", [*CONDITIONS, "night+rain", "snow+shake"])
def test_every_condition_changes_the_picture_and_leaves_the_story(scenes, condition):
    scene = make_scene("bus_stop", condition=condition)
    day = scenes["bus_stop"]
    assert [event.start_s for event in scene.truth().events] == [event.start_s for event in day.truth().events]
    one, two = scene.render(15.0, size_wh=SMALL).luma().astype(int), day.render(15.0, size_wh=SMALL).luma().astype(int)
    if condition != "day":
        assert np.abs(one - two).mean() > 0.8
    assert 8 < one.mean() < 235


def test_by_night_it_is_bright_only_below_lamps_and_a_light_step_fades(scenes):
    night = make_scene("bus_stop", condition="night").backdrop
    assert night.light_at(-8.0, 15.0) > 3 * night.light_at(30.0, 30.0)
    step = make_condition("light_steps")
    assert step.gain(5.9) == 1.0
    assert step.gain(6.0) == pytest.approx(0.6)
    assert 0.85 < step.gain(13.9) < 1.0


def test_a_swaying_mount_moves_boxes_with_the_picture():
    scene = make_scene("bus_stop", condition="shake")
    seats = np.array([next(box.box_xyxy for box in scene.boxes(t) if box.actor_id == 15) for t in (20.0, 20.21, 20.4)])
    assert 0.5 < np.ptp(seats[:, 0]) < 12


def test_a_photo_stands_for_the_place(tmp_path, scenes):
    y, x = np.mgrid[0:360, 0:640]
    photo = np.dstack([x % 256, y % 256, (x + y) % 256]).astype(np.uint8)
    path = tmp_path / "place.png"
    cv2.imwrite(str(path), photo)
    scene = make_scene("bus_stop", photo=path)
    picture = scene.render(0.5, size_wh=(640, 360)).luma().astype(int)
    grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY).astype(int)
    assert np.median(np.abs(picture - grey)) < 4
    with pytest.raises(InputError, match="no picture"):
        make_scene("bus_stop", photo=tmp_path / "none.png")
    with pytest.raises(InputError, match="its own backdrop"):
        make_scene("street_corner", photo=path)


def test_a_photo_of_another_camera_has_actors_where_that_camera_sees_them(tmp_path):
    path, size_wh = tmp_path / "place.png", (640, 360)
    cv2.imwrite(str(path), np.full((360, 640, 3), 90, np.uint8))
    view = View(pan_deg=2.0, tilt_deg=-24.0, hfov_deg=72.0)
    scene = make_scene("bus_stop", photo=path, height_m=4.0, view=view)
    assert abs(np.median(scene.render(20.0, size_wh=size_wh).luma()) - 90) < 3
    (box,) = (box for box in scene.boxes(20.0, size_wh=size_wh) if box.kind == "matchbox")
    (thing,) = (actor for actor in scene.actors if actor.kind == "matchbox")
    camera = Projection.of(Mount(height_m=4.0, heading_deg=90.0), view, size_wh)
    left, top, right, bottom = box.box_xyxy
    seen = camera.project(np.array([thing.place(20.0)]))[0]
    assert ((left + right) / 2 - 0.5, (top + bottom) / 2 - 0.5) == pytest.approx(tuple(seen), abs=0.2)
    for wrong in (0.1, 500.0, math.nan):
        with pytest.raises(InputError, match=r"bus_stop: height = .*; expected 0.5 to 100 m"):
            make_scene("bus_stop", height_m=wrong)
    with pytest.raises(InputError, match="street_corner: height = 4"):
        make_scene("street_corner", height_m=4.0)


def test_unknown_names_get_their_nearest_match():
    with pytest.raises(UnknownNameError, match="did you mean bus_stop"):
        make_scene("bus_stpo")
    with pytest.raises(UnknownNameError, match="did you mean night"):
        make_scene("bus_stop", condition="nigth")
    with pytest.raises(InputError, match="joined with"):
        make_scene("bus_stop", condition="night+")


def test_a_drawn_source_keeps_the_contract_of_sources():
    check_source(lambda: DrawnSource(make_scene("playground"), fps=Fraction(10), duration_s=1.0, size_wh=SMALL))


def test_people_who_lie_lie_low_and_people_who_drink_lift_the_bottle(scenes):
    scene = scenes["playground"]
    (fallen,) = (event for event in scene.truth().events if event.kind == "person_down")
    left, top, right, bottom = fallen.box_xyxy
    assert bottom - top < 0.7 * (right - left)
    (bottle,) = (actor for actor in scene.actors if actor.kind == "bottle")
    heights = [bottle.place(t)[2] for t in np.arange(8.0, 20.0, 0.1)]
    assert max(heights) - min(heights) > 0.25
