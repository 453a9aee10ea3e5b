"""The control service of an ONVIF camera with one stream, well-behaved or not."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl">
<s:Body>{body}</s:Body></s:Envelope>"""
_SERVICE = """<tds:Service><tds:Namespace>http://www.onvif.org/{version}/{name}/wsdl</tds:Namespace>
<tds:XAddr>http://127.0.0.1:{port}/onvif/{name}</tds:XAddr>
<tds:Version><tt:Major>2</tt:Major><tt:Minor>5</tt:Minor></tds:Version></tds:Service>"""
_PROFILE = """<trt:Profiles token="main" fixed="true"><tt:Name>Main</tt:Name>
<tt:VideoEncoderConfiguration token="e"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>
<tt:Resolution><tt:Width>320</tt:Width><tt:Height>180</tt:Height></tt:Resolution><tt:Quality>1</tt:Quality>
<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration></trt:Profiles>"""
_TIME = """<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>
<tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour>
<tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>
<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>
</tds:GetSystemDateAndTimeResponse>"""
_CALL = re.compile(rb"<(?:[\w-]+:)?Body[^>]*>\s*<(?:[\w-]+:)?(\w+)")


class OnvifService:
    """Answers on a free port of the loopback until closed.

    Args:
        stream_url: where its stream is.
        spoilt: what is answered instead, by the name of the call; None leaves the call without an answer.
    """

    def __init__(self, stream_url: str, *, spoilt: Mapping[str, bytes | None] | None = None) -> None:
        self._stream_url, self._spoilt = stream_url, spoilt or {}
        self._closing = threading.Event()
        self.calls: Counter[str] = Counter()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Answer one call."""
                service._answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = int(self._http.server_address[1])
        self.url = f"onvif://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True, name="onvif-camera")
        self._thread.start()

    def __enter__(self) -> OnvifService:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the service."""
        if not self._closing.is_set():
            self._closing.set()
            self._http.shutdown()
            self._http.server_close()
            self._thread.join(2.0)

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = _CALL.search(request.rfile.read(int(request.headers.get("Content-Length") or 0)))
        name = asked[1].decode() if asked else ""
        self.calls[name] += 1
        answer = self._spoilt.get(name, _ENVELOPE.format(body=self._body(name)).encode())
        if answer is None:
            self._closing.wait(30.0)
            return
        request.send_response(200 if b"Fault" not in answer else 500)
        request.send_header("Content-Type", "application/soap+xml")
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)

    def _body(self, name: str) -> str:
        bodies = {
            "GetSystemDateAndTime": _TIME.format(now=datetime.now(UTC)),
            "GetServices": "<tds:GetServicesResponse>" + "".join(
                _SERVICE.format(name=service, version=version, port=self.port)
                for service, version in (("device", "ver10"), ("media", "ver10"), ("ptz", "ver20"))
            ) + "</tds:GetServicesResponse>",
            "GetProfiles": f"<trt:GetProfilesResponse>{_PROFILE}</trt:GetProfilesResponse>",
            "GetStreamUri": "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>" + self._stream_url + "</tt:Uri>"
                            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false"
                            "</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>"
                            "</trt:GetStreamUriResponse>",
            "AbsoluteMove": '<tptz:AbsoluteMoveResponse xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"/>',
            "SetSynchronizationPoint": "<trt:SetSynchronizationPointResponse/>",
        }
        return bodies.get(name, "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>"
                                "not known</s:Text></s:Reason></s:Fault>")
