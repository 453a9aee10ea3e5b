"""A second real RTSP server, aio-rtsp-toolkit's, which serves video files: other code than GStreamer's."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aio_rtsp_toolkit.server as rtsp
import pytest


@contextmanager
def serving_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a folder's files on the loopback, each to every viewer from its beginning; yields where they are."""
    monkeypatch.setattr(rtsp, "logger", logging.getLogger("aio_rtsp_toolkit"))  # else it prints each request
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="file-rtsp", daemon=True)
    thread.start()
    server = rtsp.RtspServer(str(folder), host="127.0.0.1", port=0)
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    try:
        yield f"rtsp://127.0.0.1:{server._server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: rtsp.RtspServer) -> None:
    sessions = asyncio.all_tasks() - {asyncio.current_task()}
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
    await server.close()
