"""A session as the console meets it: phases, deeds, durability, resumption, replay and debrief."""

import json
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.log import MISSING, Name
from watchfloor.console.check import check_session
from watchfloor.console.session import PHASES, Session
from watchfloor.training.exercise import drawn_px, make_exercise, staged_scenario
from watchfloor.training.exercise_file import load_exercise, write_exercise
from watchfloor.training.replay import load_inputs, pictures_again, replay_folder
from watchfloor.training.room import make_stage
from watchfloor.training.session import TrainingSession
from watchfloor.training.session_folder import JOURNAL, load_session
from watchfloor.training.trial_run import save_as_exercise


def find_and_send(played, target):
    """Find a target by watching, zoom where the camera can, mark it, confirm, send the nearest unit, tell it."""
    played.through(target.at_s + 6.0)
    reply = played.act("sighting", camera_id=target.camera_id, kind=target.kind)
    assert reply["ok"], reply
    tile = next(tile for tile in played.session.state("trainee-1")["tiles"] if tile["camera_id"] == target.camera_id)
    if tile["can_zoom"]:
        assert played.act("zoom", camera_id=target.camera_id, pan_deg=1.0, tilt_deg=-20.0, hfov_deg=10.0)["ok"]
    assert played.act("bookmark", camera_id=target.camera_id, note="butt")["ok"]
    played.through(target.at_s + 12.0)
    assert played.act("confirm", sighting_id=reply["sighting_id"], kind=target.kind)["ok"]
    call = played.session.state("trainee-1")["calls"][-1]
    if call["travel_s"]:
        nearest = min(call["travel_s"], key=call["travel_s"].get)
        assert played.act("dispatch", call_id=call["call_id"], unit_id=nearest)["ok"]
    assert played.act("radio", text="unit, to the market, a butt was dropped")["ok"]
    return call["call_id"]


@pytest.fixture
def practised(play, exercise_of, tmp_path):
    """A session kept in a folder, in which the first two targets were found."""
    played = play(exercise_of(seed=4, n_targets=4), folder=tmp_path / "session", trainees=("0a1b",))
    assert played.act("begin")["ok"]
    for target in played.session.exercise.targets[:2]:
        find_and_send(played, target)
    return played


def test_a_training_session_is_a_session_of_the_console(play, exercise_of):
    session = play(exercise_of(seed=1)).session
    assert isinstance(session, Session)
    check_session(session)
    assert session.phase in PHASES
    for seat in session.seats:
        state = session.state(seat.seat_id)
        json.dumps(state, allow_nan=False)
        assert state["banner"] == "EXERCISE"
        assert ("truth" in state) == (seat.role == "instructor")
    assert session.city().x_m.size == session.base_scenario.city.cameras.n_cameras


def test_a_trainee_is_never_told_the_truth_before_the_debrief(practised):
    text = json.dumps(practised.session.state("trainee-1"))
    assert "incident" not in text
    assert practised.session.debrief("trainee-1") == {}


def test_hits_misses_and_times_of_the_debrief_are_those_of_the_log(practised):
    practised.through(290.0)
    debrief = practised.end()
    json.dumps(debrief, allow_nan=False)
    log = practised.session.room.world.log()
    confirmed = log.incident_id[(log.name == Name.CONFIRM) & (log.incident_id != MISSING)]
    scores = debrief["scores"]
    assert scores["hits"] == len(set(confirmed.tolist())) == 2
    assert scores["targets"] == 4
    assert scores["misses"] == 2
    assert scores["right_kind"] == 1.0
    hits = [one for one in debrief["incidents"] if one["outcome"] == "hit"]
    for one, target in zip(hits, practised.session.exercise.targets, strict=False):
        assert one["seen_s"] == pytest.approx(target.at_s + 6.0, abs=0.002)
        assert one["reaction_s"] == pytest.approx(6.0, abs=0.002)
    assert {row["name"] for row in debrief["rows"]} >= {"occur", "view", "confirm", "dispatch"}
    done = {one["item"]: one for one in debrief["checklist"]}
    assert done["evidence_marked"]["n_done"] == done["hand_over_spoken"]["n_done"] == 2
    assert done["nearest_free_unit_sent"]["n_done"] == done["unit_sent_within_a_minute"]["n_done"] >= 1
    assert scores["awareness"] == 1.0
    assert scores["workload"] == 40.0
    assert debrief["reference"]["scores"]["targets"] == 4
    assert "workload" not in debrief["reference"]["scores"], "nobody felt it"


