"""Feeds recorded side by side, each on a thread of its own, while what has expired is deleted."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hw.archive import Archive
from hw.credentials import redact
from hw.feeds import Feed
from hw.health import CameraHealth
from hw.notice import FeedNotice
from hw.recorder import FrameRecorder, PacketRecorder, RecordingPlan
from hw.schemes import LiveOptions, open_source
from hw.source import Source
from hw.stream import StreamSource
from sim.errors import InputError, WatchfloorError
from watchfloor.show import Advance, Show

_LOOK_S = 0.5
_EXPIRE_EVERY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFeed:
    """What became of one feed."""

    camera_id: int
    source: str
    """Redacted."""
    is_masked: bool
    files: tuple[Path, ...]
    n_bytes: int
    n_frames: int
    """Masked pictures, or pictures decoded beside the packets that were kept."""
    fault: str
    """Why it ended or has no picture; empty if nothing went wrong."""


class _FeedRecording:
    """Records one feed until told to stop, until its time is up, or to its end."""

    def __init__(self, feed: Feed, plan: RecordingPlan, duration_s: float | None) -> None:
        self._feed, self._plan, self._duration_s = feed, plan, duration_s
        self._frames: FrameRecorder | None = None
        self._packets: PacketRecorder | None = None
        if not plan.is_masked:
            self._packets = PacketRecorder(plan, camera_id=feed.camera_id, source=feed.url)
        self._fault, self._n_frames = "", 0
        self._health = CameraHealth(camera_id=feed.camera_id)
        self._source = self._open()
        self._is_live, self._began_s = isinstance(self._source, StreamSource), time.monotonic()
        self._thread = threading.Thread(target=self._run, name=f"record-{feed.camera_id}", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be recorded: the source ended, or a live one's time is up, frames or not."""
        is_up = self._is_live and self._duration_s is not None and (
            time.monotonic() - self._began_s >= self._duration_s)
        return is_up or not self._thread.is_alive()

    @property
    def n_frames(self) -> int:
        """Pictures so far."""
        return self._n_frames

    def close(self) -> None:
        """End it and write what waits."""
        self._source.close()
        self._thread.join(5.0)
        for recorder in (self._frames, self._packets):
            if recorder is not None:
                recorder.close()

    def result(self) -> RecordedFeed:
        """Return what became of it."""
        recorder = self._frames or self._packets
        files = recorder.paths if recorder else ()
        fault = self._fault or (self._packets.fault if self._packets else "")
        if not files and isinstance(self._source, StreamSource):
            fault = fault or self._source.fault
        return RecordedFeed(
            camera_id=self._feed.camera_id, source=redact(self._feed.url), is_masked=self._plan.is_masked, files=files,
            n_bytes=sum(path.stat().st_size for path in files if path.exists()), n_frames=self._n_frames, fault=fault)

    def _open(self) -> Source:
        tap = self._packets.tap if self._packets else None
        source = open_source(self._feed.url, camera_id=self._feed.camera_id, live=LiveOptions(
            listener=self._note, tap=tap, seed=self._plan.seeds.get("jitter", 0)))
        if self._packets is not None and not isinstance(source, StreamSource):
            source.close()
            self._packets.close()
            raise InputError(redact(self._feed.url), got="pictures, not packets", expected=(
                "a live stream"), do="leave out --unmasked; a file is its own unmasked recording")
        return source

    def _note(self, notice: FeedNotice) -> None:
        recorder = self._frames or self._packets
        if recorder is not None:
            recorder.note(notice)

    def _run(self) -> None:
        try:
            for frame in self._source:
                spent_s = frame.pts_s
                if self._is_live or spent_s is None:
                    spent_s = time.monotonic() - self._began_s
                if self._duration_s is not None and spent_s >= self._duration_s:
                    break
                self._n_frames += 1
                if self._packets is None:
                    if self._frames is None:
                        self._frames = FrameRecorder(self._plan, camera_id=self._feed.camera_id, source=self._feed.url,
                                                     fps=self._source.fps)
                    self._frames.take(frame)
                for event in self._health.update(frame) if self._is_live else ():
                    self._note(event.notice(self._source.state))
        except (WatchfloorError, OSError) as error:
            self._fault = redact(error)
        self._source.close()


def record_feeds(feeds: Sequence[Feed], plan: RecordingPlan, *, duration_s: float | None, show: Show,
                 ) -> tuple[RecordedFeed, ...]:
    """Record feeds until their time is up, their end, or Ctrl-C; what has expired in the folder is deleted meanwhile.

    Args:
        feeds: one stream a camera.
        plan: where, masked or not, and for how long.
        duration_s: how long; of a file or a scene, of its own time. Until its end or Ctrl-C if None.
        show: told of the progress.

    Raises:
        KeyboardInterrupt: on Ctrl-C, saying what was saved.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    recordings: list[_FeedRecording] = []
    is_stopped = False
    try:
        with show.progress("record", "pictures") as advance:
            recordings.extend(_FeedRecording(feed, plan, duration_s) for feed in feeds)
            _wait(recordings, plan.folder, advance)
    except KeyboardInterrupt:
        is_stopped = True
    finally:
        for recording in recordings:
            recording.close()
    results = tuple(recording.result() for recording in recordings)
    if is_stopped:
        raise KeyboardInterrupt(f"{sum(len(result.files) for result in results)} files saved in {plan.folder}")
    return results


def _wait(recordings: Sequence[_FeedRecording], folder: Path, advance: Advance) -> None:
    expire_s = 0.0
    while not all(recording.is_over for recording in recordings):
        now_s = time.monotonic()
        if now_s >= expire_s:
            Archive(folder).expire()
            expire_s = now_s + _EXPIRE_EVERY_S
        advance(sum(recording.n_frames for recording in recordings), None)
        time.sleep(_LOOK_S)
