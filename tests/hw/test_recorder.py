"""Recordings: masked unless a reason is given, played back with the same frames and stamps, and readable by others."""

from __future__ import annotations

import dataclasses
import time
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory

from hw.access_log import Access, AccessAction, AccessLog
from hw.check import check_source
from hw.drawn_source import DrawnSource
from hw.loopback import MjpegServer
from hw.mask import MotionMask
from hw.recorded_source import RecordedSource
from hw.recorder import FrameRecorder, PacketRecorder, RecordingPlan
from hw.recording import load_head, load_notices
from hw.scenes import make_scene
from hw.stream import StreamSource
from sim.errors import InputError
from tests.hw.test_stream import street
from tests.waiting import wait_until

DUTY = Access(who="officer 7", why="case 12")


def market(**options) -> DrawnSource:
    return DrawnSource(make_scene("market"), fps=Fraction(5), size_wh=(640, 360), **options)


def record_frames(folder, source, **options):
    """Record a source to its end and return the recorder and the frames it was given."""
    recorder = FrameRecorder(RecordingPlan(folder=folder, access=DUTY, **options), camera_id=17,
                             source="rtsp://duty:Tr0ub4dor@cam/1", fps=source.fps)
    frames = list(source)
    for frame in frames:
        recorder.take(frame)
    recorder.close()
    return recorder, frames


def record_packets(folder, url, *, n_taken: int = 60, n_files: int = 1, **options):
    """Record a live stream's packets until so many frames were taken and files begun; return recorder and frames."""
    recorder = PacketRecorder(RecordingPlan(folder=folder, access=DUTY, is_masked=False, **options), camera_id=17,
                              source=url)
    frames = []
    with StreamSource(url, camera_id=17, tap=recorder.tap, listener=recorder.note) as source:
        while len(frames) < n_taken or len(recorder.paths) < n_files:
            frame = source.take(10.0)
            frames.append((frame, frame.luma().copy()))
    recorder.close()
    assert recorder.n_dropped == 0
    return recorder, frames


@pytest.fixture(scope="module")
def masked(tmp_path_factory):
    return record_frames(tmp_path_factory.mktemp("masked"), market(duration_s=8.0))


@pytest.fixture(scope="module")
def unmasked(rtsp, tmp_path_factory):
    return record_packets(tmp_path_factory.mktemp("unmasked"), rtsp.url(11))


def test_a_masked_recording_keeps_the_contract_of_sources(masked):
    check_source(lambda: RecordedSource(masked[0].paths[0], DUTY), n_frames=60)


def test_a_recording_of_packets_keeps_the_contract_of_sources(unmasked):
    check_source(lambda: RecordedSource(unmasked[0].paths[0], DUTY), n_frames=60)


STAMPS = ("camera_id", "arrival_ns", "pts_s", "wall_s", "size_wh", "is_key", "is_corrupt", "is_tainted")


def stamps(frame) -> tuple:
    return tuple(getattr(frame, name) for name in STAMPS)


def test_a_masked_recording_gives_every_frame_back_with_its_stamps(masked):
    recorder, frames = masked
    replayed = list(RecordedSource(recorder.paths[0], DUTY))
    assert [stamps(frame) for frame in replayed] == [
        stamps(dataclasses.replace(frame, camera_id=17)) for frame in frames]
    assert [frame.index for frame in replayed] == list(range(len(frames)))


def test_a_recording_of_packets_gives_the_same_frames_pixels_and_stamps(unmasked):
    recorder, taken = unmasked
    replayed = {frame.arrival_ns: frame for frame in RecordedSource(recorder.paths[0], DUTY)}
    recorded = [(frame, luma) for frame, luma in taken if frame.arrival_ns >= min(replayed)]
    assert len(recorded) >= 25
    for frame, luma in recorded:
        twin = replayed[frame.arrival_ns]
        assert stamps(twin) == stamps(frame)
        assert np.array_equal(twin.luma(), luma)


def contents(path) -> list[bytes]:
    with path.open("rb") as file:
        return [message.data for _, channel, message in make_reader(file).iter_messages()
                if channel.topic in ("/camera/video", "/camera/image")]