def test_a_seat_looks_back_when_that_tells_it_nothing_it_should_have_found(practised):
    session = practised.session
    assert session.past_span_s("trainee-1") is None
    assert session.past_span_s("instructor") == (0.0, session.clock.t_s)
    assert not practised.act("show", tile=99, camera_id=3)["ok"]
    practised.end()
    digest = session.room.world.log().digest()
    assert session.past_span_s("trainee-1") == (0.0, session.clock.t_s)
    assert practised.act("show", tile=0, camera_id=3)["ok"]
    assert session.state("trainee-1")["tiles"][0]["camera_id"] == 3
    assert session.room.world.log().digest() == digest
    assert practised.session.picture_at(3, 12.0, (320, 180)).t_s == 12.0


def test_exported_evidence_is_in_the_journal_and_counts_as_marked(play, exercise_of, tmp_path):
    played = play(exercise_of(seed=4, n_targets=1, n_freezes=0), folder=tmp_path / "session")
    assert played.act("begin")["ok"]
    (target,) = played.session.exercise.targets
    played.to(target.at_s + 6.0)
    sighting = played.act("sighting", camera_id=target.camera_id, kind=target.kind)["sighting_id"]
    assert played.act("confirm", sighting_id=sighting)["ok"]
    span = {"camera_id": target.camera_id, "from_s": target.at_s, "to_s": target.at_s + 5.0, "manifest": "x.json"}
    assert not played.act("evidence", **{**span, "to_s": target.at_s + 50.0})["ok"]
    assert played.act("evidence", **span)["ok"]
    done = {one["item"]: one["n_done"] for one in played.end()["checklist"]}
    assert done["evidence_marked"] == 1
    kept = load_session(tmp_path / "session")[1].entries
    assert [entry.action["from_s"] for entry in kept if entry.action["do"] == "evidence"] == [target.at_s]


def test_windows_and_targets_divide_the_wall_time(play, exercise_of):
    played = play(exercise_of(seed=4, n_targets=0, n_freezes=0))
    played.act("begin")
    played.to(300.0)
    assert played.act("finish")["ok"] or played.session.phase == "debrief"
    scores = played.session.debrief("trainee-1")["scores"]
    assert scores["correct_rejections"] == 9 * 300 / 30
    assert scores["targets"] == scores["false_alarms"] == 0


def test_a_claim_where_nothing_happens_is_a_false_alarm_in_one_window(play, exercise_of):
    played = play(exercise_of(seed=4, n_targets=0, n_freezes=0))
    played.act("begin")
    for t_s in (40.0, 45.0, 100.0):
        played.to(t_s)
        camera = played.session.exercise.cameras[0]
        sighting = played.act("sighting", camera_id=camera, kind="litter")["sighting_id"]
        assert played.act("confirm", sighting_id=sighting)["ok"]
    played.to(300.0)
    played.act("finish")
    scores = played.session.debrief("trainee-1")["scores"]
    assert scores["false_alarms"] == 2, "two claims fell into one window"


def test_the_session_stands_still_at_a_freeze_until_everything_is_answered(play, exercise_of):
    played = play(exercise_of(seed=4))
    played.act("begin")
    freeze_s = played.session.exercise.freezes_s[0]
    state = played.to(freeze_s + 20.0)
    assert (state["phase"], state["t_s"]) == ("freeze", freeze_s)
    assert {"code", "options", "params", "question"} == set(state["freeze"]["questions"][0])
    assert not played.act("sighting", camera_id=played.session.exercise.cameras[0])["ok"]
    world_questions = {one.code: one for one in played.session.questions}
    waiting = world_questions["alerts_waiting"]
    assert waiting.options[waiting.correct] == str(len(played.session.room.world.state.queued))
    played.answer_all()
    assert played.to(freeze_s + 3.0)["phase"] == "running"


