"""Things dropped in a street: told only if somebody brought them and went away."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from agents import STREET_PROFILES, Stream, make_left_object
from agents.street import StreetDetector
from hw.drawing.conditions import make_condition
from hw.drawing.trials import litter_script
from hw.drawn_source import DrawnSource
from hw.ptz import Ptz
from hw.scenes import stage_script
from sim.errors import UnknownNameError


def dropped(scene, *, at_s=7.0, side_px=5, grey=40):
    """A small thing that appears where a passer-by walks."""
    return dataclasses.replace(scene.box_at(150, 196, from_s=at_s), size_wh=(side_px, side_px), grey=grey)


@pytest.fixture
def street():
    return make_left_object(profile="street", network="none")


def test_a_small_thing_that_a_passer_by_drops_is_litter_where_it_lies(scene, street):
    things = [scene.person_walking(4.0), dropped(scene)]
    alerts = scene.run(street, scene.draw(things, duration_s=20.0))
    assert [alert.kind for alert in alerts] == ["litter"]
    left, top, right, bottom = alerts[0].box_xyxy
    assert (left, top, right, bottom) == pytest.approx((150, 196, 155, 201), abs=3)
    assert alerts[0].detect_s >= 7.0 + STREET_PROFILES["street"].hold_s


def test_the_same_thing_with_nobody_near_is_not_told(scene, street):
    assert scene.run(street, scene.draw([dropped(scene)], duration_s=20.0)) == []


def test_where_many_places_change_at_once_it_was_the_light_even_beside_a_passer_by(scene, street):
    spots = [dataclasses.replace(dropped(scene), left_top=lambda _, x=x: (x, 196.0))
             for x in (110.0, 130.0, 150.0, 170.0, 190.0)]
    assert scene.run(street, scene.draw([scene.person_walking(4.0), *spots], duration_s=20.0)) == []


def test_a_passer_by_who_drops_nothing_is_not_told(scene, street):
    assert scene.run(street, scene.draw([scene.person_walking(4.0)], duration_s=20.0)) == []


def test_a_thing_whose_bringer_is_still_there_is_not_told_yet(scene, street):
    stays = dataclasses.replace(scene.person_walking(4.0), left_top=lambda t_s: (min(138.0, (t_s - 4.0) * 60.0), 90.0))
    assert [alert.kind for alert in scene.run(street, scene.draw([stays, dropped(scene)], duration_s=16.0))
            if alert.kind == "litter"] == []


def test_a_thing_that_is_taken_up_again_before_the_hold_time_is_not_told(scene, street):
    brief = dataclasses.replace(dropped(scene), to_s=10.0)
    assert scene.run(street, scene.draw([scene.person_walking(4.0), brief], duration_s=20.0)) == []


def test_a_change_must_outlast_a_group_of_pictures(scene, street):
    frames = [dataclasses.replace(frame, is_key=frame.index % 80 == 0)
              for frame in scene.draw([scene.person_walking(4.0), dropped(scene)], duration_s=30.0)]
    alerts = scene.run(street, frames)
    assert [alert.kind for alert in alerts] == ["litter"]
    assert alerts[0].detect_s >= 7.0 + 8.0, "a group of pictures lasts 8 s"


def thing(scene, *, from_s=0.0, to_s=float("inf"), size_wh=(10, 8)):
    """A dark thing on the pavement where a passer-by walks."""
    return dataclasses.replace(scene.box_at(150, 194, from_s=from_s, to_s=to_s), size_wh=size_wh, grey=40)


def test_what_a_passer_by_carries_off_is_told_if_it_had_stood_there_for_long(scene, street):
    taken = thing(scene, to_s=23.0)
    alerts = scene.run(street, scene.draw([taken, scene.person_walking(20.0)], duration_s=36.0))
    assert [alert.kind for alert in alerts] == ["object_removed"]
    assert alerts[0].box_xyxy == pytest.approx((150, 194, 160, 202), abs=3)
    assert scene.run(street, scene.draw([taken], duration_s=36.0)) == [], "it went and nobody came to it"
    too_soon = [thing(scene, to_s=11.0), scene.person_walking(8.0)]
    assert scene.run(street, scene.draw(too_soon, duration_s=24.0)) == [], "what stands so shortly may be a person"


def test_who_stood_there_since_the_beginning_and_goes_took_nothing(scene, street):
    stood = dataclasses.replace(scene.person_walking(0.0),
                                left_top=lambda t_s: (120.0 + max(0.0, t_s - 20.0) * 60.0, 90.0))
    assert scene.run(street, scene.draw([stood], duration_s=36.0)) == []


def test_what_shows_later_of_a_thing_is_not_told_again(scene, street):
    people = [scene.person_walking(from_s) for from_s in (4.0, 13.0, 27.0)]
    parts = [thing(scene, from_s=from_s, size_wh=size_wh)
             for from_s, size_wh in ((7.0, (5, 6)), (16.0, (10, 8)), (30.0, (16, 8)))]
    alerts = scene.run(street, scene.draw([*people, *parts], duration_s=44.0))
    assert [alert.kind for alert in alerts] == ["litter"]


def test_a_camera_that_turns_learns_its_scene_anew_without_an_alert(scene, street):
    before = scene.draw([scene.person_walking(2.0)], duration_s=10.0)
    after = [scene.make_frame(frame.luma()[:, ::-1].copy(), 100 + frame.index, 10.0 + frame.pts_s)
             for frame in scene.draw([], duration_s=15.0)]
    assert scene.run(street, [*before, *after]) == []


def test_a_thing_three_pixels_wide_is_found_in_a_drawn_street_seen_by_a_whole_camera():
    script = litter_script(object_px=3.0, n=1, every_s=8.0)
    source = DrawnSource(stage_script(script, seed=3, condition=make_condition("day")), fps=Fraction(5),
                         duration_s=22.0)
    detector = make_left_object(profile="street", network="none")
    detector.start(Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps))
    truth = source.truth().events[0]
    alerts = [alert for frame in source for alert in detector.update(frame)]
    assert [alert.kind for alert in alerts] == ["litter"]
    assert alerts[0].box_xyxy == pytest.approx(truth.box_xyxy, abs=3)


def test_both_profiles_bear_one_name_and_an_unknown_one_gets_its_nearest():
    assert make_left_object(profile="tabletop").name == make_left_object(profile="street", network="none").name
    with pytest.raises(UnknownNameError, match="did you mean street"):
        make_left_object(profile="stret")


def test_without_its_network_it_says_what_it_cannot_do(street):
    assert isinstance(street, StreetDetector)
    assert "stand still" in street.degraded


def test_the_network_looks_while_somebody_moves_or_something_has_changed_and_rests_else(sample, scene, monkeypatch):
    sample("yolox_nano_dyn")
    looked_s = []

    def look(network, picture, **asked):
        looked_s.append(now_s)
        return []

    monkeypatch.setattr("agents.network.Network.find", look)
    detector = make_left_object(profile="street")
    frames = scene.draw([scene.person_walking(24.0)], duration_s=40.0)
    detector.start(Stream(camera_id=0, size_wh=frames[0].size_wh, fps=Fraction(10)))
    for frame in frames:
        now_s = frame.pts_s
        detector.update(frame)
    assert len([t_s for t_s in looked_s if t_s < 6.0]) >= 4
    assert not [t_s for t_s in looked_s if 6.0 < t_s < 22.0]
    assert len([t_s for t_s in looked_s if 24.0 < t_s < 30.0]) >= 4


def test_a_camera_that_looks_elsewhere_and_comes_back_keeps_what_it_held_and_tells_nothing_twice():
    script = litter_script(object_px=3.0, n=1, every_s=8.0, size_wh=(640, 360))
    scene = stage_script(script, seed=3, condition=make_condition("day"))
    truth = scene.truth(fps=Fraction(5)).events[0]
    aside = dataclasses.replace(scene.view, pan_deg=scene.view.pan_deg + 25.0)
    turns_s = ((10.0, 20.0), (31.0, 38.0))
    assert truth.end_s < turns_s[0][0] < truth.end_s + STREET_PROFILES["street"].hold_s, "it lies and is not yet told"
    ptz = Ptz(scene.view)
    for away_s, back_s in turns_s:
        ptz.go(aside, t_s=away_s)
        ptz.go(scene.view, t_s=back_s)
    source = DrawnSource(scene, fps=Fraction(5), duration_s=50.0, ptz=ptz)
    detector = make_left_object(profile="street", network="none")
    detector.start(Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps))
    alerts = [alert for frame in source for alert in detector.update(frame)]
    assert [alert.kind for alert in alerts] == ["litter"]
    assert alerts[0].box_xyxy == pytest.approx(truth.box_xyxy, abs=3)
    assert turns_s[0][1] < alerts[0].detect_s < turns_s[1][0]
