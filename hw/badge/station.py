"""The control room's side of the built-in link: takes badges in over TCP and keeps talking to them."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from typing import get_args

from hw.badge.ends import Peer, StationEnd
from hw.badge.loop_thread import LoopThread
from hw.badge.messages import (
    MAX_LINE_BYTES,
    Challenge,
    FromBadge,
    Goodbye,
    Hello,
    Ping,
    Welcome,
)
from hw.badge.proof import KEY_VARIABLE, is_proof, make_nonce, prove
from hw.badge.wire import PING_S, LinkLostError, Wire
from sim.errors import InputError, WatchfloorError

_FROM_BADGE = get_args(FromBadge)


class BadgeStation:
    """Serves badges on a thread of its own until closed.

    Args:
        end: what is said to them.
        units: whose badges are taken in.
        is_exercise: told to every badge.
        key: shared with the badges; without one only this machine may connect.
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        InputError: if others than this machine could connect without a key, or the port is taken.
    """

    def __init__(
        self, end: StationEnd, *, units: frozenset[int], is_exercise: bool, key: str = "", host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if not key and not _is_loopback(host):
            raise InputError("badge station: host", got=host, expected="127.0.0.1 where badges need no key",
                             do=f"set {KEY_VARIABLE}, here and on the badges")
        self._end, self._units, self._is_exercise, self._key = end, units, is_exercise, key
        self._links: dict[int, tuple[Peer, Wire]] = {}
        self._thread = LoopThread("badge-station")
        try:
            self._server = self._thread.wait(asyncio.start_server(self._serve, host, port, limit=MAX_LINE_BYTES))
        except OSError as error:
            self._thread.close()
            raise InputError(f"badge station: {host}:{port}", got=error.strerror, expected="a free port",
                             do="choose another, or 0 for any") from None
        self.port = int(self._server.sockets[0].getsockname()[1])

    def __enter__(self) -> BadgeStation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def up(self) -> frozenset[int]:
        """Units whose badges are connected now."""
        return frozenset(self._links)

    def peer(self, unit_id: int) -> Peer | None:
        """Return a badge as it said of itself; None while it is not connected."""
        link = self._links.get(unit_id)
        return link[0] if link else None

    def wake(self, unit_id: int) -> None:
        """Say that an order for a unit was booked; any thread may call it."""
        self._thread.soon(self._send_waiting(unit_id))

    def close(self) -> None:
        """Part from all badges."""
        self._thread.soon(self._stop_listening())
        self._thread.close()

    async def _stop_listening(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        try:
            # what could not be taken is sent again on the next link; canceled is closed
            with contextlib.suppress(WatchfloorError, asyncio.CancelledError):
                peer = await self._greet(wire)
                if peer is not None:
                    await self._talk(peer, wire)
        finally:
            wire.close()

    async def _greet(self, wire: Wire) -> Peer | None:
        """Return who it is; None if it is not let in, which it is told."""
        nonce = make_nonce()
        await wire.write(Challenge(nonce=nonce))
        hello = await wire.read()
        if not isinstance(hello, Hello):
            return None
        words = {"station_nonce": nonce, "badge_nonce": hello.nonce}
        if not is_proof(hello.proof, prove(self._key, "badge", unit_id=hello.unit_id, **words)):
            await wire.write(Goodbye(why=f"its key is not the control room's; set {KEY_VARIABLE} alike"))
            return None
        if hello.unit_id not in self._units:
            await wire.write(Goodbye(why=f"unit {hello.unit_id} has no badge in this session"))
            return None
        proof = prove(self._key, "station", unit_id=hello.unit_id, **words)
        await wire.write(Welcome(is_exercise=self._is_exercise, proof=proof))
        return Peer(unit_id=hello.unit_id, badge_id=hello.badge_id, is_simulated=hello.is_simulated)

    async def _talk(self, peer: Peer, wire: Wire) -> None:
        before = self._links.get(peer.unit_id)
        if before is not None:  # it lost its link and came back before that was noticed here
            before[1].close()
        self._links[peer.unit_id] = peer, wire
        pinging = asyncio.create_task(self._ping(wire))
        try:
            await self._send_waiting(peer.unit_id)
            while isinstance(message := await wire.read(), _FROM_BADGE):
                await wire.write(*self._end.receive(peer, message))
        finally:
            pinging.cancel()
            if self._links.get(peer.unit_id) == (peer, wire):
                del self._links[peer.unit_id]

    async def _ping(self, wire: Wire) -> None:
        with contextlib.suppress(LinkLostError):
            while True:
                await asyncio.sleep(PING_S)
                await wire.write(Ping())

    async def _send_waiting(self, unit_id: int) -> None:
        if unit_id not in self._links:
            return
        peer, wire = self._links[unit_id]
        with contextlib.suppress(LinkLostError):
            await wire.write(*self._end.opening(peer))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
