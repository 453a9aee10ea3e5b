"""watchfloor's own pipeline over a clip: decoding alone, or decoding and a detector. Prints the number of frames."""

from __future__ import annotations

import sys

import cv2

from agents.detector import Stream
from agents.registry import make_detector
from hw.file import FileSource


def watch(path: str, name: str) -> int:
    """Pass a clip through a detector, ``none`` for decoding alone; return the number of frames."""
    cv2.setNumThreads(1)
    n_frames = 0
    with FileSource(path) as source:
        detector = None if name == "none" else make_detector(name)
        if detector is not None:
            detector.start(Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps))
        for frame in source:
            if detector is None:
                frame.luma()
            else:
                detector.update(frame)
            n_frames += 1
    return n_frames


if __name__ == "__main__":
    sys.stdout.write(f"{watch(sys.argv[1], sys.argv[2])}\n")