def test_packets_are_kept_as_they_came_and_a_masked_recording_holds_none_of_them(rtsp, corner_clip, unmasked, tmp_path):
    originals = set(corner_clip.units)
    kept = contents(unmasked[0].paths[0])
    slices = [unit.rpartition(b"\x00\x00\x01")[2] for unit in originals]
    assert all(any(piece in data for piece in slices) for data in kept)
    recorder = FrameRecorder(RecordingPlan(folder=tmp_path, access=DUTY), camera_id=17, source=rtsp.url(12))
    with StreamSource(rtsp.url(12)) as source:
        for _ in range(30):
            recorder.take(source.take(5.0))
    recorder.close()
    written = recorder.paths[0].read_bytes() + b"".join(contents(recorder.paths[0]))
    assert not any(piece in written for piece in slices)


def fine(picture) -> np.ndarray:
    """Return what is finer than about five pixels, shape (height, width)."""
    picture = picture.astype(np.float32)
    return picture - cv2.GaussianBlur(picture, (0, 0), 5)


def likeness(one, other) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_who_walks_is_blurred_and_the_scene_behind_stays_sharp(masked):
    source = market(duration_s=8.0)
    original, replayed = list(source), list(RecordedSource(masked[0].paths[0], DUTY))
    n_seen = 0
    for frame, twin in zip(original[25:], replayed[25:], strict=True):
        theirs, ours = fine(frame.luma()), fine(twin.luma())
        before = {box.actor_id: box.box_xyxy for box in source.boxes(frame.index - 5)}
        for box in source.boxes(frame.index):
            x0, y0, x1, y1 = (round(edge) for edge in box.box_xyxy)
            if box.kind == "person" and box.in_view == 1.0 and abs(x0 - before.get(box.actor_id, (x0,))[0]) > 4:
                n_seen += 1
                assert likeness(theirs[y0:y1, x0:x1], ours[y0:y1, x0:x1]) < 0.5
        wall = np.s_[20:60, 250:640]
        assert likeness(theirs[wall], ours[wall]) > 0.9
    assert n_seen >= 8


def test_all_is_masked_at_first_after_a_cut_and_while_a_picture_is_tainted():
    mask, frames = MotionMask(), list(market(duration_s=6.0))
    shares = [mask.find(frame).mean() for frame in frames]
    assert shares[0] == shares[5] == 1.0
    assert shares[-1] < 0.8
    assert mask.find(dataclasses.replace(frames[-1], is_tainted=True)).all()
    turned = dataclasses.replace(frames[-1], make_luma=lambda: 255 - frames[-1].luma())
    assert mask.find(turned).all()


def test_a_step_of_the_wall_clock_moves_no_time_of_a_recording(tmp_path, monkeypatch):
    source = market(duration_s=2.0)
    recorder = FrameRecorder(RecordingPlan(folder=tmp_path, access=DUTY), camera_id=17, source="x", fps=source.fps)
    for frame in source:
        if frame.index == 5:
            monkeypatch.setattr(time, "time", lambda: 0.0)
        recorder.take(frame)
    recorder.close()
    with recorder.paths[0].open("rb") as file:
        times_ns = [message.log_time for _, _, message in make_reader(file).iter_messages(log_time_order=False)]
    assert times_ns == sorted(times_ns)
    assert times_ns[-1] - times_ns[0] < 60e9
    arrivals_ns = [frame.arrival_ns for frame in RecordedSource(recorder.paths[0], DUTY)]
    assert arrivals_ns == sorted(arrivals_ns)


def test_others_read_the_file_and_every_key_frame_can_be_decoded_alone(masked, unmasked):
    for recorder in (masked[0], unmasked[0]):
        with recorder.paths[0].open("rb") as file:
            reader = make_reader(file, decoder_factories=[DecoderFactory()])
            messages = list(reader.iter_decoded_messages(topics=["/camera/video"]))
            assert {schema.name for schema, *_ in messages} == {"foxglove.CompressedVideo"}
            assert {schema.encoding for schema, *_ in messages} == {"protobuf"}
        videos = [decoded for *_, decoded in messages]
        assert {video.format for video in videos} == {"h264"}
        fresh = av.VideoCodecContext.create("h264", "r")
        assert len(fresh.decode(av.Packet(videos[0].data))) + len(fresh.decode(None)) == 1
        times = [message.log_time for _, _, message, _ in messages]
        assert times == sorted(times)
        assert abs(times[0] * 1e-9 - time.time()) < 300.0


def test_a_camera_that_sends_jpeg_is_kept_as_it_came(tmp_path):
    with MjpegServer(street, fps=20) as server:
        recorder, taken = record_packets(tmp_path, server.url, n_taken=15)
    replayed = {frame.arrival_ns: frame for frame in RecordedSource(recorder.paths[0], DUTY)}
    assert sum(np.array_equal(replayed[frame.arrival_ns].luma(), luma) for frame, luma in taken) >= 10
    assert all(data.find(b"\xff\xd8\xff") > 0 for data in contents(recorder.paths[0]))


