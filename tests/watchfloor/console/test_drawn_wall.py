"""Drawn pictures for the wall: quiet until something happens, and small things are plain only from close."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from scenarios import load_scenario
from sim.errors import InputError
from watchfloor.console.drawn_wall import FRAMES_PER_S, DrawnWall
from watchfloor.console.offences import LEAD_S, TRAIL_S, Staged, close_view, play_of
from watchfloor.console.session import Picture
from watchfloor.console.streets import LOOP_S, PLACES, quiet_script

CAMERA = 14
SIZE_WH = (320, 180)


@pytest.fixture(scope="module")
def city():
    return load_scenario("market_patrol").city


def pixels(picture: Picture) -> np.ndarray:
    if picture.bgr is not None:
        return picture.bgr
    return np.asarray(cv2.imdecode(np.frombuffer(picture.jpeg, dtype=np.uint8), cv2.IMREAD_COLOR))


def staged(**changes: object) -> Staged:
    values = {"incident_id": 1, "kind": "litter", "from_s": 100.0, "until_s": 140.0, "object_size_m": 0.05} | changes
    return Staged(**values)


@pytest.mark.parametrize("name", sorted({name for names in PLACES.values() for name in names}))
def test_in_a_quiet_place_nothing_happens_that_could_be_an_offence(name: str) -> None:
    from hw.drawing.conditions import make_condition
    from watchfloor.console.streets import quiet_scene

    assert quiet_scene(name, 0, make_condition("day")).events == ()
    assert quiet_script(name).duration_s == LOOP_S


def test_the_same_instant_gives_the_same_picture_drawn_or_kept(city) -> None:
    first, again = DrawnWall(city), DrawnWall(city)
    drawn = first.picture(CAMERA, 5.0, SIZE_WH)
    assert first.picture(CAMERA, 5.0, SIZE_WH).jpeg == again.picture(CAMERA, 5.0, SIZE_WH).jpeg == drawn.jpeg
    assert first.picture(CAMERA, 5.0 + LOOP_S, SIZE_WH).jpeg == drawn.jpeg, "the loop begins again"
    assert drawn.sequence == 5 * FRAMES_PER_S


def test_an_incident_is_in_the_picture_from_shortly_before_it_until_shortly_after(city) -> None:
    wall, quiet = DrawnWall(city), DrawnWall(city)
    wall.stage(CAMERA, staged(kind="petty_hooliganism"))
    for t_s, is_in in ((100.0 - LEAD_S - 1.0, False), (101.0, True), (139.0, True), (140.0 + TRAIL_S + 1.0, False)):
        shown, empty = (pixels(one.picture(CAMERA, t_s, SIZE_WH)).astype(int) for one in (wall, quiet))
        differs = shown - empty
        assert bool(np.abs(differs).max() > 60) is is_in, t_s


def test_a_matchbox_is_told_only_from_close(city) -> None:
    wall, quiet = DrawnWall(city), DrawnWall(city)
    box = staged(object_size_m=0.053)
    wall.stage(CAMERA, box)
    view = close_view(wall.scene(CAMERA), box, hfov_deg=8.0)
    t_s = 135.0  # who dropped it has gone
    n_wide = changed(wall, quiet, t_s)
    for one in (wall, quiet):
        still_s = one.go(CAMERA, view, 120.0)
        assert 120.5 < still_s < t_s, "turning and zooming takes its time"
    n_close = changed(wall, quiet, t_s)
    assert n_wide <= 6
    assert n_close > 100
    assert n_close > 20 * n_wide


def changed(wall: DrawnWall, quiet: DrawnWall, t_s: float) -> int:
    """Return how many pixels differ plainly; noise and JPEG make small differences everywhere."""
    size_wh = (640, 360)
    one, other = (pixels(each.picture(CAMERA, t_s, size_wh)).astype(int) for each in (wall, quiet))
    return int((np.abs(one - other).max(axis=2) > 70).sum())


def test_a_fixed_camera_cannot_be_turned(city) -> None:
    wall = DrawnWall(city)
    with pytest.raises(InputError, match="one that can turn and zoom"):
        wall.go(0, wall.scene(0).view, 1.0)


@pytest.mark.parametrize(("kind", "play"), [("petty_hooliganism", "fight"), ("drinking", "drink"),
                                            ("drunk_in_public", "fall"), ("butt", "drop"), ("anything", "drop")])
def test_a_kind_is_played_by_its_name(kind: str, play: str) -> None:
    assert play_of(kind) == play
