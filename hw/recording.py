"""The file of a recording: an MCAP with one camera's video, a stamp for each picture, and what happened to the feed."""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from foxglove_schemas_protobuf.CompressedImage_pb2 import CompressedImage
from foxglove_schemas_protobuf.CompressedVideo_pb2 import CompressedVideo
from mcap.exceptions import McapError
from mcap.records import Channel, Message, Metadata
from mcap.stream_reader import StreamReader
from mcap.writer import Writer
from mcap_protobuf.schema import register_schema
from pydantic import TypeAdapter, ValidationError
from zstandard import ZstdError

from hw.credentials import redact
from hw.notice import FeedNotice
from sim.errors import InputError

SCHEMA = "watchfloor.recording/1"
SUFFIX = ".mcap"
VIDEO, IMAGE, FRAMES, PACKETS, CODING, NOTICES = (
    "/camera/video", "/camera/image", "/camera/frames", "/camera/packets", "/camera/coding", "/camera/notices")

_FORMATS = {"hevc": "h265"}
"""FFmpeg's name of a codec: Foxglove's, where they differ."""
_CHUNK_BYTES = 32 * 1024
"""So much at most is lost where the program is killed."""
_BROKEN = (ValidationError, McapError, ZstdError, struct.error, EOFError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingHead:
    """What a recording says of itself."""

    camera_id: int
    source: str
    """Redacted."""
    is_masked: bool
    reason: str
    """Why it is not masked; empty if it is."""
    who: str
    """Recorded it."""
    began_at_s: float
    """Unix time."""
    keep_s: float
    """From then on it may be kept."""
    fps: Fraction | None = None
    seeds: Mapping[str, int] = field(default_factory=dict)
    """Of whatever chance there was: jitter, a fault relay, a drawn scene."""

    @property
    def expires_at_s(self) -> float:
        """Unix time at which it is deleted unless held."""
        return self.began_at_s + self.keep_s


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStamp:
    """What is known of a masked picture; it precedes the picture."""

    arrival_ns: int
    pts_s: float | None
    wall_s: float | None
    size_wh: tuple[int, int]
    is_key: bool
    is_corrupt: bool
    is_tainted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketStamp:
    """What is known of a packet that is kept as it came; it precedes the packet."""

    arrival_ns: int
    pts: int | None
    dts: int | None
    time_base: Fraction | None
    offset_s: float
    """From the stream's own seconds to the feed's rising ones."""
    wall_s: float | None
    is_key: bool
    is_corrupt: bool
    is_after_loss: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How the pictures that follow are encoded: one a file, or one a connection."""

    codec: str
    """FFmpeg's name."""
    extradata: str = ""
    """Parameter sets from the stream's head, in base64."""
    has_times: bool = True


Stamp = FrameStamp | PacketStamp
Said = FrameStamp | PacketStamp | Coding | FeedNotice

_TYPES: Mapping[str, type[Said]] = {FRAMES: FrameStamp, PACKETS: PacketStamp, CODING: Coding, NOTICES: FeedNotice}
_TOPICS = {said: topic for topic, said in _TYPES.items()}
_SAYS: Mapping[str, TypeAdapter[Said]] = {topic: TypeAdapter(said) for topic, said in _TYPES.items()}
_HEAD = TypeAdapter(RecordingHead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a recording."""

    log_ns: int
    """Unix nanoseconds that only rise: the wall clock at the start and monotonic time since."""
    said: Said | None
    """None of a picture."""
    data: bytes = b""
    """The encoded picture."""


class RecordingWriter:
    """Writes one recording; not for several threads at once.

    Args:
        path: the file, which must not be there.
        head: what it says of itself.
        origin_ns: monotonic nanoseconds at ``head.began_at_s``.
    """

    def __init__(self, path: Path, head: RecordingHead, *, origin_ns: int) -> None:
        self.path, self.head, self.n_pictures = path, head, 0
        self._origin_ns, self._began_ns = origin_ns, round(head.began_at_s * 1e9)
        self._file = path.open("xb")
        self._writer = Writer(self._file, chunk_size=_CHUNK_BYTES)
        self._writer.start(library="watchfloor")
        self._writer.add_metadata(SCHEMA, {"head": _HEAD.dump_json(head).decode()})
        self._channels = {topic: self._register(topic) for topic in _SAYS}

    def say(self, said: Said, at_ns: int) -> None:
        """Write a stamp, a coding or a notice, at monotonic nanoseconds."""
        topic = _TOPICS[type(said)]
        self._add(self._channels[topic], _SAYS[topic].dump_json(said), at_ns)

    def show(self, data: bytes, codec: str, stamp: Stamp) -> None:
        """Write a stamp and its encoded picture."""
        self.say(stamp, stamp.arrival_ns)
        log_ns = self._log_ns(stamp.arrival_ns)
        is_image = codec == "mjpeg"
        message = (CompressedImage if is_image else CompressedVideo)(
            data=data, format="jpeg" if is_image else _FORMATS.get(codec, codec),
            frame_id=f"camera {self.head.camera_id}")
        message.timestamp.FromNanoseconds(log_ns if stamp.wall_s is None else round(stamp.wall_s * 1e9))
        topic = IMAGE if is_image else VIDEO
        if topic not in self._channels:
            self._channels[topic] = self._writer.register_channel(
                topic=topic, message_encoding="protobuf", schema_id=register_schema(self._writer, type(message)))
        self._add(self._channels[topic], message.SerializeToString(), stamp.arrival_ns)
        self.n_pictures += 1

    def close(self) -> None:
        """Write the index and let go of the file."""
        if not self._file.closed:
            self._writer.finish()  # type: ignore[no-untyped-call]
            self._file.close()

    def _register(self, topic: str) -> int:
        name = f"watchfloor.{_TYPES[topic].__name__}"
        schema_id = self._writer.register_schema(
            name=name, encoding="jsonschema", data=json.dumps(_SAYS[topic].json_schema()).encode())
        return self._writer.register_channel(topic=topic, message_encoding="json", schema_id=schema_id)

    def _add(self, channel_id: int, data: bytes, at_ns: int) -> None:
        log_ns = self._log_ns(at_ns)
        self._writer.add_message(channel_id=channel_id, log_time=log_ns, publish_time=log_ns, data=data,
                                 sequence=self.n_pictures)

    def _log_ns(self, at_ns: int) -> int:
        return max(0, self._began_ns + at_ns - self._origin_ns)


def make_head(
    *, camera_id: int, source: object, who: str, reason: str | None, keep_s: float, fps: Fraction | None = None,
    seeds: Mapping[str, int] | None = None,
) -> RecordingHead:
    """Make the head of a recording that begins now; it is masked if no reason is given."""
    return RecordingHead(camera_id=camera_id, source=redact(source), is_masked=reason is None,
                         reason=redact(reason or ""), who=redact(who), began_at_s=time.time(), keep_s=keep_s, fps=fps,
                         seeds=seeds or {})


def load_head(path: str | Path) -> RecordingHead:
    """Read what a recording says of itself.

    Raises:
        InputError: if the file is no recording of watchfloor.
    """
    try:
        with Path(path).open("rb") as file:
            for record in StreamReader(file, record_size_limit=1 << 26).records:
                if isinstance(record, Metadata) and record.name == SCHEMA:
                    return _HEAD.validate_json(record.metadata["head"])
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a recording", do="check the path") from None
    except (*_BROKEN, KeyError, ValidationError):
        pass
    raise InputError(str(path), got="not a recording of watchfloor", expected=f"an MCAP file of {SCHEMA}",
                     do="record it with watchfloor record")


def read_entries(path: str | Path) -> Generator[Entry, None, None]:
    """Yield a recording's messages in the order in which they were written; one that is cut short ends there."""
    topics: dict[int, str] = {}
    with Path(path).open("rb") as file:
        try:
            for record in StreamReader(file, record_size_limit=1 << 28).records:
                if isinstance(record, Channel):
                    topics[record.id] = record.topic
                elif isinstance(record, Message):
                    yield _entry(topics[record.channel_id], record)
        except _BROKEN:
            return


def load_notices(path: str | Path) -> tuple[FeedNotice, ...]:
    """Read what happened to the feed while it was recorded."""
    return tuple(entry.said for entry in read_entries(path) if isinstance(entry.said, FeedNotice))


def _entry(topic: str, message: Message) -> Entry:
    if topic in _SAYS:
        return Entry(log_ns=message.log_time, said=_SAYS[topic].validate_json(message.data))
    picture = (CompressedImage if topic == IMAGE else CompressedVideo).FromString(message.data)
    return Entry(log_ns=message.log_time, said=None, data=picture.data)
