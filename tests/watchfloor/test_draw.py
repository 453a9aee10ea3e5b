"""watchfloor draw: a clip, its truth and its boxes; the same seed gives the same; bad input is told."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hw.file import FileSource
from hw.truth import load_truth
from sim.errors import InputError, UnknownNameError
from watchfloor.draw import DrawOptions, draw_clip, parse_bit_rate, parse_size
from watchfloor.show import Show


def draw(tmp_path: Path, name: str = "a.mp4", **options: object):
    given = {"scene": "bus_stop", "seconds": 2.0, "size": "320x180", "fps": "10", "gop": 10} | options
    return draw_clip(DrawOptions(out=tmp_path / name, **given), show=Show(quiet=True))


def test_a_drawn_clip_has_its_truth_and_a_row_for_every_box_beside_it(tmp_path):
    drawn = draw(tmp_path, seconds=16.0, bitrate="300k")
    truth = load_truth(drawn.clip)
    frames = list(FileSource(drawn.clip))
    assert truth.n_frames == drawn.n_frames == len(frames) == 160
    assert [frame.index for frame in frames if frame.is_key] == list(range(0, 160, 10))
    assert truth.kinds == ("litter",)
    assert "loiter" not in truth.negative_for
    assert 0.5 < drawn.size_bytes * 8 / 16.0 / 300_000 < 1.4
    rows = list(csv.DictReader(drawn.boxes.open(encoding="utf-8")))
    assert len(rows) == drawn.n_boxes
    (litter,) = truth.events
    at_rest = [row for row in rows if row["kind"] == "matchbox" and float(row["t_s"]) > litter.end_s]
    assert {tuple(row[side] for side in ("left_px", "top_px", "right_px", "bottom_px")) for row in at_rest} == {
        tuple(f"{side:.3f}" for side in litter.box_xyxy)}
    assert len({(row["frame"], row["id"]) for row in rows}) == len(rows)


def test_the_same_seed_gives_the_same_digest_and_another_seed_another(tmp_path):
    one, again, other = (draw(tmp_path, f"{i}.mp4", seed=seed, condition="rain") for i, seed in enumerate((3, 3, 4)))
    assert one.luma_sha256 == again.luma_sha256 != other.luma_sha256


def test_a_tour_zooms_to_the_presets(tmp_path):
    drawn = draw(tmp_path, seconds=12.0, tour=True)
    heights = {}
    for row in csv.DictReader(drawn.boxes.open(encoding="utf-8")):
        if row["kind"] == "person":
            heights.setdefault(int(row["frame"]), []).append(float(row["object_px"]))
    assert max(max(values) for values in heights.values()) > 2.5 * max(heights[0])


def test_lens_and_sensor_are_as_asked_for(tmp_path):
    drawn = draw(tmp_path, seconds=0.5, condition="overcast", noise_grey=0.0, blur_px=1.5)
    assert drawn.condition == "overcast, blur 1.5 px, noise 0 grey levels"
    assert drawn.condition in load_truth(drawn.clip).source
    assert draw(tmp_path, "plain.mp4", seconds=0.5, condition="overcast").luma_sha256 != drawn.luma_sha256


@pytest.mark.parametrize(("options", "said"), [
    ({"bitrate": "7"}, "--bitrate = 7; expected bits per second"), ({"bitrate": "fast"}, "for example 136k"),
    ({"size": "321x180"}, "--size = 321x180; expected an even"), ({"size": "10x10"}, "from 64 to 4096"),
    ({"seconds": 0.0}, "--seconds = 0"), ({"seconds": 900.0}, "at most the scene's 60"), ({"gop": 0}, "gop = 0"),
    ({"fps": "0"}, "--fps = 0"), ({"fps": "x"}, "30000/1001"), ({"view": "1,2"}, "PAN,TILT,HFOV"),
    ({"view": "0,-20,300"}, "hfov_deg < 180"), ({"scene": "street_corner", "tour": True}, "a scene with presets"),
    ({"view": "0,-20,30", "tour": True}, "nothing beside --tour"), ({"photo": Path("none.jpg")}, "no picture"),
])
def test_what_cannot_be_drawn_is_refused_before_anything_is_written(tmp_path, options, said):
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        draw(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_unknown_names_get_their_nearest_match(tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean market"):
        draw(tmp_path, scene="markett")
    with pytest.raises(UnknownNameError, match="did you mean snow"):
        draw(tmp_path, condition="snwo")


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match="make the folder first"):
        draw(tmp_path, "no/where.mp4")


def test_rates_and_sizes_are_read():
    assert [parse_bit_rate(text) for text in ("136k", "2M", "1.5M", "500000")] == [136000, 2000000, 1500000, 500000]
    assert parse_size("1280x720") == (1280, 720)
    assert parse_size(None) is None


def test_the_command_lists_scenes_draws_and_fails_with_2(watchfloor: Callable, tmp_path):
    listed = watchfloor("draw", "--list")
    assert all(name in listed.stdout for name in ("bus_stop", "market", "playground", "square", "street_corner"))
    done = watchfloor("draw", "square", "-o", "s.mp4", "--seconds", "1", "--size", "320x180", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_frames"] == 25
    assert (tmp_path / "s.mp4.boxes.csv").is_file()
    wrong = watchfloor("draw", "squaer", "-o", "s.mp4")
    assert wrong.returncode == 2
    assert "did you mean square?" in wrong.stderr
    assert watchfloor("draw", "square").returncode == 2
