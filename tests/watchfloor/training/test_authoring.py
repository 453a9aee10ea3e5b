"""Targets put by an author: who sees them, how large, what is wrong, and the folder that keeps them."""

import numpy as np
import pytest

from sim.errors import InputError, UnknownNameError
from watchfloor.training.authoring import aim_of, aims_at, look_over, preview, with_wall
from watchfloor.training.exercise import Exercise, Target, place_of, target_px
from watchfloor.training.exercise_file import exercise_of, list_exercises, load_exercise, tables_of, write_exercise
from watchfloor.training.exercise_shelf import ExerciseShelf, stem_of
from watchfloor.training.room import Room, make_stage


def exercise_with(*targets, name="By hand", duration_s=120.0, cameras=(14, 3)):
    return Exercise(name=name, scenario="market_patrol", seed=1, duration_s=duration_s, cameras=cameras,
                    targets=targets)


def target_of(market, camera=14, kind="litter", px=40.0, **more):
    aim = aim_of(market, kind, camera, px=px)
    return Target(**{"kind": kind, "camera_id": camera, "at_s": 30.0, "visible_s": 20.0, "distance_m": aim.distance_m,
                     "aside_deg": aim.aside_deg, **more})


def test_every_camera_offered_for_a_place_sees_a_target_there(market):
    cameras = market.city.cameras
    x_m, y_m = float(cameras.x_m[14]) + 12.0, float(cameras.y_m[14]) + 9.0
    aims = aims_at(market, "litter", x_m, y_m)
    assert aims, "the camera at the market sees round itself"
    for aim in aims:
        target = target_of(market, aim.camera_id, distance_m=aim.distance_m, aside_deg=aim.aside_deg)
        assert np.hypot(*np.subtract(place_of(market, target), (x_m, y_m))) < 0.5
        exercise = exercise_with(target, cameras=(aim.camera_id,))
        assert [look.problem for look in look_over(exercise, market)] == [None]
    assert [aim.px for aim in aims] == sorted((aim.px for aim in aims), reverse=True)


def test_the_size_that_is_told_is_the_one_that_the_world_counts(market):
    exercise = exercise_with(target_of(market, px=24.0))
    room = Room(make_stage(exercise, market))
    [line] = [line for line, camera in enumerate(room.world.line_camera) if camera == 14]
    assert room.line_px(line) == pytest.approx(target_px(market, exercise.targets[0]), rel=0.01)
    assert look_over(exercise, market)[0].px == pytest.approx(24.0, abs=0.2)


def test_people_keep_their_natural_size_whatever_is_asked(market):
    near, far = (aim_of(market, "drinking", 14, px=px) for px in (6.0, 60.0))
    assert near == far
    assert near.has_natural_size


def test_what_cannot_be_found_is_told_before_it_is_saved(market):
    good = target_of(market)
    exercise = exercise_with(good, target_of(market, distance_m=5000.0), target_of(market, at_s=110.0),
                             target_of(market, camera=5))
    assert [look.problem for look in look_over(exercise, market)] == [None, "unseen", "late", "off_wall"]


def test_the_wall_holds_every_target_and_is_the_same_each_time(market):
    exercise = exercise_with(target_of(market), target_of(market, camera=20))
    walls = [with_wall(exercise, market, n_tiles=9).cameras for _ in range(2)]
    assert walls[0] == walls[1]
    assert len(set(walls[0])) == 9
    assert {14, 20, 3} <= set(walls[0])
    with pytest.raises(InputError, match="tiles = 1; expected 2 to 16"):
        with_wall(exercise, market, n_tiles=1)


def test_the_preview_is_what_the_session_shows(market, play):
    exercise = exercise_with(target_of(market, px=60.0))
    jpeg = preview(exercise, market, 0)
    assert jpeg[:2] == b"\xff\xd8"
    bare = preview(exercise_with(target_of(market, px=60.0, at_s=90.0)), market, 0)
    assert jpeg != bare
    with pytest.raises(InputError, match="target = 1; expected 0 to 0"):
        preview(exercise, market, 1)


def test_an_authored_exercise_survives_its_file(market, tmp_path):
    exercise = exercise_with(target_of(market, expects=("evidence_marked",)), target_of(market, at_s=60.0, expects=()),
                             name="Рынок «утро»")
    write_exercise(exercise, tmp_path / "a.toml")
    again = load_exercise(tmp_path / "a.toml")
    assert again == exercise
    assert again.digest == exercise.digest
    assert exercise_of(tables_of(exercise), where="page") == exercise
    tables = tables_of(exercise)
    tables["targets"][0]["expects"] = ["evidence_markd"]
    with pytest.raises(UnknownNameError, match="did you mean evidence_marked"):
        exercise_of(tables, where="page")


def test_only_what_is_expected_of_a_target_is_checked(market, play):
    exercise = exercise_with(target_of(market, expects=("evidence_marked",)))
    played = play(exercise)
    played.act("begin")
    played.to(34.0)
    sighting = played.act("sighting", camera_id=14, kind="litter")["sighting_id"]
    played.act("bookmark", camera_id=14)
    played.act("confirm", sighting_id=sighting, kind="litter")
    checklist = {one["item"]: (one["n_done"], one["n_cases"]) for one in played.end()["checklist"]}
    assert checklist["evidence_marked"] == (1, 1)
    assert {cases for item, (_, cases) in checklist.items() if item != "evidence_marked"} == {0}


@pytest.mark.parametrize(("name", "stem"), [
    ("Market, morning", "market-morning"), ("../../etc/passwd", "etc-passwd"), ("Рынок №1", "рынок-1"),
    ("a" * 200, "a" * 60)])
def test_a_name_never_reaches_the_file_system_raw(name, stem):
    assert stem_of(name) == stem


def test_a_kept_exercise_is_overwritten_only_by_itself(market, tmp_path):
    shelf = ExerciseShelf(tmp_path / "exercises")
    stem = shelf.save(exercise_with(target_of(market), name="One"))
    with pytest.raises(InputError, match="expected a new one"):
        shelf.save(exercise_with(name="one!"))
    assert shelf.save(exercise_with(name="One"), over=stem) == stem
    assert shelf.save(exercise_with(name="Two"), over=stem) == "two"
    assert [one.stem for one in shelf.list()] == ["two"]
    for hostile in ("../two", "one", "", "two.toml"):
        with pytest.raises(InputError, match="expected one in"):
            shelf.load(hostile)
    shelf.remove("two")
    assert shelf.list() == ()
    with pytest.raises(InputError, match="expected letters or digits"):
        shelf.save(exercise_with(name="../.."))


def test_damaged_files_are_listed_with_the_reason_and_others_are_not(market, tmp_path):
    write_exercise(exercise_with(target_of(market)), tmp_path / "good.toml")
    (tmp_path / "bad.toml").write_text('schema = "watchfloor.exercise/1"\nname = "x"\n')
    (tmp_path / "scenario.toml").write_text('schema = "watchfloor.scenario/1"\n')
    (tmp_path / "torn.toml").write_text("schema = ")
    listed = {one.stem: one for one in list_exercises(tmp_path)}
    assert set(listed) == {"good", "bad"}
    assert "Field required" in listed["bad"].problem
    with pytest.raises(InputError, match=r"a file whose name ends in \.toml"):
        write_exercise(exercise_with(), tmp_path / "a.json")
