"""Whether a camera still shows what it should: a covered, blind, moved, blurred or frozen one is found within 10 s."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.frame import Frame, Picture
from hw.notice import FeedNotice, NoticeKind
from sim.input_records import SourceState

THUMBNAIL_WH = (160, 90)
SAMPLE_S = 0.5
HOLD_S = 4.0
"""A fault is told once it has lasted this long, so that a lorry in front of the lens is none."""
FROZEN_S = 7.0
LEARN_S = 5.0
"""Nothing but blackness and stillness is judged before this much of the scene was seen."""

_BLOCK_PX = 10
_BLACK_LEVEL = 28.0
_BLACK_SPREAD = 5.0
_FROZEN_LEVELS = 0.02
_TEXTURED = 3.0
"""Mean gradient, in grey levels a pixel, from which a block counts as having texture."""
_LOST_TEXTURE = 0.35
_COVERED_SHARE = 0.5
_BLURRED_SHARPNESS = 0.6
_SAME_VIEW = 0.8
_MOVED_LIKENESS = 0.45
_GRID_COLUMNS = 16
_GRACE_S = 1.0
"""A fault that is hidden for less goes on: a car passes before a blurred lens."""
_ADAPT = 0.02
_SHAKY = 0.5
"""Spread of the frame intervals, as a share of their mean, that counts as jitter."""
_SLOW = 0.5


class Tamper(StrEnum):
    """What is wrong with a camera."""

    BLACKOUT = "blackout"
    COVERED = "covered"
    """Something before the lens, or paint on it, hides most of the scene."""
    DEFOCUSED = "defocused"
    MOVED = "moved"
    FROZEN = "frozen"
    """The same picture again and again: somebody plays a still, or the camera hangs."""
    SLOW = "slow"
    """Fewer than half the frames come."""
    JITTERY = "jittery"


@dataclass(frozen=True, slots=True, kw_only=True)
class TamperEvent:
    """A fault of a camera that has lasted long enough to be told."""

    camera_id: int
    tamper: Tamper
    since_ns: int
    """Arrival of the first frame that showed it."""
    at_ns: int
    """Arrival of the frame by which it was told."""

    def notice(self, state: SourceState) -> FeedNotice:
        """Return it as what happened to a feed that stands so."""
        return FeedNotice(camera_id=self.camera_id, kind=NoticeKind.TAMPER, at_ns=self.at_ns, state=state,
                          before=state, why=self.tamper.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraCondition:
    """How a camera does now."""

    fps: float | None
    jitter: float | None
    """Standard deviation of the intervals between frames, as a share of their mean."""
    brightness: float | None
    """Mean grey level, 0 to 255."""
    sharpness: float | None
    """As a share of what it was while the scene was learnt; None before that."""
    faults: tuple[Tamper, ...]
    """Those that hold now and were told."""


@dataclass(slots=True)
class _Look:
    """What one sampled picture shows."""

    thumbnail: NDArray[np.float32]
    gradient: NDArray[np.float32]
    blocks: NDArray[np.float32]
    """Mean gradient of each block."""
    detail: NDArray[np.float32]
    """Mean step from pixel to pixel at full size, on a coarse grid."""


class CameraHealth:
    """Watches one camera's frames; two pictures a second are looked at, the others only counted.

    The scene is learnt in the first seconds and followed slowly while nothing is wrong. After a fault was told, the
    camera is well again when it has not shown it for as long; a camera that stays moved is learnt anew.

    Args:
        camera_id: written into the events.
        nominal_fps: what the camera should send; its own best rate if None.
    """

    def __init__(self, *, camera_id: int = 0, nominal_fps: float | None = None) -> None:
        self._camera_id = camera_id
        self._nominal_fps = nominal_fps
        self._arrivals_ns: deque[int] = deque(maxlen=500)
        self._last_sample_ns: int | None = None
        self._began_ns: int | None = None
        self._rows: Picture | None = None
        self._look: _Look | None = None
        self._reference: _Look | None = None
        self._n_learnt = 0
        self._shown_since_ns: dict[Tamper, int] = {}
        self._absent_since_ns: dict[Tamper, int] = {}
        self._told: set[Tamper] = set()

    def update(self, frame: Frame) -> tuple[TamperEvent, ...]:
        """Take the next frame and return the faults that have now lasted long enough."""
        now_ns = frame.arrival_ns
        self._arrivals_ns.append(now_ns)
        if self._began_ns is None:
            self._began_ns = now_ns
        if frame.is_tainted or (self._last_sample_ns is not None
                                and (now_ns - self._last_sample_ns) * 1e-9 < SAMPLE_S - 0.005):
            return ()
        self._last_sample_ns = now_ns
        shown = self._judge(frame.luma(), (now_ns - self._began_ns) * 1e-9)
        return tuple(self._tell(shown, now_ns))

    def condition(self) -> CameraCondition:
        """Return how the camera does now."""
        fps, jitter = self._pace()
        reference = self._reference if self._n_learnt else None
        return CameraCondition(
            fps=fps, jitter=jitter,
            brightness=float(self._look.thumbnail.mean()) if self._look else None,
            sharpness=_sharpness(self._look, reference) if self._look and reference else None,
            faults=tuple(sorted(self._told)),
        )

    def _judge(self, luma: Picture, age_s: float) -> set[Tamper]:
        rows = luma[:: max(1, luma.shape[0] // 64)].copy()
        is_still = (self._rows is not None and self._rows.shape == rows.shape
                    and float(cv2.absdiff(self._rows, rows).mean()) <= _FROZEN_LEVELS)
        self._rows = rows
        self._look = look = _look_at(luma, rows)
        shown = {Tamper.FROZEN} if is_still else set()
        if look.thumbnail.mean() < _BLACK_LEVEL and look.thumbnail.std() < _BLACK_SPREAD:
            shown.add(Tamper.BLACKOUT)
        elif age_s >= LEARN_S and self._reference is not None:
            view = _compare(look, self._reference)
            shown |= {view} if view is not None else set()
        if not shown - {Tamper.FROZEN}:
            self._learn(look)
        return shown | self._pace_faults()

    def _learn(self, look: _Look) -> None:
        reference = self._reference
        if reference is None:
            self._reference, self._n_learnt = look, 1
            return
        share = max(_ADAPT, 1.0 / (self._n_learnt + 1))
        self._n_learnt += 1
        self._reference = _Look(
            reference.thumbnail + share * (look.thumbnail - reference.thumbnail),
            reference.gradient + share * (look.gradient - reference.gradient),
            reference.blocks + share * (look.blocks - reference.blocks),
            reference.detail + share * (look.detail - reference.detail),
        )

    def _pace(self) -> tuple[float | None, float | None]:
        if len(self._arrivals_ns) < 5:
            return None, None
        newest_ns = self._arrivals_ns[-1]
        steps_s = np.diff([at_ns for at_ns in self._arrivals_ns if newest_ns - at_ns < 3e9]) * 1e-9
        mean_s = float(steps_s.mean()) if steps_s.size else 0.0
        return (1.0 / mean_s, float(steps_s.std()) / mean_s) if mean_s > 0.0 else (None, None)

    def _pace_faults(self) -> set[Tamper]:
        fps, jitter = self._pace()
        faults = set()
        if fps is not None and self._nominal_fps and fps < _SLOW * self._nominal_fps:
            faults.add(Tamper.SLOW)
        if jitter is not None and jitter > _SHAKY and self._nominal_fps:
            faults.add(Tamper.JITTERY)
        return faults

    def _tell(self, shown: set[Tamper], now_ns: int) -> list[TamperEvent]:
        events = []
        for tamper in Tamper:
            if tamper not in shown:
                absent_s = (now_ns - self._absent_since_ns.setdefault(tamper, now_ns)) * 1e-9
                if absent_s >= _GRACE_S or tamper is Tamper.FROZEN:
                    self._shown_since_ns.pop(tamper, None)
                if absent_s >= HOLD_S:
                    self._told.discard(tamper)
                continue
            self._absent_since_ns.pop(tamper, None)
            since_ns = self._shown_since_ns.setdefault(tamper, now_ns)
            lasted_s = (now_ns - since_ns) * 1e-9
            if tamper not in self._told and lasted_s >= (FROZEN_S if tamper is Tamper.FROZEN else HOLD_S):
                self._told.add(tamper)
                events.append(TamperEvent(camera_id=self._camera_id, tamper=tamper, since_ns=since_ns, at_ns=now_ns))
            if tamper is Tamper.MOVED and lasted_s >= 6 * HOLD_S:
                self._reference, self._n_learnt = None, 0
        return events


def _look_at(luma: Picture, rows: Picture) -> _Look:
    small = cv2.resize(luma, THUMBNAIL_WH, interpolation=cv2.INTER_AREA)
    thumbnail = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), dtype=np.float32)
    across = cv2.Sobel(thumbnail, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(thumbnail, cv2.CV_32F, 0, 1, scale=0.125)
    gradient = np.asarray(cv2.magnitude(across, down), dtype=np.float32)
    width, height = THUMBNAIL_WH
    blocks = gradient.reshape(height // _BLOCK_PX, _BLOCK_PX, width // _BLOCK_PX, _BLOCK_PX).mean(axis=(1, 3))
    few = rows[::4]
    steps = np.asarray(cv2.absdiff(few[:, 1:], few[:, :-1]), dtype=np.float32)
    edges = np.linspace(0, steps.shape[1], _GRID_COLUMNS + 1).astype(int)[:-1]
    detail = np.add.reduceat(steps, edges, axis=1) * (_GRID_COLUMNS / steps.shape[1])
    return _Look(thumbnail, gradient, blocks, np.asarray(detail, dtype=np.float32))


def _compare(look: _Look, reference: _Look) -> Tamper | None:
    """Say how a view differs from the one that was learnt."""
    textured = reference.blocks > max(_TEXTURED * 0.25, float(np.quantile(reference.blocks, 0.4)))
    lost = float((look.blocks[textured] < _LOST_TEXTURE * reference.blocks[textured]).mean()) if textured.any() else 0.0
    same_view = _likeness(cv2.GaussianBlur(look.thumbnail, (0, 0), 4), cv2.GaussianBlur(reference.thumbnail, (0, 0), 4))
    if _sharpness(look, reference) < _BLURRED_SHARPNESS and same_view > _SAME_VIEW:
        return Tamper.DEFOCUSED
    if lost > _COVERED_SHARE:
        return Tamper.COVERED
    if _likeness(look.gradient, reference.gradient) < _MOVED_LIKENESS:
        return Tamper.MOVED
    return None


def _sharpness(look: _Look, reference: _Look) -> float:
    """Return the detail left where the scene had most, as a share: the median, so that passers-by count little."""
    if look.detail.shape != reference.detail.shape:
        return 1.0
    rich = reference.detail >= np.quantile(reference.detail, 0.6)
    return float(np.median(look.detail[rich] / np.maximum(reference.detail[rich], 0.1)))


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the correlation of two pictures, −1 to 1."""
    a, b = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0.0 else 0.0
