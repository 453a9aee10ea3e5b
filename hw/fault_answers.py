"""The rows of the fault table in which a device answers nonsense."""

from __future__ import annotations

import time
from contextlib import closing

import numpy as np

from hw.badge.klv import UNIVERSAL_KEY, KlvError, decode_positions, encode_position
from hw.badge.position import Position
from hw.connection import FeedError
from hw.discovery import read_answer
from hw.faults import FaultRow, NotTriedError, require
from hw.loopback.onvif import OnvifService
from hw.onvif import OnvifCamera
from sim.errors import WatchfloorError

_WITHIN_S = 6.0
_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
_SPOILT = (b"", b"<html>lens cap</html>", b"\xff\xfe\x00garbage", b"<s:Envelope><s:Body><trt:GetProfilesResp", _BOMB,
           None)
_PLACE = Position(wall_s=1.0, lat_deg=53.2, lon_deg=63.6)
_CALLS = ("GetServices", "GetProfiles", "GetStreamUri")


def _malformed_onvif() -> str:
    _require_onvif()
    longest_s = 0.0
    for call in _CALLS:
        for answer in _SPOILT if call == "GetProfiles" else _SPOILT[:-1]:  # one silence is enough: it takes its time
            with (OnvifService("rtsp://127.0.0.1:9/1", spoilt={call: answer, "GetCapabilities": answer}) as service,
                  closing(OnvifCamera(service.url)) as camera):
                began_s = time.monotonic()
                require(_is_refused(camera), f"{call}: {answer!r} was taken for an answer")
                longest_s = max(longest_s, time.monotonic() - began_s)
    require(longest_s < _WITHIN_S, f"a call took {longest_s:.1f} s")
    return f"{len(_CALLS) * len(_SPOILT) - 2} answers refused, the longest took {longest_s:.1f} s"


def _malformed_discovery() -> str:
    rng = np.random.default_rng(8)
    answers = [answer for answer in _SPOILT if answer is not None] + [rng.bytes(300) for _ in range(200)]
    require(all(read_answer(answer, sender="127.0.0.1") is None for answer in answers), "nonsense named a camera")
    return f"{len(answers)} answers passed over"


def _malformed_klv() -> str:
    rng = np.random.default_rng(9)
    whole = encode_position(_PLACE)
    spoilt = [whole[:end] for end in range(len(whole))]
    for _ in range(400):
        packet = bytearray(whole)
        packet[rng.integers(len(packet))] ^= 1 << rng.integers(8)
        spoilt += [bytes(packet), rng.bytes(60), UNIVERSAL_KEY + rng.bytes(60)]
    n_refused = sum(not _places(packet) for packet in spoilt)
    require(n_refused == len(spoilt), f"{len(spoilt) - n_refused} spoilt packets were taken")
    return f"{n_refused} packets refused"


def _places(packet: bytes) -> list[float]:
    try:
        return [round(position.lat_deg, 6) for position in decode_positions(packet)]
    except KlvError:
        return []


def _is_refused(camera: OnvifCamera) -> bool:
    try:
        camera.stream_url()
    except FeedError:
        return True
    return False


def _require_onvif() -> None:
    try:
        OnvifCamera("onvif://127.0.0.1").close()
    except WatchfloorError as error:
        raise NotTriedError(str(error)) from None


ANSWER_ROWS = (
    FaultRow(name="malformed ONVIF answers", promise="refused with the reason, within 6 s", run=_malformed_onvif),
    FaultRow(name="malformed KLV", promise="refused, no position told", run=_malformed_klv),
    FaultRow(name="malformed discovery answers", promise="passed over", run=_malformed_discovery),
)
"""Those that run in seconds."""
