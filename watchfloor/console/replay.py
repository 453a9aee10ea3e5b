"""A session that plays a finished run back: nothing that is done here changes what happened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hw.optics import View
from sim.errors import InputError
from sim.log import MISSING, LogRow, Name
from sim.records import UnitState
from watchfloor.console.drawn_wall import DrawnWall
from watchfloor.console.finished_run import FinishedRun
from watchfloor.console.offences import Staged
from watchfloor.console.past import Provenance, span_round
from watchfloor.console.session import CityLayers, Json, Mode, Picture, Seat, Text, city_layers
from watchfloor.console.told import Told, ToldAlert, ToldCall

N_TILES = 16
SPEEDS = (0.25, 600.0)
"""Slowest and fastest; above 1 the pictures jump."""


@dataclass(slots=True, kw_only=True)
class _Play:
    """Where the playback stands: at ``from_s`` when the wall clock showed ``from_wall_s``."""

    from_s: float = 0.0
    from_wall_s: float = 0.0
    speed: float = 1.0
    is_paused: bool = False


class ReplaySession:
    """Shows a finished run on the wall, the map and the lists, at any speed and from any instant.

    Args:
        run: what to show.
        wall: the drawn pictures; made for the run's city if None.
        now: the wall clock in seconds.
    """

    def __init__(self, run: FinishedRun, *, wall: DrawnWall | None = None,
                 now: Callable[[], float] = time.monotonic) -> None:
        scenario = run.scenario
        self.title: Text = run.title
        self.mode: Mode = "replay"
        self.is_exercise = False
        self.kinds = tuple(kind.name for kind in scenario.kinds)
        self.seats: tuple[Seat, ...] = (Seat(seat_id="viewer", role="viewer", name="replay"),)
        self._run, self._now = run, now
        self._duration_s = scenario.duration_s
        self._start_s = scenario.start_hour_of_week % 24.0 * 3600.0
        self._told = Told(run.log, n_units=run.trace.post_junction.shape[0])
        self._layers = city_layers(scenario.city)
        self._wall = wall or DrawnWall(scenario.city)
        self._stage_incidents()
        self._tiles = self._first_tiles()
        self._bookmarks: list[Json] = []
        self._play = _Play(from_wall_s=now())
        self._lock = threading.RLock()
        self._version = 0

    @property
    def t_s(self) -> float:
        """Scenario second that is shown."""
        play = self._play
        ahead_s = 0.0 if play.is_paused else (self._now() - play.from_wall_s) * play.speed
        return min(self._duration_s, play.from_s + ahead_s)

    def state(self, seat_id: str) -> Json:
        """Return what the room knew at the instant that is shown."""
        self._check_seat(seat_id)
        with self._lock:
            t_s = self.t_s
            before = self._told.next_row
            self._told.go_to(t_s)
            self._version += self._told.next_row != before
            return {
                "version": self._version, "t_s": t_s, "duration_s": self._duration_s, "clock": self._clock(t_s),
                "phase": "paused" if self._play.is_paused else "running", "speed": self._play.speed, "banner": "",
                "tiles": [self._tile(number, camera, t_s) for number, camera in enumerate(self._tiles)],
                "alerts": [self._alert(alert) for alert in self._told.alerts.values()],
                "calls": [self._call(call) for call in self._told.calls.values()],
                "units": [self._unit(ident, t_s) for ident in range(len(self._told.units))],
                "radio": [{"t_s": said.t_s, "who": f"unit {said.unit_id}", "text": "", "code": said.code,
                           "unit_id": said.unit_id, "call_id": said.call_id} for said in self._told.radio],
                "bookmarks": list(self._bookmarks), "freeze": None,
            }

    def city(self) -> CityLayers:
        """Return what the map draws."""
        return self._layers

    def act(self, seat_id: str, action: Json) -> Json:
        """Move the playback, a tile or a camera; what happened cannot be changed."""
        self._check_seat(seat_id)
        with self._lock:
            try:
                self._do(action)
            except InputError as error:
                return {"ok": False, "error": str(error)}
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                return {"ok": False, "error": f"{action.get('do')}: {error!r}; expected all of its fields"}
            self._version += 1
            return {"ok": True, "seq": self._version}

    def picture(self, camera_id: int, size_wh: tuple[int, int]) -> Picture:
        """Draw what a camera showed."""
        self._check_camera(camera_id)
        t_s = self.t_s
        if camera_id in self._told.dark_cameras:
            return Picture(bgr=np.zeros((size_wh[1], size_wh[0], 3), dtype=np.uint8), sequence=0, t_s=t_s,
                           wall_s=time.time(), state="offline")
        return self._wall.picture(camera_id, t_s, size_wh)

    def picture_at(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Picture:
        """Draw what a camera showed at an instant, whatever is being shown; outages are left out."""
        return self._wall.picture(self._check_camera(camera_id), t_s, size_wh)

    def past_span_s(self, seat_id: str) -> tuple[float, float] | None:
        """Return None: a run is gone through by seeking, for all its viewers at once."""
        self._check_seat(seat_id)
        return None

    def provenance(self) -> Provenance:
        """Return what a piece of the run is a piece of."""
        run = self._run
        return Provenance(
            scenario=run.scenario.name, scenario_digest=run.scenario.digest, seed=run.seed, arm=run.log.arm,
            log_digest=run.log.digest(), rows=tuple(self._told.rows), n_cameras=self._layers.x_m.size,
            end_s=self._duration_s, marking="")

    def evidence_folder(self) -> Path | None:
        """Return a folder beside the run's files."""
        return None if self._run.folder is None else self._run.folder / "evidence"

    @property
    def rows(self) -> list[LogRow]:
        """Every row of the log, in order."""
        return self._told.rows

    def debrief(self, seat_id: str) -> Json:
        """Return every incident in view of a camera beside what the room made of it."""
        self._check_seat(seat_id)
        kinds, trace, first = self.kinds, self._run.trace, self._first_instants()
        incidents = []
        for ident in np.flatnonzero(np.diff(trace.first_line)).tolist():
            seen_s = first.get((ident, Name.SHOWN))
            confirm_s = first.get((ident, Name.CONFIRM))
            camera = int(trace.line_camera[trace.first_line[ident]])
            incidents.append({
                "incident_id": ident, "kind": kinds[int(trace.kind[ident])], "camera_id": camera,
                "occur_s": float(trace.occur_s[ident]), "visible_end_s": float(trace.visible_end_s[ident]),
                "outcome": "miss" if confirm_s is None else "hit", "seen_s": seen_s, "confirm_s": confirm_s,
                "on_scene_s": first.get((ident, Name.ON_SCENE))})
        n_hits = sum(one["outcome"] == "hit" for one in incidents)
        rejected = sum(row[1] == Name.REJECT for row in self._told.rows)
        return {"incidents": incidents, "duration_s": self._duration_s,
                "scores": {"hits": n_hits, "misses": len(incidents) - n_hits, "rejected": rejected}}

    def close(self) -> None:
        """Nothing is held open."""

    def _do(self, action: Json) -> None:
        match action["do"]:
            case "pause" | "resume":
                self._play_from(self.t_s, is_paused=action["do"] == "pause")
            case "speed":
                factor = float(action["factor"])
                if not SPEEDS[0] <= factor <= SPEEDS[1]:
                    raise InputError("speed", got=factor, expected=f"{SPEEDS[0]:g} to {SPEEDS[1]:g}")
                self._play_from(self.t_s, speed=factor)
            case "seek":
                t_s = float(action["t_s"])
                if not 0.0 <= t_s <= self._duration_s:
                    raise InputError("seek", got=t_s, expected=f"0 to {self._duration_s:g} s")
                self._wall.turn_home()
                self._play_from(t_s)
                if action.get("camera_id") is not None:
                    self._show(0, int(action["camera_id"]))
            case "show":
                self._show(int(action["tile"]), int(action["camera_id"]))
            case "zoom":
                view = View(pan_deg=float(action["pan_deg"]), tilt_deg=float(action["tilt_deg"]),
                            hfov_deg=float(action["hfov_deg"]))
                self._wall.go(self._check_camera(int(action["camera_id"])), view, self.t_s)
            case "bookmark":
                self._bookmarks.append({"t_s": self.t_s, "camera_id": self._check_camera(int(action["camera_id"])),
                                        "note": str(action.get("note", ""))[:200]})
            case other:
                raise InputError(str(other), got="a finished run", expected="a session that still runs",
                                 do="what happened cannot be changed")

    def _play_from(self, t_s: float, *, speed: float | None = None, is_paused: bool | None = None) -> None:
        self._play = _Play(from_s=t_s, from_wall_s=self._now(), speed=speed or self._play.speed,
                           is_paused=self._play.is_paused if is_paused is None else is_paused)

    def _show(self, tile: int, camera: int) -> None:
        if not 0 <= tile < N_TILES:
            raise InputError("tile", got=tile, expected=f"0 to {N_TILES - 1}")
        self._tiles[tile] = self._check_camera(camera)

    def _check_camera(self, camera: int) -> int:
        if not 0 <= camera < self._layers.x_m.size:
            raise InputError("camera_id", got=camera, expected=f"0 to {self._layers.x_m.size - 1}")
        return camera

    def _check_seat(self, seat_id: str) -> None:
        if seat_id not in {seat.seat_id for seat in self.seats}:
            raise InputError("seat", got=seat_id, expected="one of " + ", ".join(seat.seat_id for seat in self.seats))

    def _stage_incidents(self) -> None:
        trace, kinds = self._run.trace, self._run.scenario.kinds
        for ident in np.flatnonzero(np.diff(trace.first_line)).tolist():
            kind = kinds[int(trace.kind[ident])]
            staged = Staged(incident_id=ident, kind=kind.name, from_s=float(trace.occur_s[ident]),
                            until_s=float(trace.visible_end_s[ident]), object_size_m=kind.object_size_m)
            for line in range(int(trace.first_line[ident]), int(trace.first_line[ident + 1])):
                self._wall.stage(int(trace.line_camera[line]), staged)

    def _first_tiles(self) -> list[int]:
        """Begin with the cameras on which most happens, and fill up with the first ones."""
        cameras, counts = np.unique(self._run.trace.line_camera, return_counts=True)
        busiest = cameras[np.argsort(-counts, kind="stable")].tolist()
        others = (camera for camera in range(self._layers.x_m.size) if camera not in set(busiest))
        chosen = [*busiest[:N_TILES]]
        return chosen + [camera for _, camera in zip(range(N_TILES - len(chosen)), others, strict=False)]

    def _first_instants(self) -> dict[tuple[int, int], float]:
        first: dict[tuple[int, int], float] = {}
        for row in self._told.rows:
            if row[2] != MISSING:
                first.setdefault((row[2], row[1]), row[0])
        return first

    def _clock(self, t_s: float) -> str:
        second = int(self._start_s + t_s)
        return f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

    def _tile(self, number: int, camera: int, t_s: float) -> Json:
        can_zoom = self._wall.can_zoom(camera)
        view = self._wall.view(camera, t_s) if can_zoom else None
        district = self._layers.district_names[int(self._layers.district[camera])]
        return {"tile": number, "camera_id": camera, "label": district, "can_zoom": can_zoom,
                "state": "offline" if camera in self._told.dark_cameras else "live",
                "hfov_range_deg": self._wall.reach_deg(camera) if can_zoom else None,
                "view": None if view is None else {"pan_deg": view.pan_deg, "tilt_deg": view.tilt_deg,
                                                   "hfov_deg": view.hfov_deg}}

    def _alert(self, alert: ToldAlert) -> Json:
        return {"alert_id": alert.alert_id, "sighting_id": alert.incident_id if alert.by_watching else None,
                "camera_id": alert.camera_id, "kind": self._kind(alert.kind), "detect_s": alert.detect_s,
                "level": None, "state": alert.state}

    def _call(self, call: ToldCall) -> Json:
        x_m, y_m = self._place_of(call)
        return {"call_id": call.call_id, "kind": self._kind(call.kind), "priority": call.priority,
                "camera_id": call.camera_id, "x_m": x_m, "y_m": y_m, "place": "", "note": "",
                "units": list(call.unit_ids), "state": call.state,
                "disposition": call.disposition, "create_s": call.create_s, "travel_s": {},
                "clip": None if call.camera_id is None else span_round(call.camera_id, call.create_s,
                                                                       now_s=self._duration_s)}

    def _place_of(self, call: ToldCall) -> tuple[float, float]:
        if call.incident_id is not None:
            return float(self._run.trace.x_m[call.incident_id]), float(self._run.trace.y_m[call.incident_id])
        if call.camera_id is not None:
            return float(self._layers.x_m[call.camera_id]), float(self._layers.y_m[call.camera_id])
        return 0.0, 0.0

    def _unit(self, ident: int, t_s: float) -> Json:
        """Say where a unit is: on its post, or at its call; on the way, straight between, at an even pace."""
        unit, roads = self._told.units[ident], self._run.scenario.city.roads
        posts = self._run.trace.post_junction
        post = int(posts[ident, min(int(t_s / self._run.scenario.patrols.post_s), posts.shape[1] - 1)])
        x_m, y_m = float(roads.x_m[post]), float(roads.y_m[post])
        call = self._told.calls.get(unit.call_id) if unit.call_id is not None else None
        if call is not None and unit.state in (UnitState.ON_SCENE, UnitState.COMMITTED):
            x_m, y_m = self._place_of(call)
        elif call is not None and unit.state is UnitState.EN_ROUTE:
            x_m, y_m = self._on_the_way(ident, call, (x_m, y_m), unit.since_s, t_s)
        return {"unit_id": ident, "x_m": x_m, "y_m": y_m, "state": unit.state.name.lower(), "call_id": unit.call_id}

    def _on_the_way(self, ident: int, call: ToldCall, post: tuple[float, float], since_s: float, t_s: float,
                    ) -> tuple[float, float]:
        rows = self._told.rows
        there_s = next((row[0] for row in rows[self._told.next_row:] if row[7] == ident), t_s)
        share = (t_s - since_s) / (there_s - since_s) if there_s > since_s else 1.0
        end = self._place_of(call)
        return post[0] + share * (end[0] - post[0]), post[1] + share * (end[1] - post[1])

    def _kind(self, kind: int | None) -> str | None:
        return None if kind is None else self.kinds[kind]
