"""Messages of an MQTT broker as they come; needs the extra ``mqtt``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Self

import paho.mqtt.client as paho

from hw.badge.mqtt import Broker, make_client

_KEEPALIVE_S = 20


class MqttListener:
    """Hears topics of a broker until it is closed; it connects again by itself.

    Args:
        broker: where.
        topics: subscriptions, ``+`` and ``#`` as in MQTT.
        take: is given each message's topic and payload, on the listener's own thread; it should not raise.
    """

    def __init__(self, broker: Broker, topics: Sequence[str], *, take: Callable[[str, bytes], None]) -> None:
        self._topics, self._take = tuple(topics), take
        self._hears = threading.Event()
        self.fault = ""
        """Why it does not hear; empty while it does."""
        self._client = make_client(broker, most_wait_s=10)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._parted
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._came
        self._client.connect_async(broker.host, broker.port, keepalive=_KEEPALIVE_S)
        self._client.loop_start()

    def wait_until_heard(self, timeout_s: float) -> bool:
        """Wait until the broker has agreed to send, and say whether it did in time."""
        return self._hears.wait(timeout_s)

    def close(self) -> None:
        """Part from the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self, client: paho.Client, _: object, __: object, reason: object, ___: object) -> None:
        self.fault = "" if getattr(reason, "value", 0) == 0 else f"the broker says: {reason}"
        if not self.fault:
            client.subscribe([(topic, 1) for topic in self._topics])

    def _parted(self, _: object, __: object, ___: object, reason: object, ____: object) -> None:
        self.fault = f"no broker: {reason}"

    def _subscribed(self, _: object, __: object, ___: object, reasons: Sequence[object], ____: object) -> None:
        refused = [str(reason) for reason in reasons if getattr(reason, "is_failure", False)]
        self.fault = f"the broker refuses a topic: {refused[0]}" if refused else ""
        if not refused:
            self._hears.set()

    def _came(self, _: object, __: object, message: paho.MQTTMessage) -> None:
        self._take(message.topic, message.payload)
