"""A folder of recordings: what is in it, what has expired, what is held as evidence, and copies for others."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av

from hw.access_log import Access, AccessAction, AccessLog
from hw.connection import VideoPacket
from hw.recording import SUFFIX, Coding, Entry, FrameStamp, PacketStamp, RecordingHead, load_head, read_entries
from sim.errors import InputError

_TICK = Fraction(1, 90_000)
_CLOCK = Access(who="watchfloor", why="its time to be kept was over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One file of a folder."""

    path: Path
    head: RecordingHead
    n_bytes: int
    is_held: bool
    """Kept as evidence until released."""

    def is_expired(self, now_s: float) -> bool:
        """Say whether it is to be deleted at a Unix time."""
        return not self.is_held and now_s >= self.head.expires_at_s


class Archive:
    """A folder's recordings and its access log, which alone says what is held.

    Args:
        folder: where they are.

    Raises:
        InputError: if there is no such folder.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise InputError(str(folder), got="no such folder", expected="a folder of recordings", do="check the path")
        self.log = AccessLog(self.folder)

    def recordings(self) -> tuple[Recording, ...]:
        """Return all recordings, the oldest first.

        Raises:
            AccessLogError: if the access log was changed, since then nobody knows what is held.
        """
        held = self._held()
        found = [Recording(path=path, head=head, n_bytes=path.stat().st_size, is_held=path.name in held)
                 for path, head in self._heads()]
        return tuple(sorted(found, key=lambda one: (one.head.began_at_s, one.path.name)))

    def expire(self, *, now_s: float | None = None) -> tuple[Path, ...]:
        """Delete what has expired and is not held, each deletion logged first; return what was deleted.

        Raises:
            AccessLogError: if the access log was changed; then nothing is deleted.
        """
        now_s = time.time() if now_s is None else now_s
        gone = []
        for recording in self.recordings():
            if recording.is_expired(now_s):
                self.log.add(AccessAction.EXPIRE, recording.path.name, _CLOCK)
                recording.path.unlink(missing_ok=True)
                gone.append(recording.path)
        return tuple(gone)

    def hold(self, name: str, access: Access) -> None:
        """Keep a recording as evidence, beyond its time."""
        self.log.add(AccessAction.HOLD, self._find(name).name, access)

    def release(self, name: str, access: Access) -> None:
        """Hold it no longer; if its time is over, it is deleted when next looked for."""
        self.log.add(AccessAction.RELEASE, self._find(name).name, access)

    def export(self, name: str, to: str | Path, access: Access) -> int:
        """Copy a recording's video into a file of its own, without encoding it anew; return the pictures in it.

        Args:
            name: the recording.
            to: the file; its suffix names the container (.mp4, .mkv …). It must not be there yet.
            access: who exports and why; logged before the file is written.

        Raises:
            InputError: if there is no such recording, it holds no picture, or the file cannot be written.
        """
        path, to = self._find(name), Path(to)
        if to.exists():
            raise InputError(str(to), got="there already", expected="a new file", do="name another")
        self.log.add(AccessAction.EXPORT, f"{path.name} to {to.name}", access)
        return _remux(path, to)

    def _find(self, name: str) -> Path:
        path = self.folder / Path(name).name
        load_head(path)
        return path

    def _held(self) -> set[str]:
        held: set[str] = set()
        for row in self.log.load():
            if row.action is AccessAction.HOLD:
                held.add(row.subject)
            elif row.action is AccessAction.RELEASE:
                held.discard(row.subject)
        return held

    def _heads(self) -> Iterator[tuple[Path, RecordingHead]]:
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                yield path, load_head(path)
            except InputError:  # another program's file
                continue


def _remux(path: Path, to: Path) -> int:
    entries = read_entries(path)
    coding = next((entry.said for entry in entries if isinstance(entry.said, Coding)), None)
    first = next(_pictures(entries), None)
    if coding is None or first is None:
        raise InputError(str(path), got="no picture", expected="a recording with pictures", do="record it again")
    try:
        return _write(to, coding, itertools.chain((first,), _pictures(entries)))
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InputError(str(to), got=getattr(error, "strerror", None) or error, expected="a file that can be written",
                         do="use a suffix such as .mp4 or .mkv") from error


def _write(to: Path, coding: Coding, pictures: Iterator[tuple[FrameStamp | PacketStamp, Entry]]) -> int:
    n_pictures, origin_ns, last_tick = 0, 0, -1
    with av.open(str(to), "w") as output:
        stream = cast(av.VideoStream, output.add_stream(coding.codec))
        for stamp, entry in pictures:
            packet = cast(VideoPacket, av.Packet(entry.data))
            if n_pictures == 0:
                picture = _first_picture(packet, coding)
                stream.width, stream.height = picture.width, picture.height
                stream.pix_fmt = picture.format.name
                stream.codec_context.extradata = entry.data if coding.codec != "mjpeg" else None
                origin_ns = stamp.arrival_ns
            last_tick = max(last_tick + 1, round((stamp.arrival_ns - origin_ns) * 1e-9 / _TICK))
            packet.stream, packet.time_base = stream, _TICK
            packet.pts = packet.dts = last_tick
            packet.is_keyframe = stamp.is_key if isinstance(stamp, PacketStamp) else _is_key(entry.data)
            output.mux(packet)
            n_pictures += 1
    return n_pictures


def _first_picture(packet: VideoPacket, coding: Coding) -> av.VideoFrame:
    decoder = cast(av.VideoCodecContext, av.VideoCodecContext.create(coding.codec, "r"))
    return next(itertools.chain(decoder.decode(packet), decoder.decode(None)))


def _is_key(data: bytes) -> bool:
    """Say whether an H.264 picture of our own encoder is a key frame: those carry parameter sets."""
    return b"\x00\x00\x01\x67" in data


def _pictures(entries: Iterator[Entry]) -> Iterator[tuple[FrameStamp | PacketStamp, Entry]]:
    stamp = None
    for entry in entries:
        if isinstance(entry.said, FrameStamp | PacketStamp):
            stamp = entry.said
        elif entry.said is None and stamp is not None:
            yield stamp, entry
