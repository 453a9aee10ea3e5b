"""Batches: several streams share one run of a network and each gets the boxes that it would get alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agents import Stream, load_network, make_detector
from agents.batches import Batches
from agents.detections import iou_matrix
from agents.network_choice import MOST_WAIT_S, NetworkChoice, read_network_choice
from hw.frame import Frame
from sim.errors import InputError, UnknownNameError
from tests.agents.onnx_network import write_network

N = 4


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(3)
    return [rng.integers(0, 256, (144, 256, 3), dtype=np.uint8) for _ in range(N)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("networks")


@pytest.fixture(scope="module")
def small(folder):
    return write_network(folder / "small.onnx")


def frame_of(bgr, camera_id):
    return Frame(camera_id=camera_id, index=0, arrival_ns=0, pts_s=0.0, wall_s=None, size_wh=(256, 144),
                 make_luma=lambda: bgr[:, :, 1], make_bgr=lambda: bgr)


def alone_in(network):
    return lambda bgr: network.find(bgr, min_score=0.3)


def look_at_once(network, pictures):
    """Let one thread for each picture ask at the same time."""
    together = threading.Barrier(len(pictures))

    def look(bgr):
        together.wait(30.0)
        return network.find(bgr, min_score=0.3)

    with ThreadPoolExecutor(len(pictures)) as pool:
        return list(pool.map(look, pictures))


@pytest.mark.parametrize("device", ["cpu", "openvino"])
def test_a_batch_finds_in_each_picture_what_is_found_in_it_alone(small, pictures, device):
    alone = load_network(f"{small}@{device}")
    together = load_network(f"{small}@{device},batch={N},wait_s={MOST_WAIT_S}")
    for ours, theirs in zip(map(alone_in(alone), pictures), look_at_once(together, pictures), strict=True):
        assert len(ours) == len(theirs) > 3
        overlap = iou_matrix([item.box_xyxy for item in ours], [item.box_xyxy for item in theirs])
        assert (overlap.max(axis=1) > 0.99).all()
        found = [theirs[index] for index in overlap.argmax(axis=1)]
        assert [item.kind for item in ours] == [item.kind for item in found]
        assert [item.score for item in ours] == pytest.approx([item.score for item in found], abs=1e-3)
    assert together.batches.n_pictures == N
    assert together.one_by_one == ""


def test_a_file_with_a_fixed_first_axis_is_run_picture_by_picture_and_says_so(folder, small, pictures):
    fixed = write_network(folder / "fixed.onnx", n_pictures=1)
    network = load_network(f"{fixed}@cpu,batch={N}")
    assert look_at_once(network, pictures) == list(map(alone_in(load_network(str(small))), pictures))
    assert network.batches is None
    assert "fixed.onnx" in network.one_by_one
    assert f"expected an open first axis for batches of {N}" in network.one_by_one


def test_streams_of_one_process_share_the_runs_of_their_detectors(small, pictures):
    network = f"{small}@cpu,batch={N},wait_s=0.9"
    shared = load_network(network, size_px=416)
    together = threading.Barrier(N)

    def watch(camera_id):
        detector = make_detector("person", network=network)
        detector.start(Stream(camera_id=camera_id, size_wh=(256, 144), fps=None))
        assert detector.network is shared
        together.wait(30.0)
        return detector.update(frame_of(pictures[camera_id], camera_id))

    with ThreadPoolExecutor(N) as pool:
        list(pool.map(watch, range(N)))
    assert shared.batches.n_pictures == N


def test_a_full_batch_is_one_run_and_another_size_goes_by_itself():
    shapes = []

    def run(pictures):
        shapes.append(pictures.shape)
        return pictures[:, 0, 0, :1]

    batches = Batches(run, most=2, wait_s=30.0)
    asked = [np.full((1, 3, 8, 8 + 8 * (number // 2)), number, np.float32) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(batches.run, asked))
    assert [answer.tolist() for answer in answers] == [[[0.0]], [[1.0]], [[2.0]], [[3.0]]]
    assert sorted(shapes) == [(2, 3, 8, 8), (2, 3, 8, 16)]
    assert (batches.n_runs, batches.n_pictures) == (2, 4)


def test_a_picture_without_company_waits_no_longer_than_it_may():
    batches = Batches(lambda pictures: pictures[:, 0, 0], most=8, wait_s=0.01)
    assert batches.run(np.ones((1, 3, 4, 4), np.float32)).shape == (1, 4)
    assert (batches.n_runs, batches.n_pictures) == (1, 1)


def test_whoever_waits_for_a_run_that_fails_is_told_and_the_next_run_is_tried():
    def run(pictures):
        if pictures.any():
            raise RuntimeError("out of memory")
        return pictures[:, 0, 0]

    batches = Batches(run, most=2, wait_s=30.0)
    with ThreadPoolExecutor(2) as pool:
        failed = [pool.submit(batches.run, np.ones((1, 3, 4, 4), np.float32)) for _ in range(2)]
        assert [str(job.exception()) for job in failed] == ["out of memory"] * 2
        assert all(answer.sum() == 0.0 for answer in pool.map(batches.run, [np.zeros((1, 3, 4, 4), np.float32)] * 2))


def test_how_a_network_is_run_is_read_and_written_as_one_text():
    choice = NetworkChoice(name="yard.onnx", device="cuda", batch=8, wait_s=0.05)
    assert read_network_choice("yard.onnx@cuda,batch=8,wait_s=0.05") == read_network_choice(str(choice)) == choice
    assert read_network_choice("yolox_nano") == NetworkChoice(name="yolox_nano")
    assert read_network_choice("yolox_nano@,batch=2").device == "cpu"


@pytest.mark.parametrize(("text", "error", "said"), [
    ("n@cpu,batch=0", InputError, "a whole number from 1 to 256"), ("n@cpu,batch=many", InputError, "batch = many"),
    ("n@cpu,wait_s=2", InputError, "seconds from 0 to 1"), ("n@cpu,wait_s=nan", InputError, "seconds from 0 to 1"),
    ("n@cpu,bach=4", UnknownNameError, "did you mean batch"),
])
def test_a_setting_that_cannot_be_is_refused(text, error, said):
    with pytest.raises(error, match=said):
        read_network_choice(text)
