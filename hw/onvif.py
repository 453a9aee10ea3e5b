"""ONVIF cameras: their streams by role, where they look, and a key frame when one is needed."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from hw.connection import Connected, Connection, FeedError
from hw.credentials import add_credentials, redact
from hw.feed_role import FeedRole
from hw.hub import Hub
from hw.notice import Listener
from hw.stream import StreamSource, Tap
from sim.errors import InputError, WatchfloorError

if TYPE_CHECKING:
    from onvif import ONVIFCamera

CALL_S = 5.0
"""A camera's control service must have answered by then."""
_DEFAULT_PORT = 80
_AT_ONCE_S = 0.8
_STREAM = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnvifProfile:
    """One stream that a camera offers."""

    token: str
    """By which the camera knows it."""
    name: str
    codec: str
    size_wh: tuple[int, int]
    has_ptz: bool


class OnvifCamera:
    """The control service of one camera; each call ends within ``CALL_S`` and raises nothing but FeedError.

    Its methods are not for the thread of the event loop that all cameras share.

    Args:
        url: ``onvif://[NAME:PASSWORD@]HOST[:PORT][?role=main|sub]``.

    Raises:
        InputError: if the address names no host or another role.
        WatchfloorError: if the extra ``onvif`` is not installed.
    """

    def __init__(self, url: str) -> None:
        self._where = redact(url)
        parts = urlsplit(url)
        role = (parse_qs(parts.query).get("role") or [FeedRole.MAIN.value])[0]
        if not parts.hostname or role not in tuple(FeedRole):
            raise InputError(self._where, got="no host" if not parts.hostname else f"role {role}",
                             expected="onvif://HOST[:PORT][?role=main|sub]")
        self._role = FeedRole(role)
        self._host, self._port = parts.hostname, parts.port or _DEFAULT_PORT
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._client: ONVIFCamera | None = None
        self._profiles: tuple[OnvifProfile, ...] = ()
        _require_library()

    def profiles(self) -> tuple[OnvifProfile, ...]:
        """Return the streams that the camera offers, the largest first.

        Raises:
            FeedError: if it does not answer in time, refuses, or its answer makes no sense.
        """
        self._profiles = self._call("its profiles", self._ask_profiles())
        return self._profiles

    def profile(self) -> OnvifProfile:
        """Return the stream of the wanted role: the largest picture, or the smallest.

        Raises:
            FeedError: as ``profiles``.
        """
        profiles = self._profiles or self.profiles()
        return profiles[0] if self._role is FeedRole.MAIN else profiles[-1]

    def stream_url(self) -> str:
        """Return where the wanted stream is, with the name and password that the camera was asked with.

        Raises:
            FeedError: as ``profiles``.
        """
        token = self.profile().token
        url = self._call("its stream's address", self._ask_stream_url(token))
        parts = urlsplit(url)
        if not self._user or "@" in parts.netloc:
            return add_credentials(url)
        own = urlsplit(add_credentials(f"onvif://{self._host}", environment={
            "WATCHFLOOR_CAMERA_USER": self._user, "WATCHFLOOR_CAMERA_PASSWORD": self._password}))
        return parts._replace(netloc=f"{own.netloc.rpartition('@')[0]}@{parts.netloc}").geturl()

    def ask_key_frame(self) -> bool:
        """Ask for a key frame (SetSynchronizationPoint); return whether the camera agreed."""
        try:
            token = self.profile().token
            self._call("a key frame", self._service_call("media", "SetSynchronizationPoint", {"ProfileToken": token}))
        except FeedError:
            return False
        return True

    def look(self, *, pan: float | None = None, tilt: float | None = None, zoom: float | None = None) -> None:
        """Turn and zoom to a position in the camera's own units: pan and tilt −1 to 1, zoom 0 to 1.

        Raises:
            FeedError: if the camera refuses or cannot.
        """
        position: dict[str, dict[str, float]] = {}
        if pan is not None or tilt is not None:
            position["PanTilt"] = {"x": pan or 0.0, "y": tilt or 0.0}
        if zoom is not None:
            position["Zoom"] = {"x": zoom}
        self._call("to turn", self._service_call("ptz", "AbsoluteMove", {
            "ProfileToken": self.profile().token, "Position": position}))

    def forget(self) -> None:
        """Ask anew next time: the camera may have changed its mind."""
        self._profiles = ()

    def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # nobody needs it any more
                asyncio.run_coroutine_threadsafe(client.close(), _loop()).result(1.0)

    def _call(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        running = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, CALL_S), _loop())
        try:
            return running.result(CALL_S + 1.0)
        except FeedError:
            raise
        except TimeoutError:
            running.cancel()
            raise FeedError(f"{self._where}: asked for {what}, nothing came in time") from None
        except Exception as error:  # a camera's answer may break the library anywhere
            self.close()
            raise FeedError(f"{self._where}: asked for {what}: {redact(error) or type(error).__name__}") from None

    async def _ask_profiles(self) -> tuple[OnvifProfile, ...]:
        found = [_profile(profile) for profile in await self._service_call("media", "GetProfiles") or ()]
        profiles = [profile for profile in found if profile is not None]
        if not profiles:
            raise FeedError(f"{self._where}: offers no video stream")
        return tuple(sorted(profiles, key=lambda profile: -profile.size_wh[0] * profile.size_wh[1]))

    async def _ask_stream_url(self, token: str) -> str:
        answer = await self._service_call("media", "GetStreamUri", {"StreamSetup": _STREAM, "ProfileToken": token})
        url = str(getattr(answer, "Uri", "") or "").strip()
        if urlsplit(url).scheme not in ("rtsp", "rtsps", "http", "https"):
            raise FeedError(f"{self._where}: gave {redact(url) or 'nothing'} for its stream; expected an RTSP address")
        return url

    async def _service_call(self, service: str, method: str, argument: dict[str, Any] | None = None) -> Any:
        if self._client is None:
            self._client = await _make_client(self._host, self._port, self._user, self._password)
        made = await getattr(self._client, f"create_{service}_service")()
        return await getattr(made, method)(*([argument] if argument is not None else []))


