"""Loops of quiet places: what comes out of a file is what would have been drawn, and a broken file is none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from watchfloor.console.reels import N_PICTURES, Loop, ReelFile, Reels

LOOP = Loop(place="square", variant=0, condition="day", size_wh=(64, 36))
WITHIN_S = 120.0


def test_another_process_draws_a_loop_into_a_file_with_the_same_pictures(tmp_path: Path) -> None:
    reels, folder = Reels(), tmp_path / "reels" / "new"
    (tmp_path / "reels" / "old").mkdir(parents=True)
    with reels.drawn_ahead(folder):
        drawn_now = reels.picture(LOOP, 7)
        until_s = time.monotonic() + WITHIN_S
        while not (folder / LOOP.file_name).is_file():
            assert time.monotonic() < until_s, "the loop was never drawn"
            time.sleep(0.05)
    kept = ReelFile(folder / LOOP.file_name)
    assert kept.picture(7) == drawn_now == LOOP.draw(7)
    assert kept.picture(N_PICTURES - 1) == LOOP.draw(N_PICTURES - 1)
    assert [path.name for path in folder.parent.iterdir()] == ["new"], "what an older program drew is thrown away"


def test_a_loop_that_a_file_holds_is_not_drawn(tmp_path: Path) -> None:
    pictures = [b"picture %d" % index for index in range(N_PICTURES)]
    ReelFile.write(tmp_path / LOOP.file_name, pictures)
    reels = Reels()
    with reels.drawn_ahead(tmp_path):
        assert [reels.picture(LOOP, index) for index in (0, 1, N_PICTURES - 1)] == [pictures[0], pictures[1],
                                                                                    pictures[-1]]


@pytest.mark.parametrize("content", [b"", b"short", bytes(4 * N_PICTURES) + b"more than it says"])
def test_a_broken_file_is_drawn_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LOOP.file_name).write_bytes(content)
    with pytest.raises(ValueError, match=r"empty file|expected"):
        ReelFile(tmp_path / LOOP.file_name)
    reels = Reels()
    with reels.drawn_ahead(tmp_path):
        assert reels.picture(LOOP, 3) == LOOP.draw(3)
