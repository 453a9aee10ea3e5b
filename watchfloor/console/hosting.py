"""Runs the console's server: in front, until Ctrl-C, or in a thread beside other work."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from sim.errors import InputError, WatchfloorError
from watchfloor.console.access import Access
from watchfloor.console.app import make_app
from watchfloor.console.floor import Floor

MAX_MESSAGE = 16 * 1024
"""Bytes of a socket's message; a larger one closes that socket."""
START_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Where a console listens and who may come in."""

    address: str = "127.0.0.1"
    port: int = 8700
    """0 takes any that is free."""
    token: str | None = None
    passwords: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.is_loopback and self.token is None and self.passwords is None:
            raise InputError("--host", got=self.address, expected="a loopback address, or --token or --passwords",
                             do="say who may come in: --token WORD, or --passwords FILE")
        if (self.certificate is None) != (self.key is None):
            raise InputError("--certificate", got=self.certificate, expected="--certificate and --key together")

    @property
    def is_loopback(self) -> bool:
        """Say whether only this machine can reach it."""
        if self.address == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A console that answers."""

    url: str
    port: int
    stop: Callable[[], None]


def bind(host: Host) -> socket.socket:
    """Return the listening socket, so that a taken port is told before anything is loaded, and a browser waits.

    Raises:
        InputError: if the port is taken or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.address, host.port))
        listener.listen()  # only this takes the port: two sockets that do not listen yet may have the same one
    except OSError as error:
        listener.close()
        raise InputError("--port", got=host.port, expected=f"a free one on {host.address}",
                         do=f"choose another ({error.strerror})") from error
    return listener


def url_of(host: Host, port: int) -> str:
    """Return the address that a browser opens."""
    scheme = "https" if host.certificate else "http"
    name = f"[{host.address}]" if ":" in host.address else host.address
    return f"{scheme}://{name}:{port}/"


def make_server(floor: Floor, host: Host) -> uvicorn.Server:
    """Return the server, not started yet."""
    access = Access(token=host.token, passwords=host.passwords)
    app = make_app(floor, access, loopback_only=host.is_loopback, language=host.language)
    return uvicorn.Server(uvicorn.Config(
        app, log_level="warning", access_log=False, ws="websockets-sansio", ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False, server_header=False, timeout_graceful_shutdown=2,
        ssl_certfile=host.certificate, ssl_keyfile=host.key, proxy_headers=False))


def serve(floor: Floor, host: Host, listener: socket.socket) -> None:
    """Serve until Ctrl-C."""
    make_server(floor, host).run(sockets=[listener])


@contextmanager
def serve_beside(floor: Floor, host: Host) -> Iterator[Listening]:
    """Serve in a thread while the with-block runs.

    Raises:
        WatchfloorError: if the server does not come up.
    """
    listener = bind(host)
    port = int(listener.getsockname()[1])
    server = make_server(floor, host)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="console", daemon=True)
    thread.start()
    deadline_s = time.monotonic() + START_WITHIN_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline_s:
            raise WatchfloorError(f"the console's server did not start on {host.address}:{port}")
        time.sleep(0.01)

    def stop() -> None:
        server.should_exit = True
        thread.join(10.0)

    try:
        yield Listening(url=url_of(host, port), port=port, stop=stop)
    finally:
        stop()
