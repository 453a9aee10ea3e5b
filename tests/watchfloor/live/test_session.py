"""Live sessions end to end: real pictures, a real detector, a world, badges over real sockets, and their replay."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hw.access_log import AccessLog
from hw.badge import Badge, BadgeOptions, Pace, Route
from hw.loopback import free_udp_port
from sim.errors import InputError
from sim.input_records import SOURCE_STATES
from tests.hw.badge.a_broker import running_broker
from tests.waiting import wait_until
from watchfloor.console.check import check_session
from watchfloor.console.session import Session
from watchfloor.live.options import LiveBadge, LiveFeed, LiveOptions, parse_badges, parse_feeds, parse_kinds
from watchfloor.live.record import RECORD, load_record, replay
from watchfloor.live.session import SEAT_ID, LiveSession
from watchfloor.live.terminal import Person
from watchfloor.verify import verify_file

CAMERA, UNIT = 11, 1
AT_S = 9.0 * 3600.0


def options(folder: Path, street: Path | None = None, **changes: object) -> LiveOptions:
    plain = LiveOptions(
        scenario="district_centre", folder=folder, kinds=parse_kinds([]), start_s=AT_S, duration_s=3600.0,
        feeds=(LiveFeed(camera_id=CAMERA, address=str(street), is_real=False),) if street else (),
        badges=(LiveBadge(unit_id=UNIT, is_real=False),))
    return dataclasses.replace(plain, **changes)


def badge(session: LiveSession, folder: Path, *, is_simulated: bool = True) -> Badge:
    return Badge(BadgeOptions(
        unit_id=UNIT, host="127.0.0.1", port=session.courier.station.port, memory=folder / "badge.sqlite",
        route=Route([(53.2, 63.6)]), pace=Pace(acknowledge_s=0.0, turnout_s=0.1, travel_s=0.1, scene_s=0.1),
        is_simulated=is_simulated), show=lambda _: None)


def act(session: LiveSession, **action: object) -> dict[str, object]:
    return session.act(SEAT_ID, action)


def done(session: LiveSession, **action: object) -> None:
    answer = act(session, **action)
    assert answer["ok"], answer


def calls(session: LiveSession) -> list[dict[str, object]]:
    found = session.state(SEAT_ID)["calls"]
    assert isinstance(found, list)
    return found


def test_an_alert_becomes_an_order_only_by_a_persons_word_and_the_session_replays_to_the_same_digest(
        tmp_path: Path, street: Path) -> None:
    folder = tmp_path / "live"
    with LiveSession(options(folder, street)) as session, badge(session, tmp_path) as worn:
        wait_until(lambda: session.state(SEAT_ID)["alerts"])
        alert = session.state(SEAT_ID)["alerts"][0]
        assert (alert["camera_id"], alert["kind"], alert["state"]) == (CAMERA, "other", "waiting")
        assert calls(session) == []
        assert worn.memory.orders() == []
        done(session, do="confirm", alert_id=alert["alert_id"])
        (call,) = calls(session)
        assert (call["state"], call["camera_id"]) == ("waiting", CAMERA)
        assert worn.memory.orders() == []
        done(session, do="dispatch", call_id=call["call_id"], unit_id=UNIT)
        wait_until(lambda: calls(session)[0]["state"] == "cleared")
        (order,) = worn.memory.orders()
    assert (order.kind, order.marking, order.origin.is_real_camera) == ("other", "", False)
    assert order.origin.is_confirmed_by_person
    result = session.result()
    assert (result.n_orders, result.n_reports) == (1, 4)
    for stage in ("arrival", "decoded", "detected", "put", "alert", "confirm", "dispatch", "ordered", "received"):
        assert result.stages[stage].n >= 1, stage
    assert result.stages["glass to badge"].n == 1
    rows = pq.read_table(folder / "events.parquet").to_pylist()
    assert [SOURCE_STATES[int(row["value"])] for row in rows if row["name"] == "feed"][:2] == ["connecting", "live"]
    again = replay(folder)
    assert again.is_identical
    assert again.digest == result.digest
    assert again.n_inputs == result.n_inputs >= 8


def test_a_console_can_show_it(tmp_path: Path, street: Path) -> None:
    with LiveSession(options(tmp_path / "live", street)) as session:
        assert isinstance(session, Session)
        check_session(session)
        assert session.city().x_m.size == session.scenario.city.cameras.n_cameras
        assert session.picture(3, (320, 180)).label == "SIMULATED"
        wait_until(lambda: session.picture(CAMERA, (320, 180)).jpeg)
        wait_until(lambda: session.picture(CAMERA, (320, 180)).state == "live")
        state = session.state(session.seats[0].seat_id)
        assert state["tiles"][0]["camera_id"] == CAMERA
        json.dumps(state)


def test_another_order_of_inputs_is_another_log(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    with LiveSession(options(folder)) as session:
        done(session, do="sighting", camera_id=3, kind="litter")
        done(session, do="confirm", sighting_id=0, place=" by the fountain ", note="two men")
        assert [(call["place"], call["note"]) for call in calls(session)] == [("by the fountain", "two men")]
    assert replay(folder).is_identical
    lines = (folder / "inputs.jsonl").read_text().splitlines()
    (folder / "inputs.jsonl").write_text(lines[0] + "\n")
    assert replay(folder).is_identical is False


def test_a_session_that_was_cut_off_plays_again_as_far_as_it_was_kept(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    with LiveSession(options(folder)) as session:
        done(session, do="sighting", camera_id=3, kind="litter")
        cut_off = load_record(folder)
    assert cut_off.digest is None
    (folder / RECORD).write_text(cut_off.model_dump_json())
    again = replay(folder)
    assert again.is_identical is None
    assert again.n_inputs == 1


def test_a_session_that_was_killed_goes_on_from_its_inputs_and_plays_again_as_a_whole(tmp_path: Path) -> None:
    before, folder = tmp_path / "before" / "live", tmp_path / "live"
    with LiveSession(options(before)) as session:
        for camera in (3, 4):
            done(session, do="sighting", camera_id=camera, kind="litter")
        done(session, do="confirm", sighting_id=0)
        done(session, do="dispatch", call_id=calls(session)[0]["call_id"], unit_id=UNIT)
        wait_until(session.courier.book.all)
        shutil.copytree(before, folder)  # as a killed one leaves it: nothing was closed
        with (folder / "inputs.jsonl").open("a") as inputs:
            inputs.write('{"seq": 4, "t_s"')
    with pytest.raises(InputError, match="--exercise = EXERCISE; expected that of"):
        LiveSession(options(folder, is_exercise=True, is_resumed=True))
    with LiveSession(options(folder, is_resumed=True, seed=99)) as session, badge(session, tmp_path) as worn:
        assert session.options.seed == 1
        wait_until(lambda: calls(session)[0]["state"] == "cleared")
        assert len(worn.memory.orders()) == 1
        done(session, do="sighting", camera_id=5, kind="litter")
        done(session, do="confirm", sighting_id=1)
        done(session, do="confirm", sighting_id=2)
        assert [call["camera_id"] for call in calls(session)] == [3, 4, 5]
    assert session.result().n_reports == 4
    again = replay(folder)
    assert again.is_identical
    assert again.digest == session.result().digest
    with pytest.raises(InputError, match="came to its end"):
        LiveSession(options(folder, is_resumed=True))
    assert "a live session as it was left; 11 inputs" in verify_file(folder / RECORD)
    shutil.copy(before / "events.parquet", folder)
    with pytest.raises(InputError, match="parquet is not its log"):
        verify_file(folder / RECORD)


def test_an_order_that_was_decided_and_not_booked_goes_out_when_the_session_goes_on(tmp_path: Path) -> None:
    before, folder = tmp_path / "before" / "live", tmp_path / "live"
    with LiveSession(options(before)) as session:
        done(session, do="sighting", camera_id=3, kind="litter")
        done(session, do="confirm", sighting_id=0)
        done(session, do="dispatch", call_id=calls(session)[0]["call_id"], unit_id=UNIT)
        folder.mkdir()
        for name in (RECORD, "inputs.jsonl"):
            shutil.copy(before / name, folder)
    with LiveSession(options(folder, is_resumed=True)) as session, badge(session, tmp_path) as worn:
        wait_until(worn.memory.orders)
        assert worn.memory.orders()[0].origin.is_confirmed_by_person


def test_a_real_badge_gets_nothing_from_a_simulated_camera_outside_an_exercise(tmp_path: Path, street: Path) -> None:
    worn_by_a_person = (LiveBadge(unit_id=UNIT, is_real=True),)
    with (LiveSession(options(tmp_path / "live", street, badges=worn_by_a_person)) as session,
          badge(session, tmp_path, is_simulated=False) as worn):
        done(session, do="sighting", camera_id=3, kind="litter")
        done(session, do="confirm", sighting_id=0)
        refused = act(session, do="dispatch", call_id=calls(session)[0]["call_id"], unit_id=UNIT)
        assert not refused["ok"]
        assert "simulated camera 3; expected a real camera's call" in str(refused["error"])
        wait_until(lambda: UNIT in session.courier.station.up)
        assert session.courier.book.all() == []
        assert worn.memory.orders() == []
        assert calls(session)[0]["state"] == "waiting"


def test_in_an_exercise_all_is_marked(tmp_path: Path) -> None:
    worn_by_a_person = (LiveBadge(unit_id=UNIT, is_real=True),)
    with (LiveSession(options(tmp_path / "live", badges=worn_by_a_person, is_exercise=True)) as session,
          badge(session, tmp_path, is_simulated=False) as worn):
        done(session, do="sighting", camera_id=3, kind="litter")
        done(session, do="confirm", sighting_id=0)
        done(session, do="dispatch", call_id=calls(session)[0]["call_id"], unit_id=UNIT)
        wait_until(worn.memory.orders)
        assert worn.memory.orders()[0].marking == worn.marking == "EXERCISE"
        assert session.state(SEAT_ID)["banner"] == "EXERCISE"
    assert session.result().marking == load_record(tmp_path / "live").marking == replay(tmp_path / "live").marking
    assert session.result().marking == "EXERCISE"


def test_a_badge_may_come_by_a_broker_beside_the_built_in_link(tmp_path: Path) -> None:
    with running_broker(tmp_path) as broker:
        url = f"mqtt://{broker.host}:{broker.port}"
        by_broker = BadgeOptions(
            unit_id=UNIT, broker=url, memory=tmp_path / "badge.sqlite", route=Route([(53.2, 63.6)]),
            pace=Pace(acknowledge_s=0.0, turnout_s=0.0, travel_s=0.0, scene_s=0.0))
        with (LiveSession(options(tmp_path / "live", broker=url)) as session,
              Badge(by_broker, show=lambda _: None) as worn):
            wait_until(lambda: session.courier.up == {UNIT})
            done(session, do="sighting", camera_id=3, kind="litter")
            done(session, do="confirm", sighting_id=0)
            done(session, do="dispatch", call_id=calls(session)[0]["call_id"], unit_id=UNIT)
            wait_until(lambda: calls(session)[0]["state"] == "cleared")
            assert len(worn.memory.orders()) == 1
    assert session.result().n_reports == 4


def test_others_see_a_badges_picture_only_with_a_reason_that_is_logged(tmp_path: Path) -> None:
    told: list[str] = []
    video = (LiveBadge(unit_id=UNIT, is_real=False, video=f"udp://127.0.0.1:{free_udp_port()}"),)
    with LiveSession(options(tmp_path / "live", badges=video)) as session:
        url = f"udp://127.0.0.1:{free_udp_port()}"
        lines = [f"j {UNIT} {url}", f"j {UNIT} {url} a fight", f"g {UNIT} {url} press", "j 2 udp://127.0.0.1:9 why",
                 f"l {UNIT} {url}", f"g {UNIT} {url} press the mayor's visit", "j"]
        Person(session, lines, told.append)
        wait_until(lambda: len(told) == len(lines))
    rows = AccessLog(tmp_path / "live").load()
    assert [(row.subject, row.why) for row in rows] == [
        (f"badge {UNIT}", "a fight"), (f"badge {UNIT}, granted to press", "the mayor's visit")]
    assert all(row.who for row in rows)
    answers = ["why", "done", "why", "badge with live video = 2", "done", "done", "join"]
    assert all(words in line for line, words in zip(told, answers, strict=True)), told


def test_a_badge_said_to_be_simulated_that_is_real_is_refused_and_its_unit_freed(tmp_path: Path) -> None:
    with (LiveSession(options(tmp_path / "live")) as session,
          badge(session, tmp_path, is_simulated=False) as worn):
        done(session, do="sighting", camera_id=3, kind="litter")
        done(session, do="confirm", sighting_id=0)
        done(session, do="dispatch", call_id=calls(session)[0]["call_id"], unit_id=UNIT)
        wait_until(lambda: calls(session)[0]["state"] == "cleared")
        assert any("did not get call" in text for text in session.messages.after(0))
        assert worn.memory.orders() == []
    assert replay(tmp_path / "live").is_identical


@pytest.mark.parametrize(("changes", "words"), [
    ({"feeds": (LiveFeed(camera_id=1, address="rtsp://192.0.2.1/1", is_real=True),)}, "with the real camera 1"),
    ({"badges": (LiveBadge(unit_id=UNIT, is_real=True),)}, "with the real badge of unit 1"),
])
def test_a_stand_in_is_refused_beside_what_is_real(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        LiveSession(options(tmp_path / "live", stand_in_s=0.0, **changes))
    assert not (tmp_path / "live").exists()


def test_a_stand_in_is_written_down_as_such_and_counts_as_nobody(tmp_path: Path, street: Path) -> None:
    folder = tmp_path / "live"
    with LiveSession(options(folder, street, stand_in_s=0.0)) as session, badge(session, tmp_path) as worn:
        wait_until(worn.memory.orders)
        assert not worn.memory.orders()[0].origin.is_confirmed_by_person
    assert load_record(folder).confirmation == "simulated_confirmation"
    verdicts = [line for line in map(json.loads, (folder / "inputs.jsonl").read_text().splitlines())
                if line["kind"] == "verdict"]
    assert {line["payload"]["note_ref"] for line in verdicts} == {"simulated_confirmation"}


@pytest.mark.parametrize(("action", "words"), [
    ({"do": "fly"}, "do = fly; expected one of acknowledge"),
    ({"do": "acknowledge", "alert_id": 5}, "take: not waiting"),
    ({"do": "acknowledge", "alert_id": "5"}, "alert_id = 5; expected a whole number"),
    ({"do": "confirm"}, "sighting_id; expected a whole number"),
    ({"do": "dispatch", "call_id": 0, "unit_id": UNIT}, "call_id = 0"),
    ({"do": "dispatch", "call_id": 10**7}, "unknown call"),
    ({"do": "sighting", "camera_id": 3, "kind": "flood"}, "unknown kind"),
    ({"do": "zoom", "camera_id": 3, "pan_deg": float("nan"), "tilt_deg": 0.0, "hfov_deg": 4.0}, "pan_deg = nan"),
    ({"do": "confirm", "alert_id": 0, "note": "simulated_confirmation"}, "expected a person's own words"),
])
def test_what_cannot_be_done_is_said_and_ends_nothing(tmp_path: Path, action: dict[str, object], words: str) -> None:
    with LiveSession(options(tmp_path / "live")) as session:
        answer = session.act(SEAT_ID, action)
        assert not answer["ok"]
        assert words in answer["error"]
        assert session.engine.is_running


@pytest.mark.parametrize(("changes", "words"), [
    ({"feeds": (LiveFeed(camera_id=9999, address="a.mp4", is_real=False),)}, "camera = 9999; expected 0 to 71"),
    ({"badges": (LiveBadge(unit_id=99, is_real=False),)}, "unit = 99; expected 0 to 4"),
    ({"kinds": {"motion": "flood"}}, "motion = flood; expected one of"),
])
def test_what_the_city_has_not_is_said_at_once(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        LiveSession(options(tmp_path / "live", **changes))


def test_feeds_and_badges_are_read_from_words_and_passwords_stay_hidden() -> None:
    (feed,) = parse_feeds(["4211=rtsp://duty:secret@192.0.2.1/1"])
    assert (feed.camera_id, feed.is_real) == (4211, True)
    assert "secret" not in repr(feed)
    assert parse_badges(["9=real", "17=simulated,udp://127.0.0.1:5617"]) == (
        LiveBadge(unit_id=9, is_real=True), LiveBadge(unit_id=17, is_real=False, video="udp://127.0.0.1:5617"))
    for bad in (lambda: parse_feeds(["rtsp://a"]), lambda: parse_feeds(["1=a", "1=b"]),
                lambda: parse_badges(["9=mine"]), lambda: parse_kinds(["motion"])):
        with pytest.raises(InputError, match="expected"):
            bad()
