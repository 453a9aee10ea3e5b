"""Masks of changedetection.net become tracks, and its pictures a clip."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from benchmarks.truth import read_foreign_truth
from benchmarks.truth.cdnet import MOVES, OUTSIDE, unjudged_share, write_clip
from hw.file import FileSource
from hw.truth import load_truth
from sim.errors import InputError
from watchfloor.label import convert_truth
from watchfloor.show import Show

SHADOW = 50
FIRST, LAST = 3, 12


@pytest.fixture
def folder(tmp_path):
    """Two squares that walk towards each other, touch in the frames 9 and 10, and one that stands in a shadow."""
    video = tmp_path / "baseline" / "yard"
    for part in ("input", "groundtruth"):
        (video / part).mkdir(parents=True)
    (video / "temporalROI.txt").write_text(f"{FIRST} {LAST}\n")
    for number in range(1, LAST + 1):
        mask = np.zeros((60, 80), np.uint8)
        mask[:6] = OUTSIDE
        if number >= FIRST:
            step = min(number, 9) - FIRST
            mask[20:30, 5 + 4 * step : 15 + 4 * step] = MOVES
            mask[20:30, 61 - 4 * step : 71 - 4 * step] = MOVES
            mask[50:58, 10:30] = SHADOW
            mask[45:47, 70:72] = MOVES
        if number == 6:
            mask[50:56, 40:46] = MOVES
        cv2.imwrite(str(video / "groundtruth" / f"gt{number:06d}.png"), mask)
        shown = np.full((60, 80, 3), 40 + 10 * number, np.uint8)
        cv2.imwrite(str(video / "input" / f"in{number:06d}.jpg"), shown)
    return video


def test_each_moving_part_is_one_event_while_it_overlaps_itself(folder):
    events = read_foreign_truth(folder, fps=10.0)
    assert {event.kind for event in events} == {"motion"}
    assert [(event.start_s, round(event.end_s, 3), event.box_xyxy, event.object_px) for event in events] == [
        (0.0, 1.0, None, 10.0), (0.0, 0.6, None, 10.0), (0.3, 0.4, (40.0, 50.0, 46.0, 56.0), 6.0)]


def test_the_clip_is_of_the_judged_pictures_and_its_truth_is_found_beside_it(folder, tmp_path):
    clip = tmp_path / "yard.avi"
    truth = convert_truth(clip, folder, form=None, kinds={}, show=Show(quiet=True))
    assert (truth.n_frames, truth.size_wh, len(truth.events)) == (LAST - FIRST + 1, (80, 60), 3)
    assert load_truth(clip).events == truth.events
    with FileSource(clip) as source:
        greys = [float(frame.luma().mean()) for frame in source]
    assert greys == pytest.approx([40 + 10 * number for number in range(FIRST, LAST + 1)], abs=2.0)
    assert unjudged_share(folder) == pytest.approx(0.1)


def test_a_clip_that_is_there_is_left_as_it_is(folder, tmp_path):
    clip = tmp_path / "yard.mkv"
    write_clip(folder, clip, fps=Fraction(5))
    before = clip.read_bytes()
    truth = convert_truth(clip, folder, form="cdnet", kinds={"motion": "other"}, show=Show(quiet=True))
    assert clip.read_bytes() == before
    assert truth.kinds == ("other",)
    assert truth.events[0].end_s == pytest.approx(2.0)


@pytest.mark.parametrize(("broken", "said"), [
    ("temporalROI.txt", r"temporalROI.txt = .*; expected a video of changedetection.net"),
    ("groundtruth/gt000007.png", r"groundtruth = no mask of frame 7; expected masks of frames 3 to 12"),
    ("input/in000004.jpg", r"input = no picture of frame 4; expected JPEG pictures of frames 3 to 12"),
])
def test_what_is_missing_is_named(folder, tmp_path, broken, said):
    (folder / broken).unlink()
    with pytest.raises(InputError, match=said):
        convert_truth(tmp_path / "yard.avi", folder, form=None, kinds={}, show=Show(quiet=True))


def test_other_files_in_their_places_are_refused(folder, tmp_path):
    with pytest.raises(InputError, match=r"clip = .*yard.mp4; expected a clip that ends in .avi, .mkv or .mov"):
        write_clip(folder, tmp_path / "yard.mp4", fps=Fraction(25))
    (folder / "temporalROI.txt").write_text("9 4")
    with pytest.raises(InputError, match=r"temporalROI.txt = 9 4; expected two numbers of frames"):
        read_foreign_truth(folder, fps=25.0)
    (folder / "temporalROI.txt").write_text("3 12")
    (folder / "groundtruth" / "gt000005.png").write_text("no picture")
    with pytest.raises(InputError, match=r"gt000005.png = no picture; expected a mask"):
        read_foreign_truth(folder, fps=25.0)
