"""Networks: found by name, read right, refused if they would tell who somebody is."""

from __future__ import annotations

import hashlib
import shutil
import sys

import numpy as np
import onnxruntime
import pytest

from agents import load_network, make_detector
from agents.detections import iou_matrix
from agents.inference import open_session
from agents.network import Network
from agents.network_file import COCO_CLASSES, find_network
from hw.file import FileSource
from sim.errors import InputError, UnknownNameError

SPEC = 'name = "{name}"\nclasses = {classes}\ndecoding = "{decoding}"\n'

TRUTH_264 = ((462, 174, 484, 245), (313, 208, 341, 292), (612, 128, 638, 194), (35, 176, 62, 246),
             (507, 240, 545, 338), (150, 145, 172, 211))
"""Six of the people in frame 264 of vtest, checked by eye."""


@pytest.fixture(scope="module")
def street_picture(sample):
    return next(frame.bgr().copy() for frame in FileSource(sample("vtest")) if frame.index == 264)


@pytest.fixture(scope="module")
def yolox(sample):
    sample("yolox_nano_dyn")
    return load_network("yolox_nano", size_px=416)


@pytest.fixture
def own_network(sample, tmp_path):
    """Lays the real network's file into a folder with a TOML of one's own beside it."""

    def lay(file="mine.onnx", name="mine", classes=COCO_CLASSES, decoding="yolox", more=""):
        path = tmp_path / file
        shutil.copy(sample("yolox_nano_dyn"), path)
        spec = SPEC.format(name=name, classes=list(classes), decoding=decoding) + more
        path.with_suffix(".toml").write_text(spec, encoding="utf-8")
        return path

    return lay


def test_people_in_a_real_street_are_found(yolox, street_picture):
    boxes = [item.box_xyxy for item in yolox.find(street_picture, min_score=0.4, kinds=("person",))]
    assert (iou_matrix(TRUTH_264, boxes).max(axis=1) > 0.5).all()


def test_openvino_finds_the_same_boxes_within_the_precision_of_bfloat16(sample, yolox, street_picture):
    sample("yolox_nano_dyn")
    ours, theirs = (network.find(street_picture, min_score=0.4, kinds=("person",))
                    for network in (yolox, load_network("yolox_nano@openvino", size_px=416)))
    overlap = iou_matrix([item.box_xyxy for item in ours], [item.box_xyxy for item in theirs])
    assert len(ours) == len(theirs) >= 6
    assert (overlap.max(axis=1) > 0.9).all()
    scores = [theirs[best].score for best in overlap.argmax(axis=1)]
    assert [item.score for item in ours] == pytest.approx(scores, abs=0.05)


def test_a_device_that_is_not_there_says_what_is_missing(sample, monkeypatch):
    sample("yolox_nano_dyn")
    with pytest.raises(UnknownNameError, match="did you mean openvino"):
        load_network("yolox_nano@openvina")
    open_session.cache_clear()
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(InputError, match=r"pip install 'watchfloor\[openvino\]'"):
        load_network("yolox_nano@openvino", size_px=64)
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        with pytest.raises(InputError, match=r"pip install 'watchfloor\[cuda\]'"):
            load_network("yolox_nano@cuda")


