"""The server of a small page: on the loopback only, for one person and one task."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import cv2

from hw.frame import Picture
from sim.errors import WatchfloorError

HOST = "127.0.0.1"
OWN_HEADER = "X-Watchfloor"
"""A page of another site cannot send it, so it cannot act here."""
_MOST_BYTES = 4_000_000


class Desk(Protocol):
    """What a page shows and does."""

    def page(self) -> str:
        """Return the page, HTML with everything in it."""
        ...

    def state(self) -> dict[str, Any]:
        """Return what the page shows, as JSON has it."""
        ...

    def picture(self, query: dict[str, str]) -> tuple[Picture, dict[str, str]]:
        """Return the picture that the page asks for, and what is to be said of it."""
        ...

    def act(self, action: dict[str, Any]) -> dict[str, Any]:
        """Do what the person asked; it is kept before this returns."""
        ...


class DeskServer(ThreadingHTTPServer):
    """Serves one desk, one request at a time.

    Args:
        desk: what is served.
        port: 0 takes any free one.
    """

    daemon_threads = True

    def __init__(self, desk: Desk, *, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.desk = desk
        self.lock = Lock()

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{HOST}:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: DeskServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if not self._is_meant():
            self._send_json({"error": "this address only"}, HTTPStatus.FORBIDDEN)
        elif parts.path == "/":
            self._send(self.server.desk.page().encode(), "text/html; charset=utf-8")
        elif parts.path == "/state":
            self._answer(self.server.desk.state)
        elif parts.path == "/picture":
            self._send_picture(query)
        else:
            self._send_json({"error": "nothing is here"}, HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if not self._is_meant() or self.headers.get(OWN_HEADER) is None or not 0 < length <= _MOST_BYTES:
            self.close_connection = True
            self._send_json({"error": "not from this page"}, HTTPStatus.FORBIDDEN)
            return
        try:
            action = json.loads(self.rfile.read(length))
        except ValueError:
            action = None
        if not isinstance(action, dict):
            self._send_json({"error": "not JSON"}, HTTPStatus.BAD_REQUEST)
            return
        self._answer(lambda: self.server.desk.act(action))

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""

    def _is_meant(self) -> bool:
        """Refuse requests that reach this address under another name, as a hostile page's could."""
        return (self.headers.get("Host") or "").rpartition(":")[0] in (HOST, "localhost")

    def _answer(self, work: Callable[[], dict[str, Any]]) -> None:
        try:
            with self.server.lock:
                answer = work()
        except (WatchfloorError, KeyError, TypeError, ValueError) as error:
            self._send_json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
            return
        self._send_json(answer, HTTPStatus.OK)

    def _send_picture(self, query: dict[str, str]) -> None:
        try:
            with self.server.lock:
                picture, said = self.server.desk.picture(query)
        except (WatchfloorError, KeyError, ValueError) as error:
            self._send_json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
            return
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
        self._send(data.tobytes(), "image/jpeg", said)

    def _send_json(self, content: object, status: HTTPStatus) -> None:
        self._send(json.dumps(content).encode(), "application/json", status=status)

    def _send(self, data: bytes, kind: str, said: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK,
              ) -> None:
        self.send_response(status)
        for key, value in {"Content-Type": kind, "Content-Length": str(len(data)), "Cache-Control": "no-store",
                           **(said or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)
