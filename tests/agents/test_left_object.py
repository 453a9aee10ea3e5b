"""Objects put down and taken away, in drawn scenes and in a real clip."""

from __future__ import annotations

import dataclasses
import math

import pytest

import agents.left_object
from agents import PROFILES, LeftObjectDetector
from sim.errors import UnknownNameError


def kinds_of(alerts):
    return [alert.kind for alert in alerts]


def test_a_box_that_is_put_down_and_stays_is_one_placed_object(scene):
    alerts = scene.run(LeftObjectDetector(), scene.draw([scene.box_at(140, 90, from_s=4.0)], duration_s=12.0))
    assert kinds_of(alerts) == ["object_placed"]
    assert 5.0 <= alerts[0].detect_s <= 6.0
    left, top, right, bottom = alerts[0].box_xyxy
    assert (left, top, right, bottom) == pytest.approx((140, 90, 180, 140), abs=8)


def test_a_box_that_is_taken_away_is_one_removed_object(scene):
    alerts = scene.run(LeftObjectDetector(), scene.draw([scene.box_at(140, 90, to_s=4.0)], duration_s=12.0))
    assert kinds_of(alerts) == ["object_removed"]
    assert 5.0 <= alerts[0].detect_s <= 6.0


def test_a_box_put_down_and_taken_away_again_is_both_in_that_order(scene):
    alerts = scene.run(LeftObjectDetector(),
                       scene.draw([scene.box_at(140, 90, from_s=4.0, to_s=9.0)], duration_s=14.0))
    assert kinds_of(alerts) == ["object_placed", "object_removed"]


def test_two_boxes_put_down_at_once_are_two_objects(scene):
    things = [scene.box_at(40, 90, from_s=4.0), scene.box_at(230, 120, from_s=4.0)]
    assert kinds_of(scene.run(LeftObjectDetector(), scene.draw(things, duration_s=9.0))) == ["object_placed"] * 2


def test_a_box_that_goes_before_the_hold_time_is_over_raises_nothing(scene):
    frames = scene.draw([scene.box_at(140, 90, from_s=4.0, to_s=4.7)], duration_s=10.0)
    assert scene.run(LeftObjectDetector(), frames) == []


def test_a_person_who_walks_through_raises_nothing(scene):
    frames = scene.draw([scene.person_walking(3.0)], duration_s=14.0)
    assert scene.run(LeftObjectDetector(), frames) == []


def test_a_person_already_walking_in_the_first_picture_leaves_no_ghost(scene):
    frames = scene.draw([scene.person_walking(-3.0)], duration_s=10.0)
    assert scene.run(LeftObjectDetector(), frames) == []


def test_a_step_of_the_whole_pictures_brightness_raises_nothing(scene):
    frames = scene.draw([scene.box_at(140, 90)], duration_s=12.0, gain=lambda t_s: 1.0 if t_s < 5.0 else 0.7)
    assert scene.run(LeftObjectDetector(), frames) == []


def test_an_object_is_found_while_the_exposure_swings(scene):
    frames = scene.draw([scene.box_at(140, 90, from_s=6.0)], duration_s=12.0,
                        gain=lambda t_s: 0.85 + 0.1 * math.sin(t_s))
    assert kinds_of(scene.run(LeftObjectDetector(), frames)) == ["object_placed"]


@pytest.mark.parametrize("noise_grey", [0.0, 2.0, 6.0, 12.0])
def test_noise_alone_raises_nothing_in_a_minute(scene, noise_grey):
    assert scene.run(LeftObjectDetector(), scene.draw([], duration_s=60.0, noise_grey=noise_grey)) == []


def test_a_stream_without_presentation_times_is_timed_by_index_and_rate(scene):
    things = [scene.box_at(140, 90, from_s=4.0)]
    timed, untimed = (scene.run(LeftObjectDetector(), scene.draw(things, duration_s=8.0, has_pts=has_pts))
                      for has_pts in (True, False))
    assert untimed == timed != []


def test_a_reset_between_absence_and_presence_hides_the_placement(scene):
    detector = LeftObjectDetector()
    frames = scene.draw([scene.box_at(140, 90, from_s=4.0)], duration_s=10.0)
    assert scene.run(detector, frames[:40]) == []
    detector.reset()
    assert [alert for frame in frames[40:] for alert in detector.update(frame)] == []


def test_the_score_is_higher_for_the_stronger_contour_and_gives_the_level(scene):
    strong = scene.box_at(140, 90, from_s=4.0)
    weak = dataclasses.replace(strong, grey=160)
    scores = []
    for thing in (strong, weak):
        profile = dataclasses.replace(PROFILES["tabletop"], min_score=0.0)
        alerts = scene.run(LeftObjectDetector(profile=profile), scene.draw([thing], duration_s=8.0))
        scores.append(max(alert.score for alert in alerts))
        assert all(alert.level == min(4, 1 + int(4 * alert.score)) for alert in alerts)
    assert scores[0] > scores[1]


def test_a_change_larger_than_the_profile_allows_is_no_object(scene):
    profile = dataclasses.replace(PROFILES["tabletop"], max_share=0.02)
    frames = scene.draw([scene.box_at(140, 90, from_s=4.0)], duration_s=10.0)
    assert scene.run(LeftObjectDetector(profile=profile), frames) == []


def test_an_unknown_profile_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match="did you mean tabletop"):
        LeftObjectDetector(profile="table_top")


def test_an_object_on_a_strongly_textured_ground_is_judged_by_its_border(scene):
    things = [scene.box_at(left, 110, from_s=4.0) for left in (30, 130, 240)]
    alerts = scene.run(LeftObjectDetector(), scene.draw(things, duration_s=9.0))
    assert kinds_of(alerts) == ["object_placed"] * 3
    assert min(alert.score for alert in alerts) > 0.7


def test_a_quiet_camera_is_looked_at_once_a_second_and_a_moving_one_at_the_full_rate(scene, monkeypatch):
    looks = []
    find_edges = agents.left_object.find_edges
    monkeypatch.setattr(agents.left_object, "find_edges", lambda luma: looks.append(1) or find_edges(luma))
    scene.run(LeftObjectDetector(), scene.draw([], duration_s=20.0))
    n_quiet = len(looks)
    scene.run(LeftObjectDetector(), scene.draw([scene.person_walking(0.0, speed_px_per_s=18.0)], duration_s=20.0))
    assert n_quiet == pytest.approx(20, abs=2)
    assert len(looks) - n_quiet > 150
