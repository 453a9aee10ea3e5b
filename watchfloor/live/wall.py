"""What the wall of a live session shows: real feeds, badges' pictures, and what the person puts in their place."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hw.badge import BadgeSource
from hw.badge.joins import BadgeShare
from hw.clock import WallClock
from sim.errors import InputError
from sim.input_records import SourceState
from watchfloor.console.session import CityLayers, Json, Picture
from watchfloor.live.feed_workers import FeedStatus, FeedWorkers
from watchfloor.live.options import LiveFeed
from watchfloor.live.turning import Turning

MAX_TILES = 16
_STATES = {SourceState.LIVE: "live", SourceState.STALE: "stale", SourceState.CONNECTING: "connecting"}
_BADGE = 2
"""Kind of a camera on the map."""


class Wall:
    """Tiles and their pictures; a badge's picture is a camera numbered after the city's own.

    Args:
        n_cameras: of the city.
        feeds: its real cameras.
        workers: have their pictures.
        videos: badges' pictures, by the unit.
        shares: what takes their frames.
        turning: where cameras look that can be turned.
        clock: tells the scenario's second.
    """

    def __init__(
        self, n_cameras: int, feeds: Sequence[LiveFeed], workers: FeedWorkers, *, videos: Mapping[int, BadgeSource],
        shares: Mapping[int, BadgeShare], turning: Turning, clock: WallClock,
    ) -> None:
        self._workers, self._videos, self._shares = workers, videos, shares
        self._turning, self._clock = turning, clock
        self._n_cameras = n_cameras
        self._is_masked = {feed.camera_id: feed.is_masked for feed in feeds}
        self._unit_of = {n_cameras + index: unit_id for index, unit_id in enumerate(videos)}
        """Unit of a badge's camera."""
        self._tiles = [*self._is_masked, *self._unit_of][:MAX_TILES] or [0]

    def is_badge(self, camera_id: int) -> bool:
        """Say whether a camera is a badge's."""
        return camera_id in self._unit_of

    def show(self, tile: int, camera_id: int) -> None:
        """Put a camera on a tile.

        Raises:
            InputError: if there is no such tile.
        """
        if tile > len(self._tiles) or tile >= MAX_TILES:
            raise InputError("tile", got=tile, expected=f"0 to {min(len(self._tiles), MAX_TILES - 1)}")
        self._tiles[tile : tile + 1] = [camera_id]

    def tiles(self) -> list[Json]:
        """Return the tiles as the console's session tells them."""
        states = {status.camera_id: self._state(status) for status in self._workers.status()}
        return [self._tile(index, camera_id, states) for index, camera_id in enumerate(self._tiles)]

    def picture(self, camera_id: int, size_wh: tuple[int, int]) -> Picture:
        """Return what a real camera or a badge shows; of a simulated camera, a grey picture that says so.

        Raises:
            InputError: if there is no camera of that number.
        """
        if not 0 <= camera_id < self._n_cameras + len(self._unit_of):
            raise InputError("camera_id", got=camera_id, expected=f"0 to {self._n_cameras + len(self._unit_of) - 1}")
        if camera_id in self._unit_of:
            return self._badge_picture(self._unit_of[camera_id], size_wh)
        if camera_id not in self._is_masked:
            return dataclasses.replace(self._blank(size_wh, "offline", 60), label="SIMULATED")
        taken = self._workers.picture(camera_id)
        if taken is None:
            return self._blank(size_wh, "connecting")
        status = next(status for status in self._workers.status() if status.camera_id == camera_id)
        age_s = time.time() - taken.wall_s
        return Picture(bgr=None, jpeg=taken.jpeg, sequence=taken.sequence, t_s=self._clock.now_s - age_s,
                       wall_s=taken.wall_s, state=self._state(status))

    def with_badges(self, layers: CityLayers, places_m: Mapping[int, tuple[float, float]]) -> CityLayers:
        """Return the map's layers with the badges' cameras behind the city's own, where their units were."""
        units = list(self._unit_of.values())
        if not units:
            return layers
        added: dict[str, Sequence[float]] = {"x_m": [places_m.get(unit, (0.0, 0.0))[0] for unit in units],
                 "y_m": [places_m.get(unit, (0.0, 0.0))[1] for unit in units],
                 **dict.fromkeys(("heading_deg", "hfov_deg", "range_m", "district"), [0] * len(units)),
                 "kind": [_BADGE] * len(units), "land_use": [-1] * len(units)}
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(layers, name), np.array(values, getattr(layers, name).dtype)])
            for name, values in added.items()}
        return dataclasses.replace(layers, **joined)

    def _tile(self, index: int, camera_id: int, states: Mapping[int, str]) -> Json:
        unit_id, view = self._unit_of.get(camera_id), self._turning.view(camera_id)
        state = states.get(camera_id, "offline") if unit_id is None else _STATES.get(
            self._videos[unit_id].state, "offline")
        return {"tile": index, "camera_id": camera_id, "state": state, "can_zoom": view is not None,
                "label": f"camera {camera_id}" if unit_id is None else f"badge {unit_id}",
                "view": None if view is None else dataclasses.asdict(view)}

    def _state(self, status: FeedStatus) -> str:
        state = _STATES.get(status.state, "offline")
        return "masked" if state == "live" and self._is_masked[status.camera_id] else state

    def _badge_picture(self, unit_id: int, size_wh: tuple[int, int]) -> Picture:
        source, taken = self._videos[unit_id], self._shares[unit_id].newest
        state, label = _STATES.get(source.state, "offline"), f"BADGE {unit_id}"
        if taken is None:
            return dataclasses.replace(self._blank(size_wh, state), label=label)
        age_s = (time.monotonic_ns() - taken.arrival_ns) * 1e-9
        return Picture(bgr=taken.bgr(), sequence=taken.index + 1, t_s=self._clock.now_s - age_s,
                       wall_s=time.time() - age_s, state=state, label=label)

    def _blank(self, size_wh: tuple[int, int], state: str, level: int = 0) -> Picture:
        return Picture(bgr=np.full((size_wh[1], size_wh[0], 3), level, np.uint8), sequence=0, t_s=self._clock.now_s,
                       wall_s=time.time(), state=state)
