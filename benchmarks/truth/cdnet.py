"""The masks of changedetection.net: what moves in each judged frame of a folder of pictures, as tracks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.truth.foreign_track import Box, ForeignTrack
from sim.errors import InputError

MOVES, OUTSIDE = 255, 85
"""Greys of a mask, by Goyette et al. (2012): motion, and what lies outside the region of interest. 0 is still, 50 a
shadow, which is no motion, and 170 the edge of something, told neither way."""
LEAST_PX = 16
"""Smaller parts of a mask are ragged edges of larger ones."""

Mask = NDArray[np.uint8]


def read_cdnet(folder: Path) -> Iterable[ForeignTrack]:
    """Return what moves in a video of the set: a part of the mask is the same thing while it overlaps itself.

    The masks know no identities, so things that touch are one. Frames count from the first judged one.

    Args:
        folder: of one video, with ``groundtruth/gt000001.png`` … and ``temporalROI.txt``.

    Raises:
        InputError: if there are no masks, or one of a judged frame is missing.
    """
    first, last = judged_frames(folder)
    masks = _numbered(folder / "groundtruth", "gt", "png")
    tracks: list[ForeignTrack] = []
    alive: list[tuple[ForeignTrack, Mask]] = []
    for number in range(first, last + 1):
        if number not in masks:
            raise InputError(str(folder / "groundtruth"), got=f"no mask of frame {number}",
                             expected=f"masks of frames {first} to {last}, as temporalROI.txt says")
        now: list[tuple[ForeignTrack, Mask]] = []
        for box, part in _parts(_read_mask(masks[number])):
            shared = [int(np.count_nonzero(part & before)) for _, before in alive]
            place = int(np.argmax(shared)) if shared else 0
            if shared and shared[place] > 0:
                track = alive.pop(place)[0]
            else:
                track = ForeignTrack("motion")
                tracks.append(track)
            track.put(number - first, box, str(masks[number]))
            now.append((track, part))
        alive = now
    return tracks


def judged_frames(folder: Path) -> tuple[int, int]:
    """Return the first and the last frame whose mask says anything; frames are numbered from 1."""
    path = folder / "temporalROI.txt"
    try:
        first, last = (int(part) for part in path.read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        raise InputError(
            str(path), got=error,
            expected="a video of changedetection.net, with its first and last judged frame in temporalROI.txt",
            do="name the folder that holds input, groundtruth and this file") from error
    if not 1 <= first <= last:
        raise InputError(str(path), got=f"{first} {last}", expected="two numbers of frames, 1 ≤ first ≤ last")
    return first, last


def unjudged_share(folder: Path) -> float:
    """Return the share of the picture that lies outside the region of interest: nothing is said about it."""
    first, _ = judged_frames(folder)
    return float((_read_mask(_numbered(folder / "groundtruth", "gt", "png")[first]) == OUTSIDE).mean())


def write_clip(folder: Path, clip: Path, *, fps: Fraction) -> int:
    """Write the judged pictures of a video as a clip, byte for byte as they are, and return how many there are.

    Args:
        folder: with ``input/in000001.jpg`` …
        clip: to write; .avi, .mkv or .mov.
        fps: at which they are shown.

    Raises:
        InputError: if a picture is missing or cannot be read, or the clip cannot be of that form.
    """
    first, last = judged_frames(folder)
    pictures = _numbered(folder / "input", "in", "jpg")
    missing = next((number for number in range(first, last + 1) if number not in pictures), None)
    shown = None if missing is not None else cv2.imread(str(pictures[first]))
    if shown is None:
        raise InputError(str(folder / "input"), got=f"no picture of frame {missing or first}",
                         expected=f"JPEG pictures of frames {first} to {last}")
    if clip.suffix.lower() not in (".avi", ".mkv", ".mov"):
        raise InputError("clip", got=clip, expected="a clip that ends in .avi, .mkv or .mov, which hold JPEG pictures")
    clip.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(clip), "w") as container:
        stream = container.add_stream("mjpeg", rate=fps)
        stream.height, stream.width = shown.shape[:2]
        stream.pix_fmt = "yuvj420p"
        for place, number in enumerate(range(first, last + 1)):
            packet = av.Packet(pictures[number].read_bytes())
            packet.stream, packet.time_base = stream, 1 / fps
            packet.pts = packet.dts = place
            packet.is_keyframe = True
            container.mux(packet)
    return last - first + 1


def _numbered(folder: Path, head: str, ending: str) -> dict[int, Path]:
    """Return the files of a folder by the number in their names."""
    pattern = re.compile(rf"{head}(\d+)\.{ending}")
    return {int(match[1]): path for path in sorted(folder.glob(f"{head}*.{ending}"))
            if (match := pattern.fullmatch(path.name))}


def _read_mask(path: Path) -> Mask:
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise InputError(str(path), got="no picture", expected="a mask of changedetection.net")
    return np.asarray(mask, dtype=np.uint8)


def _parts(mask: Mask) -> list[tuple[Box, Mask]]:
    """Return the box and the pixels of each connected part that moves, the largest first."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats((mask == MOVES).astype(np.uint8), connectivity=8)
    order = sorted(range(1, n), key=lambda part: -int(stats[part, cv2.CC_STAT_AREA]))
    parts: list[tuple[Box, Mask]] = []
    for part in order:
        left, top, width, height, area = (int(value) for value in stats[part])
        if area >= LEAST_PX:
            box = (float(left), float(top), float(left + width), float(top + height))
            parts.append((box, np.asarray(labels == part, dtype=np.bool_).view(np.uint8)))
    return parts
