"""A badge's conversation over an MQTT broker, for fleets that have one; needs the extra ``mqtt``.

Each unit has two topics, ``watchfloor/unit/17/down`` and ``…/up``, which carry the messages of the built-in link. What
is lost on the way, also by the broker, is said again after a while.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hw.badge.ends import BadgeEnd, Peer, StationEnd
from hw.badge.messages import (
    Challenge,
    FromBadge,
    FromStation,
    Goodbye,
    Hello,
    Message,
    Telemetry,
    Welcome,
    decode,
    encode,
)
from hw.badge.proof import KEY_VARIABLE, is_proof, make_nonce, prove
from hw.badge.wire import SILENCE_S
from hw.credentials import redact
from sim.errors import InputError, WatchfloorError

REPEAT_S = 1.0
_FROM_BADGE, _FROM_STATION = get_args(FromBadge), get_args(FromStation)
_PORT = 1883


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where a broker is; its password is never printed."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    is_tls: bool = False

    def __repr__(self) -> str:
        return f"Broker({self.host}:{self.port})"


def parse_broker(url: str) -> Broker:
    """Return the broker of ``mqtt://[NAME:PASSWORD@]HOST[:PORT]`` or ``mqtts://…``.

    Raises:
        InputError: if it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise InputError("broker", got=redact(url), expected="mqtt://HOST:PORT or mqtts://HOST:PORT")
    is_tls = parts.scheme == "mqtts"
    return Broker(host=parts.hostname, port=parts.port or (8883 if is_tls else _PORT), is_tls=is_tls,
                  user=unquote(parts.username) if parts.username else None,
                  password=unquote(parts.password) if parts.password else None)


