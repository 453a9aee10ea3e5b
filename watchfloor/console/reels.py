"""Loops of quiet places as encoded pictures: drawn once, shared by all sessions, kept on disk for the next time."""

from __future__ import annotations

import functools
import hashlib
import mmap
import os
import shutil
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import cv2
from platformdirs import user_cache_path

import hw
from hw.drawing.conditions import make_condition
from sim.compiled import sources_digest
from watchfloor.console import streets
from watchfloor.console.encoding import JPEG_QUALITY, encode_jpeg
from watchfloor.console.streets import LOOP_S, quiet_scene
from watchfloor.interrupts import deaf_children, end_with_parent

FRAMES_PER_S = 10
N_PICTURES = int(LOOP_S * FRAMES_PER_S)
MAX_KEPT_PX = 640 * 360
"""Loops of larger pictures are not kept on disk: one spot view at a time is drawn as it is shown."""
_HELD_BYTES = 192 * 2**20
"""Pictures of loops that no file holds yet."""
_LOOK_EVERY_S = 0.5
"""How often it is looked whether a loop's file has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A quiet place, drawn from a loop's start to its end."""

    place: str
    variant: int
    condition: str
    size_wh: tuple[int, int]

    @property
    def file_name(self) -> str:
        """Return what its file is called."""
        return f"{self.place}-{self.variant}-{self.condition}-{self.size_wh[0]}x{self.size_wh[1]}.reel"

    def draw(self, index: int) -> bytes:
        """Return one picture, drawn now."""
        scene = quiet_scene(self.place, self.variant, make_condition(self.condition))
        return encode_jpeg(scene.render(index / FRAMES_PER_S, size_wh=self.size_wh).bgr())


class ReelFile:
    """A loop's pictures in a file: the number of bytes of each (uint32, little-endian), then one after the other.

    Raises:
        ValueError: if the file is cut short or is none.
    """

    _HEAD = struct.Struct(f"<{N_PICTURES}I")

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._bytes) < self._HEAD.size:
            raise ValueError(f"{path}: {len(self._bytes)} bytes; expected at least {self._HEAD.size}")
        self._ends = [self._HEAD.size]
        for length in self._HEAD.unpack_from(self._bytes):
            self._ends.append(self._ends[-1] + length)
        if self._ends[-1] != len(self._bytes):
            raise ValueError(f"{path}: {len(self._bytes)} bytes; expected {self._ends[-1]}")

    def picture(self, index: int) -> bytes:
        """Return one picture."""
        return self._bytes[self._ends[index]:self._ends[index + 1]]

    @classmethod
    def write(cls, path: Path, pictures: Sequence[bytes]) -> None:
        """Write a whole loop; whoever reads meanwhile finds no file, or all of it."""
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(cls._HEAD.pack(*map(len, pictures)) + b"".join(pictures))
        part.replace(path)


class Reels:
    """Gives the pictures of loops: out of files, out of what was drawn already, or drawn now."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[Loop, int], bytes] = OrderedDict()
        self._held_bytes = 0
        self._files: dict[Loop, ReelFile] = {}
        self._looked_s: dict[Loop, float] = {}
        self._lock = threading.Lock()
        self._artist: _Artist | None = None

    def picture(self, loop: Loop, index: int) -> bytes:
        """Return a loop's picture as JPEG."""
        with self._lock:
            file = self._file(loop)
            if file is not None:
                return file.picture(index)
            if (loop, index) in self._held:
                self._held.move_to_end((loop, index))
                return self._held[loop, index]
        jpeg = loop.draw(index)
        with self._lock:
            if (loop, index) not in self._held:
                self._held[loop, index] = jpeg
                self._held_bytes += len(jpeg)
            while self._held_bytes > _HELD_BYTES:
                self._held_bytes -= len(self._held.popitem(last=False)[1])
        return jpeg

    @contextmanager
    def drawn_ahead(self, folder: Path | None = None) -> Iterator[None]:
        """Have loops that are asked for drawn by another process while the with-block runs, and kept in a folder.

        Args:
            folder: the user's cache if None.
        """
        artist = _Artist(folder or reels_folder())
        with self._lock:
            self._artist = artist
        try:
            yield
        finally:
            with self._lock:
                self._artist = None
                self._looked_s.clear()
            artist.close()

    def _file(self, loop: Loop) -> ReelFile | None:
        """Return a loop's file if it is there; ask for it once, and then look for it now and then."""
        if self._artist is None or loop in self._files or loop.size_wh[0] * loop.size_wh[1] > MAX_KEPT_PX:
            return self._files.get(loop)
        looked_s, now_s = self._looked_s.get(loop), time.monotonic()
        if looked_s is not None and now_s - looked_s < _LOOK_EVERY_S:
            return None
        self._looked_s[loop] = now_s
        with suppress(OSError, ValueError):
            self._files[loop] = ReelFile(self._artist.folder / loop.file_name)
        if looked_s is None and loop not in self._files:
            self._artist.ask(loop)
        return self._files.get(loop)


@functools.cache
def shared_reels() -> Reels:
    """Return the reels that all sessions of this process share."""
    return Reels()


@functools.cache
def reels_folder() -> Path:
    """Return where loops are kept: in the user's cache, under the digest of everything that decides their pixels."""
    drawn_by = (sources_digest(Path(hw.__file__).parent), Path(streets.__file__).read_text(encoding="utf-8"),
                cv2.__version__, FRAMES_PER_S, JPEG_QUALITY)
    return user_cache_path("watchfloor") / "reels" / hashlib.sha256(repr(drawn_by).encode()).hexdigest()[:16]


class _Artist:
    """A process that draws loops into files, the one asked for first before the others; it starts at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._wanted: SimpleQueue[Loop] = get_context("spawn").SimpleQueue()
        self._process: BaseProcess | None = None

    def ask(self, loop: Loop) -> None:
        """Have a loop drawn."""
        self._wanted.put(loop)
        if self._process is None:
            self._process = get_context("spawn").Process(
                target=_draw_loops, args=(self.folder, self._wanted), name="reels", daemon=True)
            with deaf_children():
                self._process.start()

    def close(self) -> None:
        """End the process, whatever it draws."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()
        self._wanted.close()


def _draw_loops(folder: Path, wanted: SimpleQueue[Loop]) -> None:
    """Draw what is wanted until this process is ended; gives way to whatever else the machine does."""
    end_with_parent()
    os.nice(10)
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
    while True:
        loop = wanted.get()
        try:
            ReelFile(folder / loop.file_name)
        except (OSError, ValueError):
            ReelFile.write(folder / loop.file_name, [loop.draw(index) for index in range(N_PICTURES)])
