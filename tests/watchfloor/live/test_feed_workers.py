"""Feeds in processes of their own: real pictures, real detectors, and detectors that raise, hang or grow."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest

from hw.source import SourceState
from watchfloor.live import feed_workers
from watchfloor.live.feed_worker import AlertSeen, FeedTask
from watchfloor.live.feed_workers import FeedWorkers

BAD = """
    import time
    from agents.motion import MotionDetector

    class Raises(MotionDetector):
        def update(self, frame):
            if frame.index > 3:
                raise ValueError("rtsp://duty:secret@10.0.0.1/1 is bad")
            return ()

    class Hangs(MotionDetector):
        def update(self, frame):
            time.sleep(3600)

    class Grows(MotionDetector):
        def update(self, frame):
            self.__dict__.setdefault("held", []).append(bytearray(30_000_000))
            return ()
"""


@dataclass
class Heard:
    alerts: list[AlertSeen] = field(default_factory=list)
    seen: list[tuple[int, bool]] = field(default_factory=list)

    def workers(self, *tasks: FeedTask, max_memory_mib: float = 2048.0) -> FeedWorkers:
        return FeedWorkers(tasks, on_alert=self.alerts.append, on_seen=lambda *both: self.seen.append(both),
                           max_memory_mib=max_memory_mib)


@pytest.fixture
def bad_detectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installs a package whose detectors misbehave, as a user's might."""
    (tmp_path / "bad_detectors.py").write_text(textwrap.dedent(BAD))
    info = tmp_path / "bad_detectors-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-detectors\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[watchfloor.detectors]\n" + "".join(
        f"{name} = bad_detectors:{name.capitalize()}\n" for name in ("raises", "hangs", "grows")))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(feed_workers, "HUNG_S", 3.0)


def task(address: object, camera_id: int = 7, *, detector: str = "motion") -> FeedTask:
    return FeedTask(camera_id=camera_id, address=str(address), detector=detector, options={})


def wait_until(holds: Callable[[], object], timeout_s: float = 120.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end_s, f"not within {timeout_s} s"
        time.sleep(0.02)


def test_a_detector_in_its_own_process_tells_its_alerts_with_the_stages_of_their_picture(street: Path) -> None:
    heard = Heard()
    with heard.workers(task(street)) as workers:
        wait_until(lambda: heard.alerts)
        wait_until(lambda: workers.picture(7))
        first = workers.picture(7)
        assert first is not None
        assert cv2.imdecode(np.frombuffer(first.jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (180, 320, 3)
        wait_until(lambda: workers.picture(7) != first)
        (status,) = workers.status()
    alert, stamps = heard.alerts[0].alert, heard.alerts[0].stamps
    assert (alert.camera_id, alert.kind, alert.detector) == (7, "motion", "motion")
    assert stamps.capture_ns is not None
    assert stamps.capture_ns <= stamps.arrival_ns <= stamps.decoded_ns <= stamps.detected_ns <= time.monotonic_ns()
    assert heard.seen[0] == (7, True)
    assert (status.state, status.n_restarts, status.why) == (SourceState.LIVE, 0, "")


@pytest.mark.usefixtures("bad_detectors")
def test_detectors_that_raise_hang_or_grow_are_restarted_and_counted_and_harm_no_other_camera(street: Path) -> None:
    heard = Heard()
    tasks = [task(street, 1, detector="raises"), task(street, 2, detector="hangs"), task(street, 3, detector="grows"),
             task(street, 4)]
    with heard.workers(*tasks, max_memory_mib=500.0) as workers:
        whys: dict[int, str] = {}

        def all_failed() -> bool:
            whys.update({status.camera_id: status.why for status in workers.status() if status.why})
            return whys.keys() >= {1, 2, 3} and any(seen.alert.camera_id == 4 for seen in heard.alerts)

        wait_until(all_failed)
        by_camera = {status.camera_id: status for status in workers.status()}
    assert whys[1] == "ValueError: rtsp://***@10.0.0.1/1 is bad"
    assert whys[2].startswith("its detector hung for")
    assert "MiB; expected at most 500" in whys[3]
    assert all(by_camera[camera].n_restarts >= 1 for camera in (1, 2, 3))
    assert (by_camera[4].n_restarts, by_camera[4].why) == (0, "")
    assert [seen for seen in heard.seen if seen[0] == 4] == [(4, True)]


def test_a_source_that_cannot_be_opened_is_tried_again_and_says_why(tmp_path: Path) -> None:
    heard = Heard()
    with heard.workers(task(tmp_path / "none.mp4")) as workers:
        wait_until(lambda: workers.status()[0].n_restarts >= 2)
        (status,) = workers.status()
    assert "none.mp4" in status.why
    assert heard.seen == []


def test_what_is_shown_of_a_task_hides_its_password() -> None:
    assert "secret" not in repr(task("rtsp://duty:secret@10.0.0.1/1"))