def test_the_answer_is_read_as_a_slow_twin_reads_it(yolox):
    rng = np.random.default_rng(0)
    answer = rng.normal(0.0, 1.0, (1, 64 + 16 + 4, 85)).astype(np.float32)
    rows = yolox._decoded(answer, (64, 64))
    twin, row = [], 0
    for stride in (8, 16, 32):
        for y in range(64 // stride):
            for x in range(64 // stride):
                cx, cy, w, h, there = answer[0, row, :5]
                best = int(np.argmax(there * answer[0, row, 5:]))
                w, h = np.exp(w) * stride, np.exp(h) * stride
                cx, cy = (cx + x) * stride, (cy + y) * stride
                twin.append([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, there * answer[0, row, 5 + best], best])
                row += 1
    np.testing.assert_allclose(rows, twin, rtol=1e-4, atol=1e-4)


def test_a_picture_is_looked_at_in_another_size_as_by_a_network_made_for_it(yolox, street_picture):
    assert yolox.input_wh((768, 576), size_px=320) == (320, 256)
    smaller = yolox.find(street_picture, min_score=0.3, size_px=320)
    assert smaller == load_network("yolox_nano", size_px=320).find(street_picture, min_score=0.3)
    assert smaller != yolox.find(street_picture, min_score=0.3)


def test_a_picture_of_another_shape_gives_boxes_inside_it(yolox, street_picture):
    narrow = np.ascontiguousarray(street_picture[:, 400:530])
    for item in yolox.find(narrow, min_score=0.05):
        left, top, right, bottom = item.box_xyxy
        assert 0 <= left < right <= 130
        assert 0 <= top < bottom <= 576


def test_a_users_own_file_with_its_toml_finds_the_same(own_network, yolox, street_picture):
    mine = Network(find_network(str(own_network())), size_px=416)
    assert mine.find(street_picture, min_score=0.4) == yolox.find(street_picture, min_score=0.4)


@pytest.mark.parametrize(("file", "name", "classes"), [
    ("arcface_r50.onnx", "mine", ("person",)), ("mine.onnx", "plate reader", ("person",)),
    ("mine.onnx", "mine", ("person", "licence plate")), ("person-reid.onnx", "mine", ("person",)),
])
def test_a_network_that_would_tell_who_somebody_is_is_refused_by_name(own_network, file, name, classes):
    with pytest.raises(InputError, match="nothing here may tell who somebody is"):
        find_network(str(own_network(file=file, name=name, classes=classes)))


def test_a_file_with_other_bytes_than_its_toml_names_is_refused(own_network):
    with pytest.raises(InputError, match=f"expected sha256 {'0' * 64}"):
        find_network(str(own_network(more=f'sha256 = "{"0" * 64}"\n')))
    path = own_network()
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    assert find_network(str(own_network(more=f'sha256 = "{right}"\n'))).sha256 == right


def test_a_network_of_another_layout_is_refused_with_its_shape(own_network, street_picture):
    for change in ({"classes": ("person",)}, {"decoding": "rows"}):
        with pytest.raises(InputError, match=r"answer = shape .*; expected .*name the right decoding"):
            Network(find_network(str(own_network(**change)))).find(street_picture, min_score=0.5)


@pytest.mark.parametrize(("text", "where"), [
    ('name = ""\n', "name"), ("name = 3\n", "name"), ("nonsense\n", "mine.toml"),
    (SPEC.format(name="m", classes=["person"], decoding="guess"), "decoding"),
    (SPEC.format(name="m", classes=["person"], decoding="rows") + "colour = 1\n", "key = colour; expected one of"),
    (SPEC.format(name="m", classes=["person"], decoding="row"), "decoding = 'row'; expected 'yolox' or 'rows'; mend"),
    ("", "name; expected this entry"),
])
def test_a_wrong_entry_of_the_toml_is_named(tmp_path, text, where):
    (tmp_path / "mine.onnx").write_bytes(b"x")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=where):
        find_network(str(tmp_path / "mine.onnx"))


def test_what_is_no_network_is_refused(own_network):
    path = own_network()
    path.write_bytes(b"no network")
    with pytest.raises(InputError, match="expected a network in the ONNX format"):
        Network(find_network(str(path)))


def test_an_unknown_name_gets_its_nearest_match_and_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean yolox_nano"):
        find_network("yolox_nan")
    with pytest.raises(InputError, match="no such file"):
        find_network(str(tmp_path / "nothing.onnx"))


def test_without_the_weights_motion_serves_and_it_says_so(monkeypatch, tmp_path, scene):
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path))
    monkeypatch.setenv("WATCHFLOOR_OFFLINE", "1")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path)
    load_network.cache_clear()
    detector = make_detector("person")
    assert "degraded to motion" in detector.degraded
    assert "yolox_nano.onnx" in detector.degraded
    assert scene.run(detector, scene.draw([scene.person_walking(2.0)], duration_s=6.0))
