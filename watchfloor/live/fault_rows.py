"""The row of the fault table in which detectors misbehave, each in its process beside a good one."""

from __future__ import annotations

import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from hw.fault_rows import moving_picture
from hw.faults import FaultRow, require, wait_until
from hw.loopback import encode_units
from sim.input_records import SourceState
from watchfloor.live.feed_worker import AlertSeen, FeedTask
from watchfloor.live.feed_workers import FeedWorkers

_MODULE = """
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

    class Leaks(MotionDetector):
        def update(self, frame):
            self.__dict__.setdefault("held", []).append(bytearray(30_000_000))
            return ()
"""
_KINDS = ("raises", "hangs", "leaks")
_GOOD = 3
_MAX_MEMORY_MIB = 500.0
_WITHIN_S = 120.0
"""Four processes have to start, on a busy machine too."""


@contextmanager
def bad_detectors() -> Iterator[None]:
    """Install a package with the detectors ``raises``, ``hangs`` and ``leaks``, as a user's might be, while inside."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bad_detectors.py").write_text(textwrap.dedent(_MODULE), encoding="utf-8")
        info = Path(folder, "bad_detectors-1.dist-info")
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-detectors\nVersion: 1\n", encoding="utf-8")
        (info / "entry_points.txt").write_text("[watchfloor.detectors]\n" + "".join(
            f"{name} = bad_detectors:{name.capitalize()}\n" for name in _KINDS), encoding="utf-8")
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)


def _misbehave() -> str:
    alerts: list[AlertSeen] = []
    states: list[tuple[int, SourceState]] = []
    whys: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder, bad_detectors():
        clip = encode_units((moving_picture(index / 10) for index in range(80)), fps=Fraction(10), gop=20).write(
            Path(folder, "street.mp4"), n_frames=80)
        tasks = [FeedTask(camera_id=index, address=str(clip), detector=name, options={})
                 for index, name in enumerate((*_KINDS, "motion"))]
        with FeedWorkers(tasks, on_alert=alerts.append, on_state=lambda *both: states.append(both),
                         max_memory_mib=_MAX_MEMORY_MIB) as workers:

            def all_failed() -> bool:
                whys.update({status.camera_id: status.why for status in workers.status() if status.why})
                return whys.keys() >= set(range(_GOOD)) and any(found.alert.camera_id == _GOOD for found in alerts)

            took_s = wait_until(all_failed, _WITHIN_S, "all restarted, and the good one's alert there")
            by_camera = {status.camera_id: status for status in workers.status()}
    raised = "ValueError('rtsp://***@10.0.0.1/1 is bad') in bad_detectors.py"
    for camera_id, words in enumerate((raised, "its detector hung for", "it held")):
        require(words in whys[camera_id], f"the one that {_KINDS[camera_id]}: {whys[camera_id]}")
        require(by_camera[camera_id].n_restarts >= 1, f"the one that {_KINDS[camera_id]} was not counted")
    require(by_camera[_GOOD].n_restarts == 0, f"the good one was restarted: {by_camera[_GOOD].why}")
    told = [state for camera_id, state in states if camera_id == _GOOD]
    require(told == [SourceState.LIVE], f"the good one's camera was harmed: {', '.join(told)}")
    return f"each restarted and counted within {took_s:.0f} s, the good one beside them told {len(alerts)} alerts"


DETECTOR_ROWS = (
    FaultRow(name="detector that raises, hangs or leaks", run=_misbehave,
             promise="restarted and counted, no other camera harmed"),
)
"""Those that take much of the machine, so they run one by one after the others."""
