"""A camera that sends JPEG pictures over HTTP, as old and cheap ones do."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2

from hw.frame import Picture


class MjpegServer:
    """Serves ``draw(t_s)`` as multipart/x-mixed-replace on a free port of the loopback.

    Args:
        draw: the picture, shape (height, width, 3), at so many seconds from the server's start.
        fps: pictures a second.
        login: (name, password) that is asked for; none if None.
        port: 0 takes a free one.
    """

    def __init__(
        self, draw: Callable[[float], Picture], *, fps: float = 10.0, login: tuple[str, str] | None = None,
        port: int = 0,
    ) -> None:
        self._began_s = time.monotonic()
        self._closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Answer with pictures until the other side has gone."""
                server._answer(self, draw, fps, login)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.port = int(self._http.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/video"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True, name="mjpeg")
        self._thread.start()

    def __enter__(self) -> MjpegServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and its connections."""
        if not self._closing.is_set():
            self._closing.set()
            self._http.shutdown()
            self._http.server_close()
            self._thread.join(2.0)

    def _answer(
        self, request: BaseHTTPRequestHandler, draw: Callable[[float], Picture], fps: float,
        login: tuple[str, str] | None,
    ) -> None:
        if login is not None:
            expected = "Basic " + base64.b64encode(":".join(login).encode()).decode()
            if request.headers.get("Authorization") != expected:
                request.send_response(401)
                request.send_header("WWW-Authenticate", 'Basic realm="camera"')
                request.end_headers()
                return
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        request.end_headers()
        try:
            while not self._closing.is_set():
                jpeg = cv2.imencode(".jpg", draw(time.monotonic() - self._began_s))[1].tobytes()
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                request.wfile.write(head.encode() + jpeg + b"\r\n")
                self._closing.wait(1.0 / fps)
        except OSError:  # the other side has gone
            return
