"""An RTSP server of encoded pictures, run by the system's Python, which alone has GStreamer's bindings.

Usage: python3 gst_rtsp_server.py UNITS FPS CODEC N_MOUNTS [stamped]. UNITS is a file of access units, each after its
length as four bytes. The port is printed on one line; the server ends when its standard input does. Every mount, /0,
/1 …, plays the units round and round at FPS with times that only rise; stamped, each carries the instant it was sent.
"""

import struct
import sys
import threading
import time
from pathlib import Path

import gi

sys.path.append(str(Path(__file__).parents[1]))  # one module of hw: the system's Python lacks what the package needs
from capture_stamp import CaptureStamp, insert_stamp

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - the versions must be named first


def load_units(path):
    """Return the access units of a file."""
    units = []
    with open(path, "rb") as file:
        while head := file.read(4):
            units.append(file.read(struct.unpack(">I", head)[0]))
    return units


class Feeder:
    """Pushes the units into one media's appsrc at their rate until it refuses."""

    def __init__(self, appsrc, units, fps, stamped_codec):
        self._appsrc, self._units, self._step_ns = appsrc, units, round(1e9 / fps)
        self._stamped_codec = stamped_codec
        self._index = 0
        GLib.timeout_add(max(1, self._step_ns // 1_000_000), self._push)
        self._push()

    def _push(self):
        unit = self._units[self._index % len(self._units)]
        if self._stamped_codec:
            stamp = CaptureStamp(index=self._index, capture_ns=time.monotonic_ns())
            unit = insert_stamp(unit, stamp, codec=self._stamped_codec)
        buffer = Gst.Buffer.new_wrapped(unit)
        buffer.pts = buffer.dts = self._index * self._step_ns
        buffer.duration = self._step_ns
        self._index += 1
        return self._appsrc.emit("push-buffer", buffer) == Gst.FlowReturn.OK


def serve(units, fps, codec, n_mounts, is_stamped):
    """Serve until standard input ends."""
    Gst.init(None)
    loop = GLib.MainLoop()
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    for index in range(n_mounts):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(
            f"( appsrc name=units is-live=true format=time caps=video/x-{codec},stream-format=byte-stream,alignment=au "
            f"! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )"
        )
        factory.set_shared(True)
        factory.connect("media-configure", lambda _, media: Feeder(
            media.get_element().get_by_name_recurse_up("units"), units, fps, codec if is_stamped else None))
        server.get_mount_points().add_factory(f"/{index}", factory)
    server.attach(None)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


if __name__ == "__main__":
    serve(load_units(sys.argv[1]), float(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5:] == ["stamped"])