def test_each_trainee_is_asked_about_their_own_wall_and_scored_by_their_own_orders(play, exercise_of):
    made = exercise_of(seed=4, n_targets=1)
    target = made.targets[0]
    exercise = replace(made, freezes_s=(round(target.at_s + 10.0),))
    played = play(exercise, trainees=("aa", "bb"))
    played.act("begin")
    dark = next(camera for camera in range(40) if camera not in exercise.cameras)
    for tile in range(len(exercise.cameras)):
        assert played.act("show", seat="trainee-2", tile=tile, camera_id=dark)["ok"]
    played.to(target.at_s + 2.0)
    sighting = played.act("sighting", camera_id=target.camera_id, kind=target.kind)["sighting_id"]
    assert played.act("confirm", sighting_id=sighting, kind=target.kind)["ok"]
    (call,) = played.session.state("trainee-1")["calls"]
    assert played.act("dispatch", call_id=call["call_id"], unit_id=min(call["travel_s"]))["ok"]
    assert played.to(exercise.freezes_s[0])["phase"] == "freeze"
    seen = []
    for seat, place in played.session.places.items():
        (asked,) = (one for one in place.questions if one.code == "cameras_with_an_incident")
        seen.append(int(asked.options[asked.correct]))
        assert {one["question"] for one in played.session.state(seat)["freeze"]["questions"]} == {
            one.question for one in place.questions}
        for one in place.questions:
            assert played.act("answer", seat=seat, question=one.question, value=one.correct)["ok"]
    assert seen == [1, 0]
    assert played.to(exercise.freezes_s[0] + 1.0)["phase"] == "running"
    for _ in range(2):
        assert played.act("finish", seat="instructor")["ok"]
    scores = [played.session.debrief(seat)["scores"] for seat in played.session.places]
    assert [one["awareness"] for one in scores] == [1.0, 1.0]
    assert [one["nearest_unit"] is None for one in scores] == [False, True]
    assert [one["hits"] for one in scores] == [1, 0]


def test_what_was_acknowledged_survives_the_death_of_the_program(practised, market, tmp_path):
    folder = tmp_path / "session"
    before = practised.session.room.world.log()
    (folder / JOURNAL).open("ab").write(b'{"seq": 99, "t_s"')  # the machine died within a line
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    session = TrainingSession.resumed(copy, scenario=market)
    assert session.phase == "paused"
    log = session.room.world.log()
    kept = before.t_s <= session.clock.t_s
    assert np.array_equal(log.name[: kept.sum()], before.name[kept])
    assert len(session.room.inputs) == len(practised.session.room.inputs)
    assert session.places["trainee-1"].bookmarks == practised.session.places["trainee-1"].bookmarks
    assert session.act("instructor", {"do": "resume"})["ok"]
    assert session.phase == "running"
    session.close()


def test_the_longest_session_goes_on_within_a_minute(play, exercise_of, market, tmp_path):
    played = play(exercise_of(seed=4, minutes=240, n_targets=120, n_freezes=0, p_detect=0.6, false_per_camera_h=5.0),
                  folder=tmp_path / "session")
    cameras = played.session.exercise.cameras
    played.act("begin")
    for number in range(1, 401):
        played.clock.now_s += 35.0
        if number % 4:
            assert played.act("show", tile=number % 9, camera_id=cameras[number * 7 % 9])["ok"]
        else:
            sighting = played.act("sighting", camera_id=cameras[number % 9], kind="litter")["sighting_id"]
            assert played.act("confirm", sighting_id=sighting, kind="litter")["ok"]
    digest = played.session.room.world.log().digest()
    played.session.close()
    began_s = time.monotonic()
    session = TrainingSession.resumed(tmp_path / "session", scenario=market)
    assert time.monotonic() - began_s < 60.0
    assert session.room.world.log().digest() == digest
    assert len(session.state("trainee-1")["calls"]) == 100
    session.close()


