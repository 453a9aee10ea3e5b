"""Recordings expire unless held, and nobody holds, releases or exports one without its being logged."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest

from hw.access_log import Access, AccessLogError
from hw.archive import Archive
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.recorded_source import RecordedSource
from hw.recorder import KEEP_S, FrameRecorder, RecordingPlan
from hw.scenes import make_scene
from sim.errors import InputError
from tests.hw.test_recorder import record_packets

DUTY = Access(who="officer 7", why="case 12")


def record(folder, camera_id: int, *, keep_s: float = KEEP_S) -> str:
    recorder = FrameRecorder(RecordingPlan(folder=folder, access=DUTY, keep_s=keep_s), camera_id=camera_id, source="x",
                             fps=Fraction(5))
    for frame in DrawnSource(make_scene("market"), fps=Fraction(5), duration_s=2.0, size_wh=(160, 90)):
        recorder.take(frame)
    recorder.close()
    return recorder.paths[0].name


def test_a_recording_is_kept_for_72_hours_and_then_deleted_and_the_deletion_logged(tmp_path):
    name = record(tmp_path, 1)
    archive = Archive(tmp_path)
    began_s = archive.recordings()[0].head.began_at_s
    assert archive.expire(now_s=began_s + 72 * 3600 - 1) == ()
    assert archive.expire(now_s=began_s + 72 * 3600) == (tmp_path / name,)
    assert archive.recordings() == ()
    last = archive.log.load()[-1]
    assert (last.action, last.subject) == ("expire", name)


def test_what_is_held_stays_until_it_is_released(tmp_path):
    held, other = record(tmp_path, 1, keep_s=60), record(tmp_path, 2, keep_s=60)
    archive = Archive(tmp_path)
    archive.hold(held, DUTY)
    late_s = archive.recordings()[-1].head.expires_at_s
    assert archive.expire(now_s=late_s) == (tmp_path / other,)
    assert [one.is_held for one in archive.recordings()] == [True]
    archive.release(held, Access(who="officer 8", why="case closed"))
    assert archive.expire(now_s=late_s) == (tmp_path / held,)
    assert [row.action for row in archive.log.load()] == [
        "record", "record", "hold", "expire", "release", "expire"]


def test_where_the_access_log_was_changed_nothing_is_deleted(tmp_path):
    record(tmp_path, 1, keep_s=60)
    archive = Archive(tmp_path)
    archive.log.path.write_text(archive.log.path.read_text().replace("officer 7", "officer 9"))
    with pytest.raises(AccessLogError):
        archive.expire(now_s=1e12)
    assert len(list(tmp_path.glob("*.mcap"))) == 1


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    record(tmp_path, 1, keep_s=60)
    (tmp_path / "robot.mcap").write_bytes(b"somebody else's")
    Archive(tmp_path).expire(now_s=1e12)
    assert [path.name for path in tmp_path.glob("*.mcap")] == ["robot.mcap"]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_an_export_plays_elsewhere_with_its_times_and_is_logged(tmp_path, suffix):
    name = record(tmp_path, 1)
    clip = tmp_path / f"clip{suffix}"
    assert Archive(tmp_path).export(name, clip, Access(who="officer 8", why="for the court")) == 10
    assert len(list(FileSource(clip))) == 10
    row = Archive(tmp_path).log.load()[-1]
    assert (row.action, row.subject, row.why) == ("export", f"{name} to clip{suffix}", "for the court")


def test_an_export_of_packets_holds_the_very_packets(rtsp, corner_clip, tmp_path):
    recorder, _ = record_packets(tmp_path, rtsp.url(14), n_taken=40)
    clip = tmp_path / "clip.mkv"
    n_pictures = Archive(tmp_path).export(recorder.paths[0].name, clip, DUTY)
    with av.open(str(clip)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    assert len(packets) == n_pictures
    slices = [unit.rpartition(b"\x00\x00\x01")[2] for unit in corner_clip.units]
    assert all(any(piece in packet for piece in slices) for packet in packets)
    times_s = [frame.pts_s for frame in FileSource(clip)]
    arrivals_ns = [frame.arrival_ns for frame in RecordedSource(recorder.paths[0], DUTY)]
    assert times_s[-1] == pytest.approx((arrivals_ns[-1] - arrivals_ns[0]) * 1e-9, abs=0.05)


def test_what_cannot_be_exported_is_said(tmp_path):
    name = record(tmp_path, 1)
    with pytest.raises(InputError, match="No such file"):
        Archive(tmp_path).export("none.mcap", tmp_path / "a.mp4", DUTY)
    with pytest.raises(InputError, match="there already"):
        Archive(tmp_path).export(name, tmp_path / name, DUTY)
    with pytest.raises(InputError, match="use a suffix"):
        Archive(tmp_path).export(name, tmp_path / "a.strange", DUTY)
    with pytest.raises(InputError, match="no such folder"):
        Archive(tmp_path / "none")
