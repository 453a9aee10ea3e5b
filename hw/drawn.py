"""A rendered scene: a calibrated camera, people who put things down and take them away, and the exact truth of it."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.figures import paint_person
from hw.frame import Frame, Picture
from hw.optics import F8, Mount, Projection, View
from hw.panels import NEAR_M, Panel, box_of, lying_panel, outline_px, paint_panel, upright_panel
from hw.textures import soft_shadow
from hw.truth import ClipTruth, TruthEvent
from hw.walkers import Prop, Walker
from sim.errors import InputError

WATERMARK = "SYNTHETIC"
"""Burnt into every picture, so that none is ever taken for evidence."""

_NOISE_STREAM = 1
_NOISE_SPARE_PX = 96


class DrawnScene:
    """A scene that is rendered for any instant, view and size; the same arguments give the same pixels.

    Args:
        name: of the scene.
        mount: where the camera hangs.
        view: where it looks unless told otherwise.
        size_wh: picture size unless told otherwise.
        duration_s: when the story ends.
        backdrop: what never moves, painted in this order.
        props: what is put down and taken away.
        walkers: who walks.
        seed: of the sensor's noise.
        noise_sd: standard deviation of the sensor's noise, in grey levels.
        sky: blue, green, red where there is no surface.
    """

    def __init__(
        self, *, name: str, mount: Mount, view: View, size_wh: tuple[int, int], duration_s: float,
        backdrop: Sequence[Panel], props: Sequence[Prop], walkers: Sequence[Walker], seed: int,
        noise_sd: float = 2.0, sky: tuple[int, int, int] = (226, 214, 200),
    ) -> None:
        self.name = name
        self.mount = mount
        self.view = view
        self.size_wh = size_wh
        self.duration_s = duration_s
        self.seed = seed
        self._backdrop = tuple(backdrop)
        self._props = tuple(props)
        self._walkers = tuple(walkers)
        self._noise_sd = noise_sd
        self._sky = sky
        self._shadow = soft_shadow(0.5)
        self._still_picture = functools.lru_cache(maxsize=4)(self._paint_backdrop)
        self._noise = functools.lru_cache(maxsize=2)(self._make_noise)

    def render(self, t_s: float, view: View | None = None, size_wh: tuple[int, int] | None = None) -> Frame:
        """Return the picture at an instant; its pixels are made when asked for.

        Args:
            t_s: seconds from the scene's start; becomes the frame's presentation time.
            view: where the camera looks; the scene's own view if None.
            size_wh: picture size; the scene's own if None.

        Raises:
            InputError: if the view or the size cannot be rendered.
        """
        view, size_wh = view or self.view, size_wh or self.size_wh
        if not (0.0 < view.hfov_deg < 180.0 and -90.0 <= view.tilt_deg <= 90.0 and math.isfinite(view.pan_deg)):
            raise InputError(f"{self.name}: view", got=view, expected="0 < hfov_deg < 180 and −90 ≤ tilt_deg ≤ 90")
        if min(size_wh) < 16:
            raise InputError(f"{self.name}: size_wh", got=size_wh, expected="at least 16 pixels each way")
        make_bgr = functools.cache(lambda: self._paint(t_s, view, size_wh))
        return Frame(
            camera_id=0, index=0, arrival_ns=time.monotonic_ns(), pts_s=t_s, wall_s=None, size_wh=size_wh,
            is_key=True, make_bgr=make_bgr,
            make_luma=functools.cache(lambda: np.asarray(cv2.cvtColor(make_bgr(), cv2.COLOR_BGR2GRAY), dtype=np.uint8)),
        )

    def truth(
        self, *, fps: Fraction = Fraction(25), view: View | None = None, size_wh: tuple[int, int] | None = None,
    ) -> ClipTruth:
        """Return what happens, with exact instants and boxes in the pixels of a view; nothing out of view is named."""
        size_wh = size_wh or self.size_wh
        projection = Projection.of(self.mount, view or self.view, size_wh)
        events = [event for prop in self._props for event in _events_of(prop, projection, size_wh)]
        n_frames = math.floor(self.duration_s * fps)
        return ClipTruth(
            name=self.name, events=tuple(sorted(events, key=lambda event: event.start_s)), size_wh=size_wh, fps=fps,
            n_frames=n_frames, duration_s=self.duration_s, negative_for=("fight", "person_down", "dwell"),
            timing_tolerance_s=float(1 / fps), end_tolerance_s=float(1 / fps),
            source=f"drawn scene {self.name}, seed {self.seed}; exact by construction",
        )

    def _paint(self, t_s: float, view: View, size_wh: tuple[int, int]) -> Picture:
        projection = Projection.of(self.mount, view, size_wh)
        picture = self._still_picture(view, size_wh).copy()
        placed = self._placed(t_s)
        spots = [(walker.x_m(t_s), walker.y_m, 0.4) for walker in self._walkers]
        spots += [(float(foot[0]), float(foot[1]), prop.width_m) for prop, foot in placed]
        for x_m, y_m, width_m in spots:
            shadow = lying_panel((x_m + 0.24 * width_m, y_m), self._shadow,
                                 width_m=2.4 * width_m, depth_m=1.3 * width_m)
            paint_panel(picture, shadow, projection)
        bodies = [self._walker_paint(walker, t_s, projection) for walker in self._walkers]
        bodies += [_prop_paint(prop, foot, projection) for prop, foot in placed]
        for body in sorted(bodies, key=lambda body: -body.depth_m):
            if body.depth_m > NEAR_M:
                body.paint(picture)
        self._add_noise(picture, t_s)
        _burn_in(picture)
        return picture

    def _placed(self, t_s: float) -> list[tuple[Prop, F8]]:
        """Return every prop that exists at an instant, with the place (3,) of its foot."""
        placed = [(prop, np.array([prop.x_m, prop.y_m, 0.0])) for prop in self._props if prop.is_at_rest(t_s)]
        for walker in self._walkers:
            foot = walker.carried_m(t_s)
            if walker.errand is not None and foot is not None:
                placed.append((walker.errand.prop, foot))
        return placed

    def _walker_paint(self, walker: Walker, t_s: float, projection: Projection) -> _Body:
        foot = np.array([walker.x_m(t_s), walker.y_m, 0.0])
        return _Body(depth_m=_depth_m(projection, foot),
                     paint=lambda picture: paint_person(picture, walker.look, walker.pose(t_s), projection))

    def _paint_backdrop(self, view: View, size_wh: tuple[int, int]) -> Picture:
        projection = Projection.of(self.mount, view, size_wh).scaled(2)
        fine: Picture = np.full((2 * size_wh[1], 2 * size_wh[0], 3), self._sky, dtype=np.uint8)
        for panel in self._backdrop:
            paint_panel(fine, panel, projection)
        return np.asarray(cv2.resize(fine, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _make_noise(self, size_wh: tuple[int, int]) -> NDArray[np.int16]:
        rng = np.random.Generator(np.random.Philox(key=[self.seed, _NOISE_STREAM]))
        shape = (size_wh[1] + _NOISE_SPARE_PX, size_wh[0] + _NOISE_SPARE_PX, 3)
        field = rng.standard_normal(shape, dtype=np.float32) * self._noise_sd
        return np.asarray(np.rint(field), dtype=np.int16)

    def _add_noise(self, picture: Picture, t_s: float) -> None:
        """Add a window of one large field of noise, moved and mirrored anew at every instant."""
        height, width = picture.shape[:2]
        key = [self.seed, (_NOISE_STREAM << 56) + (round(t_s * 1e6) & 0xFFFFFFFFFFFF)]
        draw = np.random.Generator(np.random.Philox(key=key))
        x, y, mirror = (int(value) for value in draw.integers(0, _NOISE_SPARE_PX, 3))
        noise = self._noise((width, height))[y : y + height, x : x + width]
        cv2.add(picture, noise[:: 1 if mirror % 2 else -1, :: 1 if mirror % 4 < 2 else -1], picture, dtype=cv2.CV_8U)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """Something upright to paint; far ones come first."""

    depth_m: float
    paint: Callable[[Picture], None]


def _prop_paint(prop: Prop, foot: F8, projection: Projection) -> _Body:
    panel = _prop_panel(prop, foot, projection)
    return _Body(depth_m=_depth_m(projection, foot), paint=lambda picture: paint_panel(picture, panel, projection))


def _prop_panel(prop: Prop, foot: F8, projection: Projection) -> Panel:
    return upright_panel(foot, prop.texture, width_m=prop.width_m, height_m=prop.height_m, facing=projection)


def _depth_m(projection: Projection, point: F8) -> float:
    return float(projection.depth_m(point[None])[0])


def _events_of(prop: Prop, projection: Projection, size_wh: tuple[int, int]) -> list[TruthEvent]:
    foot = np.array([prop.x_m, prop.y_m, 0.0])
    outline = outline_px(_prop_panel(prop, foot, projection), projection)
    if outline is None:
        return []
    left, top, right, bottom = box_of(outline)
    left, top, right, bottom = max(0.0, left), max(0.0, top), min(size_wh[0], right), min(size_wh[1], bottom)
    if left >= right or top >= bottom:
        return []
    make = functools.partial(TruthEvent, box_xyxy=(left, top, right, bottom), object_px=bottom - top)
    events = []
    if prop.rest_s is not None and prop.release_s is not None:
        events.append(make(kind="object_placed", start_s=prop.rest_s, end_s=prop.release_s))
    if prop.gone_s is not None:
        events.append(make(kind="object_removed", start_s=prop.gone_s, end_s=prop.gone_s))
    return events


def _burn_in(picture: Picture) -> None:
    scale = max(0.4, picture.shape[1] / 640 * 0.7)
    x, y, offset = round(14 * scale), round(30 * scale), max(1, round(scale))
    for dx, dy, colour in ((offset, offset, (0, 0, 0)), (-offset, -offset, (0, 0, 0)), (0, 0, (245, 245, 245))):
        cv2.putText(picture, WATERMARK, (x + dx, y + dy), cv2.FONT_HERSHEY_SIMPLEX, scale, colour,
                    max(1, round(1.5 * scale)), cv2.LINE_AA)
