"""Whether an address is known to name a real camera."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_NETWORK = frozenset(["rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "onvif"])
_DEVICES = frozenset(["usb", "v4l2"])


def is_real_camera(address: str) -> bool:
    """Say whether an address names a device, or a host that is known not to be this machine.

    Whatever cannot be told counts as not real: files, drawn scenes, samples, this machine, ports that anybody may send
    to, and hosts that have no address now.
    """
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    if scheme in _DEVICES:
        return True
    if scheme not in _NETWORK or not parts.hostname:
        return False
    try:
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, None)}
    except OSError:
        return False
    return bool(found) and not any(_is_own(str(one)) for one in found)


def _is_own(host: str) -> bool:
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_loopback or mapped.is_unspecified:
        return True
    return _is_bound_here(host)


def _is_bound_here(host: str) -> bool:
    """Say whether an address is one of this machine's: only its own can be bound to."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host.partition("%")[0], 0))
        except OSError:
            return False
    return True
