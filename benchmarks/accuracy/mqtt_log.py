"""Events that another program told over MQTT, as messages or a log of them: Frigate's, and ONVIF's JSON.

Only the fields named here are ever looked at. A line is parsed, these are taken, and the rest is forgotten: names,
plates, faces, embeddings and pictures reach no record, no report and no message.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents.identity import find_identity_word
from benchmarks.accuracy.alerts_file import AlertRow, AlertTable
from benchmarks.truth.clip_case import ClipCase
from sim.errors import InputError

Box = tuple[float, float, float, float]
SUFFIXES = (".jsonl", ".ndjson")
TOPICS = ("frigate/events", "+/onvif-ej/#", "onvif-ej/#")
"""Where such events are told, in the form of a subscription."""
_FRIGATE = "events"
_ONVIF = "onvif-ej"
_TOLD = "watchfloor/told"
"""Topic of an event in our own words."""
_CAMERA_KEYS = ("VideoSource", "VideoSourceToken", "VideoSourceConfigurationToken", "Source")
_STATE_KEYS = ("IsInside", "State", "IsMotion", "IsCrossing", "IsTamper", "IsLoitering", "LogicalState", "active")
_SCORE_KEYS = ("Likelihood", "Confidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """One event as another program told it first."""

    camera: str
    kind: str
    wall_s: float
    """Seconds since 1970, UTC."""
    score: float
    box_xyxy: Box | None

    def line(self) -> str:
        """Return it as a line of a log that ``read_mqtt_log`` reads."""
        return json.dumps({"topic": _TOLD, "payload": dataclasses.asdict(self)}, ensure_ascii=False)


def read_mqtt_log(path: Path) -> tuple[ToldEvent, ...]:
    """Read a log with one JSON object a line, as ``mosquitto_sub -F %J`` writes it: ``topic`` and ``payload``.

    Of Frigate's ``…/events`` the first message of each event counts that is not marked false; of ONVIF's
    ``…/onvif-ej/…`` (Core Specification, event broker) each that begins. Other topics are passed over, and so is
    whatever bears the name of a face, a plate or the like.

    Raises:
        InputError: if the file cannot be read, or naming the line that is not such a message.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), got=type(error).__name__, expected="a log of MQTT messages, a JSON object a line",
                         do="mosquitto_sub -F %J -t '#' > messages.jsonl") from error
    told, reader = list[ToldEvent](), MessageReader()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            told += reader.read(*_message(line, f"{path.name}: line {number}"), where=f"{path.name}: line {number}")
    return tuple(told)


class MessageReader:
    """Takes events out of messages in the order in which they came."""

    def __init__(self) -> None:
        self._known = set[str]()

    def read(self, topic: str, payload: Mapping[str, Any], *, where: str) -> list[ToldEvent]:  # Any: JSON
        """Return what a message tells first: often nothing, and nothing of who somebody is.

        Raises:
            InputError: if it lacks a field that such a message has.
        """
        return [event for event in _events(topic, payload, self._known, where)
                if find_identity_word(event.kind) is None]