class OnvifSource(StreamSource):
    """An ONVIF camera's stream; the camera is asked for its address again after each failed attempt.

    After a loss it is asked for a key frame, so that the taint ends early.

    Args:
        url: see :class:`OnvifCamera`; name and password are added from where ``hw.credentials`` finds them.
        camera_id: see :class:`hw.stream.StreamSource`, as the rest.
    """

    def __init__(self, url: str, *, camera_id: int = 0, hub: Hub | None = None, listener: Listener | None = None,
                 seed: int = 0, tap: Tap | None = None) -> None:
        self.camera = OnvifCamera(add_credentials(url))
        self._stream_url: str | None = None
        super().__init__(url, camera_id=camera_id, hub=hub, listener=listener, seed=seed, tap=tap,
                         connect=self._open, ask_key_frame=self.camera.ask_key_frame)

    def close(self) -> None:
        """End the stream."""
        super().close()
        self.camera.close()

    def _open(self, _: str) -> Connected:
        if self._stream_url is None:
            began_s = time.monotonic()
            self._stream_url = self.camera.stream_url()
            if time.monotonic() - began_s > _AT_ONCE_S:  # both together might hold the reader for too long
                raise FeedError(f"{self.where}: told its stream's address late; it is opened at the next attempt")
        try:
            return Connection(self._stream_url)
        except FeedError:
            self._stream_url = None
            self.camera.forget()
            raise


def _profile(answer: Any) -> OnvifProfile | None:
    try:
        encoder = answer.VideoEncoderConfiguration
        size_wh = (int(encoder.Resolution.Width), int(encoder.Resolution.Height))
        return OnvifProfile(token=str(answer.token), name=str(answer.Name), codec=str(encoder.Encoding).lower(),
                            size_wh=size_wh, has_ptz=answer.PTZConfiguration is not None)
    except (AttributeError, TypeError, ValueError):  # a profile of sound or of data only, or one that is broken
        return None


async def _make_client(host: str, port: int, user: str, password: str) -> ONVIFCamera:
    from onvif import ONVIFCamera

    client = ONVIFCamera(host, port, user, password, adjust_time=bool(user))  # passwords are hashed with the time
    try:
        await client.update_xaddrs()
    except BaseException:
        await client.close()
        raise
    return client


def _require_library() -> None:
    try:
        import onvif  # noqa: F401 - only whether it is there
    except ImportError:
        raise WatchfloorError("onvif: = the package onvif-zeep-async is missing; expected the extra onvif; "
                              "pip install 'watchfloor[onvif]'") from None


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the event loop, on a thread of its own, that all cameras share."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="onvif", daemon=True).start()
    return loop
