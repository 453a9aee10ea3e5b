"""Another program's events, written down as they are told over MQTT, with nothing of who somebody is."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.accuracy.mqtt_log import TOPICS, MessageReader
from hw.badge.brokers import check_mqtt
from hw.credentials import redact
from sim.errors import InputError

HEARD_S = 20.0
"""A broker is waited for so long at the beginning; afterwards for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came so far."""

    n_messages: int = 0
    n_events: int = 0
    n_broken: int = 0
    """Messages on such a topic that lack a field or are no JSON."""
    last_fault: str = ""
    """What was wrong with the last broken one; nothing of its content but the topic."""


class ToldLog:
    """Listens to a broker and adds events to a log that ``read_mqtt_log`` reads, each as soon as it is told.

    Only an event's camera, kind, instant, score and box are written; a message is forgotten once these are taken.

    Args:
        url: ``mqtt://[NAME:PASSWORD@]HOST[:PORT]``, or ``mqtts://…``.
        path: the log; events are added to what is there.
        topics: subscriptions.

    Raises:
        InputError: if the address is no broker's, the extra is not installed, or no broker answers.
    """

    def __init__(self, url: str, path: Path, *, topics: Sequence[str] = TOPICS, heard_s: float = HEARD_S) -> None:
        check_mqtt()
        from hw.badge.mqtt import parse_broker
        from hw.mqtt_listener import MqttListener

        broker = parse_broker(url)
        self.heard = Heard()
        self._reader, self._lock = MessageReader(), threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        self._listener = MqttListener(broker, topics, take=self._take)
        if not self._listener.wait_until_heard(heard_s):
            fault = self._listener.fault or "no answer"
            self.close()
            raise InputError(redact(url), got=fault, expected=f"a broker that lets these topics be heard within "
                             f"{heard_s:g} s: {', '.join(topics)}", do="check address, name and password")

    @property
    def fault(self) -> str:
        """Why nothing can be heard now; empty if something can."""
        return self._listener.fault

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        with self._lock:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, topic: str, content: bytes) -> None:
        before, where = self.heard, f"message on {topic}"
        try:
            payload = json.loads(content)
            told = self._reader.read(topic, payload if isinstance(payload, dict) else {}, where=where)
        except ValueError:
            self._note_broken(before, f"{where}: no JSON")
            return
        except InputError as error:
            self._note_broken(before, str(error))
            return
        with self._lock:
            if self._file.closed:
                return
            self._file.writelines(event.line() + "\n" for event in told)
            self._file.flush()
        self.heard = Heard(n_messages=before.n_messages + 1, n_events=before.n_events + len(told),
                           n_broken=before.n_broken, last_fault=before.last_fault)

    def _note_broken(self, before: Heard, fault: str) -> None:
        self.heard = Heard(n_messages=before.n_messages + 1, n_events=before.n_events, n_broken=before.n_broken + 1,
                           last_fault=fault)
