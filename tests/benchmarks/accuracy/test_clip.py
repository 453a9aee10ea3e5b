"""A detector measured on clips, drawn and real, and the model made of it."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np
import pytest

from agents import DetectorError, Post, make_detector
from benchmarks import make_detector_model, measure_accuracy, run_passage
from hw.file import FileSource
from hw.truth import ClipTruth, TruthEvent, load_truth
from sim.errors import InputError, UnknownNameError
from sim.input_records import SourceState

BOX = (60.0, 40.0, 90.0, 80.0)
PLACED = TruthEvent(kind="object_placed", start_s=4.0, end_s=4.0, box_xyxy=BOX)
REMOVED = TruthEvent(kind="object_removed", start_s=8.0, end_s=8.0, box_xyxy=BOX)


def truth_of(*events, size_wh=(160, 120), negative_for=()):
    return ClipTruth(name="drawn", events=events, size_wh=size_wh, fps=Fraction(10), n_frames=120, duration_s=12.0,
                     negative_for=negative_for, timing_tolerance_s=0.0, end_tolerance_s=0.0, source="drawn")


def counts_of(accuracy):
    return {count.kind: (count.hits, count.misses, count.false_alarms) for count in accuracy.kinds}


def measure(list_source, truth, **options):
    return measure_accuracy(list_source(), make_detector("left_object"), truth, **options)


def test_right_alerts_are_hits_with_their_delays(list_source):
    accuracy = measure(list_source, truth_of(PLACED, REMOVED))
    assert counts_of(accuracy) == {"object_placed": (1, 0, 0), "object_removed": (1, 0, 0)}
    assert [item.is_matched for item in accuracy.alerts] == [True, True]
    assert [item.event_index for item in accuracy.alerts] == [0, 1]
    assert all(1.0 <= item.delay_s <= 2.0 for item in accuracy.alerts)
    assert accuracy.misses == ()


def test_an_event_that_nothing_found_is_a_miss_and_an_alert_without_event_a_false_alarm(list_source):
    never = TruthEvent(kind="object_placed", start_s=1.0, end_s=1.0, box_xyxy=(0.0, 0.0, 20.0, 20.0))
    accuracy = measure(list_source, truth_of(never, PLACED, negative_for=("object_removed",)))
    assert counts_of(accuracy) == {"object_placed": (1, 1, 0), "object_removed": (0, 0, 1)}
    assert accuracy.misses == (never,)


def test_alerts_of_kinds_on_which_the_truth_is_silent_are_not_judged(list_source):
    accuracy = measure(list_source, truth_of(PLACED))
    assert counts_of(accuracy) == {"object_placed": (1, 0, 0)}
    assert [(item.alert.kind, item.is_matched) for item in accuracy.alerts] == [
        ("object_placed", True), ("object_removed", None)]
    assert counts_of(measure(list_source, truth_of(PLACED), negative_for=["object_removed"])) == {
        "object_placed": (1, 0, 0), "object_removed": (0, 0, 1)}


def test_events_of_kinds_that_the_detector_never_raises_are_not_misses(list_source):
    fight = TruthEvent(kind="fight", start_s=1.0, end_s=2.0)
    assert "fight" not in counts_of(measure(list_source, truth_of(fight, PLACED)))


def test_boxes_of_the_truth_follow_the_size_of_the_frames(list_source):
    doubled = TruthEvent(kind="object_placed", start_s=4.0, end_s=4.0, box_xyxy=(120.0, 80.0, 180.0, 160.0))
    accuracy = measure(list_source, truth_of(doubled, size_wh=(320, 240)))
    assert accuracy.events[0].box_xyxy == BOX
    assert counts_of(accuracy)["object_placed"] == (1, 0, 0)


def test_a_threshold_leaves_the_weaker_alerts_out(list_source):
    accuracy = measure(list_source, truth_of(PLACED), threshold=1.0)
    assert counts_of(accuracy) == {"object_placed": (0, 1, 0)}
    assert accuracy.rows[0].threshold == 1.0


def test_every_frame_is_passed_timed_and_reported(list_source):
    seen = []
    source = list_source()
    passage = measure_accuracy(source, make_detector("motion"), truth_of(),
                               progress=lambda *args: seen.append(args)).passage
    assert seen == [(done, 120) for done in range(1, 121)]
    assert (passage.n_frames, passage.n_withheld) == (120, 0)
    assert passage.duration_s == pytest.approx(12.0)
    assert min(passage.decode.wall_s, passage.detect.wall_s, passage.detect.cpu_s) > 0.0
    cpu_s = passage.decode.cpu_s + passage.detect.cpu_s
    assert passage.streams_per_core == pytest.approx(120 / cpu_s / 10)
    assert source.state is SourceState.DEAD


def test_an_interrupt_closes_the_source_and_is_passed_on(list_source):
    def interrupt(done, total):
        if done == 5:
            raise KeyboardInterrupt

    source = list_source()
    with pytest.raises(KeyboardInterrupt):
        measure_accuracy(source, make_detector("motion"), truth_of(), progress=interrupt)
    assert source.state is SourceState.DEAD


class HastyDetector:
    """Tells at its fifth frame of something, so many seconds after it."""

    name, pixels, working_size_wh = "hasty", "luma", (8, 8)

    def __init__(self, ahead_s):
        self.ahead_s = ahead_s

    def start(self, stream):
        self.post = Post(self.name, stream)

    def reset(self):
        pass

    def update(self, frame):
        t_s = self.post.time_s(frame) + self.ahead_s
        return [self.post.alert("litter", detect_s=t_s, score=0.5, box_xyxy=None)] if frame.index == 5 else []


def test_an_alert_from_the_future_is_refused(list_source):
    assert len(run_passage(list_source(), HastyDetector(0.0)).alerts) == 1
    with pytest.raises(DetectorError, match=r"hasty: alert.detect_s = 3.5; expected no later than its frame, 0.5"):
        run_passage(list_source(), HastyDetector(3.0))


def test_a_source_without_frames_is_refused(list_source):
    with pytest.raises(InputError, match="frames = 0"):
        run_passage(list_source(n_frames=0), None)


def test_a_row_has_five_equally_spaced_quantiles_of_delay(list_source):
    row = measure(list_source, truth_of(PLACED, REMOVED)).rows[0]
    assert (row.kind, row.hits, row.misses, row.false_alarms, row.n_cameras) == ("object_placed", 1, 0, 0, 1)
    assert row.camera_hours == pytest.approx(12 / 3600)
    assert len(row.delay_quantiles_s) == 5


def test_pooled_clips_add_their_counts_hours_and_delays_and_count_each_camera_once(list_source, tmp_path):
    pooled = [measure(list_source, truth_of(PLACED, REMOVED), camera="yard") for _ in range(2)]
    pooled.append(measure(list_source, truth_of(negative_for=("object_placed",)), camera="hall"))
    clip = tmp_path / "clip.bin"
    clip.write_bytes(b"pixels")
    model = make_detector_model(*pooled, name="yard box", kind_map={"object_placed": "litter"}, clips=[clip] * 3,
                                code_version="9.9")
    placed, removed = model.rows
    assert (placed.hits, placed.misses, placed.false_alarms, placed.n_cameras) == (2, 0, 1, 2)
    assert placed.camera_hours == pytest.approx(36 / 3600)
    assert (removed.hits, removed.n_cameras) == (2, 1)
    assert removed.camera_hours == pytest.approx(24 / 3600)
    assert (model.detector, model.profile, model.version) == ("left_object", "tabletop", "9.9")
    assert model.provenance["sha256"] == hashlib.sha256(b"pixels").hexdigest()
    assert set(model.provenance) == {"set", "sha256", "machine", "date", "code_version"}
    parameters = model.draw(np.random.default_rng(1))
    assert [parameter.kind for parameter in parameters] == ["litter"]


def test_measurements_at_two_thresholds_are_not_pooled(list_source):
    two = [measure(list_source, truth_of(PLACED), threshold=threshold) for threshold in (0.0, 0.5)]
    with pytest.raises(InputError, match=r"threshold = 0\.5; expected 0\.0"):
        make_detector_model(*two, name="two", kind_map={})


def test_a_checksum_is_owed_for_every_measurement_or_for_none(list_source, tmp_path):
    accuracy = measure(list_source, truth_of(PLACED))
    with pytest.raises(InputError, match="clips = 1; expected 2, one a measurement"):
        make_detector_model(accuracy, accuracy, name="m", kind_map={}, clips=[tmp_path])
    assert make_detector_model(accuracy, name="m", kind_map={}).provenance["sha256"] == ""


def test_a_mapped_kind_that_was_not_measured_is_refused_with_the_nearest(list_source):
    accuracy = measure(list_source, truth_of(PLACED))
    with pytest.raises(UnknownNameError, match="did you mean object_placed"):
        make_detector_model(accuracy, name="m", kind_map={"object_place": "litter"})


def test_all_eight_bottles_are_found_in_the_real_clip_without_a_false_alarm(clips):
    accuracy = measure_accuracy(FileSource(clips / "intel_bottle-detection.mp4"), make_detector("left_object"),
                                load_truth("bottle"))
    assert counts_of(accuracy) == {"object_placed": (4, 0, 0), "object_removed": (4, 0, 0)}
    assert accuracy.passage.n_frames == 1189
    assert max(delay_s for count in accuracy.kinds for delay_s in count.delays_s) < 2.5


def test_passing_cars_under_auto_exposure_raise_no_left_object(clips):
    accuracy = measure_accuracy(FileSource(clips / "intel_car-detection.mp4"), make_detector("left_object"),
                                load_truth("car"), negative_for=("object_placed", "object_removed"))
    assert counts_of(accuracy) == {"object_placed": (0, 0, 0), "object_removed": (0, 0, 0)}
