"""Another program's events, heard from a real broker: written down at once, and nothing of who somebody is."""

from __future__ import annotations

import json

import paho.mqtt.publish
import pytest

from benchmarks.accuracy.mqtt_live import Heard, ToldLog
from benchmarks.accuracy.mqtt_log import read_mqtt_log
from hw.loopback import free_tcp_port
from sim.errors import InputError
from tests.benchmarks.accuracy.test_mqtt_log import BEGAN_S, WHO, frigate, onvif
from tests.hw.badge.a_broker import running_broker
from tests.waiting import wait_until


def publish(broker, *messages):
    paho.mqtt.publish.multiple([
        {"topic": message["topic"], "qos": 1, "payload": message["payload"] if isinstance(message["payload"], str)
         else json.dumps(message["payload"])} for message in messages], hostname=broker.host, port=broker.port)


def test_events_of_a_broker_are_written_as_they_come_without_who_somebody_is(tmp_path):
    path = tmp_path / "told.jsonl"
    messages = [frigate(3.0), frigate(4.0, kind="update"), frigate(5.0, event="f", label="face"),
                frigate(6.0, event="g", false=True), onvif(7.0), onvif(8.0, rule="tns1:RuleEngine/Recognition/Face"),
                {"topic": "frigate/yard/person", "payload": "1"}]
    broken = [{"topic": "frigate/events", "payload": "no JSON " + WHO},
              {"topic": "frigate/events", "payload": {"after": {"id": WHO, "box": WHO}}}]
    with running_broker(tmp_path) as broker:
        with ToldLog(f"mqtt://127.0.0.1:{broker.port}", path) as log:
            publish(broker, *messages, *broken)
            wait_until(lambda: log.heard.n_messages == 8)  # one topic of the nine is not listened to
            heard, fault = log.heard, log.fault
        with ToldLog(f"mqtt://127.0.0.1:{broker.port}", path, topics=("cameras/#",)) as log:
            publish(broker, {**frigate(9.0), "topic": "cameras/events"})
            wait_until(lambda: log.heard.n_events == 1)
    told = read_mqtt_log(path)
    assert [(event.camera, event.kind, event.wall_s - BEGAN_S) for event in told] == [
        ("yard", "person", 3.0), ("yard", "RuleEngine/ObjectDetector/Left", 7.0), ("yard", "person", 9.0)]
    assert told[0].box_xyxy == (10.0, 20.0, 30.0, 60.0)
    assert (heard.n_messages, heard.n_events, heard.n_broken, fault) == (8, 2, 2, "")
    assert "message on frigate/events" in heard.last_fault
    assert WHO not in path.read_text(encoding="utf-8") + repr(heard)


def test_a_broker_that_is_not_there_or_no_brokers_address_is_told(tmp_path):
    with pytest.raises(InputError, match="expected a broker that lets these topics be heard"):
        ToldLog(f"mqtt://127.0.0.1:{free_tcp_port()}", tmp_path / "told.jsonl", heard_s=0.2)
    with pytest.raises(InputError, match="expected mqtt://HOST:PORT"):
        ToldLog("http://127.0.0.1", tmp_path / "told.jsonl")
    assert Heard().n_messages == 0
