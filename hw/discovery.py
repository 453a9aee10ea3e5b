"""ONVIF cameras of the local network, found by WS-Discovery: one question to a multicast group, many answers."""

from __future__ import annotations

import re
import socket
import struct
import sys
import time
import uuid
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from sim.errors import InputError

GROUP = ("239.255.255.250", 3702)

_PROBE = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
 xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>urn:uuid:{message_id}</w:MessageID>
<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>
<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>
<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"""
_DISCOVERY = "{http://schemas.xmlsoap.org/ws/2005/04/discovery}"
_ADDRESSING = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"
_SCOPE = re.compile(r"onvif://www\.onvif\.org/(?P<kind>name|hardware|location)/(?P<value>.+)", re.IGNORECASE)
_ASK_AGAIN_S = 0.8
_LONGEST_ANSWER = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredCamera:
    """One camera that answered."""

    address: str
    """For ``open_source``, without name and password."""
    name: str
    hardware: str
    location: str
    endpoint: str
    """The camera's own lasting identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What one look gave."""

    interface: str
    cameras: tuple[DiscoveredCamera, ...]
    n_malformed: int
    """Answers that could not be understood."""


def interface_names() -> tuple[str, ...]:
    """Return the network interfaces of this machine."""
    return tuple(name for _, name in socket.if_nameindex())


def discover(interface: str, *, duration_s: float = 3.0, group: tuple[str, int] = GROUP) -> Discovery:
    """Ask which cameras there are, through one interface, and listen for answers.

    Args:
        interface: its name (``eth0``) or this machine's IPv4 address on it.
        duration_s: how long to listen.
        group: who is asked; the standard's group and port.

    Raises:
        InputError: if there is no such interface, or it does not take multicast.
    """
    cameras: dict[str, DiscoveredCamera] = {}
    n_malformed, asked_s, end_s = 0, -1e9, time.monotonic() + duration_s
    with _open_socket(interface) as asking:
        while (left_s := end_s - time.monotonic()) > 0.0:
            if time.monotonic() - asked_s > _ASK_AGAIN_S:  # a datagram may be lost
                asked_s = time.monotonic()
                _ask(asking, group, interface)
            asking.settimeout(min(left_s, _ASK_AGAIN_S))
            try:
                answer, sender = asking.recvfrom(_LONGEST_ANSWER)
            except TimeoutError:
                continue
            except OSError:  # a refusal of an earlier datagram, told late
                continue
            found = read_answer(answer, sender=str(sender[0]))
            n_malformed += found is None
            cameras.update({camera.endpoint: camera for camera in found or ()})
    ordered = sorted(cameras.values(), key=lambda camera: (camera.address, camera.name))
    return Discovery(interface=interface, cameras=tuple(ordered), n_malformed=n_malformed)


def read_answer(answer: bytes, *, sender: str) -> tuple[DiscoveredCamera, ...] | None:
    """Return the cameras that an answer names; None if it cannot be understood.

    Args:
        answer: as it came from the network.
        sender: the address it came from; of several that a camera gives, the one on this host is taken.
    """
    if b"<!" in answer.replace(b"<!--", b""):  # a document type could expand without bound
        return None
    try:
        root = ElementTree.fromstring(answer)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    matches = root.findall(f".//{_DISCOVERY}ProbeMatch")
    cameras = [_camera(match, sender) for match in matches]
    found = tuple(camera for camera in cameras if camera is not None)
    return found or None


def _camera(match: ElementTree.Element, sender: str) -> DiscoveredCamera | None:
    urls = [url for url in (match.findtext(f"{_DISCOVERY}XAddrs") or "").split() if _host(url)]
    if not urls:
        return None
    parts = urlsplit(next((url for url in urls if _host(url) == sender), urls[0]))
    scopes = {found["kind"].lower(): unquote(found["value"]) for found in map(
        _SCOPE.fullmatch, (match.findtext(f"{_DISCOVERY}Scopes") or "").split()) if found}
    endpoint = (match.findtext(f"{_ADDRESSING}EndpointReference/{_ADDRESSING}Address")
                or match.findtext(f".//{_ADDRESSING}Address") or parts.netloc)
    netloc = parts.netloc.rpartition("@")[2]
    return DiscoveredCamera(address=f"onvif://{netloc}", name=_plain(scopes.get("name", "")),
                            hardware=_plain(scopes.get("hardware", "")), location=_plain(scopes.get("location", "")),
                            endpoint=_plain(endpoint))


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def _plain(text: str) -> str:
    """Return text that a camera sent without what could move a terminal's cursor."""
    return "".join(letter for letter in text if letter.isprintable())[:200].strip()


def _ask(asking: socket.socket, group: tuple[str, int], interface: str) -> None:
    try:
        asking.sendto(_PROBE.format(message_id=uuid.uuid4()).encode(), group)
    except OSError as error:
        raise InputError("discover: interface", got=f"{interface} ({error.strerror})", expected=(
            "one that takes multicast"), do=f"name another: {', '.join(interface_names())}") from None


def _open_socket(interface: str) -> socket.socket:
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _multicast_interface(interface))
    except OSError:
        asking.close()
        raise InputError("discover: interface", got=interface, expected="an interface of this machine", do=(
            f"name one of {', '.join(interface_names())}")) from None
    return asking


def _multicast_interface(interface: str) -> bytes:
    try:
        return socket.inet_aton(interface) if interface.count(".") == 3 else _by_index(interface)
    except OSError:
        return _by_index(interface)


def _by_index(interface: str) -> bytes:
    index = socket.if_nametoindex(interface)
    return struct.pack("!I", index) if sys.platform == "win32" else struct.pack("@4s4si", bytes(4), bytes(4), index)
