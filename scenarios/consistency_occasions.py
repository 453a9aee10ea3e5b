"""Checks of the optional tables that no single key can make: what was said twice, or not at all, or never holds."""

from __future__ import annotations

import math
from collections.abc import Iterator

import scenarios.schema as schema
import scenarios.schema_occasions as tables
from scenarios.camera_places import FAR_M
from scenarios.caution import Caution, name_some
from scenarios.convert_occasions import instant_s, make_windows
from scenarios.file_errors import Fault, nearest, show_value
from scenarios.schema_words import WEEKDAYS
from sim.scenario import HOURS_PER_WEEK, Scenario


def find_occasion_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    """Yield a fault for each pair of values of the optional tables that cannot both hold."""
    names: dict[str, int] = {}
    for number, overlay in enumerate(file.overlays):
        place = f"{where}: overlays[{number}]"
        yield from _window_faults(overlay, place)
        for kind in overlay.factors:
            yield from _kind_faults(kind, f"{place}.factors.{kind}", file)
        if names.setdefault(overlay.name, number) != number:
            yield Fault(where=f"{place}.name", got=show_value(overlay.name),
                        expected=f"another name than that of overlays[{names[overlay.name]}]", do="rename one of them")
    for number, outage in enumerate(file.outages):
        place = f"{where}: outages[{number}]"
        yield from _window_faults(outage, place)
        yield from _one_of(place, {"district": outage.district, "share": outage.share, "sites": outage.sites})
    for number, incident in enumerate(file.incidents):
        yield from _incident_faults(incident, f"{where}: incidents[{number}]", file)


def _one_of(where: str, values: dict[str, object]) -> Iterator[Fault]:
    given = [name for name, value in values.items() if value is not None]
    if len(given) != 1:
        yield Fault(where=where, got=" and ".join(given) or "none of them",
                    expected="exactly one of " + ", ".join(values))


def _window_faults(table: tables.WindowTable, where: str) -> Iterator[Fault]:
    yield from _one_of(where, {"day": table.day, "weekdays": table.weekdays})
    if table.weekdays is not None and table.length_h > HOURS_PER_WEEK:
        yield Fault(where=f"{where}.length_h", got=str(table.length_h),
                    expected=f"at most {HOURS_PER_WEEK}, the hours of a week")


def _kind_faults(kind: str, where: str, file: schema.ScenarioFile) -> Iterator[Fault]:
    if kind not in file.kinds:
        yield Fault(where=where, got=show_value(kind), expected="one of " + ", ".join(file.kinds),
                    do=nearest(kind, list(file.kinds)))


def _incident_faults(table: tables.IncidentTable, where: str, file: schema.ScenarioFile) -> Iterator[Fault]:
    yield from _kind_faults(table.kind, f"{where}.kind", file)
    yield from _one_of(where, {"at_s": table.at_s, "clock": table.clock})
    yield from _one_of(where, {"x_m": table.x_m, "land_use": table.land_use, "camera": table.camera})
    if (table.x_m is None) != (table.y_m is None):
        yield Fault(where=f"{where}.{'x_m' if table.x_m is None else 'y_m'}", expected="a number of metres",
                    do="a place needs both")
    if instant_s(table, start_hour_of_week=start_hour(file)) < 0.0:
        yield Fault(where=f"{where}.clock", got=show_value(table.clock),
                    expected="an instant after the scenario's start")


def find_occasion_cautions(file: schema.ScenarioFile) -> Iterator[Caution]:
    """Yield what is allowed but seldom meant: what comes after the end, and a speed that holds everywhere."""
    end_s, start_hour_of_week = file.time.duration_h * 3600.0, start_hour(file)
    windows: list[tuple[str, tables.WindowTable]] = [
        (f"overlays[{number}]", overlay) for number, overlay in enumerate(file.overlays)]
    windows += [(f"outages[{number}]", outage) for number, outage in enumerate(file.outages)]
    for key, table in windows:
        if not any(window.spans(end_s) for window in make_windows(table, start_hour_of_week=start_hour_of_week)):
            yield Caution(key=key, text="never holds before the scenario ends")
    for number, overlay in enumerate(file.overlays):
        if overlay.speed_factor != 1.0 and (overlay.districts or overlay.land_use):
            yield Caution(key=f"overlays[{number}].speed_factor", text="holds in the whole city")
    for number, incident in enumerate(file.incidents):
        last_s = instant_s(incident, start_hour_of_week=start_hour_of_week) + incident.apart_s * (incident.n - 1)
        if last_s >= end_s:
            yield Caution(key=f"incidents[{number}]", text="the scenario ends before it happens")


def find_place_cautions(scenario: Scenario) -> Iterator[Caution]:
    """Yield a caution if incidents of the script happen where no road leads."""
    roads, far = scenario.city.roads, {}
    for one in scenario.script:
        away_m = math.dist((one.x_m, one.y_m), (roads.x_m[one.junction], roads.y_m[one.junction]))
        if away_m > FAR_M:
            far[f"x_m = {one.x_m:g}, y_m = {one.y_m:g}"] = away_m
    if far:
        shown = name_some([f"{place} ({away_m:,.0f} m)" for place, away_m in far.items()])
        yield Caution(key="incidents", text=f"{len(far):,} places are more than {FAR_M:,.0f} m from every junction, so "
                                            f"no unit comes near them: {shown}")


def start_hour(file: schema.ScenarioFile) -> float:
    """Return the hour of the week at which the scenario starts; 0 is Monday 00:00."""
    return 24.0 * WEEKDAYS.index(file.time.start_weekday) + file.time.start_hour_h
