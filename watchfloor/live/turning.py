"""Real cameras turned and zoomed on a person's word: ONVIF cameras, by moves to a position."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Mapping

from hw.connection import FeedError
from hw.credentials import add_credentials
from hw.onvif import OnvifCamera
from hw.optics import View
from watchfloor.phrase import Phrase

SCHEME = "onvif:"
HOME = View(pan_deg=0.0, tilt_deg=0.0, hfov_deg=60.0)
"""What a camera is taken to show before it is first turned."""
SETTLED_S = 60.0
"""A camera's health takes a new view for the usual one within this time."""
LONGEST_ZOOM = 30.0
"""Times that a camera is taken to zoom in all; ONVIF tells positions, not angles."""


class Turning:
    """Sends cameras where people want to look, one after another on a thread of its own; the newest wish counts.

    Args:
        addresses: of all feeds, by camera; those of the kind ``onvif:`` can be turned.
        say: told what could not be done.
    """

    def __init__(self, addresses: Mapping[int, str], *, say: Callable[[str], None]) -> None:
        self._say = say
        self._cameras = {camera_id: OnvifCamera(add_credentials(address))
                         for camera_id, address in addresses.items() if address.startswith(SCHEME)}
        self._views = dict.fromkeys(self._cameras, HOME)
        self._turned_s: dict[int, float] = {}
        self._wishes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="turning", daemon=True)
        self._thread.start()

    def view(self, camera_id: int) -> View | None:
        """Return where a camera was last told to look; None for one that cannot be turned."""
        return self._views.get(camera_id)

    def turn(self, camera_id: int, view: View) -> None:
        """Wish for a view; of a camera that cannot be turned nothing comes."""
        if camera_id in self._cameras:
            self._views[camera_id] = view
            self._turned_s[camera_id] = time.monotonic()
            self._wishes.put(camera_id)

    def was_turned(self, camera_id: int) -> bool:
        """Say whether a person turned it a moment ago, so that it looks like another camera."""
        return time.monotonic() - self._turned_s.get(camera_id, -math.inf) < SETTLED_S

    def close(self) -> None:
        """Turn no more."""
        self._wishes.put(None)
        self._thread.join(10.0)
        for camera in self._cameras.values():
            camera.close()

    def _run(self) -> None:
        sent: dict[int, View] = {}
        while (camera_id := self._wishes.get()) is not None:
            view = self._views[camera_id]
            if sent.get(camera_id) == view:
                continue
            sent[camera_id] = view
            try:
                pan, tilt, zoom = position_of(view)
                self._cameras[camera_id].look(pan=pan, tilt=tilt, zoom=zoom)
            except FeedError as error:
                self._say(Phrase("camera {camera} was not turned: {why}", camera=camera_id, why=str(error)))


def position_of(view: View) -> tuple[float, float, float]:
    """Return pan and tilt, −1 to 1, and zoom, 0 to 1, as ONVIF's generic spaces have them."""
    pan = (view.pan_deg + 180.0) % 360.0 / 180.0 - 1.0
    tilt = max(-1.0, min(1.0, view.tilt_deg / 90.0))
    zoom = math.log(HOME.hfov_deg / view.hfov_deg) / math.log(LONGEST_ZOOM) if view.hfov_deg > 0.0 else 1.0
    return pan, tilt, max(0.0, min(1.0, zoom))