def test_a_finished_session_plays_again_to_the_same_log(practised, tmp_path):
    practised.through(290.0)
    practised.end()
    digest = practised.session.room.world.log().digest()
    practised.session.close()
    replayed = replay_folder(tmp_path / "session")
    assert replayed.is_same
    assert replayed.digest == digest
    assert replayed.n_inputs == len(practised.session.room.inputs)


def test_a_replay_shows_what_the_session_showed_frame_by_frame(play, exercise_of, market, tmp_path):
    exercise = exercise_of(seed=4, n_freezes=0, n_tiles=4, n_targets=2)
    played = play(exercise, folder=tmp_path / "session")
    played.act("begin")
    zooming = next(tile["camera_id"] for tile in played.session.state("trainee-1")["tiles"] if tile["can_zoom"])
    instants = [round(exercise.targets[0].at_s + 0.5 * number, 1) for number in range(12)]
    seen = []
    for number, t_s in enumerate(instants):
        played.to(t_s)
        if number == 3:
            assert played.act("zoom", camera_id=zooming, pan_deg=5.0, tilt_deg=-15.0, hfov_deg=12.0)["ok"]
            assert played.act("inject", seat="instructor", kind="litter", camera_id=exercise.cameras[1])["ok"]
        if number == 8:
            assert played.act("outage", seat="instructor", camera_id=exercise.cameras[2], duration_s=60.0)["ok"]
        seen.append({camera: played.session.picture(camera, (320, 180)) for camera in exercise.cameras})
    played.end()
    played.session.close()
    again = list(pictures_again(make_stage(exercise, market), load_inputs(tmp_path / "session"), instants))
    for shown, drawn in zip(seen, again, strict=True):
        for camera, picture in shown.items():
            assert drawn[camera] == (b"" if picture.state == "offline" else picture.encoded())
    assert again[3][zooming] != again[11][zooming], "the camera travelled"


def test_pictures_show_a_target_and_are_the_same_frame_by_frame_when_played_again(play, exercise_of):
    exercise = exercise_of(seed=4, n_freezes=0)
    target = exercise.targets[0]
    shots = []
    for _ in range(2):
        played = play(exercise)
        played.act("begin")
        played.to(round(target.at_s + 3.0, 1))
        shots.append(played.session.picture(target.camera_id, (640, 360)).bgr)
    assert shots[0] is not None, "somebody acts in it, so it is drawn anew"
    assert np.array_equal(shots[0], shots[1])


def test_an_instructor_injects_darkens_pauses_and_a_trainee_may_not(play, exercise_of):
    played = play(exercise_of(seed=4, n_targets=0, n_freezes=0))
    camera = played.session.exercise.cameras[0]
    assert not played.act("inject", kind="litter", camera_id=camera)["ok"]
    assert played.act("begin", seat="instructor")["ok"]
    played.to(30.0)
    assert played.act("inject", seat="instructor", kind="litter", camera_id=camera)["ok"]
    assert any(one["camera_id"] == camera for one in played.session.state("instructor")["truth"])
    assert played.act("outage", seat="instructor", camera_id=camera, duration_s=20.0)["ok"]
    assert played.session.picture(camera, (320, 180)).state == "offline"
    assert played.act("pause", seat="instructor")["ok"]
    assert played.to(60.0)["t_s"] == 30.0
    assert not played.act("pause", seat="instructor")["ok"]
    assert played.act("resume", seat="instructor")["ok"]
    assert played.act("speed", seat="instructor", factor=2.0)["ok"]
    played.clock.now_s += 15.0
    assert played.session.state("trainee-1")["t_s"] == 60.0
    assert played.session.picture(camera, (320, 180)).state == "live"
    made = played.session.as_exercise("from the session")
    assert [target.camera_id for target in made.targets] == [camera]
    staged_scenario(made, played.session.base_scenario)


