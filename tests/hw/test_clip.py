"""Clips written from sources."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from hw.clip import encode_clip
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.scenes import make_scene
from hw.truth import load_truth, truth_path, write_truth
from sim.errors import InputError
from sim.input_records import SourceState


@pytest.fixture(scope="module")
def corner():
    return make_scene("street_corner")


def test_a_drawn_clip_reads_back_with_its_size_rate_pictures_and_key_frames(tmp_path, corner):
    path = tmp_path / "corner.mp4"
    source = DrawnSource(corner, fps=Fraction(30000, 1001), duration_s=2.0)
    assert encode_clip(source, path, bit_rate=800_000, gop=15) == 59
    assert source.state is SourceState.DEAD
    clip = FileSource(path)
    assert (clip.size_wh, clip.fps) == ((640, 360), Fraction(30000, 1001))
    frames = list(clip)
    assert len(frames) == 59
    assert [frame.index for frame in frames if frame.is_key] == [0, 15, 30, 45]
    assert frames[30].pts_s == pytest.approx(30 * 1001 / 30000, abs=1e-4)
    drawn = corner.render(float(30 * Fraction(1001, 30000))).bgr()
    assert np.abs(frames[30].bgr().astype(int) - drawn).mean() < 6


def test_the_file_is_as_large_as_its_bit_rate_says(tmp_path, corner):
    sizes = {}
    for bit_rate in (300_000, 1_200_000):
        path = tmp_path / f"{bit_rate}.mp4"
        encode_clip(DrawnSource(corner, fps=Fraction(10), duration_s=6.0), path, bit_rate=bit_rate, gop=20)
        sizes[bit_rate] = path.stat().st_size
    for bit_rate, size_bytes in sizes.items():
        assert 0.5 < size_bytes / (bit_rate * 6.0 / 8.0) < 1.4


def test_a_clip_has_no_b_frames_so_that_pictures_come_in_decoding_order(tmp_path, corner):
    path = tmp_path / "a.mkv"
    encode_clip(DrawnSource(corner, fps=Fraction(10), duration_s=1.0), path, bit_rate=500_000, gop=5)
    with av.open(str(path)) as container:
        kinds = {PictureType(picture.pict_type).name for picture in container.decode(video=0)}
    assert kinds == {"I", "P"}


def test_the_truth_written_beside_a_clip_is_found_with_it(tmp_path, corner):
    path = tmp_path / "corner.mp4"
    source = DrawnSource(corner, fps=Fraction(5), duration_s=11.0)
    write_truth(source.truth(), truth_path(path))
    encode_clip(source, path, bit_rate=500_000, gop=10)
    truth = load_truth(path)
    assert truth == source.truth()
    assert truth.n_frames == sum(1 for _ in FileSource(path)) == 55
    assert [event.kind for event in truth.events] == ["object_removed", "object_placed"]


@pytest.mark.parametrize(("options", "said"), [
    ({"bit_rate": 0, "gop": 10}, "bit_rate = 0"), ({"bit_rate": 1000, "gop": 0}, "gop = 0"),
])
def test_settings_that_cannot_be_are_refused(tmp_path, corner, options, said):
    with pytest.raises(InputError, match=said):
        encode_clip(DrawnSource(corner), tmp_path / "a.mp4", **options)


def test_an_odd_size_and_a_suffix_that_is_none_are_refused(tmp_path, corner):
    with pytest.raises(InputError, match="even width and height"):
        encode_clip(DrawnSource(corner, size_wh=(321, 180)), tmp_path / "a.mp4", bit_rate=1000, gop=5)
    with pytest.raises(InputError, match="a file that can be written"):
        encode_clip(DrawnSource(corner), tmp_path / "a.nothing", bit_rate=1000, gop=5)
