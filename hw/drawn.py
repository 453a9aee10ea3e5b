"""A rendered scene: a calibrated camera over a ground plane, those who act there, and the exact truth of it."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from hw.drawing.actors import Actor, Brush
from hw.drawing.backdrop import Backdrop
from hw.drawing.canvas import U1, Canvas
from hw.drawing.conditions import Condition
from hw.drawing.eye import Box, Eye, Point
from hw.drawing.limbs import SpriteStore
from hw.drawing.story import ActorBox, StoryEvent
from hw.drawing.weather import Weather
from hw.frame import Frame, Picture
from hw.optics import Mount, View, focal_px
from hw.truth import ClipTruth, TruthEvent
from sim.errors import InputError

WATERMARK = "SYNTHETIC"
"""Burnt into every picture, so that none is ever taken for evidence."""
PLATE_SHARE = 0.25
"""Of the light behind the word that is left, so that it can be read over anything."""

NEGATIVE_KINDS = ("crowd", "drinking", "dwell", "fight", "litter", "loiter", "object_placed", "object_removed",
                  "person_down")
"""Kinds that a drawn scene knows: of those that are not in its story, none happens."""

_SWAY_FOCAL_PX = focal_px(1280, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnScene:
    """A scene that is rendered for any instant, view and size; the same arguments give the same pixels."""

    name: str
    mount: Mount
    """Where the camera hangs."""
    view: View
    """Where it looks unless told otherwise."""
    size_wh: tuple[int, int]
    """Picture size unless told otherwise."""
    duration_s: float
    """When the story ends."""
    seed: int
    condition: Condition
    backdrop: Backdrop
    actors: tuple[Actor, ...]
    events: tuple[StoryEvent, ...]
    weather: Weather
    store: SpriteStore
    presets: tuple[View, ...] = ()
    """Views that the scene's story plays in."""

    def render(
        self, t_s: float, view: View | None = None, size_wh: tuple[int, int] | None = None, *, is_moving: bool = False,
    ) -> Frame:
        """Return the picture at an instant; its pixels are made when asked for.

        Args:
            t_s: seconds from the scene's start; becomes the frame's presentation time.
            view: where the camera looks; the scene's own view if None.
            size_wh: picture size; the scene's own if None.
            is_moving: the view is one that is only passed through, so what never moves may be taken from tiles, which
                is quicker and slightly softer.

        Raises:
            InputError: if the view or the size cannot be rendered.
        """
        view, size_wh = view or self.view, size_wh or self.size_wh
        self.check_view(view, size_wh)
        return Frame(
            camera_id=0, index=0, arrival_ns=time.monotonic_ns(), pts_s=t_s, wall_s=None, size_wh=size_wh, is_key=True,
            make_bgr=functools.cache(lambda: self._paint(t_s, view, size_wh, is_luma=False, is_moving=is_moving)),
            make_luma=functools.cache(lambda: self._paint(t_s, view, size_wh, is_luma=True, is_moving=is_moving)),
        )

    def check_view(self, view: View, size_wh: tuple[int, int]) -> None:
        """Raise InputError if a view or a size cannot be rendered."""
        if not (0.0 < view.hfov_deg < 180.0 and -90.0 <= view.tilt_deg <= 90.0 and math.isfinite(view.pan_deg)):
            raise InputError(f"{self.name}: view", got=view, expected="0 < hfov_deg < 180 and −90 ≤ tilt_deg ≤ 90")
        if not 16 <= min(size_wh) <= max(size_wh) <= 8192:
            raise InputError(f"{self.name}: size_wh", got=size_wh, expected="16 to 8192 pixels each way")

    def truth(
        self, *, fps: Fraction = Fraction(25), view: View | None = None, size_wh: tuple[int, int] | None = None,
        view_at: Callable[[float], View] | None = None,
    ) -> ClipTruth:
        """Return what happens, with exact instants and boxes in the pixels of a view; nothing out of view is named.

        Args:
            fps: of the pictures, which sets how exactly an instant can be seen.
            view: the whole time; the scene's own if None.
            size_wh: picture size; the scene's own if None.
            view_at: gives the view of each instant, where the camera turns.
        """
        size_wh = size_wh or self.size_wh
        look = view_at or (lambda _: view or self.view)
        found = [self._seen_event(event, look, size_wh) for event in self.events]
        events = sorted((event for event in found if event is not None), key=lambda event: event.start_s)
        kinds = {event.kind for event in self.events}
        return ClipTruth(
            name=self.name, events=tuple(events), size_wh=size_wh, fps=fps,
            n_frames=math.floor(self.duration_s * fps), duration_s=self.duration_s,
            negative_for=tuple(kind for kind in NEGATIVE_KINDS if kind not in kinds),
            timing_tolerance_s=float(1 / fps), end_tolerance_s=float(1 / fps),
            source=f"drawn scene {self.name}, seed {self.seed}, {self.condition.name}; exact by construction",
        )

    def boxes(self, t_s: float, view: View | None = None, size_wh: tuple[int, int] | None = None) -> list[ActorBox]:
        """Return where every actor in view is at an instant; what is hidden behind another is told all the same."""
        size_wh = size_wh or self.size_wh
        eye = Eye.of(self.mount, self.seen_view(t_s, view or self.view), size_wh)
        found = []
        for actor in self.actors:
            box = actor.box(eye, t_s) if actor.kind and actor.is_there(t_s) else None
            cut = None if box is None else eye.clipped(box)
            if box is not None and cut is not None:
                whole = (box[2] - box[0]) * (box[3] - box[1])
                found.append(ActorBox(
                    actor_id=actor.actor_id, kind=actor.kind, box_xyxy=cut, object_px=_longer_side(box),
                    in_view=min(1.0, (cut[2] - cut[0]) * (cut[3] - cut[1]) / whole) if whole > 0.0 else 1.0))
        return found

    def seen_view(self, t_s: float, view: View) -> View:
        """Return where the camera really looks: a swaying mount turns it a little."""
        if self.condition.shake_px == 0.0:
            return view
        x, y = self.weather.sway_px(t_s)
        turn = math.degrees(self.condition.shake_px / _SWAY_FOCAL_PX)
        return View(pan_deg=view.pan_deg + turn * x, tilt_deg=max(-90.0, min(90.0, view.tilt_deg + turn * y)),
                    hfov_deg=view.hfov_deg)

    def _seen_event(self, event: StoryEvent, look: Callable[[float], View], size_wh: tuple[int, int],
                    ) -> TruthEvent | None:
        if event.start_s >= self.duration_s:
            return None
        at_s = event.start_s if event.box_s is None else event.box_s
        eye = Eye.of(self.mount, self.seen_view(at_s, look(at_s)), size_wh)
        concerned = [actor for actor in self.actors if actor.actor_id in event.actor_ids]
        boxes = [box for actor in concerned if (box := actor.box(eye, at_s)) is not None]
        cut = eye.clipped(_round(boxes)) if boxes else None
        if cut is None:
            return None
        return TruthEvent(kind=event.kind, start_s=event.start_s, end_s=min(event.end_s, self.duration_s),
                          box_xyxy=cut, object_px=_longer_side(cut))

    def _paint(self, t_s: float, view: View, size_wh: tuple[int, int], *, is_luma: bool, is_moving: bool) -> Picture:
        seen = self.seen_view(t_s, view)
        if is_moving or seen != view:
            picture = self.backdrop.moving(seen, size_wh, is_luma)
        else:
            picture = self.backdrop.still(view, size_wh, is_luma).copy()
        canvas = Canvas(picture=picture, eye=Eye.of(self.mount, seen, size_wh))
        brush = Brush(canvas=canvas, store=self.store, light_at=self.backdrop.light_at)
        there = [actor for actor in self.actors if actor.is_there(t_s)]
        self._shade(canvas, there, t_s)
        for actor in sorted(there, key=lambda actor: _nearness(canvas.eye, actor.place(t_s))):
            actor.paint(brush, t_s)
        return self._finish(picture, t_s)

    def _shade(self, canvas: Canvas, there: Sequence[Actor], t_s: float) -> None:
        """Darken the ground where actors stand in the sun's way, or softly under a grey sky."""
        condition = self.condition
        azimuth = math.radians(condition.sun_azimuth_deg)
        towards, length = (math.cos(azimuth), math.sin(azimuth)), condition.shadow_length
        strength = condition.shade
        if strength == 0.0:
            length, strength = 0.12, 0.15
        mask: U1 | None = None
        for actor in there:
            outline = actor.shadow(t_s, towards, length)
            if outline is None:
                continue
            ground = np.column_stack([outline, np.zeros(len(outline))])
            if canvas.eye.projection.depth_m(ground).min() < 0.5:
                continue
            pixels = canvas.eye.projection.project(ground)
            low, high = pixels.min(axis=0), pixels.max(axis=0)
            if low[0] > canvas.eye.size_wh[0] or low[1] > canvas.eye.size_wh[1] or high.min() < 0.0:
                continue
            if mask is None:
                mask = np.zeros(canvas.picture.shape[:2], dtype=np.uint8)
            fixed = np.rint(np.clip(pixels, -20000.0, 20000.0) * 16.0).astype(np.int32)
            cv2.fillConvexPoly(mask, fixed, round(255 * strength), lineType=cv2.LINE_AA, shift=4)
        if mask is not None:
            left, top, width, height = cv2.boundingRect(mask)
            canvas.darken(mask[top : top + height, left : left + width], left, top)

    def _finish(self, picture: Picture, t_s: float) -> Picture:
        """Turn what the scene sends into what the sensor gives."""
        condition = self.condition
        gain = condition.gain(t_s)
        if gain != 1.0:
            picture = np.asarray(cv2.convertScaleAbs(picture, alpha=gain), dtype=np.uint8)
        if condition.rain > 0.0:
            self.weather.add_rain(picture, condition.rain, t_s)
        if condition.snow > 0.0:
            self.weather.add_snow(picture, condition.snow, t_s)
        if condition.blur_px > 0.0:
            wide = 3 if condition.blur_px <= 0.6 else 5
            picture = np.asarray(cv2.GaussianBlur(picture, (wide, wide), condition.blur_px), dtype=np.uint8)
        if condition.dirt > 0.0:
            self.weather.add_dirt(picture, condition.dirt)
        self.weather.add_noise(picture, condition.noise_sd, t_s)
        _burn_in(picture)
        return picture


