"""What the console shows and to whom it passes on what people do: a session, its seats, its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from sim.city import City, LandUse
from watchfloor.console.encoding import encode_jpeg

Mode = Literal["train", "live", "replay"]
Role = Literal["trainee", "instructor", "viewer"]
Json: TypeAlias = dict[str, Any]  # JSON's own values have no narrower common type
"""A JSON object."""

Text: TypeAlias = str | Mapping[str, str]
"""Words of a scenario or a user: as they are, or by language."""

PHASES = ("briefing", "running", "paused", "freeze", "questionnaire", "debrief")
"""What a session may be in; only ``running`` moves time."""

TILE_STATES = ("connecting", "live", "stale", "offline", "masked")
"""What a tile may say of its picture."""

TRAINEE_ACTIONS = ("acknowledge", "confirm", "reject", "sighting", "zoom", "show", "dispatch", "bookmark", "radio",
                   "read_back", "note", "answer", "begin", "finish")
"""Values of ``do`` that a trainee's seat may send."""

INSTRUCTOR_ACTIONS = ("pause", "resume", "speed", "seek", "inject", "outage")
"""Values of ``do`` that only an instructor's seat may send."""

EITHER_ACTIONS = ("begin", "finish", "radio", "note")
"""Values of ``do`` that a trainee's and an instructor's seat may send."""

VIEWER_ACTIONS = ("show",)
"""Values of ``do`` that change nothing but what one's own wall shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One person's place at a session."""

    seat_id: str
    role: Role
    name: str
    """Shown on the screen; never written to a log."""
    inspector_id: int | None = None
    """The simulated inspector whose hands these are; None for who only looks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLayers:
    """What the map draws and never changes during a session. Lengths: c cameras, m roads, d districts."""

    x_m: NDArray[np.float32]
    """(c,) camera position."""
    y_m: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    """(c,) counter-clockwise from east."""
    hfov_deg: NDArray[np.float32]
    range_m: NDArray[np.float32]
    district: NDArray[np.int16]
    """(c,) index into ``district_names``."""
    land_use: NDArray[np.int8]
    """(c,) index into ``land_use_names`` of what the ground before it is used for; −1 for a badge, which moves."""
    kind: NDArray[np.int8]
    """(c,) 0 fixed, 1 can turn and zoom, 2 badge."""
    road_xyxy_m: NDArray[np.float32]
    """(m, 4) straight pieces from (x, y) to (x, y), each pair of directions once."""
    river_xy_m: NDArray[np.float32]
    """(k, 2); empty where there is none."""
    district_names: tuple[str, ...]
    land_use_names: tuple[str, ...]
    district_xy_m: NDArray[np.float32]
    """(d, 2) where a district's name is written; NaN for one without a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What one camera shows now."""

    bgr: NDArray[np.uint8] | None
    """(h, w, 3), masked already where something must be: the console masks nothing. None where ``jpeg`` is given."""
    sequence: int
    """Rises with each new picture of the camera; the same number means the same pixels."""
    t_s: float
    """Scenario second of what is seen."""
    wall_s: float
    """``time.time()`` when it was taken or drawn, for its age."""
    state: str = "live"
    """One of TILE_STATES."""
    label: str = ""
    """A word shown over the picture's corner, such as SYNTHETIC, where the pixels do not say so themselves."""
    jpeg: bytes | None = None
    """The same picture encoded, where its source holds it so already."""

    def encoded(self) -> bytes:
        """Return the picture as JPEG."""
        if self.jpeg is not None:
            return self.jpeg
        assert self.bgr is not None, "a picture is given as pixels or as JPEG"
        return encode_jpeg(self.bgr)


