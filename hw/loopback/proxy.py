"""A relay between a camera and its reader that loses, spoils and freezes what passes, alike for one seed."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import numpy as np

_CHUNK = 65536


class FaultProxy:
    """Relays TCP to a server on the loopback; of RTSP it can spoil single RTP packets.

    Args:
        port: the server's.
        p_loss: share of RTP packets that are lost (RTSP interleaved in TCP only).
        p_flip: share of RTP packets in which one bit is flipped.
        p_swap: share of RTP packets that change places with the next one.
        delay_s: so long each piece waits, at least.
        seed: which ones.
    """

    def __init__(
        self, port: int, *, p_loss: float = 0.0, p_flip: float = 0.0, p_swap: float = 0.0, delay_s: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._target, self._delay_s = port, delay_s
        self._p_loss, self._p_flip, self._p_swap = p_loss, p_flip, p_swap
        self._rng = np.random.default_rng(seed)
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.n_rtp = 0
        self.n_lost = 0
        self.n_swapped = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._accept_from(self._listener)

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def freeze(self) -> None:
        """Keep all connections, take new ones, and pass nothing."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Pass what waited, and all that comes."""
        self._flowing.set()

    def kill(self) -> None:
        """Break all connections and refuse new ones."""
        self._shut(self._listener)
        with self._lock:
            victims = tuple(self._sockets)
        for victim in victims:
            self._shut(victim)

    def revive(self) -> None:
        """Listen again on the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self._accept_from(self._listener)

    def spoil(self, *, p_loss: float = 0.0, p_flip: float = 0.0, p_swap: float = 0.0) -> None:
        """Lose, flip and swap these shares from now on."""
        self._p_loss, self._p_flip, self._p_swap = p_loss, p_flip, p_swap

    def close(self) -> None:
        """End the relay."""
        self._flowing.set()
        self.kill()

    def _accept_from(self, listener: socket.socket) -> None:
        threading.Thread(target=self._accept, args=(listener,), daemon=True, name="proxy").start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client = listener.accept()[0]
            except OSError:  # killed
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=5.0)
            except OSError:
                self._shut(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._sockets |= {client, server}
            threading.Thread(target=self._relay, args=(client, server), daemon=True).start()
            threading.Thread(target=self._relay_rtp, args=(server, client), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while chunk := source.recv(_CHUNK):
                self._flowing.wait()
                sink.sendall(chunk)
        except OSError:
            pass
        self._part(source, sink)

    def _relay_rtp(self, source: socket.socket, sink: socket.socket) -> None:
        """Pass the server's side on, cut into RTSP messages and interleaved packets where there are any."""
        waiting = kept_back = b""
        try:
            while chunk := source.recv(_CHUNK):
                waiting += chunk
                passed = bytearray()
                while waiting:
                    n_bytes = _length_of_first(waiting)
                    if n_bytes is None:
                        break
                    piece, waiting = self._spoil(waiting[:n_bytes]), waiting[n_bytes:]
                    if not kept_back and self._is_swapped(piece):
                        kept_back = piece
                    else:
                        passed += piece + kept_back
                        kept_back = b""
                if self._delay_s:
                    time.sleep(self._delay_s)
                self._flowing.wait()
                sink.sendall(passed)
        except OSError:
            pass
        self._part(source, sink)

    def _spoil(self, piece: bytes) -> bytes:
        if not (_is_rtp(piece) and (self._p_loss or self._p_flip)):
            return piece
        self.n_rtp += 1
        lost, flipped, at = self._rng.random(3)
        if lost < self._p_loss:
            self.n_lost += 1
            return b""
        if flipped < self._p_flip:
            spoilt = bytearray(piece)
            spoilt[18 + int(at * (len(piece) - 18))] ^= 1 << int(at * 8)
            return bytes(spoilt)
        return piece

    def _is_swapped(self, piece: bytes) -> bool:
        if not (self._p_swap and _is_rtp(piece) and self._rng.random() < self._p_swap):
            return False
        self.n_swapped += 1
        return True

    def _part(self, *ends: socket.socket) -> None:
        for end in ends:
            self._shut(end)
        with self._lock:
            self._sockets -= set(ends)

    @staticmethod
    def _shut(end: socket.socket) -> None:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def _is_rtp(piece: bytes) -> bool:
    """Say whether a piece is an RTP packet; RTCP has the odd channels."""
    return piece[:1] == b"$" and piece[1] % 2 == 0


def _length_of_first(stream: bytes) -> int | None:
    """Return the length of the first whole piece: an interleaved packet, or all up to the next; None if cut short."""
    if stream[:1] == b"$":
        if len(stream) < 4:
            return None
        n_bytes = 4 + int.from_bytes(stream[2:4], "big")
        return n_bytes if len(stream) >= n_bytes else None
    if stream.startswith(b"RTSP/"):
        head, mark, _ = stream.partition(b"\r\n\r\n")
        if not mark:
            return None
        n_body = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                       if line.lower().startswith(b"content-length:")), 0)
        n_bytes = len(head) + 4 + n_body
        return n_bytes if len(stream) >= n_bytes else None
    return len(stream)
