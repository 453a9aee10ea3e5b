"""A badge's live picture as a source, with the position that came beside it."""

from __future__ import annotations

import functools

from hw.badge.klv import KlvError, decode_positions
from hw.badge.position import Position
from hw.connection import Connection
from hw.hub import Hub
from hw.notice import Listener
from hw.stream import StreamSource, Tap


class BadgeSource(StreamSource):
    """A stream whose metadata (MISB ST 0601) tell where it is taken.

    Args:
        url: where the badge sends to, ``badge://`` or ``udp://``, such as ``badge://0.0.0.0:5600``.
        camera_id: identity written into the frames.
        hub: decodes and watches; the process's own if None.
        listener: takes every change of state and every loss.
        tap: is shown every packet.
        seed: of the jitter between attempts.
    """

    def __init__(
        self, url: str, *, camera_id: int = 0, hub: Hub | None = None, listener: Listener | None = None,
        tap: Tap | None = None, seed: int = 0,
    ) -> None:
        self._position: Position | None = None
        self.n_positions = 0
        self.n_damaged = 0
        """Packets of metadata that told no position."""
        address = "udp" + url.removeprefix("badge") if url.startswith("badge://") else url
        super().__init__(address, camera_id=camera_id, hub=hub, listener=listener, tap=tap, seed=seed,
                         connect=functools.partial(Connection, on_metadata=self._take_metadata))

    @property
    def position(self) -> Position | None:
        """Where the badge was when it last told; None before that."""
        return self._position

    def _take_metadata(self, packet: bytes) -> None:
        try:
            for position in decode_positions(packet):
                self._position = position
                self.n_positions += 1
        except KlvError:
            self.n_damaged += 1
