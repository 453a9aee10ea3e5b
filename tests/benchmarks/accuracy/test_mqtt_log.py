"""Another program's events, read from a log of MQTT messages and scored like a detector's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from benchmarks.accuracy.alerts_file import watched_elsewhere, write_alerts
from benchmarks.accuracy.mqtt_log import place_events, read_instant_s, read_mqtt_log
from benchmarks.accuracy.score import ScoringRules, score_kinds
from benchmarks.truth import MatchRule
from sim.errors import InputError

BEGAN_S = datetime(2026, 7, 1, 10, tzinfo=UTC).timestamp()
WHO = "K123ABC-J.Doe"


def frigate(t_s, *, event="a", label="person", false=False, kind="new"):
    """Return a message as Frigate sends it, with all that it may know of who somebody is."""
    after = {"id": event, "camera": "yard", "label": label, "frame_time": BEGAN_S + t_s, "start_time": BEGAN_S + t_s,
             "false_positive": false, "top_score": 0.9, "score": 0.8, "box": [10, 20, 30, 60], "sub_label": [WHO, 0.9],
             "recognized_license_plate": WHO, "attributes": {"face": 0.7, WHO: 1.0}, "embedding": [0.5, WHO],
             "thumbnail": WHO, "current_zones": [WHO]}
    return {"topic": "frigate/events", "payload": {"type": kind, "before": after, "after": after}}


def onvif(t_s, *, rule="tns1:RuleEngine/ObjectDetector/Left", is_inside=True):
    told = datetime.fromtimestamp(BEGAN_S + t_s, UTC).isoformat().replace("+00:00", "Z")
    return {"topic": f"site/onvif-ej/{rule}", "payload": json.dumps(
        {"UtcTime": told, "Source": {"VideoSource": "yard", "Rule": WHO}, "Key": {"ObjectId": WHO},
         "Data": {"IsInside": is_inside, "Plate": WHO}})}


@pytest.fixture
def log(tmp_path):
    def write(*messages):
        path = tmp_path / "messages.jsonl"
        path.write_text("".join(json.dumps(message) + "\n" for message in messages), encoding="utf-8")
        return path

    return write


def test_the_first_true_message_of_each_event_is_its_alert(log):
    path = log(frigate(1.0, false=True), frigate(3.0), frigate(9.0, kind="update"), frigate(20.0, event="b"),
               {"topic": "frigate/yard/person", "payload": 1})
    assert [(event.camera, event.kind, event.wall_s - BEGAN_S, event.score, event.box_xyxy)
            for event in read_mqtt_log(path)] == [("yard", "person", 3.0, 0.9, (10.0, 20.0, 30.0, 60.0)),
                                                  ("yard", "person", 20.0, 0.9, (10.0, 20.0, 30.0, 60.0))]


def test_of_onvif_an_event_counts_when_it_begins(log):
    told = read_mqtt_log(log(onvif(5.0), onvif(8.0, is_inside=False)))
    assert [(event.camera, event.kind, event.wall_s - BEGAN_S) for event in told] == [
        ("yard", "RuleEngine/ObjectDetector/Left", 5.0)]


def test_who_somebody_is_reaches_no_record_and_no_message(log, make_watched, tmp_path):
    path = log(frigate(3.0), frigate(4.0, event="f", label="face"), frigate(5.0, event="p", label="license_plate"),
               onvif(6.0), onvif(7.0, rule="tns1:RuleEngine/Recognition/Face"))
    told = read_mqtt_log(path)
    assert [event.kind for event in told] == ["person", "RuleEngine/ObjectDetector/Left"]
    case = make_watched([(2.0, 8.0)], []).case
    run = watched_elsewhere([case], place_events(told, [case], {"": BEGAN_S}), detector="frigate")
    write_alerts(tmp_path / "alerts.csv", run.watched, {})
    assert WHO not in repr(run) + (tmp_path / "alerts.csv").read_text(encoding="utf-8")
    broken = frigate(3.0)
    broken["payload"]["after"]["box"] = [WHO, 1, 2, 3]
    with pytest.raises(InputError, match="line 1") as error:
        read_mqtt_log(log(broken))
    assert WHO not in str(error.value)


def test_events_are_scored_as_a_detectors_own(log, make_watched):
    clip = make_watched([(2.0, 8.0), (100.0, 8.0)], [], kind="person")
    told = read_mqtt_log(log(frigate(3.0), frigate(50.0, event="b"), frigate(9000.0, event="c")))
    run = watched_elsewhere([clip.case], place_events(told, [clip.case], {"yard": BEGAN_S}), detector="frigate")
    (score,) = score_kinds(run.watched, ScoringRules(match=MatchRule(), aliases={}), declared=run.declared)
    assert (score.lowest.row.hits, score.lowest.row.misses, score.lowest.row.false_alarms) == (1, 1, 1)


def test_a_clip_whose_beginning_is_not_known_and_events_of_another_day_are_told(log, make_watched):
    case = make_watched([(2.0, 8.0)], []).case
    told = read_mqtt_log(log(frigate(3.0)))
    with pytest.raises(InputError, match="add --began yard="):
        place_events(told, [case], {"hall": BEGAN_S})
    with pytest.raises(InputError, match=r"1 events, from 2026-07-01T10:00:03\+00:00 on, of yard"):
        place_events(told, [case], {"": BEGAN_S + 86_400.0})


def test_what_is_no_log_is_told_with_its_line(tmp_path, log):
    with pytest.raises(InputError, match="mosquitto_sub"):
        read_mqtt_log(tmp_path / "none.jsonl")
    path = log(frigate(3.0))
    path.write_text(path.read_text(encoding="utf-8") + "nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"messages.jsonl: line 2 = no message"):
        read_mqtt_log(path)
    with pytest.raises(InputError, match="an instant with its zone"):
        read_instant_s("2026-07-01T10:00:00", "--began")
