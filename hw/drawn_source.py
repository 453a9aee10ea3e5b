"""A drawn scene as a source of frames."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from fractions import Fraction

from hw.drawing.story import ActorBox
from hw.drawn import DrawnScene
from hw.finite_source import FiniteSource
from hw.frame import Frame
from hw.optics import View
from hw.ptz import Ptz
from hw.truth import ClipTruth
from sim.errors import InputError


class DrawnSource(FiniteSource):
    """Yields a scene's frames from its start to its end, as fast as they are asked for.

    Args:
        scene: what is rendered.
        fps: frames per second.
        duration_s: how much of the scene; all of it if None.
        camera_id: identity written into the frames.
        view: where the camera looks; the scene's own view if None.
        size_wh: picture size; the scene's own if None.
        ptz: turns the camera instead of ``view``; it may be told where to go while frames are taken.

    Raises:
        InputError: if the rate or the duration is not positive, or both a view and a ptz are given.
    """

    def __init__(
        self, scene: DrawnScene, *, fps: Fraction = Fraction(25), duration_s: float | None = None, camera_id: int = 0,
        view: View | None = None, size_wh: tuple[int, int] | None = None, ptz: Ptz | None = None,
    ) -> None:
        self.scene = scene
        self.ptz = ptz
        if view is not None and ptz is not None:
            raise InputError(f"drawn:{scene.name}: view", got=view, expected="None where a ptz turns the camera")
        self._duration_s = scene.duration_s if duration_s is None else duration_s
        if fps <= 0:
            raise InputError(f"drawn:{scene.name}: fps", got=fps, expected="a Fraction > 0")
        if not self._duration_s > 0.0:
            raise InputError(f"drawn:{scene.name}: duration_s", got=duration_s, expected="seconds > 0")
        super().__init__(size_wh=size_wh or scene.size_wh, fps=fps, camera_id=camera_id)
        self._rate, self._view = fps, view

    @property
    def fps(self) -> Fraction:
        """Frames per second, exact."""
        return self._rate

    @property
    def n_frames(self) -> int:
        """Number of frames from start to end."""
        return int(self._duration_s * self._rate)

    def truth(self) -> ClipTruth:
        """Return what happens in these frames, with boxes in their pixels."""
        whole = self.scene.truth(fps=self._rate, view_at=self.view_at, size_wh=self._size_wh)
        events = tuple(event for event in whole.events if event.end_s <= self._duration_s)
        return dataclasses.replace(whole, events=events, n_frames=self.n_frames, duration_s=self._duration_s)

    def view_at(self, t_s: float) -> View:
        """Return where the camera is pointed at an instant."""
        return self._view or self.scene.view if self.ptz is None else self.ptz.view_at(t_s)

    def boxes(self, index: int) -> list[ActorBox]:
        """Return where every actor in view is in a frame."""
        t_s = float(index / self._rate)
        return self.scene.boxes(t_s, self.view_at(t_s), self._size_wh)

    def _make_frames(self) -> Iterator[Frame]:
        for index in range(self.n_frames):
            arrival_ns = time.monotonic_ns()
            t_s = float(index / self._rate)
            frame = self.scene.render(t_s, self.view_at(t_s), self._size_wh,
                                      is_moving=self.ptz is not None and self.ptz.is_moving(t_s))
            self._counters.decoded += 1
            yield dataclasses.replace(frame, index=index, arrival_ns=arrival_ns, camera_id=self._camera_id)
