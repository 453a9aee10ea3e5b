"""Cameras that are covered, blinded, moved, blurred, frozen, slow or shaky, and those that only see a busy street."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from hw.file import FileSource
from hw.frame import Frame
from hw.health import CameraHealth, Tamper, TamperEvent
from hw.optics import View
from hw.samples import SampleUnavailableError, locate_sample
from hw.scenes import make_scene

FAULT_S = 10.0
WITHIN_S = 10.0
FPS = 5


def frame(luma: np.ndarray, t_s: float, *, is_tainted: bool = False) -> Frame:
    return Frame(camera_id=3, index=0, arrival_ns=round(t_s * 1e9), pts_s=t_s, wall_s=None, is_tainted=is_tainted,
                 size_wh=(luma.shape[1], luma.shape[0]), make_luma=lambda: luma, make_bgr=lambda: luma)


@pytest.fixture(scope="module")
def street() -> list[np.ndarray]:
    scene = make_scene("street_corner")
    return [scene.render(index / FPS, size_wh=(320, 180)).luma() for index in range(int((FAULT_S + WITHIN_S) * FPS))]


@pytest.fixture(scope="module")
def elsewhere() -> list[np.ndarray]:
    scene = make_scene("street_corner")
    view = View(pan_deg=scene.view.pan_deg + 12.0, tilt_deg=scene.view.tilt_deg, hfov_deg=scene.view.hfov_deg)
    return [scene.render(index / FPS, view, (320, 180)).luma() for index in range(int((FAULT_S + WITHIN_S) * FPS))]


def told(lumas: Iterator[np.ndarray] | list[np.ndarray], fps: float = FPS) -> list[TamperEvent]:
    health = CameraHealth(camera_id=3)
    return [event for index, luma in enumerate(lumas) for event in health.update(frame(luma, 1.0 + index / fps))]


def black(luma: np.ndarray) -> np.ndarray:
    return np.random.default_rng(0).integers(14, 20, luma.shape, dtype=np.uint8)


def covered(luma: np.ndarray) -> np.ndarray:
    return np.clip(np.random.default_rng(int(luma.sum())).normal(70, 3, luma.shape), 0, 255).astype(np.uint8)


def sprayed(luma: np.ndarray) -> np.ndarray:
    mask = np.zeros(luma.shape, np.float32)
    cv2.ellipse(mask, (160, 90), (150, 80), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 8)
    return (luma * (1 - mask) + 110 * mask + np.random.default_rng(int(luma.sum())).normal(0, 1, luma.shape)).astype(
        np.uint8)


def blurred(luma: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(luma, (0, 0), 2.5)


@pytest.mark.parametrize(("spoil", "expected"), [
    (black, Tamper.BLACKOUT), (covered, Tamper.COVERED), (sprayed, Tamper.COVERED), (blurred, Tamper.DEFOCUSED),
])
def test_a_spoilt_lens_is_told_within_ten_seconds(street, spoil, expected):
    n_clean = int(FAULT_S * FPS)
    events = told([*street[:n_clean], *map(spoil, street[n_clean:])])
    first = events[0]
    assert (first.tamper, first.camera_id) == (expected, 3)
    assert 0.0 <= first.at_ns * 1e-9 - 1.0 - FAULT_S < WITHIN_S
    assert 0.0 <= first.since_ns * 1e-9 - 1.0 - FAULT_S < 1.0


def test_a_camera_that_was_turned_is_told_within_ten_seconds(street, elsewhere):
    n_clean = int(FAULT_S * FPS)
    events = told([*street[:n_clean], *elsewhere[n_clean:]])
    assert [event.tamper for event in events] == [Tamper.MOVED]


def test_the_same_picture_again_and_again_is_told_within_ten_seconds(street):
    n_clean = int(FAULT_S * FPS)
    events = told([*street[:n_clean], *[street[n_clean]] * (len(street) - n_clean)])
    assert [event.tamper for event in events] == [Tamper.FROZEN]


def test_a_street_with_people_is_no_fault(street):
    assert told(street) == []


def test_a_street_that_grows_dark_slowly_is_no_fault(street):
    assert told([(luma * (1.0 - 0.6 * index / len(street))).astype(np.uint8)
                 for index, luma in enumerate(street)]) == []


def test_a_passing_lorry_is_no_fault(street):
    lumas = [covered(luma) if 50 <= index < 62 else luma for index, luma in enumerate(street)]
    assert told(lumas) == []


def test_tainted_pictures_are_not_judged(street):
    health = CameraHealth()
    for index, luma in enumerate(street):
        is_spoilt = index >= 50
        seen = covered(luma) if is_spoilt else luma
        assert health.update(frame(seen, index / FPS, is_tainted=is_spoilt)) == ()


def test_a_fault_is_told_once_and_again_only_after_the_camera_was_well(street):
    night = [black(street[0])] * 40
    events = told([*street[:50], *night, *street[:50], *night])
    assert [event.tamper for event in events if event.tamper is Tamper.BLACKOUT] == [Tamper.BLACKOUT] * 2


def test_half_the_rate_and_uneven_steps_are_told(street):
    health = CameraHealth(nominal_fps=25.0)
    slow = [event.tamper for index in range(80) for event in health.update(frame(street[index], index / 8))]
    assert slow == [Tamper.SLOW]
    health = CameraHealth(nominal_fps=25.0)
    steps = np.cumsum(np.tile([0.005, 0.005, 0.005, 0.145], 100))
    shaky = [event.tamper for index, t_s in enumerate(steps)
             for event in health.update(frame(street[index % 80], float(t_s)))]
    assert shaky == [Tamper.JITTERY]


@pytest.mark.parametrize("name", ["vtest", "car"])
def test_real_streets_give_no_false_alarm(name):
    try:
        source = FileSource(locate_sample(name, may_download=False))
    except SampleUnavailableError as error:
        pytest.skip(str(error))
    fps = float(source.fps)
    health = CameraHealth(nominal_fps=fps)
    events = [event for given in source if given.index % 5 == 0
              for event in health.update(frame(given.luma(), given.index / fps))]
    assert [event.tamper for event in events if event.tamper is not Tamper.SLOW] == []
    assert health.condition().brightness > 30.0


def test_looking_costs_little(street):
    health = CameraHealth()
    full_hd = cv2.resize(street[0], (1920, 1080))
    began = cv2.getTickCount()
    for index in range(40):
        health.update(frame(full_hd, index * 0.5))
    per_look_s = (cv2.getTickCount() - began) / cv2.getTickFrequency() / 40
    assert per_look_s < 0.02