def read_instant_s(text: str, where: str) -> float:
    """Return an ISO instant with its zone as seconds since 1970.

    Raises:
        InputError: if it is none, or has no zone.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = datetime.min
    if instant.tzinfo is None:
        raise InputError(where, got=text[:40], expected="an instant with its zone, as 2026-07-01T10:00:00Z")
    return instant.astimezone(UTC).timestamp()


def place_events(told: Sequence[ToldEvent], cases: Sequence[ClipCase], began_s: Mapping[str, float]) -> AlertTable:
    """Place events on the clips of their cameras; what was told outside a clip's time belongs to other footage.

    Args:
        told: the events.
        cases: the clips; all were watched. An event goes to the clips of the camera of its name, or to the only clip.
        began_s: when clips began, in seconds since 1970, by camera; under ``""`` that of all others.

    Raises:
        InputError: if it is not said when a clip began, or no event falls into any clip.
    """
    rows = []
    for case in cases:
        start_s = began_s.get(case.camera, began_s.get(""))
        if start_s is None:
            raise InputError(f"--began of camera {case.camera}", got="nothing",
                             expected="when its clip began: MQTT events tell the time of day",
                             do=f"add --began {case.camera}=2026-07-01T10:00:00Z")
        rows += [AlertRow(clip=case.path, duration_s=case.truth.duration_s, kind=event.kind, score=event.score,
                          t_s=event.wall_s - start_s, box_xyxy=event.box_xyxy)
                 for event in told if (event.camera == case.camera or len(cases) == 1)
                 and 0.0 <= event.wall_s - start_s <= case.truth.duration_s]
    if told and not rows:
        first = datetime.fromtimestamp(min(event.wall_s for event in told), UTC).isoformat(timespec="seconds")
        cameras = ", ".join(sorted({event.camera for event in told}))
        raise InputError("--alerts", got=f"{len(told)} events, from {first} on, of {cameras}",
                         expected="some within a clip of its camera: " + ", ".join(
                             sorted({case.camera for case in cases})), do="check --began and the cameras' names")
    return AlertTable(rows=tuple(rows), durations_s={case.path: case.truth.duration_s for case in cases})


def _message(line: str, where: str) -> tuple[str, Mapping[str, Any]]:  # Any: JSON
    try:
        message = json.loads(line)
        topic, payload = message["topic"], message["payload"]
        payload = json.loads(payload) if isinstance(payload, str) else payload
    except (ValueError, TypeError, KeyError):
        raise InputError(where, got="no message", expected='{"topic": "…", "payload": {…}}',
                         do="log with mosquitto_sub -F %J") from None
    return str(topic), payload if isinstance(payload, dict) else {}


def _events(topic: str, payload: Mapping[str, Any], known: set[str], where: str) -> Iterator[ToldEvent]:
    levels = topic.split("/")
    try:
        if topic == _TOLD:
            yield _of_our_own(payload, where)
        elif _ONVIF in levels:
            yield from _of_onvif(levels[levels.index(_ONVIF) + 1:], payload, where)
        elif levels[-1] == _FRIGATE and isinstance(payload.get("after"), dict):
            yield from _of_frigate(payload["after"], known, where)
    except (KeyError, TypeError, ValueError):
        raise InputError(where, got=f"a message on {topic} without its fields or of other types",
                         expected="Frigate's id, camera, label, frame_time, top_score and box, or ONVIF's UtcTime, "
                         "Source and Data") from None


def _of_frigate(after: Mapping[str, Any], known: set[str], where: str) -> Iterator[ToldEvent]:
    event_id = str(after["id"])
    if event_id in known or after.get("false_positive"):
        return
    known.add(event_id)
    yield ToldEvent(camera=str(after["camera"]), kind=str(after["label"]),
                    wall_s=_finite(after.get("frame_time") or after["start_time"], where),
                    score=_finite(after.get("top_score") or after.get("score") or 1.0, where),
                    box_xyxy=_box(after.get("box"), where))


def _of_our_own(payload: Mapping[str, Any], where: str) -> ToldEvent:
    return ToldEvent(camera=str(payload["camera"]), kind=str(payload["kind"]), score=_finite(payload["score"], where),
                     wall_s=_finite(payload["wall_s"], where), box_xyxy=_box(payload["box_xyxy"], where))


def _of_onvif(levels: Sequence[str], payload: Mapping[str, Any], where: str) -> Iterator[ToldEvent]:
    source, data = payload.get("Source") or {}, payload.get("Data") or {}
    states = [data[key] for key in _STATE_KEYS if key in data]
    if states and str(states[0]).lower() not in ("true", "1"):
        return
    camera = next((str(source[key]) for key in _CAMERA_KEYS if key in source), "")
    score = next((_finite(data[key], where) for key in _SCORE_KEYS if key in data), 1.0)
    kind = "/".join(level.rpartition(":")[2] for level in levels)
    yield ToldEvent(camera=camera, kind=kind, wall_s=read_instant_s(str(payload["UtcTime"]), f"{where}: UtcTime"),
                    score=score, box_xyxy=None)


def _box(told: Any, where: str) -> Box | None:  # Any: JSON
    if told is None:
        return None
    left, top, right, bottom = (_finite(edge, where) for edge in told)
    return left, top, right, bottom


def _finite(told: Any, where: str) -> float:  # Any: JSON
    value = float(told)
    if not math.isfinite(value):
        raise InputError(where, got=value, expected="a finite number")
    return value