def _nearness(eye: Eye, place: Point) -> tuple[float, float]:
    """Return what sorts far before near, by where things stand, and low before high."""
    return -math.hypot(place[0] - eye.position_m[0], place[1] - eye.position_m[1]), place[2]


def _longer_side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _round(boxes: Sequence[Box]) -> Box:
    """Return the box round several."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _burn_in(picture: Picture) -> None:
    left, top, letters = _letters(picture.shape[1])
    high, wide = min(letters.shape[0], picture.shape[0] - top), min(letters.shape[1], picture.shape[1] - left)
    window, letters = picture[top : top + high, left : left + wide], letters[:high, :wide]
    if picture.ndim == 3:
        letters = np.asarray(cv2.cvtColor(letters, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    window[:] = cv2.max(cv2.convertScaleAbs(window, alpha=PLATE_SHARE), letters)


@functools.lru_cache(maxsize=16)
def _letters(width_px: int) -> tuple[int, int, U1]:
    """Return left, top and the word's letters on their dark plate, for a picture of that width."""
    scale = max(0.45, width_px / 640 * 0.6)
    thick = max(1, round(1.6 * scale))
    (wide, high), _ = cv2.getTextSize(WATERMARK, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    margin = max(4, round(8 * scale))
    letters = np.zeros((high + 2 * margin, wide + 2 * margin), dtype=np.uint8)
    cv2.putText(letters, WATERMARK, (margin, margin + high), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_AA)
    return margin, margin, letters
