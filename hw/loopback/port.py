"""A port of the loopback for a program that must be told one."""

from __future__ import annotations

import itertools
import os
import socket

_FIRST, _N = 20_000, 10_000
"""Below those that systems hand out by themselves, so that nobody is given one meanwhile."""
_turns = itertools.count(61 * os.getpid())
"""Processes begin at different places, and one process never names a port twice in a row."""


def free_udp_port() -> int:
    """Return a UDP port of the loopback that nobody uses, for what cannot be asked which one it took."""
    return _free_port(socket.SOCK_DGRAM)


def free_tcp_port() -> int:
    """Return a TCP port of the loopback that nobody uses, for the same."""
    return _free_port(socket.SOCK_STREAM)


def _free_port(kind: socket.SocketKind) -> int:
    for turn in itertools.islice(_turns, _N):
        port = _FIRST + turn % _N
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError(f"no port from {_FIRST} to {_FIRST + _N - 1} is free on the loopback; end what uses them")