def test_an_odd_size_is_given_back_as_it_was(tmp_path):
    recorder, frames = record_frames(tmp_path, DrawnSource(
        make_scene("market"), fps=Fraction(5), duration_s=1.0, size_wh=(321, 179)))
    replayed = list(RecordedSource(recorder.paths[0], DUTY))
    assert len(replayed) == len(frames)
    assert replayed[0].luma().shape == (179, 321)
    assert replayed[0].bgr().shape == (179, 321, 3)


def test_a_folder_that_cannot_be_written_to_is_told_and_harms_no_feed(rtsp, tmp_path):
    folder = tmp_path / "gone"
    recorder = PacketRecorder(RecordingPlan(folder=folder, access=DUTY, is_masked=False), camera_id=1, source="x")
    folder.rmdir()
    folder.write_text("in its place")
    with StreamSource(rtsp.url(16), tap=recorder.tap) as source:
        wait_until(lambda: recorder.fault, 5.0)
        assert source.take(5.0) is not None
    recorder.close()
    assert recorder.paths == ()


def test_what_happened_to_the_feed_and_the_seeds_are_in_the_recording(unmasked, tmp_path):
    notices = load_notices(unmasked[0].paths[0])
    assert all(notice.camera_id == 17 for notice in notices)
    recorder, _ = record_frames(tmp_path, market(duration_s=0.4), seeds={"jitter": 3})
    assert load_head(recorder.paths[0]).seeds == {"jitter": 3}


def test_a_recording_says_who_made_it_and_why_it_is_not_masked_and_the_log_says_so_too(unmasked, masked):
    head = load_head(unmasked[0].paths[0])
    assert (head.is_masked, head.reason, head.who) == (False, "case 12", "officer 7")
    assert load_head(masked[0].paths[0]).is_masked
    rows = AccessLog(unmasked[0].paths[0].parent).load()
    assert (rows[0].action, rows[0].why) == (AccessAction.RECORD, "case 12")
    assert rows[0].subject == unmasked[0].paths[0].name


def test_no_password_of_an_address_is_in_the_file(masked):
    assert b"Tr0ub4dor" not in masked[0].paths[0].read_bytes()
    assert load_head(masked[0].paths[0]).source == "rtsp://***@cam/1"


def test_a_view_is_logged_before_its_first_frame(masked):
    before = len(AccessLog(masked[0].paths[0].parent).load())
    RecordedSource(masked[0].paths[0], Access(who="officer 8", why="a second look")).close()
    row = AccessLog(masked[0].paths[0].parent).load()[before]
    assert (row.action, row.who, row.why) == (AccessAction.VIEW, "officer 8", "a second look")


def test_a_recording_that_is_cut_short_is_played_up_to_there(masked, tmp_path):
    path = tmp_path / "cut.mcap"
    whole = masked[0].paths[0].read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    n_whole = len(list(RecordedSource(masked[0].paths[0], DUTY)))
    assert 0 < len(list(RecordedSource(path, DUTY))) < n_whole


@pytest.mark.parametrize("content", [b"", b"text", b"\x89MCAP0\r\n" + bytes(60)])
def test_what_is_no_recording_is_refused(tmp_path, content):
    path = tmp_path / "x.mcap"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a recording of watchfloor"):
        RecordedSource(path, DUTY)


def test_a_long_recording_is_cut_into_files_that_each_play_from_their_start(rtsp, tmp_path):
    recorder, _ = record_packets(tmp_path, rtsp.url(13), n_files=3, segment_s=1.0)
    assert len(recorder.paths) >= 3
    lengths = [len(list(RecordedSource(path, DUTY))) for path in recorder.paths]
    assert min(lengths[:-1]) >= 20
    assert not any(frame.is_tainted for path in recorder.paths for frame in RecordedSource(path, DUTY))


def test_a_new_picture_size_begins_a_new_masked_file(tmp_path):
    recorder = FrameRecorder(RecordingPlan(folder=tmp_path, access=DUTY), camera_id=1, source="x")
    for size_wh in ((320, 180), (160, 90)):
        for frame in DrawnSource(make_scene("market"), duration_s=0.2, size_wh=size_wh):
            recorder.take(frame)
    recorder.close()
    assert [RecordedSource(path, DUTY).size_wh for path in recorder.paths] == [(320, 180), (160, 90)]