def make_client(broker: Broker, *, most_wait_s: int) -> paho.Client:
    """Return a client that is not connected yet; once it lost its broker it tries again after so long at most."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    if broker.user is not None:
        client.username_pw_set(broker.user, broker.password)
    if broker.is_tls:
        client.tls_set()
    client.reconnect_delay_set(1, most_wait_s)
    return client


class _Client:
    """One client of a broker that says things again until they are answered."""

    def __init__(self, broker: Broker, topic: str, *, take: Callable[[int, bytes], None], repeat: Callable[[], None],
                 ) -> None:
        self._take, self._repeat, self._topic = take, repeat, topic
        self._closing = threading.Event()
        self.fault = ""
        self._client = make_client(broker, most_wait_s=5)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._parted
        self._client.on_message = self._came
        self._client.connect_async(broker.host, broker.port, keepalive=5)
        self._thread = threading.Thread(target=self._run, name=f"mqtt {topic}", daemon=True)

    def start(self) -> None:
        """Begin, once its owner is ready to be called."""
        self._client.loop_start()
        self._thread.start()

    def say(self, topic: str, *messages: Message) -> None:
        """Send messages if there is a broker."""
        for message in messages:
            if self._client.is_connected():
                self._client.publish(topic, encode(message), qos=1)

    def close(self) -> None:
        """Part from the broker."""
        self._closing.set()
        self._thread.join(5.0)
        self._client.disconnect()
        self._client.loop_stop()

    def _run(self) -> None:
        while not self._closing.wait(REPEAT_S):
            self._repeat()

    def _connected(self, client: paho.Client, _: object, __: object, reason: object, ___: object) -> None:
        self.fault = "" if getattr(reason, "value", 0) == 0 else f"the broker says: {reason}"
        client.subscribe(self._topic, qos=1)
        self._repeat()

    def _parted(self, _: object, __: object, ___: object, reason: object, ____: object) -> None:
        self.fault = f"no broker: {reason}"

    def _came(self, _: object, __: object, message: paho.MQTTMessage) -> None:
        unit = message.topic.split("/")[-2]
        if unit.isdecimal():
            with contextlib.suppress(WatchfloorError):  # what is no message, or could not be taken now, is said again
                self._take(int(unit), message.payload)


class MqttStation:
    """The control room's side.

    Args:
        end: what is said to badges.
        units: whose badges are taken in.
        is_exercise: told to every badge.
        broker: carries the messages.
        key: shared with the badges.
    """

    def __init__(
        self, end: StationEnd, *, units: frozenset[int], is_exercise: bool, broker: Broker, key: str = "",
    ) -> None:
        self._end, self._units, self._is_exercise, self._key = end, units, is_exercise, key
        self._nonces: dict[int, str] = {}
        self._peers: dict[int, Peer] = {}
        self._heard_s: dict[int, float] = {}
        self._lock = threading.RLock()
        self._client = _Client(broker, "watchfloor/unit/+/up", take=self._take, repeat=self._repeat)
        self._client.start()

    @property
    def up(self) -> frozenset[int]:
        """Units whose badges were heard a moment ago."""
        now_s = time.monotonic()
        with self._lock:
            return frozenset(unit for unit in self._peers if now_s - self._heard_s[unit] < SILENCE_S)

    def peer(self, unit_id: int) -> Peer | None:
        """Return a badge as it said of itself; None while it cannot be heard."""
        return self._peers.get(unit_id) if unit_id in self.up else None

    def wake(self, unit_id: int) -> None:
        """Say that an order for a unit was booked; any thread may call it."""
        with self._lock:
            peer = self._peers.get(unit_id)
            if peer is not None:
                self._client.say(_down(unit_id), *self._end.opening(peer))

    def close(self) -> None:
        """Part from the broker."""
        self._client.close()

    def _repeat(self) -> None:
        for unit_id in tuple(self._peers):
            self.wake(unit_id)

    def _take(self, unit_id: int, line: bytes) -> None:
        message = decode(line)
        if unit_id not in self._units:
            self._client.say(_down(unit_id), Goodbye(why=f"unit {unit_id} has no badge in this session"))
            return
        with self._lock:
            if isinstance(message, Hello):
                self._greet(unit_id, message)
            elif unit_id not in self._peers:
                self._challenge(unit_id)
            elif isinstance(message, _FROM_BADGE):
                self._heard_s[unit_id] = time.monotonic()
                self._client.say(_down(unit_id), *self._end.receive(self._peers[unit_id], message))

    def _greet(self, unit_id: int, hello: Hello) -> None:
        nonce = self._nonces.get(unit_id, "")
        words = {"station_nonce": nonce, "badge_nonce": hello.nonce}
        is_known = is_proof(hello.proof, prove(self._key, "badge", unit_id=unit_id, **words))
        if not nonce or hello.unit_id != unit_id or not is_known:
            self._challenge(unit_id)
            return
        self._peers[unit_id] = Peer(unit_id=unit_id, badge_id=hello.badge_id, is_simulated=hello.is_simulated)
        self._heard_s[unit_id] = time.monotonic()
        proof = prove(self._key, "station", unit_id=unit_id, **words)
        self._client.say(_down(unit_id), Welcome(is_exercise=self._is_exercise, proof=proof))
        self.wake(unit_id)

    def _challenge(self, unit_id: int) -> None:
        nonce = self._nonces.setdefault(unit_id, make_nonce())
        self._client.say(_down(unit_id), Challenge(nonce=nonce))


class MqttLink:
    """The badge's side.

    Args:
        end: what is said.
        broker: carries the messages.
        key: shared with the control room.
    """

    def __init__(self, end: BadgeEnd, *, broker: Broker, key: str = "") -> None:
        self._end, self._key = end, key
        self._nonce, self._station_nonce = make_nonce(), ""
        self._welcomed = self._is_closed = False
        self._heard_s = float("-inf")
        self.is_exercise = False
        self._said = ""
        self._client = _Client(broker, _down(end.unit_id), take=self._take, repeat=self._repeat)
        self._client.start()

    @property
    def is_up(self) -> bool:
        """Whether the control room was heard a moment ago."""
        return not self._is_closed and self._welcomed and time.monotonic() - self._heard_s < SILENCE_S

    @property
    def fault(self) -> str:
        """Why there is no link."""
        return self._client.fault or self._said

    def wake(self) -> None:
        """Say that a report was noted; any thread may call it."""
        if self._welcomed:
            self._client.say(_up(self._end.unit_id), *self._end.opening())

    def tell(self, telemetry: Telemetry) -> None:
        """Send telemetry if there is a link; any thread may call it."""
        if self._welcomed:
            self._client.say(_up(self._end.unit_id), telemetry)

    def close(self) -> None:
        """End the link; what is in the memory stays there."""
        self._is_closed = True
        self._client.close()

    def _repeat(self) -> None:
        """Introduce oneself, again and again, for the control room may have come anew; then what is waiting."""
        self._client.say(_up(self._end.unit_id), Hello(
            unit_id=self._end.unit_id, badge_id=self._end.memory.badge_id, is_simulated=self._end.is_simulated,
            nonce=self._nonce, proof=self._proof("badge")))
        self.wake()

    def _take(self, _: int, line: bytes) -> None:
        message = decode(line)
        if isinstance(message, Challenge):
            if message.nonce != self._station_nonce:
                self._station_nonce = message.nonce
                self._repeat()
        elif isinstance(message, Welcome):
            self._welcomed = is_proof(message.proof, self._proof("station"))
            self._said = "" if self._welcomed else f"the control room does not know the key of ${KEY_VARIABLE}"
            self._heard_s, self.is_exercise = time.monotonic(), message.is_exercise
        elif isinstance(message, Goodbye):
            self._said = f"the control room does not take this badge: {message.why}"
        elif self._welcomed and isinstance(message, _FROM_STATION):
            self._heard_s = time.monotonic()
            self._client.say(_up(self._end.unit_id), *self._end.receive(message))

    def _proof(self, who: str) -> str:
        return prove(self._key, who, station_nonce=self._station_nonce, badge_nonce=self._nonce,
                     unit_id=self._end.unit_id)


def _down(unit_id: int) -> str:
    return f"watchfloor/unit/{unit_id}/down"


def _up(unit_id: int) -> str:
    return f"watchfloor/unit/{unit_id}/up"