@runtime_checkable
class Session(Protocol):
    """A city with people at it: an exercise, a live room, or a run that is played back.

    Methods are called from several threads, one call at a time for each of ``state``, ``act`` and ``debrief``;
    ``picture`` may be called at the same time as any of them, and for several cameras at once.

    ``state(seat_id)`` is what that seat may know now, never the truth before the debrief (an instructor's may hold it):

    - ``version`` int, rises whenever something a person did or the world did changed the state; ``t_s``,
      ``duration_s``, ``clock`` "HH:MM:SS", ``phase`` (PHASES), ``speed``, ``banner`` ("EXERCISE" or "");
    - ``tiles`` [{tile, camera_id, label, state, can_zoom, view {pan_deg, tilt_deg, hfov_deg} | None}];
    - ``alerts`` [{alert_id, camera_id, kind, detect_s, level 1..4 | None, state: waiting | taken | confirmed |
      rejected}], with ``sighting_id`` instead for what was seen by watching;
    - ``calls`` [{call_id, kind, priority, camera_id | None, x_m, y_m, note, units [unit_id], state: waiting |
      dispatched | on_scene | cleared, travel_s {unit_id: seconds}}], the last for units that may be sent;
    - ``units`` [{unit_id, x_m, y_m, state (a UnitState's name, lower case), call_id | None}];
    - ``radio`` [{t_s, who, text}], ``bookmarks`` [{t_s, camera_id, note}], ``freeze`` {questions [{question, code,
      params, options}]} | None, which is answered with an option's place;
    - where there are any: ``briefing`` {text, minutes}, ``questionnaire`` {scales}, ``truth`` [{camera_id, ...}].
    """

    title: Text
    mode: Mode
    is_exercise: bool
    seats: tuple[Seat, ...]
    kinds: tuple[str, ...]
    """Kinds of incident that a form offers, by their names in the scenario."""

    def state(self, seat_id: str) -> Json:
        """Return what the seat may know now; cheap, for it is asked for ten times a second."""
        ...

    def city(self) -> CityLayers:
        """Return what the map draws."""
        ...

    def act(self, seat_id: str, action: Json) -> Json:
        """Do what a person asks for: ``{"do": ..., ...}``.

        Returns:
            ``{"ok": True, "seq": n}`` once it is on disk, or ``{"ok": False, "error": text}``: what was asked cannot be
            done, and nothing has changed. It never raises for anything that a person may send.
        """
        ...

    def picture(self, camera_id: int, size_wh: tuple[int, int]) -> Picture:
        """Return what a camera shows now, at about that size."""
        ...

    def debrief(self, seat_id: str) -> Json:
        """Return what happened beside what the seat did; ``{}`` before the session is over.

        Keys: ``incidents`` [{incident_id, kind, camera_id, occur_s, visible_end_s, outcome: hit | miss, seen_s |
        None, ...}], ``rows`` [{t_s, name, ...}] for the timeline, ``scores`` {name: value | {value, low, high}},
        ``checklist`` [{item, is_done}], ``reference`` {...}, each where there is one.
        """
        ...

    def close(self) -> None:
        """Let go of files, threads and devices; what was done stays on disk."""
        ...


def city_layers(city: City) -> CityLayers:
    """Return a city's map layers, roads reduced to one piece for both directions."""
    cameras, roads = city.cameras, city.roads
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    low, high = np.minimum(tail, roads.head), np.maximum(tail, roads.head)
    pairs = np.unique(np.column_stack([low, high]), axis=0)
    ends = [roads.x_m[pairs[:, 0]], roads.y_m[pairs[:, 0]], roads.x_m[pairs[:, 1]], roads.y_m[pairs[:, 1]]]
    middles = np.full((len(city.district_names), 2), np.nan)
    for district in range(len(city.district_names)):
        inside = city.district == district
        if inside.any():
            middles[district] = roads.x_m[inside].mean(), roads.y_m[inside].mean()
    return CityLayers(
        x_m=_f4(cameras.x_m), y_m=_f4(cameras.y_m), heading_deg=_f4(cameras.heading_deg),
        hfov_deg=_f4(cameras.hfov_deg),
        range_m=_f4(cameras.range_m), district=cameras.district.astype(np.int16), kind=cameras.kind.astype(np.int8),
        road_xyxy_m=_f4(np.column_stack(ends)), river_xy_m=_f4(city.river_xy_m.reshape(-1, 2)),
        land_use=city.land_use[cameras.junction].astype(np.int8), district_names=city.district_names,
        land_use_names=tuple(use.name.lower() for use in LandUse), district_xy_m=_f4(middles))


def _f4(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, dtype=np.float32)
