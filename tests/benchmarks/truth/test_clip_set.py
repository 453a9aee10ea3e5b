"""Sets of clips: folders with a manifest, with truth beside clips, samples; and what is answered to wrong ones."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.truth import load_clip_set
from hw.truth import ClipTruth, TruthEvent, truth_path, write_truth
from sim.errors import InputError, UnknownNameError

CLIP = {"file": "a.mp4", "width": 640, "height": 360, "fps": 29.97, "duration_s": 40.0, "camera": "gate",
        "light": "night", "condition": "rain", "person_minutes": 2.5, "negative_for": ["litter_drop", "fight"],
        "start_tolerance_s": 0.6, "end_tolerance_s": 1.0,
        "events": [{"type": "object_removed", "box": [5, 6, 10, 20], "t_gone": 7.0},
                   {"type": "object_left", "box": [1, 2, 3, 4], "t_rest": 12.5, "t_released": 13.0},
                   {"type": "person_down", "window_s": [20.0, 30.0]}]}


def write(folder: Path, clip: dict[str, object]) -> str:
    (folder / "a.mp4").write_bytes(b"x")
    (folder / "manifest.json").write_text(json.dumps({"version": 1, "clips": [clip, {"file": "gone.mp4"}]}))
    return str(folder)


def test_a_manifest_gives_events_cameras_conditions_and_tolerances(tmp_path):
    found = load_clip_set(write(tmp_path, CLIP))
    (case,) = found.cases
    assert (case.camera, case.light, case.condition, case.person_minutes) == ("gate", "night", "rain", 2.5)
    assert case.truth.events == (
        TruthEvent(kind="object_removed", start_s=7.0, end_s=7.0, box_xyxy=(5.0, 6.0, 15.0, 26.0), object_px=20.0),
        TruthEvent(kind="object_placed", start_s=12.5, end_s=13.0, box_xyxy=(1.0, 2.0, 4.0, 6.0), object_px=4.0),
        TruthEvent(kind="person_down", start_s=20.0, end_s=30.0))
    assert case.truth.negative_for == ("litter", "fight")
    assert (case.truth.timing_tolerance_s, case.truth.end_tolerance_s) == (0.6, 1.0)
    assert case.truth.fps == Fraction(2997, 100)
    assert found.skipped == {"gone.mp4": "the clip is not here"}


@pytest.mark.parametrize(("change", "said"), [
    ({"events": [{"type": "fight", "window_s": [5.0, 3.0]}]}, r"events\.0 = \(5\.0, 3\.0\); expected start ≤ end"),
    ({"events": [{"type": "fight", "window_s": [5.0, 99.0]}]}, "≤ 40.0 s, the clip's length"),
    ({"events": [{"type": "fight", "window_s": [-1.0, 3.0]}]}, r"clips\.0\.events\.0\.window_s\.0 = -1"),
    ({"events": [{"type": "litter"}]}, r"events\.0 = no time; expected window_s"),
    ({"events": [{"type": "litter", "t_s": 3.0, "box": [1, 1, 0, 5]}]}, r"events\.0\.box"),
    ({"events": [{"type": "litter_drop", "t_s": 3.0}]}, r"negative_for = litter; expected kinds of which none"),
    ({"events": [{"type": "litter", "t_s": 3.0, "box": [700, 1, 9, 5]}], "negative_for": []},
     r"clips.0: events\.0\.box_xyxy = .*; expected a box within the picture, 640 × 360"),
    ({"events": [{"type": "litter", "t_s": 3.0, "box": [7, 1, 9, 5]}] * 2, "negative_for": []},
     r"events\.1 = the same as events\.0"),
    ({"negative_fro": ["litter"]}, r"clips\.0; expected no key negative_fro; did you mean negative_for"),
    ({"fps": 0}, r"clips\.0\.fps = 0"), ({"fps": None}, "events without width"), ({"light": "dusk"}, r"light = dusk"),
])
def test_a_wrong_entry_of_a_manifest_is_named(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        load_clip_set(write(tmp_path, CLIP | change))


def test_a_folder_without_manifest_is_read_by_the_truth_beside_its_clips(tmp_path):
    with pytest.raises(InputError, match="watchfloor label"):
        load_clip_set(str(tmp_path))
    truth = ClipTruth(name="yard", events=(), size_wh=(64, 48), fps=Fraction(25), n_frames=25, duration_s=1.0,
                      negative_for=("litter",), timing_tolerance_s=0.0, end_tolerance_s=0.0, source="made up")
    for name in ("yard.mp4", "lost.mp4"):
        write_truth(truth, truth_path(tmp_path / name))
    for name in ("yard.mp4", "new.MKV"):
        (tmp_path / name).write_bytes(b"x")
    found = load_clip_set(str(tmp_path))
    assert [(case.camera, case.name) for case in found.cases] == [("yard", "yard")]
    assert found.skipped == {"lost.mp4": "its truth is here, but the clip is not",
                             "new.MKV": "no truth beside it; write it with watchfloor label"}
    (tmp_path / "lost.mp4").write_bytes(b"x")
    both = load_clip_set(str(tmp_path)).cases
    assert [(case.camera, case.name) for case in both] == [("yard", "lost.mp4"), ("yard", "yard.mp4")]
    assert load_clip_set(str(tmp_path / "yard.mp4")).cases[0].truth == truth
    with pytest.raises(InputError, match="no such file"):
        load_clip_set(str(tmp_path / "nowhere.mp4"))


def test_an_unknown_sample_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean bottle"):
        load_clip_set("bottel")


def test_the_shared_clips_are_all_read_with_their_events():
    data = Path(os.environ.get("WATCHFLOOR_DATA", "nowhere")) / "video"
    if not (data / "manifest.json").is_file():
        pytest.skip("real clips are not here: WATCHFLOOR_DATA names no folder with video/manifest.json")
    found = load_clip_set(str(data))
    by_name = {case.name: case for case in found.cases}
    assert len(by_name) == 11
    (stream,) = load_clip_set(str(data / "caviar_stream")).cases
    assert [(event.kind, event.start_s) for event in stream.truth.events] == [("fight", 11.04), ("person_down", 23.68)]
    assert len(stream.parts) == 5
    with pytest.raises(UnknownNameError, match="did you mean caviar_stream"):
        load_clip_set(str(data / "caviar_steam"))
    assert sum(1 for _ in stream.open()) == stream.truth.n_frames == 1170
    assert [event.kind for event in by_name["intel_bottle-detection"].truth.events].count("object_placed") == 4
    assert by_name["intel_car-detection"].truth.events == ()
    assert "object_placed" in by_name["intel_car-detection"].truth.negative_for
    dwell = by_name["intel_dwell_a"].truth.events
    assert [round(event.end_s - event.start_s, 1) for event in dwell] == [13.0, 21.6, 19.0]
