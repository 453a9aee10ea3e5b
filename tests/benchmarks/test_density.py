"""Stream density: the search finds what holds, a trial does the work it counts, and programs' costs are compared."""

from __future__ import annotations

import dataclasses
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import make_detector
from benchmarks.clip_cost import Watcher, compare_costs, find_watchers
from benchmarks.density import DensitySearch, encode_as_camera, find_fault, measure_costs
from benchmarks.density_trial import Load, Trial, run_trial
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.loopback import EncodedClip
from hw.scenes import make_scene
from sim.errors import InputError
from tests.agents.onnx_network import write_network
from watchfloor.bench_throughput import read_budget_s, read_size_wh
from watchfloor.detector_options import with_device

GOOD = Trial(n_streams=1, is_spread=True, n_due=5000, n_decided=5000, most_missing=0, p50_s=0.01, p99_s=0.1,
             cpu_per_stream=0.01, memory_mib=100.0)


@pytest.fixture(scope="module")
def clip() -> EncodedClip:
    return encode_as_camera(DrawnSource(make_scene("street_corner")), fps=Fraction(10), size_wh=(160, 90),
                            bit_rate=200_000, duration_s=4.0)


def trial(n_streams: int, *, p99_s: float) -> Trial:
    return dataclasses.replace(GOOD, n_streams=n_streams, p99_s=p99_s)


@given(st.integers(0, 600), st.integers(1, 300))
def test_the_search_finds_the_largest_number_that_holds_within_its_fineness(largest, first):
    tried = []

    def measure(n_streams: int) -> Trial:
        tried.append(n_streams)
        return trial(n_streams, p99_s=0.1 if n_streams <= largest else 0.9)

    found = DensitySearch(measure, budget_s=0.5).find(first)
    assert found.n_streams <= largest
    assert largest - found.n_streams <= max(1, 0.04 * largest)
    assert len(found.confirmed) == (5 if largest else 0)
    assert found.n_trials == len(tried) < 40


def test_a_number_that_holds_by_luck_is_not_confirmed():
    n_trials = {}

    def measure(n_streams: int) -> Trial:
        n_trials[n_streams] = n_trials.get(n_streams, 0) + 1
        is_lucky = n_streams <= 100 and n_trials[n_streams] == 1
        return trial(n_streams, p99_s=0.1 if n_streams <= 80 or is_lucky else 0.9)

    assert 76 <= DensitySearch(measure, budget_s=0.5).find(64).n_streams <= 80


def test_no_more_streams_are_tried_than_there_are():
    assert DensitySearch(lambda n: trial(n, p99_s=0.1), budget_s=0.5, most=48).find(10).n_streams == 48


@pytest.mark.parametrize(("spoilt", "said"), [
    ({}, ""), ({"p99_s": 0.6}, "p99 600 ms"), ({"n_decided": 4990}, "0.20 % dropped"),
    ({"most_missing": 2}, "a camera lacks 2 decisions"),
])
def test_a_trial_holds_only_if_every_camera_is_served_in_time(spoilt, said):
    assert find_fault(dataclasses.replace(GOOD, **spoilt), budget_s=0.5) == said


def test_a_clip_is_encoded_as_the_camera_would_send_it(clip):
    assert (clip.size_wh, clip.fps, clip.codec) == ((160, 90), 10, "h264")
    assert [index for index, is_key in enumerate(clip.is_key) if is_key] == [0, 20]
    with pytest.raises(InputError, match="at most the source's own rate"):
        encode_as_camera(DrawnSource(make_scene("street_corner")), fps=Fraction(50), size_wh=(160, 90),
                         bit_rate=200_000, duration_s=4.0)


def test_a_trial_counts_each_frame_that_was_due(clip):
    played = run_trial(Load(clip=clip, n_streams=3, is_spread=True, detector="motion", duration_s=1.0))
    assert played.n_due == 3 * 10
    assert played.n_due // 2 < played.n_decided <= played.n_due
    assert 0.0 < played.p50_s <= played.p99_s
    assert played.cpu_per_stream > 0.0


def test_a_trial_with_batches_says_how_many_pictures_went_in_a_run(clip, tmp_path):
    network = write_network(tmp_path / "small.onnx")
    played = run_trial(Load(clip=clip, n_streams=3, is_spread=False, detector="person", duration_s=1.0,
                            options={"network": f"{network}@cpu,batch=2,wait_s=0.5"}))
    assert played.n_decided > played.n_due // 2
    assert 1.0 < played.pictures_a_run <= 2.0


def test_a_device_and_a_batch_are_joined_with_the_network_that_is_asked_for():
    assert with_device({"rate_hz": 2}, device=None) == {"rate_hz": 2}
    assert with_device({}, device="openvino") == {"network": "yolox_nano@openvino"}
    assert with_device({"network": "yard.onnx@cuda,wait_s=0.1"}, device=None, batch=8) == {
        "network": "yard.onnx@cuda,batch=8,wait_s=0.1"}


def test_a_detector_costs_more_than_decoding_alone_and_the_work_is_done(clip):
    costs = measure_costs(clip, lambda: make_detector("motion"), loop_s=0.2)
    assert costs.n_frames >= len(clip.units)
    assert costs.pipeline_ratio > 1.0
    assert costs.streams_bound(10.0) == pytest.approx(100.0 / costs.decode_ms)


def test_every_program_sees_every_frame_and_one_that_fails_has_no_figure(clip, tmp_path):
    written = {}

    def write_clip(n_frames):
        written[n_frames] = clip.write(tmp_path / f"{n_frames}.mp4", n_frames=n_frames)
        return written[n_frames]

    broken = Watcher(name="broken", command=(sys.executable, "-c", "raise SystemExit('lens cap on')"))
    here = {watcher.name: watcher for watcher in find_watchers(Path("nowhere"))[0]}
    watchers = [here[name] for name in ("watchfloor, decode alone", "OpenCV capture and MOG2")]
    result = compare_costs([*watchers, broken], write_clip, n_long=120, n_short=20, n_rounds=1)
    assert {n_frames: len(list(FileSource(path))) for n_frames, path in written.items()} == {20: 20, 120: 120, 720: 720}
    assert [cost.name for cost in result.costs] == ["watchfloor, decode alone", "OpenCV capture and MOG2"]
    assert [(item.name, item.why) for item in result.missing] == [("broken", "it failed: lens cap on")]
    assert all(cost.ratio is not None for cost in result.costs)
    assert find_watchers(Path("nowhere"))[1][0].do == "make peers"


@pytest.mark.parametrize(("read", "text"), [(read_size_wh, "640"), (read_size_wh, "641x360"), (read_budget_s, "fast"),
                                            (read_budget_s, "0s")])
def test_what_cannot_be_asked_for_is_refused(read, text):
    with pytest.raises(InputError, match="bench throughput"):
        read(text)


def test_sizes_and_budgets_are_read():
    assert (read_size_wh("640x360"), read_budget_s("500ms"), read_budget_s("2s")) == ((640, 360), 0.5, 2.0)
