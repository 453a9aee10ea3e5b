"""A real RTSP server, GStreamer's own, in a process of its own."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path

from hw.loopback.encoded import EncodedClip
from sim.errors import WatchfloorError

_PYTHON = "/usr/bin/python3"
_SCRIPT = Path(__file__).with_name("gst_rtsp_server.py")
_TRY = ("import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0'); "
        "from gi.repository import Gst, GstRtspServer; Gst.init(None); "
        "assert Gst.ElementFactory.find('rtph264pay') and Gst.ElementFactory.find('h264parse')")
INSTALL = ("apt-get install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base "
           "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad")


@functools.cache
def find_rtsp_python() -> str | None:
    """Return the Python that has GStreamer's RTSP server; None where none has."""
    try:
        tried = subprocess.run([_PYTHON, "-c", _TRY], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _PYTHON if tried.returncode == 0 else None


class RtspServer:
    """Plays a clip round and round on ``rtsp://127.0.0.1:PORT/0`` … in real time.

    Args:
        clip: what is played.
        n_mounts: addresses, each a camera of its own.
        is_stamped: whether each picture carries the instant at which it was sent.

    Raises:
        WatchfloorError: if GStreamer's RTSP server is not on this machine.
    """

    def __init__(self, clip: EncodedClip, *, n_mounts: int = 1, is_stamped: bool = False) -> None:
        python = find_rtsp_python()
        if python is None:
            raise WatchfloorError(f"RTSP server = not on this machine; expected GStreamer's; {INSTALL}")
        with tempfile.TemporaryDirectory() as folder:
            units = clip.save(Path(folder, "units"))
            self._process = subprocess.Popen(
                [python, str(_SCRIPT), str(units), str(float(clip.fps)), clip.codec, str(n_mounts),
                 *(["stamped"] if is_stamped else [])],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
        if not line:
            raise WatchfloorError("RTSP server = ended at once; expected its port; run it by hand to see why")
        self.port = int(line)

    def __enter__(self) -> RtspServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def url(self, mount: int = 0, *, port: int | None = None) -> str:
        """Return a mount's address, through another port if one is named."""
        return f"rtsp://127.0.0.1:{port or self.port}/{mount}"

    def close(self) -> None:
        """Kill the server."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
