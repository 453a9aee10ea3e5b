"""Files joined into one stream keep the contract of sources, and their times go on over the cuts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hw.check import check_source
from hw.clip import encode_clip
from hw.drawn_source import DrawnSource
from hw.joined import JoinedSource
from hw.scenes import make_scene
from sim.errors import InputError


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder, paths = tmp_path_factory.mktemp("parts"), []
    for number, (seconds, size_wh) in enumerate(((1.0, (96, 64)), (0.6, (96, 64)), (0.5, (64, 64)))):
        source = DrawnSource(make_scene("bus_stop"), fps=Fraction(10), duration_s=seconds, size_wh=size_wh)
        paths.append(folder / f"{number}.mp4")
        encode_clip(source, paths[-1], bit_rate=200_000, gop=5)
    return paths


def test_a_joined_stream_keeps_the_contract(parts):
    check_source(lambda: JoinedSource(parts[:2]))


def test_times_and_indices_go_on_over_the_cut(parts):
    source = JoinedSource([parts[0], parts[1], parts[0]])
    frames = list(source)
    assert [frame.index for frame in frames] == list(range(26))
    assert [frame.pts_s for frame in frames] == pytest.approx([index / 10 for index in range(26)])
    assert source.counters.decoded == 26
    assert [frame.index for frame in frames if frame.is_key] == [0, 5, 10, 15, 16, 21]


def test_what_cannot_be_joined_is_told(parts):
    with pytest.raises(InputError, match=r"2\.mp4 = \(64, 64\); expected \(96, 64\), as 0\.mp4"):
        JoinedSource(parts)
    with pytest.raises(InputError, match="files = 0"):
        JoinedSource([])
