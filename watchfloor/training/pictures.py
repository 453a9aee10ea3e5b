"""The targets of a session as the drawn wall shows them."""

from __future__ import annotations

import math
import threading

from hw.optics import focal_px
from watchfloor.console.drawn_wall import DrawnWall
from watchfloor.console.offences import Staged, play_of, spot_of
from watchfloor.training.room import Room

SIZES_M = (0.02, 0.6)
"""Smallest and largest thing that is drawn as dropped."""


class StagedWall:
    """A room's pictures, made when somebody first looks; any thread may ask.

    Args:
        room: whose incidents are in them.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._wall: DrawnWall | None = None
        self._n_staged = 0
        self._lock = threading.Lock()

    def now(self) -> DrawnWall:
        """Return the pictures with every incident so far in them."""
        with self._lock:
            if self._wall is None:
                self._wall = DrawnWall(self._room.stage.scenario.city)
            first, self._n_staged = self._n_staged, self._room.world.n_incidents
            if first < self._n_staged:
                stage_pictures(self._wall, self._room, first=first)
            return self._wall


def stage_pictures(wall: DrawnWall, room: Room, *, first: int = 0) -> None:
    """Put incidents into the pictures of every camera that sees them, from a certain one on."""
    world, kinds = room.world, room.stage.scenario.kinds
    for line, camera in enumerate(world.line_camera):
        incident = world.line_incident[line]
        if incident < first:
            continue
        staged = Staged(incident_id=incident, kind=kinds[world.incident_kind[incident]].name,
                        from_s=world.occur_s[incident], until_s=world.visible_end_s[incident],
                        object_size_m=kinds[world.incident_kind[incident]].object_size_m)
        if play_of(staged.kind) == "drop":
            staged = _as_large(wall, room, line, staged)
        wall.stage(camera, staged)


def _as_large(wall: DrawnWall, room: Room, line: int, staged: Staged) -> Staged:
    """Return a dropped thing that covers in the drawn place as many pixels as the simulator counts in the city's."""
    camera = room.world.line_camera[line]
    x_m, y_m = spot_of(staged)
    distance_m = math.sqrt(x_m * x_m + y_m * y_m + wall.mount(camera).height_m ** 2)
    width_px = int(room.stage.scenario.city.cameras.width_px[camera])
    kind = next(one for one in room.stage.scenario.kinds if one.name == staged.kind)
    object_px = room.line_px(line) * kind.object_size_m / (kind.notice_size_m or kind.object_size_m)
    size_m = object_px * distance_m / focal_px(width_px, wall.view(camera, 0.0).hfov_deg)
    return Staged(incident_id=staged.incident_id, kind=staged.kind, from_s=staged.from_s, until_s=staged.until_s,
                  object_size_m=min(SIZES_M[1], max(SIZES_M[0], size_m)))