def test_a_session_kept_in_a_folder_becomes_an_exercise(play, exercise_of, tmp_path):
    played = play(exercise_of(seed=4, n_targets=2), folder=tmp_path / "session")
    played.act("begin")
    played.to(30.0)
    camera = played.session.exercise.cameras[2]
    assert played.act("inject", seat="instructor", kind="litter", camera_id=camera)["ok"]
    played.session.close()
    saved = save_as_exercise(tmp_path / "session", tmp_path / "again.toml")
    assert load_exercise(tmp_path / "again.toml") == saved
    assert len(saved.targets) == 3
    assert saved.name == "again"
    assert 30.0 in {target.at_s for target in saved.targets if target.camera_id == camera}


def test_confirming_an_alert_that_waits_takes_it_up_first(play, exercise_of):
    played = play(exercise_of(seed=4, p_detect=1.0, n_freezes=0))
    played.act("begin")
    target = played.session.exercise.targets[0]
    alerts = played.to(target.at_s + 8.0)["alerts"]
    assert [alert["state"] for alert in alerts] == ["waiting"]
    assert played.act("confirm", alert_id=alerts[0]["alert_id"])["ok"]
    refused = played.act("acknowledge", alert_id=alerts[0]["alert_id"])
    assert (refused["ok"], refused["code"]) == (False, "not_waiting")
    assert played.session.state("trainee-1")["alerts"][-1]["state"] == "confirmed"


garbage = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                       lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner,
                                                                                   max_size=2), max_leaves=3)
doings = st.sampled_from(["confirm", "reject", "sighting", "zoom", "show", "dispatch", "bookmark", "acknowledge",
                          "answer", "radio", "note", "inject", "outage", "speed", "begin", "steal"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(doings, st.dictionaries(st.sampled_from(
    ["camera_id", "alert_id", "sighting_id", "call_id", "unit_id", "tile", "kind", "pan_deg", "tilt_deg", "hfov_deg",
     "duration_s", "factor", "question", "value", "text"]), garbage), st.sampled_from(["trainee-1", "instructor"]))
def test_nothing_that_a_seat_sends_raises(practised, do, fields, seat):
    reply = practised.session.act(seat, {"do": do, **fields})
    assert isinstance(reply["ok"], bool)
    json.dumps(practised.session.state(seat))


def test_an_exercise_survives_its_file_and_damage_is_told(exercise_of, tmp_path):
    exercise = exercise_of(seed=7, p_detect=0.5, pass_d_prime=1.5)
    path = tmp_path / "exercise.toml"
    write_exercise(exercise, path)
    assert load_exercise(path) == exercise
    path.write_text(path.read_text().replace('duration_s = 300.0', 'duration_s = -3'))
    with pytest.raises(InputError, match=r"exercise.toml: duration_s = -3"):
        load_exercise(path)


def test_parallel_forms_differ_in_places_and_not_in_difficulty(market):
    forms = [make_exercise("market_patrol", seed=seed, n_targets=40, minutes=30, scenario=market)
             for seed in range(6)]
    assert len({form.targets for form in forms}) == 6
    spans = [np.median([target.visible_s for target in form.targets]) for form in forms]
    assert max(spans) < 1.5 * min(spans)


def test_targets_have_the_pixels_that_were_asked_for(play, exercise_of):
    exercise = exercise_of(seed=3, n_targets=10, px=(20.0, 24.0), kinds=("litter",), n_freezes=0)
    room = play(exercise).session.room
    shown = [room.line_px(line) for line, camera in enumerate(room.world.line_camera)
             if camera == exercise.targets[room.world.line_incident[line]].camera_id]
    assert len(shown) == 10
    assert all(18.0 < px < 26.0 for px in shown)


def test_people_are_drawn_as_large_as_the_simulator_counts_them(play, exercise_of):
    exercise = exercise_of(seed=3, n_targets=10, kinds=("drinking", "petty_hooliganism"), n_freezes=0)
    session = play(exercise).session
    for line, camera in enumerate(session.room.world.line_camera):
        target = exercise.targets[session.room.world.line_incident[line]]
        if camera == target.camera_id and 3.0 < target.distance_m < 40.0:
            drawn = drawn_px(session.stage.scenario, target.kind, camera)
            assert session.room.line_px(line) == pytest.approx(drawn, rel=0.05)
