"""Loitering, crowds, lines and zones, falls, fights, tampering: on real clips, and on boxes where geometry counts."""

from __future__ import annotations

import math
from fractions import Fraction

import cv2
import numpy as np
import pytest

from agents import DetectorError, Stream, make_detector
from agents.crowd import largest_group
from agents.track import Track
from agents.watching import Post
from agents.zones import Zone, is_beside, side_of
from hw.drawn_source import DrawnSource
from hw.scenes import make_scene
from sim.errors import InputError

STREAM = Stream(camera_id=0, size_wh=(400, 300), fps=Fraction(10))


def judge_path(detector, path, *, step_s=0.2, score=0.8):
    """Let one track's feet walk a path, and return the alerts."""
    detector.start(STREAM)
    post, alerts = Post(detector.name, STREAM), []
    for index, (x, y) in enumerate(path):
        track = Track(track_id=0, kind="person", box_xyxy=(x - 10, y - 60, x + 10, y), first_s=0.0,
                      seen_s=index * step_s, score=score)
        alerts += detector.judge(post, [track], index * step_s)
    return alerts


def across(from_x, to_x, *, y=200.0, n=20):
    return [(x, y) for x in np.linspace(from_x, to_x, n)]


def test_of_three_visits_to_a_table_the_two_longer_ones_are_loitering(watch_clip, sample):
    sample("yolox_nano_dyn")
    alerts = watch_clip(make_detector("loiter", enabled=True, dwell_s=15.0), "dwell")
    assert [alert.kind for alert in alerts] == ["loiter", "loiter"]
    assert [alert.detect_s for alert in alerts] == pytest.approx([22.8 + 15.0, 50.6 + 15.0], abs=2.0)


@pytest.mark.parametrize("name", ["loiter", "crowd"])
def test_what_watches_people_who_do_nothing_wrong_is_off_until_it_is_enabled(name):
    with pytest.raises(DetectorError, match=f"{name}: enabled = False; expected True"):
        make_detector(name)


def test_a_stay_outside_the_zone_is_none():
    options = {"enabled": True, "dwell_s": 2.0, "network": "none"}
    left = ((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0))
    stay = [(300.0, 200.0)] * 30
    assert judge_path(make_detector("loiter", zone=left, **options), stay) == []
    assert len(judge_path(make_detector("loiter", **options), stay)) == 1


def test_a_line_is_crossed_once_each_way_and_standing_on_it_is_no_crossing():
    path = [*across(100, 300), *across(300, 100)]
    assert len(judge_path(make_detector("line", network="none"), path)) == 2
    assert judge_path(make_detector("line", network="none"), across(150, 201)) == []
    to_left = make_detector("line", direction="to_left", network="none", line=((0.5, 0.0), (0.5, 1.0)))
    to_right = make_detector("line", direction="to_right", network="none", line=((0.5, 0.0), (0.5, 1.0)))
    there, back = across(100, 300), across(300, 100)
    assert [len(judge_path(to_left, there)), len(judge_path(to_left, back))] == [1, 0]
    assert [len(judge_path(to_right, there)), len(judge_path(to_right, back))] == [0, 1]


def test_beyond_the_ends_of_a_line_nothing_is_crossed():
    short = make_detector("line", line=((0.5, 0.0), (0.5, 0.4)), network="none")
    assert judge_path(short, across(100, 300, y=200.0)) == []
    assert len(judge_path(short, across(100, 300, y=100.0))) == 1


def test_the_side_of_a_line_agrees_with_the_signed_area():
    rng = np.random.default_rng(0)
    for start, end, spot in rng.uniform(-50, 50, (40, 3, 2)):
        area = np.linalg.det(np.array([[*start, 1], [*end, 1], [*spot, 1]]))
        assert side_of(tuple(spot), tuple(start), tuple(end)) == pytest.approx(area / math.dist(start, end))
    assert is_beside((5, 3), (0, 0), (10, 0))
    assert not is_beside((11, 3), (0, 0), (10, 0))


