"""Drawn pictures for every camera of a city: a quiet place by the use of the land, incidents put in, true zoom."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from hw.drawing.conditions import make_condition
from hw.drawing.scripts import SCRIPTS
from hw.drawn import DrawnScene
from hw.optics import Mount, View
from hw.ptz import Ptz, PtzDrive
from sim.city import CameraKind, City, LandUse
from sim.errors import InputError
from watchfloor.console.offences import Staged, with_incident
from watchfloor.console.reels import FRAMES_PER_S, N_PICTURES, Loop, Reels, shared_reels
from watchfloor.console.session import Picture
from watchfloor.console.streets import LOOP_S, N_VARIANTS, PLACES, home_view, quiet_scene


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    variant: int
    phase_s: float


class DrawnWall:
    """What the cameras of a synthetic city show, in drawn pictures.

    Args:
        city: its cameras, and the use of the land round them.
        condition: light and weather, by name.
        reels: gives the pictures of quiet loops; the process's own if None.
    """

    def __init__(self, city: City, *, condition: str = "day", reels: Reels | None = None) -> None:
        self._city = city
        self._condition_name, self._condition = condition, make_condition(condition)
        self._reels = reels or shared_reels()
        self._staged: dict[int, list[Staged]] = {}
        self._ptz: dict[int, Ptz] = {}
        self._lock = threading.Lock()

    def stage(self, camera_id: int, staged: Staged) -> None:
        """Put an incident into a camera's picture."""
        self._staged.setdefault(camera_id, []).append(staged)

    def can_zoom(self, camera_id: int) -> bool:
        """Say whether a camera can turn and zoom."""
        return int(self._city.cameras.kind[camera_id]) == CameraKind.PTZ

    def view(self, camera_id: int, t_s: float) -> View:
        """Return where a camera looks."""
        return self._ptz_of(camera_id).view_at(t_s)

    def reach_deg(self, camera_id: int) -> tuple[float, float]:
        """Return the narrowest and the widest field of view."""
        return self._ptz_of(camera_id).drive.hfov_range_deg

    def go(self, camera_id: int, view: View, t_s: float) -> float:
        """Send a camera to a view, or as near as its motors reach, and return when the picture will be still.

        Raises:
            InputError: if the camera cannot turn, or the view is none.
        """
        if not self.can_zoom(camera_id):
            raise InputError(f"camera {camera_id}", got="fixed", expected="one that can turn and zoom",
                             do="zoom another camera")
        with self._lock:
            ptz = self._ptz_of(camera_id)
            return ptz.go(_within(view, ptz.drive), t_s=t_s)

    def turn_home(self) -> None:
        """Forget every travel; the cameras look where they look at first."""
        self._ptz.clear()

    def mount(self, camera_id: int) -> Mount:
        """Return where a camera hangs in the place that it shows."""
        return SCRIPTS[self._place(camera_id).name].mount

    def scene(self, camera_id: int) -> DrawnScene:
        """Return the quiet place that a camera shows."""
        place = self._place(camera_id)
        return quiet_scene(place.name, place.variant, self._condition)

    def picture(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Picture:
        """Draw what a camera shows at an instant, or take it from what was drawn before."""
        place, index = self._place(camera_id), int(t_s * FRAMES_PER_S)
        at_s = index / FRAMES_PER_S
        loop_index = (index + int(place.phase_s * FRAMES_PER_S)) % N_PICTURES
        ptz = self._ptz.get(camera_id)
        staged = next((one for one in self._staged.get(camera_id, ()) if one.is_drawn(at_s)), None)
        view = home_view(place.name, place.variant) if ptz is None else ptz.view_at(at_s)
        if staged is None and view == home_view(place.name, place.variant):
            loop = Loop(place=place.name, variant=place.variant, condition=self._condition_name, size_wh=size_wh)
            jpeg = self._reels.picture(loop, loop_index)
            return Picture(bgr=None, jpeg=jpeg, sequence=index, t_s=at_s, wall_s=time.time())
        scene, loop_s = quiet_scene(place.name, place.variant, self._condition), loop_index / FRAMES_PER_S
        if staged is not None:
            scene = with_incident(scene, staged, loop_s=loop_s, t_s=at_s)
        is_moving = ptz is not None and ptz.is_moving(at_s)
        frame = scene.render(loop_s, view, size_wh, is_moving=is_moving)
        return Picture(bgr=frame.bgr(), sequence=index, t_s=at_s, wall_s=time.time())

    def _place(self, camera_id: int) -> _Place:
        junction = int(self._city.cameras.junction[camera_id])
        names = PLACES[LandUse(int(self._city.land_use[junction]))]
        return _Place(names[camera_id % len(names)], camera_id * 7 // 3 % N_VARIANTS, (camera_id * 7.3) % LOOP_S)

    def _ptz_of(self, camera_id: int) -> Ptz:
        if camera_id not in self._ptz:
            place = self._place(camera_id)
            home = home_view(place.name, place.variant)
            magnification = max(1.0, float(self._city.cameras.zoom[camera_id]))
            narrowest_deg = max(1.5, home.hfov_deg / magnification)
            drive = PtzDrive(hfov_range_deg=(min(narrowest_deg, home.hfov_deg), max(65.0, home.hfov_deg)))
            self._ptz[camera_id] = Ptz(home, drive)
        return self._ptz[camera_id]


def _within(view: View, drive: PtzDrive) -> View:
    """Return the view that motors reach when they are sent to one."""
    (low_deg, high_deg), (narrow_deg, wide_deg) = drive.tilt_range_deg, drive.hfov_range_deg
    if not all(math.isfinite(angle) for angle in (view.pan_deg, view.tilt_deg, view.hfov_deg)):
        raise InputError("view", got=view, expected="finite angles")
    return View(pan_deg=(view.pan_deg + 180.0) % 360.0 - 180.0, tilt_deg=min(high_deg, max(low_deg, view.tilt_deg)),
                hfov_deg=min(wide_deg, max(narrow_deg, view.hfov_deg)))
