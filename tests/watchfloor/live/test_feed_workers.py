"""Feeds in processes of their own: real pictures and real detectors; bad ones are in the fault table."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from hw.fault_rows import moving_picture
from hw.loopback import UdpSender, encode_units, free_udp_port
from hw.notice import FeedNotice, NoticeKind
from sim.input_records import SourceState
from tests.waiting import wait_until
from watchfloor.live.feed_worker import AlertSeen, FeedTask
from watchfloor.live.feed_workers import FeedWorkers
from watchfloor.live.messages import told_of


@dataclass
class Heard:
    alerts: list[AlertSeen] = field(default_factory=list)
    states: list[tuple[int, SourceState]] = field(default_factory=list)

    notices: list[FeedNotice] = field(default_factory=list)

    def workers(self, *tasks: FeedTask, max_memory_mib: float = 2048.0) -> FeedWorkers:
        return FeedWorkers(tasks, on_alert=self.alerts.append, on_state=lambda *both: self.states.append(both),
                           on_notice=self.notices.append,
                           max_memory_mib=max_memory_mib)


def task(address: object, camera_id: int = 7, *, detector: str = "motion") -> FeedTask:
    return FeedTask(camera_id=camera_id, address=str(address), detector=detector, options={})


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
    assert heard.states == [(7, SourceState.LIVE)]
    assert (status.state, status.n_restarts, status.why) == (SourceState.LIVE, 0, "")


def test_a_stream_that_changes_its_size_is_watched_on_and_what_happens_to_it_is_told() -> None:
    large, small = (encode_units((moving_picture(i / 25, size_wh) for i in range(25)), gop=25)
                    for size_wh in ((320, 180), (160, 90)))
    both = dataclasses.replace(large, units=large.units + small.units, is_key=large.is_key + small.is_key)
    heard, port = Heard(), free_udp_port()
    with heard.workers(task(f"udp://127.0.0.1:{port}")) as workers, UdpSender(both, port):
        wait_until(lambda: len([notice for notice in heard.notices if notice.kind is NoticeKind.SIZE_CHANGED]) >= 2)
        n_seen = workers.status()[0].n_frames
        wait_until(lambda: workers.status()[0].n_frames > n_seen)
        (status,) = workers.status()
    assert (status.n_restarts, status.why) == (0, "")
    assert status.counters.decoded > 0
    told = {told_of(notice) for notice in heard.notices if notice.kind is NoticeKind.SIZE_CHANGED}
    assert told == {f"camera 7: the picture has another size, {change}"
                    for change in ("320×180 to 160×90", "160×90 to 320×180")}
    assert [notice.state for notice in heard.notices][:1] == [SourceState.LIVE]
    assert heard.states[0] == (7, SourceState.LIVE)


def test_a_camera_that_goes_dark_is_told_of_whatever_its_detector_looks_for() -> None:
    street = [moving_picture(index / 10, (160, 90)) for index in range(80)]
    clip = encode_units([*street, *([np.zeros_like(street[0])] * 80)], fps=Fraction(10), gop=20)
    heard, port = Heard(), free_udp_port()
    with heard.workers(task(f"udp://127.0.0.1:{port}")), UdpSender(clip, port):
        wait_until(lambda: [notice for notice in heard.notices if notice.kind is NoticeKind.TAMPER])
    told = next(notice for notice in heard.notices if notice.kind is NoticeKind.TAMPER)
    assert told_of(told) == "camera 7 looks tampered with: blackout"


def test_a_source_that_cannot_be_opened_is_tried_again_and_says_why(tmp_path: Path) -> None:
    heard = Heard()
    with heard.workers(task(tmp_path / "none.mp4")) as workers:
        wait_until(lambda: workers.status()[0].n_restarts >= 2)
        (status,) = workers.status()
    assert "none.mp4" in status.why
    assert heard.states == [(7, SourceState.BACKOFF)]


def test_what_is_shown_of_a_task_hides_its_password() -> None:
    assert "secret" not in repr(task("rtsp://duty:secret@10.0.0.1/1"))
