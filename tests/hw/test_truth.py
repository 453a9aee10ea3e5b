"""What truly happens in a clip."""

from __future__ import annotations

import json
from fractions import Fraction

import av
import pytest

from hw.samples import SAMPLES, SampleUnavailableError, locate_sample
from hw.truth import ClipTruth, TruthEvent, load_truth, parse_truth, truth_names, truth_path, write_truth
from sim.errors import InputError, UnknownNameError

GOOD = {
    "schema": "watchfloor.truth/1", "name": "yard", "size_wh": [640, 360], "fps": "30000/1001", "n_frames": 300,
    "duration_s": 10.01, "timing_tolerance_s": 0.2, "negative_for": ["fight"],
    "events": [{"kind": "object_placed", "start_s": 2.0, "end_s": 2.5, "box_xyxy": [1, 2, 30, 40], "object_px": 38}],
}


def test_the_bottle_clip_has_its_eight_events():
    truth = load_truth("bottle")
    assert truth.fps == Fraction(179, 6)
    assert truth.n_frames == 1189
    assert truth.timing_tolerance_s == 0.15
    assert truth.kinds == ("object_placed", "object_removed")
    assert [event.kind[7:] for event in truth.events] == [
        "removed", "placed", "removed", "removed", "placed", "placed", "removed", "placed"]
    first, second = truth.events[:2]
    assert (first.start_s, first.end_s, first.box_xyxy, first.object_px) == (7.05, 7.05, (57, 109, 123, 316), 207)
    assert (second.start_s, second.end_s) == (12.5, 13.3)


def test_every_sample_clip_has_its_truth():
    clips = {name for name, sample in SAMPLES.items() if not sample.file.endswith(".onnx")}
    assert set(truth_names()) == clips
    for name in clips:
        truth = load_truth(name)
        assert truth.name == name
        assert truth.events or truth.negative_for
        assert "licence" in truth.source


@pytest.mark.parametrize("name", truth_names())
def test_the_truths_size_rate_and_length_are_the_clips_own(name):
    try:
        path = locate_sample(name, may_download=False)
    except SampleUnavailableError as error:
        pytest.skip(str(error))
    truth = load_truth(name)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert truth.size_wh == (stream.width, stream.height)
        assert truth.fps == stream.average_rate
        assert truth.n_frames == sum(1 for _ in container.demux(stream)) - 1
    assert truth.duration_s == pytest.approx(float(truth.n_frames / truth.fps), abs=0.01)


def test_the_truth_beside_a_users_clip_is_read(tmp_path):
    clip = tmp_path / "yard.mp4"
    truth_path(clip).write_text(json.dumps(GOOD))
    truth = load_truth(clip)
    assert truth == load_truth(str(truth_path(clip)))
    assert truth.fps == Fraction(30000, 1001)
    assert truth.end_tolerance_s == 0.2
    assert truth.events == (TruthEvent(kind="object_placed", start_s=2.0, end_s=2.5, box_xyxy=(1.0, 2.0, 30.0, 40.0),
                                       object_px=38.0),)


@pytest.mark.parametrize("name", truth_names())
def test_what_is_written_is_read_back_unchanged(tmp_path, name):
    truth = load_truth(name)
    assert isinstance(truth, ClipTruth)
    write_truth(truth, tmp_path / "copy.truth.json")
    assert load_truth(tmp_path / "copy.truth.json") == truth


def test_events_come_in_order_of_start():
    events = [{"kind": "a", "start_s": start, "end_s": start} for start in (5.0, 1.0, 3.0)]
    truth = parse_truth(json.dumps(GOOD | {"events": events}), where="x")
    assert [event.start_s for event in truth.events] == [1.0, 3.0, 5.0]


def changed_event(**changes: object) -> dict[str, object]:
    return GOOD | {"events": [GOOD["events"][0] | changes]}


@pytest.mark.parametrize(("content", "said"), [
    (GOOD | {"schema": "watchfloor.truth/9"}, "x: schema = watchfloor.truth/9; expected 'watchfloor.truth/1'"),
    (GOOD | {"fps": "fast"}, "x: fps = fast; expected frames per second as"),
    (GOOD | {"fps": -25}, "x: fps = -25; expected frames per second as"),
    (GOOD | {"n_frames": 0}, "x: n_frames = 0; expected greater than 0"),
    (GOOD | {"frames": 7}, "x: frames = 7; expected only the keys of watchfloor.truth/1"),
    (changed_event(start_s=-1.0), "x: events.0.start_s = -1.0; expected greater than or equal to 0"),
    (changed_event(start_s="soon"), "x: events.0.start_s = soon; expected a valid number"),
    (changed_event(end_s=1.0), "expected end_s ≥ start_s = 2.0, got 1.0"),
    (changed_event(end_s=99.0), "x: events.0.end_s = 99.0; expected at most duration_s = 10.01"),
    (changed_event(box_xyxy=[5, 5, 5, 9]), "expected box_xyxy as left < right and top < bottom"),
    (changed_event(box_xyxy=[5, 5, 9, 9000]), "x: events.0.box_xyxy = (5.0, 5.0, 9.0, 9000.0); expected a box within"),
    ({**GOOD, "events": [GOOD["events"][0]] * 2}, "x: events.1 = the same as events.0; expected each event once"),
    (changed_event(kind="fight"), "x: events.0.kind = fight; expected none of negative_for"),
])
def test_a_wrong_entry_is_named_with_what_was_got_and_expected(content, said):
    with pytest.raises(InputError) as refused:
        parse_truth(json.dumps(content), where="x")
    assert said in str(refused.value)


def test_a_missing_entry_is_named():
    content = {key: value for key, value in GOOD.items() if key != "duration_s"}
    with pytest.raises(InputError, match="x: duration_s; expected"):
        parse_truth(json.dumps(content), where="x")


def test_text_that_is_no_json_is_refused():
    with pytest.raises(InputError, match=r"x = EOF while parsing .*; expected JSON"):
        parse_truth("{", where="x")


def test_a_clip_without_truth_is_told_where_to_put_it(tmp_path):
    with pytest.raises(InputError, match=r"yard\.mp4\.truth\.json = no such file; expected the clip's truth"):
        load_truth(tmp_path / "yard.mp4")


def test_an_unknown_name_gets_its_nearest_match():
    with pytest.raises(UnknownNameError, match="did you mean bottle"):
        load_truth("botle")
