"""Recorded video as a source."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from hw.file import FileSource
from hw.source import Source
from sim.errors import InputError
from sim.input_records import SourceState


def test_it_is_a_source(make_clip):
    assert isinstance(FileSource(make_clip()), Source)


def test_every_frame_of_the_bottle_clip_is_given_at_its_exact_time(bottle):
    source = FileSource(bottle)
    assert source.size_wh == (640, 360)
    assert source.fps == Fraction(179, 6)
    pts = [frame.pts_s for frame in source]
    assert len(pts) == 1189 == source.counters.decoded
    assert pts[0] == 0.0
    assert pts[-1] == pytest.approx(1188 * 6 / 179, abs=0.002)
    assert source.state is SourceState.DEAD


def test_luma_is_the_decoders_own_plane_seen_without_a_copy_and_read_only(make_clip):
    frame = next(iter(FileSource(make_clip())))
    assert np.shares_memory(frame.luma(), frame.luma())
    with pytest.raises(ValueError, match="read-only"):
        frame.luma()[0, 0] = 1


def test_luma_leaves_out_the_padding_of_the_decoders_lines(make_clip):
    path = make_clip(size_wh=(100, 60))  # lines of 100 bytes are padded to a multiple of 32
    with av.open(str(path)) as container:
        expected = [picture.to_ndarray(format="yuv420p")[:60, :100] for picture in container.decode(video=0)]
    assert all(np.array_equal(frame.luma(), want) for frame, want in zip(FileSource(path), expected, strict=True))


def test_frames_keep_their_pixels_while_later_ones_are_decoded_and_after_the_source_is_closed(make_clip):
    path = make_clip(n_frames=40)
    at_once = [frame.luma().copy() for frame in FileSource(path)]
    source = FileSource(path)
    kept = list(source)
    source.close()
    assert all(np.array_equal(frame.luma(), want) for frame, want in zip(kept, at_once, strict=True))


@pytest.mark.parametrize(("name", "codec", "pix_fmt"), [
    ("a.mp4", "libx264", "yuv420p"), ("a.mp4", "libx264", "yuv444p"), ("a.mkv", "libx264", "yuv420p10le"),
    ("a.avi", "mjpeg", "yuvj420p"), ("a.mkv", "ffv1", "gray"), ("a.avi", "rawvideo", "bgr24"),
    ("a.mkv", "ffv1", "bgr0"), ("a.ts", "mpeg2video", "yuv420p"), ("a.avi", "mpeg4", "yuv420p"),
])
def test_brightness_and_colour_show_the_scene_in_every_pixel_format(make_clip, name, codec, pix_fmt):
    path = make_clip(name, codec=codec, pix_fmt=pix_fmt, n_frames=12, fps=Fraction(25))
    source = FileSource(path)
    frames = list(source)
    assert len(frames) == 12
    for frame in frames:
        luma, bgr = frame.luma(), frame.bgr()
        assert luma.shape == (60, 100)
        assert bgr.shape == (60, 100, 3)
        left = 2 * frame.index
        assert luma[8:24, left + 2 : left + 14].mean() > luma[40:56, :60].mean() + 60
        assert bgr[8:24, left + 2 : left + 14].mean() == pytest.approx(240, abs=16)


@pytest.mark.parametrize("rotation_deg", [90, 180, -90])
def test_a_rotation_written_in_the_container_is_applied(make_clip, rotation_deg):
    upright = next(iter(FileSource(make_clip("up.mp4"))))
    source = FileSource(make_clip("turned.mp4", rotation_deg=rotation_deg))
    frame = next(iter(source))
    assert source.size_wh == ((60, 100) if rotation_deg % 180 else (100, 60))
    assert frame.size_wh == source.size_wh
    for turned, straight in ((frame.luma(), upright.luma()), (frame.bgr(), upright.bgr())):
        difference = turned.astype(int) - np.rot90(straight, rotation_deg // 90)
        assert abs(difference).max() <= 8  # two runs of x264 may differ by a grey level or two


def test_times_start_at_zero_where_the_stream_itself_starts_later(make_clip):
    path = make_clip("late.ts", fps=Fraction(25))  # MPEG-TS starts at 1.4 s
    times = [frame.pts_s for frame in FileSource(path)]
    assert times == pytest.approx([index / 25 for index in range(30)], abs=1e-4)


def test_key_frames_are_marked_and_the_rate_is_an_exact_fraction(make_clip):
    source = FileSource(make_clip(options={"sc_threshold": "0"}))
    assert source.fps == Fraction(30000, 1001)
    assert [frame.index for frame in source if frame.is_key] == [0, 10, 20]


def test_more_decoder_threads_give_the_same_pictures(make_clip):
    path = make_clip()
    pairs = zip(FileSource(path), FileSource(path, n_threads=2), strict=True)
    assert all(np.array_equal(one.luma(), two.luma()) for one, two in pairs)


def test_a_file_cut_in_the_middle_gives_what_is_there_and_then_ends(make_clip):
    whole = make_clip(n_frames=60, container_options={"movflags": "faststart"}, options={"bf": "0"})
    cut = whole.with_name("cut.mp4")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    source = FileSource(cut)
    frames = list(source)
    assert 10 < len(frames) < 60
    assert source.state is SourceState.DEAD
    assert source.counters.decoded == len(frames)


def test_damage_inside_a_file_is_counted_and_taints_until_the_next_clean_key_frame(make_clip):
    whole = make_clip("whole.ts", n_frames=60, fps=Fraction(25), options={"bf": "0", "sc_threshold": "0"})
    damaged = whole.with_name("damaged.ts")
    content = bytearray(whole.read_bytes())
    for at in range(len(content) // 2, len(content) // 2 + 2000, 7):
        content[at] ^= 0xA5
    damaged.write_bytes(content)
    source = FileSource(damaged)
    frames = list(source)
    assert source.counters.corrupt > 0
    assert source.counters.tainted == sum(frame.is_tainted for frame in frames) > 0
    clean = [frame.index for frame in frames if frame.is_key and not frame.is_corrupt]
    assert not frames[clean[-1]].is_tainted
    assert not frames[0].is_tainted


def test_a_colon_in_a_name_is_no_protocol(make_clip):
    path = make_clip("http:clip.mp4".replace(":", "꞉"))
    odd = path.rename(path.with_name("cache:clip.mp4"))
    assert len(list(FileSource(odd))) == 30


def make_bad_file(tmp_path: Path, make_clip, what: str) -> Path:
    path = tmp_path / f"{what}.mp4"
    if what == "directory":
        path.mkdir()
    elif what == "empty":
        path.touch()
    elif what == "text":
        path.write_text("no pictures here\n" * 50)
    elif what == "ansi":
        path = path.with_suffix(".txt")
        path.write_text("no pictures here\n" * 50)
    elif what == "audio":
        path = path.with_suffix(".wav")
        with wave.open(str(path), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(8000))
    elif what == "no_index":
        whole = make_clip("whole.mp4").read_bytes()
        path.write_bytes(whole[: whole.index(b"moov")])
    elif what == "no_frame":
        whole = make_clip("front.mp4", container_options={"movflags": "faststart"}).read_bytes()
        path.write_bytes(whole[: whole.index(b"mdat") + 4])
    return path


@pytest.mark.parametrize(("what", "got"), [
    ("missing", "no such file"), ("directory", "a directory"), ("empty", "an empty file"),
    ("text", "not read as video"), ("ansi", ""), ("audio", "a file with audio only"),
    ("no_index", "not read as video"), ("no_frame", ""),
])
def test_a_file_without_pictures_is_refused_with_its_name_and_what_is_wrong(tmp_path, make_clip, what, got):
    path = make_bad_file(tmp_path, make_clip, what)
    with pytest.raises(InputError) as refused:
        FileSource(path)
    message = str(refused.value)
    assert message.startswith(f"{path} = {got}")
    assert "expected" in message
    assert refused.value.do


def test_closing_on_the_way_ends_the_iteration(make_clip):
    source = FileSource(make_clip())
    frames = iter(source)
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []
    assert source.state is SourceState.DEAD


def test_frames_carry_the_cameras_identity_and_rising_arrival_times(make_clip):
    frames = list(FileSource(make_clip(), camera_id=7))
    assert {frame.camera_id for frame in frames} == {7}
    arrivals = [frame.arrival_ns for frame in frames]
    assert arrivals == sorted(arrivals)
