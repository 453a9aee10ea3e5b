"""Recordings made while a feed runs: masked pictures encoded anew, or its packets as they came."""

from __future__ import annotations

import base64
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from hw.access_log import Access, AccessAction, AccessLog
from hw.connection import Connected
from hw.frame import Frame, Picture
from hw.mask import MotionMask
from hw.notice import FeedNotice
from hw.packet_queue import Parcel
from hw.recording import SUFFIX, Coding, FrameStamp, PacketStamp, RecordingWriter, make_head
from sim.errors import InputError, WatchfloorError

KEEP_S = 72 * 3600.0
SEGMENT_S = 1800.0
"""A file is ended at the first key frame after this, so that what expires does so in small pieces."""
_MAX_WAITING = 2000
_PRESET = {"preset": "veryfast", "tune": "zerolatency", "crf": "26", "sc_threshold": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPlan:
    """Where recordings go and for how long.

    Raises:
        InputError: if a span is not positive.
    """

    folder: Path
    access: Access
    """Who records; of an unmasked recording, why is the reason."""
    is_masked: bool = True
    keep_s: float = KEEP_S
    segment_s: float = SEGMENT_S
    seeds: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in (("keep_s", self.keep_s), ("segment_s", self.segment_s)):
            if not value > 0.0:
                raise InputError(f"RecordingPlan: {name}", got=value, expected="seconds > 0")


class _Files:
    """The files of one camera, one after another."""

    def __init__(self, plan: RecordingPlan, *, camera_id: int, source: str) -> None:
        self._plan, self._camera_id, self._source = plan, camera_id, source
        self._log = AccessLog(plan.folder)
        self._writer: RecordingWriter | None = None
        self._until_ns = 0
        self.paths: list[Path] = []
        plan.folder.mkdir(parents=True, exist_ok=True)

    @property
    def open_one(self) -> RecordingWriter | None:
        """The file that is being written."""
        return self._writer

    def is_due(self, at_ns: int) -> bool:
        """Say whether the next key frame belongs into a new file."""
        return self._writer is None or at_ns >= self._until_ns

    def begin(self, at_ns: int, fps: Fraction | None) -> RecordingWriter:
        """End the present file and begin the next."""
        self.close()
        plan = self._plan
        now_ns = time.monotonic_ns()
        head = make_head(camera_id=self._camera_id, source=self._source, who=plan.access.who, keep_s=plan.keep_s,
                         reason=None if plan.is_masked else plan.access.why, fps=fps, seeds=plan.seeds)
        path = self._free_path()
        self._log.add(AccessAction.RECORD, path.name, plan.access)
        self._writer = RecordingWriter(path, head, origin_ns=now_ns)
        self._until_ns = at_ns + round(plan.segment_s * 1e9)
        self.paths.append(path)
        return self._writer

    def close(self) -> None:
        """End the present file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _free_path(self) -> Path:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        kind = "masked" if self._plan.is_masked else "unmasked"
        for attempt in range(1000):
            tail = f"-{attempt}" if attempt else ""
            path = self._plan.folder / f"camera-{self._camera_id}-{stamp}-{kind}{tail}{SUFFIX}"
            if not path.exists():
                return path
        raise InputError(str(self._plan.folder), got="no free name", expected="room for another recording")


class FrameRecorder:
    """Masks a source's frames and records them in H.264; no original packet is written.

    Args:
        plan: where and for how long.
        camera_id: of the feed.
        source: its address; written redacted.
        fps: for the distance between key frames, one second; 25 if None.
    """

    def __init__(self, plan: RecordingPlan, *, camera_id: int, source: str, fps: Fraction | None = None) -> None:
        self._files = _Files(plan, camera_id=camera_id, source=source)
        self._fps = fps
        self._mask = MotionMask()
        self._lock = threading.Lock()
        self._encoder: av.VideoCodecContext | None = None
        self._size_wh: tuple[int, int] | None = None
        self._n_encoded = 0

    @property
    def paths(self) -> tuple[Path, ...]:
        """Files so far."""
        return tuple(self._files.paths)

    def take(self, frame: Frame) -> None:
        """Mask and record the next frame."""
        picture = self._mask.apply(frame)
        with self._lock:
            writer = self._files.open_one
            if writer is None or self._files.is_due(frame.arrival_ns) or frame.size_wh != self._size_wh:
                writer = self._files.begin(frame.arrival_ns, self._fps)
                self._encoder, self._size_wh, self._n_encoded = None, frame.size_wh, 0
            data = self._encode(_even(picture))
            if self._n_encoded == 1:
                writer.say(Coding(codec="h264"), frame.arrival_ns)
            writer.show(data, "h264", FrameStamp(
                arrival_ns=frame.arrival_ns, pts_s=frame.pts_s, wall_s=frame.wall_s, size_wh=frame.size_wh,
                is_key=frame.is_key, is_corrupt=frame.is_corrupt, is_tainted=frame.is_tainted))

    def note(self, notice: FeedNotice) -> None:
        """Record what happened to the feed; before the first picture there is nowhere to."""
        with self._lock:
            if self._files.open_one is not None:
                self._files.open_one.say(notice, notice.at_ns)

    def close(self) -> None:
        """End the recording."""
        with self._lock:
            self._files.close()

    def _encode(self, picture: Picture) -> bytes:
        if self._encoder is None:
            self._encoder = _make_encoder(picture, self._fps or Fraction(25))
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = self._n_encoded, self._encoder.time_base
        self._n_encoded += 1
        return b"".join(bytes(packet) for packet in self._encoder.encode(frame))


class PacketRecorder:
    """Records a live stream's packets as they came, from its first key frame on; one thread writes.

    Args:
        plan: where, for how long and why.
        camera_id: of the feed.
        source: its address; written redacted.
    """

    def __init__(self, plan: RecordingPlan, *, camera_id: int, source: str) -> None:
        self._files = _Files(plan, camera_id=camera_id, source=source)
        self._waiting: queue.Queue[tuple[Connected, Parcel, bytes] | FeedNotice | None] = queue.Queue(_MAX_WAITING)
        self._connection: Connected | None = None
        self.n_dropped = 0
        """Packets that the disk was too slow for."""
        self.fault = ""
        """Why nothing more is written; empty while all is well."""
        self._thread = threading.Thread(target=self._run, name=f"recorder-{camera_id}", daemon=True)
        self._thread.start()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Files so far."""
        return tuple(self._files.paths)

    def tap(self, connection: Connected, parcel: Parcel) -> None:
        """Take a packet; see :class:`hw.stream.StreamSource`."""
        try:
            self._waiting.put_nowait((connection, parcel, connection.self_contained(parcel.packet)))
        except queue.Full:
            self.n_dropped += 1

    def note(self, notice: FeedNotice) -> None:
        """Record what happened to the feed."""
        try:
            self._waiting.put_nowait(notice)
        except queue.Full:
            self.n_dropped += 1

    def close(self) -> None:
        """Write what waits and end the recording."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(10.0)

    def _run(self) -> None:
        try:
            while (item := self._waiting.get()) is not None:
                if not isinstance(item, FeedNotice):
                    self._write(*item)
                elif self._files.open_one is not None:
                    self._files.open_one.say(item, item.at_ns)
            self._files.close()
        except (OSError, WatchfloorError) as error:  # the disk is full, or the access log was changed
            self.fault = str(error)

    def _write(self, connection: Connected, parcel: Parcel, data: bytes) -> None:
        packet, writer = parcel.packet, self._files.open_one
        if packet.is_keyframe and self._files.is_due(parcel.arrival_ns):
            writer, self._connection = self._files.begin(parcel.arrival_ns, connection.facts.fps), None
        if writer is None:
            return
        if connection is not self._connection:
            self._connection = connection
            writer.say(Coding(codec=connection.facts.codec, has_times=connection.has_times, extradata=(
                base64.b64encode(connection.extradata).decode())), parcel.arrival_ns)
        writer.show(data, connection.facts.codec, PacketStamp(
            arrival_ns=parcel.arrival_ns, pts=packet.pts, dts=packet.dts, time_base=packet.time_base,
            offset_s=parcel.offset_s, wall_s=parcel.wall_s, is_key=packet.is_keyframe, is_corrupt=packet.is_corrupt,
            is_after_loss=parcel.is_after_loss))


def _even(picture: Picture) -> Picture:
    """Return a picture with an even width and height, as H.264 wants; the last row and column are repeated."""
    height, width = picture.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return picture
    return np.asarray(cv2.copyMakeBorder(picture, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _make_encoder(picture: Picture, fps: Fraction) -> av.VideoCodecContext:
    encoder = av.VideoCodecContext.create("libx264", "w")
    encoder.height, encoder.width = picture.shape[:2]
    encoder.pix_fmt, encoder.framerate, encoder.time_base = "yuv420p", fps, 1 / fps
    encoder.gop_size, encoder.max_b_frames, encoder.thread_count = max(1, round(fps)), 0, 1
    encoder.options = _PRESET
    return encoder