def test_a_zone_is_entered_once_until_it_is_left():
    zone = ((0.4, 0.0), (0.6, 0.0), (0.6, 1.0), (0.4, 1.0))
    path = [*across(100, 200), (200.0, 200.0), *across(200, 300), *across(300, 200)]
    assert len(judge_path(make_detector("zone", zone=zone, network="none"), path)) == 2


@pytest.mark.parametrize("zone", [
    ((0, 0), (1, 1)), ((0, 0), (1, 0), (1, 1.5)), ((0, 0), (1, 0), (1, float("nan"))), "x"])
def test_a_zone_that_is_no_polygon_in_the_picture_is_refused(zone):
    with pytest.raises(InputError, match="at least 3 pairs"):
        Zone(zone)
    with pytest.raises(InputError, match="direction"):
        make_detector("line", direction="up", network="none")


def test_the_largest_group_hangs_together():
    row = [(x, 0.0, x + 20.0, 60.0) for x in (0.0, 40.0, 80.0, 300.0, 340.0)]
    assert sorted(largest_group(row)) == row[:3]
    assert largest_group([]) == []


def test_a_crowd_that_gathers_in_a_drawn_square_is_told_once_and_counted_with_an_interval(sample):
    sample("yolox_nano_dyn")
    detector = make_detector("crowd", enabled=True, n_people=8, hold_s=2.0, rate_hz=1.0)
    source = DrawnSource(make_scene("square", seed=1), fps=Fraction(1), duration_s=20.0,
                         size_wh=(640, 360))
    detector.start(Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps))
    told = [alert for frame in source for alert in detector.update(frame)]
    assert [alert.kind for alert in told] == ["crowd"]
    assert told[0].detect_s == pytest.approx(6.0, abs=2.0), "when ten hang together; eight or more were asked for"
    estimate = detector.estimate
    assert estimate.low <= estimate.seen / 0.6 <= estimate.high
    assert 12 <= estimate.seen <= estimate.high < 42


def test_on_a_timeline_of_real_clips_the_fall_is_told_and_neither_the_chair_nor_who_stands(watch_clip):
    alerts = watch_clip(make_detector("person_down"), "caviar_walk1", "caviar_fightomd", "caviar_browse2",
                        "caviar_fall", "caviar_inchair")
    assert [alert.kind for alert in alerts] == ["person_down"]
    assert 23.68 <= alerts[0].detect_s <= 34.92


def test_a_real_fight_is_told_and_walking_talking_and_falling_are_not(watch_clip):
    assert [alert.kind for alert in watch_clip(make_detector("fight"), "caviar_fightomd")] == ["fight"]
    for name in ("caviar_walk1", "caviar_browse3", "caviar_fall"):
        assert watch_clip(make_detector("fight"), name) == []


@pytest.mark.parametrize(("kind", "change"), [
    ("camera_blackout", lambda luma: luma // 40), ("camera_defocused", lambda luma: cv2.GaussianBlur(luma, (0, 0), 6)),
    ("camera_moved", lambda luma: np.ascontiguousarray(luma[::-1, ::-1])),
    ("camera_covered", lambda luma: np.where(np.arange(320) < 260, 90, luma).astype(np.uint8)),
])
def test_a_camera_that_is_tampered_with_is_told_within_ten_seconds(scene, kind, change):
    frames = scene.draw([], duration_s=18.0)
    frames = [frame if frame.index < 80 else scene.make_frame(change(frame.luma()), frame.index, frame.pts_s)
              for frame in frames]
    alerts = scene.run(make_detector("tamper"), frames)
    assert [alert.kind for alert in alerts] == [kind]
    assert alerts[0].detect_s <= 18.0
    assert scene.run(make_detector("tamper"), scene.draw([], duration_s=14.0)) == []
