"""The badge's side of the built-in link: connects, and connects again for as long as it lives."""

from __future__ import annotations

import asyncio
import contextlib
from typing import get_args

import numpy as np

from hw.backoff import Backoff
from hw.badge.ends import BadgeEnd
from hw.badge.loop_thread import LoopThread
from hw.badge.messages import (
    PROTOCOL,
    Challenge,
    FromBadge,
    FromStation,
    Goodbye,
    Hello,
    MessageError,
    Telemetry,
    Welcome,
)
from hw.badge.proof import KEY_VARIABLE, is_proof, make_nonce, prove
from hw.badge.wire import LinkLostError, Wire, connect

_FROM_STATION = get_args(FromStation)


class BadgeLink:
    """Keeps a badge connected to the control room, on a thread of its own, until closed.

    Args:
        end: what is said.
        host: of the control room.
        port: of the control room.
        key: shared with it; empty where it needs none.
        seed: of the jitter between attempts.
    """

    def __init__(self, end: BadgeEnd, *, host: str, port: int, key: str = "", seed: int = 0) -> None:
        self._end, self._host, self._port, self._key = end, host, port, key
        self._backoff = Backoff(np.random.default_rng((seed, end.unit_id)))
        self._wire: Wire | None = None
        self.fault = ""
        """What last ended an attempt or a connection."""
        self.n_connected = 0
        self.is_exercise = False
        """As the control room said when it was last reached."""
        self._thread = LoopThread(f"badge-link-{end.unit_id}")
        self._thread.soon(self._run())

    def __enter__(self) -> BadgeLink:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_up(self) -> bool:
        """Whether the control room is connected now."""
        return self._wire is not None

    def wake(self) -> None:
        """Say that a report was noted; any thread may call it."""
        self._thread.soon(self._say_opening())

    def tell(self, telemetry: Telemetry) -> None:
        """Send telemetry if there is a link; any thread may call it."""
        self._thread.soon(self._say(telemetry))

    def close(self) -> None:
        """End the link; what is in the memory stays there."""
        self._thread.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._live_once()
            except (LinkLostError, MessageError) as error:
                self.fault = str(error)
            await asyncio.sleep(self._backoff.next_wait_s())

    async def _live_once(self) -> None:
        """Connect, and talk until the link is lost."""
        wire = await connect(self._host, self._port)
        try:
            await self._greet(wire)
            self._backoff.reset()
            self._wire = wire
            self.n_connected += 1
            await wire.write(*self._end.opening())
            while isinstance(message := await wire.read(), _FROM_STATION):
                await wire.write(*self._end.receive(message))
        finally:
            self._wire = None
            wire.close()

    async def _greet(self, wire: Wire) -> None:
        challenge = await wire.read()
        if not isinstance(challenge, Challenge) or challenge.protocol != PROTOCOL:
            raise LinkLostError(f"{self._host}:{self._port} speaks no {PROTOCOL}")
        nonce, unit_id = make_nonce(), self._end.unit_id
        words = {"station_nonce": challenge.nonce, "badge_nonce": nonce}
        await wire.write(Hello(
            unit_id=unit_id, badge_id=self._end.memory.badge_id, is_simulated=self._end.is_simulated, nonce=nonce,
            proof=prove(self._key, "badge", unit_id=unit_id, **words)))
        answer = await wire.read()
        if isinstance(answer, Goodbye):
            raise LinkLostError(f"{self._host}:{self._port} does not take this badge: {answer.why}")
        if not isinstance(answer, Welcome) or not is_proof(
                answer.proof, prove(self._key, "station", unit_id=unit_id, **words)):
            raise LinkLostError(f"{self._host}:{self._port} does not know the key of ${KEY_VARIABLE}")
        self.is_exercise = answer.is_exercise

    async def _say_opening(self) -> None:
        await self._say(*self._end.opening())

    async def _say(self, *messages: FromBadge) -> None:
        if self._wire is not None:
            with contextlib.suppress(LinkLostError):  # what reads the wire finds out by itself
                await self._wire.write(*messages)
