"""Messages over a TCP connection: one line each, both sides heard from every few seconds."""

from __future__ import annotations

import asyncio

from hw.badge.messages import MAX_LINE_BYTES, Message, decode, encode
from sim.errors import WatchfloorError

PING_S = 1.0
SILENCE_S = 4.0
"""A side that says nothing for so long has gone."""


class LinkLostError(WatchfloorError):
    """The other side has gone, or is none to talk to."""


class Wire:
    """One connection.

    Args:
        reader: of asyncio, made with ``limit=MAX_LINE_BYTES``.
        writer: of the same connection.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> Message:
        """Return the next message.

        Raises:
            LinkLostError: if none comes in time, or the connection has ended.
            MessageError: if what came is none.
        """
        try:
            async with asyncio.timeout(SILENCE_S):
                line = await self._reader.readuntil()
        except TimeoutError:
            raise LinkLostError(f"nothing came for {SILENCE_S:g} s") from None
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
            raise LinkLostError(f"the connection ended ({type(error).__name__})") from None
        return decode(line)

    async def write(self, *messages: Message) -> None:
        """Send messages.

        Raises:
            LinkLostError: if the other side does not take them in time, or the connection has ended.
        """
        try:
            for message in messages:
                self._writer.write(encode(message))
            async with asyncio.timeout(SILENCE_S):
                await self._writer.drain()
        except (TimeoutError, OSError) as error:
            raise LinkLostError(f"the connection ended ({type(error).__name__})") from None

    def close(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()


async def connect(host: str, port: int) -> Wire:
    """Return a connection to a control room.

    Raises:
        LinkLostError: if there is none in time.
    """
    try:
        async with asyncio.timeout(SILENCE_S):
            return Wire(*await asyncio.open_connection(host, port, limit=MAX_LINE_BYTES))
    except (TimeoutError, OSError) as error:
        raise LinkLostError(f"{host}:{port} cannot be reached ({type(error).__name__})") from None
