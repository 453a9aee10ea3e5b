"""ONVIF cameras: found, asked, turned and played; one that answers nonsense is refused with the reason."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.connection import FeedError
from hw.discovery import discover, read_answer
from hw.loopback import FaultProxy
from hw.loopback.onvif import OnvifService
from hw.notice import NoticeKind
from hw.onvif import OnvifCamera, OnvifSource
from hw.schemes import open_source
from sim.errors import InputError
from tests.conftest import ROOT
from tests.hw.conftest import Notices
from tests.waiting import wait_until

SECRET = "Tr0ub4dor"
STAGE = Path(__file__).with_name("onvif_stage.py")


def camera_python() -> str:
    """Return the Python that has ipycam; skip where none has."""
    python = ROOT / ".venvs" / "ipycam" / "bin" / "python"
    if not python.exists():
        pytest.skip("ipycam, an ONVIF camera, is not on this machine: make cameras")
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("unshare and ip are not on this machine: apt-get install util-linux iproute2")
    return str(python)


def own_network() -> list[str]:
    """Return what to put before a command so that it has a network of its own; skip where none can be made."""
    for unshare in (["unshare", "--net", "--"], ["unshare", "--map-root-user", "--net", "--"]):
        done = subprocess.run([*unshare, "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
        if done.returncode == 0:
            return unshare
    pytest.skip("network namespaces are not on this machine: the system forbids them")


def test_a_real_camera_is_found_played_by_role_and_zoomed_and_its_pixels_change():
    camera = camera_python()
    finished = subprocess.run([*own_network(), sys.executable, str(STAGE), camera], cwd=ROOT, text=True,
                              capture_output=True, timeout=120, check=False)
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout.splitlines()[-1])
    assert (told["cameras"], told["names"]) == (["onvif://127.0.0.1:8080"], ["Corner"])
    assert told["profiles"] == [["Profile_Main", "h264", [640, 360]], ["Profile_Sub", "h264", [320, 180]]]
    assert told["size_wh"] == [640, 360]
    before, after = told["white"]
    assert after > 5.0 * before, "zoomed in, the square fills more of the picture"
    assert told["agreed"] == [0.0], "this camera gives no key frame when asked, and that is told"
    assert "Cannot connect" in told["refused"]
    assert SECRET not in told["refused"]


def test_a_tainted_feed_asks_the_camera_for_a_key_frame(rtsp_still, notices: Notices):
    with (FaultProxy(rtsp_still.port, p_loss=0.3, seed=5) as proxy,
          OnvifService(rtsp_still.url(port=proxy.port)) as camera,
          OnvifSource(camera.url, listener=notices.append)):
        wait_until(lambda: notices.of(NoticeKind.KEY_FRAME_ASKED), 12.0)
        assert camera.calls["SetSynchronizationPoint"] == 1
        assert notices.of(NoticeKind.KEY_FRAME_ASKED)[0].value == 1.0


def test_its_stream_is_opened_through_its_service_and_again_after_it_broke(rtsp):
    with FaultProxy(rtsp.port) as proxy, OnvifService(rtsp.url(15, port=proxy.port)) as camera:
        source = open_source(f"{camera.url}?role=sub", camera_id=17)
        assert isinstance(source, OnvifSource)
        assert source.take(8.0).camera_id == 17
        proxy.kill()
        wait_until(lambda: source.state != "live", 3.0)
        proxy.revive()
        wait_until(lambda: source.state == "live", 12.0)
        source.close()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
HALF = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><trt:GetProfilesResp'
NOBODY = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'


@pytest.mark.parametrize("answer", [b"", b"<html>lens cap</html>", b"\xff\xfe\x00garbage", BOMB, HALF, NOBODY, None],
                         ids=["empty", "page", "garbage", "bomb", "half", "no body", "silence"])
@pytest.mark.parametrize("call", ["GetServices", "GetProfiles", "GetStreamUri"])
def test_an_answer_that_makes_no_sense_is_refused_in_time(call, answer, monkeypatch):
    monkeypatch.setattr("hw.onvif.CALL_S", 1.0)
    with OnvifService("rtsp://127.0.0.1:9/1", spoilt={call: answer, "GetCapabilities": answer}) as camera:
        began_s = time.monotonic()
        with (closing(OnvifCamera(f"onvif://duty:{SECRET}@127.0.0.1:{camera.port}")) as asked,
              pytest.raises(FeedError, match=r"asked for|offers no|gave") as refused):
            asked.stream_url()
        assert time.monotonic() - began_s < 20.0
        assert SECRET not in str(refused.value)


def test_a_stream_elsewhere_than_rtsp_is_refused_and_the_password_goes_with_the_stream():
    with (OnvifService("file:///etc/passwd") as camera, closing(OnvifCamera(camera.url)) as asked,
          pytest.raises(FeedError, match="expected an RTSP address")):
        asked.stream_url()
    with (OnvifService("rtsp://127.0.0.1:9/1") as camera,
          closing(OnvifCamera(f"onvif://duty:{SECRET}%2F@127.0.0.1:{camera.port}")) as asked):
        assert asked.stream_url() == f"rtsp://duty:{SECRET}%2F@127.0.0.1:9/1"


@pytest.mark.parametrize("address", ["onvif://", "onvif://cam?role=big"])
def test_an_address_that_cannot_be_is_refused(address):
    with pytest.raises(InputError, match=r"expected onvif://HOST"):
        OnvifCamera(address)


ANSWER = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1</a:Address></a:EndpointReference>
<d:Scopes>onvif://www.onvif.org/name/Corner%20shop onvif://www.onvif.org/hardware/X\u001b</d:Scopes>
<d:XAddrs>http://10.0.0.17/onvif/device_service http://192.168.1.5:8080/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


def test_an_answer_names_the_camera_on_the_host_that_sent_it():
    [camera] = read_answer(ANSWER.replace("\u001b", "").encode(), sender="192.168.1.5")
    assert (camera.address, camera.name, camera.endpoint) == ("onvif://192.168.1.5:8080", "Corner shop", "urn:uuid:1")


@pytest.mark.parametrize("answer", [ANSWER.encode(), BOMB, HALF, NOBODY, b"",
                                    ANSWER.replace("\u001b", "").replace("http://", "file://").encode()])
def test_an_answer_that_cannot_be_understood_names_none(answer):
    assert read_answer(answer, sender="10.0.0.1") is None


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: ANSWER.replace(
    "Corner%20shop", text).replace("\u001b", "").encode("utf-8", "replace"))))
def test_no_answer_whatever_breaks_discovery(answer):
    found = read_answer(answer, sender="10.0.0.1")
    assert found is None or all(camera.name.isprintable() for camera in found)


def test_an_interface_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(InputError, match=r"discover: interface = eth99; .*lo"):
        discover("eth99", duration_s=0.1)
