"""Turns a scenario file's overlays, script, outages, repeats and drift into the simulator's values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

import scenarios.schema_occasions as tables
from scenarios.file_errors import nearest, show_value
from scenarios.schema_words import WEEKDAYS
from sim.city import City, LandUse
from sim.errors import InputError
from sim.fieldwork import SpeedWindow
from sim.occasions import CameraFailures, Drift, NearRepeat, Outage, Overlay, ScriptedIncident, Window
from sim.scenario import HOURS_PER_WEEK

HOUR_S = 3600.0
DAY_S = 86400.0
WEEK_S = HOURS_PER_WEEK * HOUR_S


def make_windows(table: tables.WindowTable, *, start_hour_of_week: float) -> tuple[Window, ...]:
    """Return the stretches of scenario time that a table names."""
    length_s = table.length_h * HOUR_S
    if table.day is not None:
        from_s = (24.0 * table.day + table.start_h - start_hour_of_week % 24.0) * HOUR_S
        return (Window(from_s=from_s, to_s=from_s + length_s),)
    begins = [((24.0 * WEEKDAYS.index(weekday) + table.start_h - start_hour_of_week) % HOURS_PER_WEEK) * HOUR_S
              for weekday in table.weekdays or ()]
    return tuple(Window(from_s=from_s, to_s=from_s + length_s, every_s=WEEK_S) for from_s in begins)


def instant_s(table: tables.IncidentTable, *, start_hour_of_week: float) -> float:
    """Return the scenario second of the first of a table's incidents; below 0 if that is before the start."""
    if table.clock is None:
        return table.at_s or 0.0
    hours, minutes, *seconds = map(int, table.clock.split(":"))
    of_day_s = HOUR_S * hours + 60.0 * minutes + (seconds[0] if seconds else 0)
    return table.day * DAY_S + of_day_s - start_hour_of_week % 24.0 * HOUR_S


def make_near_repeat(table: tables.NearRepeatTable | None) -> NearRepeat | None:
    """Return the near repeats, None where the file has none."""
    if table is None:
        return None
    return NearRepeat(probability=table.probability, window_s=table.days * DAY_S, radius_m=table.radius_m)


def make_overlays(
    entries: Sequence[tables.OverlayTable], city: City, *, kinds: Sequence[str], start_hour_of_week: float
) -> tuple[Overlay, ...]:
    """Return the overlays.

    Raises:
        InputError: if a district is not the city's.
    """
    return tuple(
        Overlay(name=entry.name, windows=make_windows(entry, start_hour_of_week=start_hour_of_week),
                districts=tuple(_district(name, city, f"overlays[{number}].districts") for name in entry.districts),
                land_uses=tuple(int(LandUse[use.upper()]) for use in entry.land_use),
                factors=tuple(entry.factors.get(kind, entry.factor) for kind in kinds),
                visibility=entry.visibility_factor)
        for number, entry in enumerate(entries))


def make_speed_windows(
    entries: Sequence[tables.OverlayTable], *, start_hour_of_week: float, duration_s: float
) -> tuple[SpeedWindow, ...]:
    """Return when the overlays change the units' speed, in order of time; windows may overlap."""
    found = [
        SpeedWindow(from_s=max(from_s, 0.0), to_s=min(to_s, duration_s), factor=entry.speed_factor)
        for entry in entries if entry.speed_factor != 1.0
        for window in make_windows(entry, start_hour_of_week=start_hour_of_week)
        for from_s, to_s in window.spans(duration_s)]
    return tuple(sorted(found, key=lambda window: (window.from_s, window.to_s, window.factor)))


def make_script(
    entries: Sequence[tables.IncidentTable], city: City, *, kinds: Sequence[str], start_hour_of_week: float
) -> tuple[ScriptedIncident, ...]:
    """Return the scripted incidents, n for each entry.

    Raises:
        InputError: if the city has no such camera or junction.
    """
    script = []
    for number, entry in enumerate(entries):
        x_m, y_m, junction = _place(entry, city, f"incidents[{number}]")
        begins_s = instant_s(entry, start_hour_of_week=start_hour_of_week)
        script += [ScriptedIncident(kind=list(kinds).index(entry.kind), at_s=begins_s + entry.apart_s * serial,
                                    visible_s=entry.visible_s, x_m=x_m, y_m=y_m, junction=junction)
                   for serial in range(entry.n)]
    return tuple(script)


def _place(entry: tables.IncidentTable, city: City, where: str) -> tuple[float, float, int]:
    """Return (x_m, y_m, nearest junction)."""
    if entry.land_use is not None:
        of_use = np.flatnonzero(city.land_use == LandUse[entry.land_use.upper()])
        if entry.index >= of_use.size:
            raise InputError(f"{where}.index", got=entry.index,
                             expected=f"below {of_use.size}, the number of junctions of use {entry.land_use}")
        junction = int(of_use[entry.index])
        return float(city.roads.x_m[junction]), float(city.roads.y_m[junction]), junction
    if entry.camera is not None:
        cameras = city.cameras
        if entry.camera >= cameras.n_cameras:
            raise InputError(f"{where}.camera", got=entry.camera,
                             expected=f"below {cameras.n_cameras}, the number of cameras")
        heading = math.radians(float(cameras.heading_deg[entry.camera]))
        x_m = float(cameras.x_m[entry.camera]) + entry.distance_m * math.cos(heading)
        y_m = float(cameras.y_m[entry.camera]) + entry.distance_m * math.sin(heading)
    else:
        x_m, y_m = entry.x_m or 0.0, entry.y_m or 0.0
    junction = int(np.argmin((city.roads.x_m - x_m) ** 2 + (city.roads.y_m - y_m) ** 2))
    return x_m, y_m, junction


def make_outages(
    entries: Sequence[tables.OutageTable], city: City, *, start_hour_of_week: float
) -> tuple[Outage, ...]:
    """Return the scripted outages.

    Raises:
        InputError: if the city has no such district or site.
    """
    for number, entry in enumerate(entries):
        for site in entry.sites or ():
            if site >= city.n_sites:
                raise InputError(f"outages[{number}].sites", got=site,
                                 expected=f"below {city.n_sites}, the number of sites")
    return tuple(
        Outage(windows=make_windows(entry, start_hour_of_week=start_hour_of_week), share=entry.share,
               sites=tuple(entry.sites or ()), district=None if entry.district is None
               else _district(entry.district, city, f"outages[{number}].district"))
        for number, entry in enumerate(entries))


def make_failures(table: tables.DisturbancesTable | None) -> CameraFailures | None:
    """Return the cameras' failures, None where the file has none."""
    if table is None:
        return None
    return CameraFailures(up_mean_s=table.camera_up_mean_h * HOUR_S, repair_mean_s=table.camera_repair_mean_h * HOUR_S)


def make_drift(table: tables.DriftTable | None) -> Drift | None:
    """Return the detectors' drift, None where the file has none."""
    if table is None:
        return None
    return Drift(false_factor_per_day=table.false_factor_per_day, recall_factor_per_day=table.recall_factor_per_day)


def _district(name: str, city: City, where: str) -> int:
    names = city.district_names
    if name not in names:
        raise InputError(where, got=show_value(name), expected="one of " + ", ".join(names[:20]),
                         do=nearest(name, list(names)))
    return names.index(name)
