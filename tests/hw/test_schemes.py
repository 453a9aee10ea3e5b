"""Addresses and what they open."""

from __future__ import annotations

import pytest

from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.schemes import open_source
from sim.errors import InputError, UnknownNameError


def test_a_path_and_a_file_address_open_the_file(make_clip):
    path = make_clip("my clip.mp4")
    for address in (path, str(path), path.as_uri()):
        source = open_source(address, camera_id=3)
        assert isinstance(source, FileSource)
        assert next(iter(source)).camera_id == 3


def test_a_file_whose_name_has_a_colon_is_still_a_file(make_clip):
    path = make_clip("whole.mp4")
    assert isinstance(open_source(str(path.rename(path.with_name("ab:c.mp4")))), FileSource)


def test_drawn_opens_a_scene_by_name():
    source = open_source("drawn:street_corner", camera_id=2)
    assert isinstance(source, DrawnSource)
    assert next(iter(source)).camera_id == 2


def test_sample_opens_a_sample_by_name(bottle):
    assert open_source("sample:bottle").size_wh == (640, 360)


@pytest.mark.parametrize("address", ["gopher://camera/1"])
def test_a_kind_that_is_not_known_yet_is_refused_with_those_that_are(address):
    with pytest.raises(InputError) as refused:
        open_source(address)
    message = str(refused.value)
    assert address in message
    for known in ("path", "file:", "drawn:", "sample:"):
        assert known in message


def test_an_unknown_scene_or_sample_gets_its_nearest_match():
    with pytest.raises(UnknownNameError, match="did you mean street_corner"):
        open_source("drawn:streetcorner")
    with pytest.raises(UnknownNameError, match="did you mean bottle"):
        open_source("sample:botle")


def test_a_missing_file_that_is_named_like_a_sample_is_told_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="for the sample say sample:bottle"):
        open_source("bottle")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        open_source(tmp_path / "none.mp4")
