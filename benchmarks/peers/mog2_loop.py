"""The usual loop of tutorials: OpenCV's capture and its MOG2 background subtraction. Prints the number of frames."""

from __future__ import annotations

import sys

import cv2


def watch(path: str) -> int:
    """Pass a clip through MOG2; return the number of frames."""
    cv2.setNumThreads(1)
    capture, mog2, n_frames = cv2.VideoCapture(path), cv2.createBackgroundSubtractorMOG2(), 0
    capture.set(cv2.CAP_PROP_N_THREADS, 1)
    while True:
        is_there, picture = capture.read()
        if not is_there:
            return n_frames
        mog2.apply(picture)
        n_frames += 1


if __name__ == "__main__":
    sys.stdout.write(f"{watch(sys.argv[1])}\n")
