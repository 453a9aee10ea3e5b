"""Frames per second of drawn scenes on one core, with the camera still and with it turning and zooming."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2

from hw.drawn import DrawnScene
from hw.optics import View
from hw.scenes import SCENES, make_scene

SIZE_WH = (1280, 720)
FPS = 25.0
TURN_DEG_PER_S = 12.0
"""How fast the moving camera pans …"""
ZOOM_PER_S = 1.15
"""… and by which factor it zooms in a second."""
_START_S = 16.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One scene's speed."""

    scene: str
    condition: str
    n_frames: int
    """Frames really drawn, of each kind."""
    n_actors: int
    """Mean number in view."""
    set_up_s: float
    """Making the scene and its first picture."""
    fixed_frames_per_s: float
    """Of process time on one core, with the camera still: the median of the rounds."""
    first_frames_per_s: float
    """Of the first round alone, camera still, in which every posture has to be painted once."""
    moving_frames_per_s: float
    """The same as ``fixed_frames_per_s`` with the camera turning and zooming all the time."""
    fixed_wall_frames_per_s: float
    """On the wall clock, which other work on the machine makes slower."""
    luma_sha256: str
    """Of the frames drawn with the camera still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSpeed:
    """All scenes' speed."""

    size_wh: tuple[int, int]
    n_rounds: int
    rows: tuple[DrawnRow, ...]


def measure_drawn(
    scenes: Sequence[str] | None = None, *, condition: str = "day", n_frames: int = 150, n_rounds: int = 3,
    seed: int = 0, progress: Progress | None = None,
) -> DrawnSpeed:
    """Draw each scene's brightness at 1280 × 720, frame after frame, on one core.

    Args:
        scenes: by name; all of them if None.
        condition: light and weather.
        n_frames: in each round, of each kind.
        n_rounds: the median of which counts; the first fills the stores of sprites and tiles, as a clip's start does.
        seed: of the scenes.
        progress: told of finished scenes.
    """
    names = tuple(SCENES if scenes is None else scenes)
    n_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        rows = []
        for number, name in enumerate(names):
            rows.append(_measure(name, condition, n_frames, n_rounds, seed))
            if progress is not None:
                progress(number + 1, len(names))
    finally:
        cv2.setNumThreads(n_threads)
    return DrawnSpeed(size_wh=SIZE_WH, n_rounds=n_rounds, rows=tuple(rows))


def _measure(name: str, condition: str, n_frames: int, n_rounds: int, seed: int) -> DrawnRow:
    begin_s = time.perf_counter()
    scene = make_scene(name, seed=seed, condition=condition)
    scene.render(_START_S, size_wh=SIZE_WH).luma()
    set_up_s = time.perf_counter() - begin_s
    fixed, walls, moving = [], [], []
    digest = ""
    for _ in range(n_rounds):
        cpu_s, wall_s, digest = _draw(scene, n_frames, lambda _: scene.view, is_moving=False)
        fixed.append(n_frames / cpu_s)
        walls.append(n_frames / wall_s)
        cpu_s, _, _ = _draw(scene, n_frames, lambda s: _passing(scene.view, s), is_moving=True)
        moving.append(n_frames / cpu_s)
    counts = [len(scene.boxes(_START_S + i / FPS, size_wh=SIZE_WH)) for i in range(0, n_frames, 25)]
    return DrawnRow(
        scene=name, condition=condition, n_frames=n_frames, n_actors=round(statistics.mean(counts)), set_up_s=set_up_s,
        fixed_frames_per_s=statistics.median(fixed), first_frames_per_s=fixed[0],
        moving_frames_per_s=statistics.median(moving),
        fixed_wall_frames_per_s=statistics.median(walls), luma_sha256=digest)


def _passing(home: View, s: float) -> View:
    """Return a view that sweeps to and fro over the scene's own, zooming in and out."""
    swing = abs((s / 4.0) % 2.0 - 1.0)
    return View(pan_deg=home.pan_deg + TURN_DEG_PER_S * 4.0 * (swing - 0.5), tilt_deg=home.tilt_deg - 4.0 * swing,
                hfov_deg=home.hfov_deg / ZOOM_PER_S ** (4.0 * swing))


def _draw(scene: DrawnScene, n_frames: int, view_at: Callable[[float], View], *, is_moving: bool,
          ) -> tuple[float, float, str]:
    """Return process seconds, wall seconds and the digest of so many frames; the digest is not timed."""
    pictures_digest = hashlib.sha256()
    cpu_s = wall_s = 0.0
    for index in range(n_frames):
        s = index / FPS
        cpu_begin_s, wall_begin_s = time.process_time(), time.perf_counter()
        picture = scene.render(_START_S + s, view_at(s), SIZE_WH, is_moving=is_moving).luma()
        wall_s += time.perf_counter() - wall_begin_s
        cpu_s += time.process_time() - cpu_begin_s
        assert picture.shape == (SIZE_WH[1], SIZE_WH[0])
        pictures_digest.update(picture.tobytes())
    return cpu_s, wall_s, pictures_digest.hexdigest()
