"""Which ways are driven, in which direction and how fast."""

from __future__ import annotations

import pytest

from scenarios.osm_speed import CLASS_SPEED_KMH, DRIVEN_SHARE, parse_maxspeed, read_direction, read_driving


@pytest.mark.parametrize(("text", "kmh"), [
    ("50", 50.0), ("50 km/h", 50.0), ("7.5", 7.5), ("50 mph", 80.4672), ("30mph", 48.28032), ("10 knots", 18.52),
    ("RU:urban", 60.0), ("KZ:urban", 60.0), ("DE:urban", 50.0), ("RU:rural", 90.0), ("DE:rural", 100.0),
    ("RU:motorway", 110.0), ("XX:motorway", 120.0), ("RU:living_street", 20.0), ("GB:nsl_single", 96.56064),
    ("DE:zone30", 30.0), ("DE:zone:30", 30.0), ("zone:20", 20.0), ("walk", 5.0), ("DE:walk", 5.0), ("50;30", 30.0),
    ("60; signals", 60.0), ("1", 3.0), ("900", 200.0), ("none", None), ("signals", None), ("variable", None),
    ("", None), ("0", None), ("-5", None), ("fast", None), ("1e3", None), ("urban", None), ("nan", None),
])
def test_a_limit_is_read_as_people_write_it_and_nothing_is_made_of_nonsense(text: str, kmh: float | None) -> None:
    assert parse_maxspeed(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(("tags", "direction"), [
    ({}, 0), ({"oneway": "yes"}, 1), ({"oneway": "1"}, 1), ({"oneway": "true"}, 1), ({"oneway": "no"}, 0),
    ({"oneway": "-1"}, -1), ({"oneway": "reverse"}, -1), ({"oneway": "reversible"}, 0),
    ({"junction": "roundabout"}, 1), ({"junction": "circular"}, 1), ({"junction": "roundabout", "oneway": "-1"}, -1),
    ({"highway": "motorway"}, 1), ({"highway": "motorway", "oneway": "no"}, 0), ({"highway": "motorway_link"}, 1),
    ({"highway": "trunk"}, 0), ({"oneway": "yes", "oneway:motor_vehicle": "no"}, 0),
])
def test_a_street_is_one_way_where_its_tags_or_its_class_say_so(tags: dict[str, str], direction: int) -> None:
    assert read_direction(tags) == direction


@pytest.mark.parametrize("tags", [
    {"highway": "footway"}, {"highway": "pedestrian"}, {"highway": "construction"}, {"building": "yes"},
    {"highway": "service", "area": "yes"}, {"highway": "residential", "motor_vehicle": "no"},
    {"highway": "residential", "access": "no"}, {"highway": "residential", "access": "yes", "motorcar": "no"},
])
def test_what_a_patrol_car_does_not_drive_is_left_out(tags: dict[str, str]) -> None:
    assert read_driving(tags) is None


@pytest.mark.parametrize("tags", [
    {"access": "private"}, {"access": "no", "motor_vehicle": "yes"}, {"motor_vehicle": "destination"},
])
def test_what_a_patrol_may_enter_is_driven(tags: dict[str, str]) -> None:
    assert read_driving({"highway": "residential"} | tags) is not None


def test_speed_is_the_limit_or_that_of_the_class_times_the_share_that_is_driven() -> None:
    for road_class, limit in CLASS_SPEED_KMH.items():
        share = DRIVEN_SHARE.get(road_class, 0.7)
        plain = read_driving({"highway": road_class})
        signed = read_driving({"highway": road_class, "maxspeed": "30"})
        assert plain is not None
        assert signed is not None
        assert plain.forward_kmh == pytest.approx(share * limit)
        assert signed.forward_kmh == pytest.approx(share * 30.0)


def test_each_direction_may_have_a_limit_of_its_own() -> None:
    driving = read_driving({"highway": "primary", "maxspeed": "60", "maxspeed:backward": "40"})
    assert driving is not None
    assert (driving.forward_kmh, driving.backward_kmh) == pytest.approx((0.65 * 60.0, 0.65 * 40.0))
