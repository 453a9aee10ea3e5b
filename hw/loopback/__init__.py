"""Servers on this machine's loopback, and what spoils them: the cameras of tests and of the doctor's fault table."""

from hw.loopback.encoded import EncodedClip, encode_units
from hw.loopback.mjpeg import MjpegServer
from hw.loopback.paced import PacedConnection
from hw.loopback.port import free_tcp_port, free_udp_port
from hw.loopback.proxy import FaultProxy
from hw.loopback.rtsp import RtspServer, find_rtsp_python
from hw.loopback.silent import DroppedSyn, SilentListener
from hw.loopback.transport_stream import UdpSender

__all__ = [
    "DroppedSyn", "EncodedClip", "FaultProxy", "MjpegServer", "PacedConnection", "RtspServer", "SilentListener",
    "UdpSender", "encode_units", "find_rtsp_python", "free_tcp_port", "free_udp_port",
]
