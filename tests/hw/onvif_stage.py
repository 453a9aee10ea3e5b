"""Run in a network namespace of its own, with a real ONVIF camera in it; prints what was found as JSON.

Usage: python onvif_stage.py PYTHON, where PYTHON has ipycam, which binds all interfaces.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from hw.check import check_source
from hw.connection import FeedError
from hw.discovery import discover
from hw.notice import FeedNotice, NoticeKind
from hw.onvif import OnvifCamera, OnvifSource
from hw.schemes import open_source

ADDRESS = "onvif://127.0.0.1:8080"
LOOK_S = 6.0


def newest(source: OnvifSource, holds, timeout_s: float) -> np.ndarray:
    """Return the first picture of which something holds, or the last one looked at."""
    end_s = time.monotonic() + timeout_s
    while True:
        frame = source.take(5.0)
        luma = frame.luma().astype(np.float32)
        if holds(luma) or time.monotonic() > end_s:
            return luma


def white_share(luma: np.ndarray) -> float:
    return float((luma > 200).mean())


def play() -> dict[str, object]:
    """Find the camera, take its pictures, zoom in, and ask for a key frame."""
    found = discover("lo", duration_s=2.0)
    camera = OnvifCamera(ADDRESS)
    profiles = camera.profiles()
    notices: list[FeedNotice] = []
    source = OnvifSource(ADDRESS, camera_id=17, listener=notices.append)
    before = newest(source, lambda luma: True, 10.0)
    camera.look(zoom=1.0)
    after = newest(source, lambda luma: white_share(luma) > 2.0 * white_share(before), LOOK_S)
    source._ask()
    source.close()
    camera.close()
    check_source(lambda: open_source(f"{ADDRESS}?role=sub"), n_frames=20)
    return {
        "cameras": [found.address for found in found.cameras], "names": [camera.name for camera in found.cameras],
        "profiles": [[profile.token, profile.codec, profile.size_wh] for profile in profiles],
        "size_wh": [before.shape[1], before.shape[0]], "white": [white_share(before), white_share(after)],
        "agreed": [notice.value for notice in notices if notice.kind is NoticeKind.KEY_FRAME_ASKED],
        "refused": ask_in_vain(),
    }


def ask_in_vain() -> str:
    """Ask where no camera is."""
    try:
        OnvifCamera("onvif://duty:Tr0ub4dor@127.0.0.1:9").profiles()
    except FeedError as error:
        return str(error)
    return ""


def main(python: str) -> None:
    """Start the camera and play."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "route", "add", "224.0.0.0/4", "dev", "lo"], check=True)
    camera = subprocess.Popen([python, str(Path(__file__).with_name("onvif_camera.py"))], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        assert camera.stdout is not None
        assert "ready" in camera.stdout.readline(), "the camera did not start"
        print(json.dumps(play()))  # noqa: T201 - read by the test
    finally:
        camera.kill()
        camera.wait()


if __name__ == "__main__":
    main(sys.argv[1])
