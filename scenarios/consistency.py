"""Checks that no single key can make: numbers of a scenario file that contradict each other, and unstaffed hours."""

from __future__ import annotations

from collections.abc import Iterator

import scenarios.schema as schema
from scenarios.caution import Caution
from scenarios.consistency_occasions import find_occasion_cautions, find_occasion_faults
from scenarios.consistency_room import find_room_cautions, find_room_faults
from scenarios.consistency_units import calls_faults, unit_cautions, unit_faults
from scenarios.convert import HOUR_S, city_spec, list_statements, load_profiles
from scenarios.convert_units import land_use_weights
from scenarios.file_errors import Fault, Table, nearest, show_value
from scenarios.human_parameters import Confidence, cited_parameters
from scenarios.schema_city import CityTable, OsmCityTable
from scenarios.schema_demand import CallsTable, KindTable
from scenarios.targets import find_operation_faults, find_target_faults
from sim.errors import InputError, UnknownNameError

MOST_POSTS = 50_000_000
"""Posts of all units that a trace may hold, for the sake of memory."""


def find_contradictions(file: schema.ScenarioFile, *, where: str) -> list[Fault]:
    """Return a fault for each pair of values that cannot both hold."""
    faults = [*_city_faults(file.city, where), *_profile_faults(file, where), *_spread_faults(file, where),
              *_empty_faults(file, where), *_citation_faults(file, where), *_post_faults(file, where),
              *_optics_faults(file, where), *find_target_faults(file, where),
              *find_operation_faults(file, where)]
    profiles = sorted({*load_profiles(), *file.profiles})
    for name, kind in file.kinds.items():
        faults += _kind_faults(kind, f"{where}: kinds.{name}", profiles=profiles)
    if file.calls:
        faults += _calls_faults(file.calls, f"{where}: calls", profiles=profiles)
    if file.archive:
        faults += _hour_profile_fault(file.archive.hour_profile, f"{where}: archive", profiles)
    return [*faults, *find_occasion_faults(file, where), *find_room_faults(file, where), *unit_faults(file, where)]


def _empty_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    if not file.kinds:
        yield Fault(where=f"{where}: kinds", expected="at least one kind of incident")
    if not file.roster:
        yield Fault(where=f"{where}: roster", expected="at least one shift")


def _citation_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    for statement in list_statements(file):
        try:
            cited = cited_parameters(statement.source)
        except UnknownNameError as error:
            yield Fault(where=f"{where}: {statement.key}.source", got=f"human:{error.got}", do=error.do,
                        expected="the id of a parameter in human_parameters.json")
            continue
        for parameter in cited:
            if parameter.confidence is Confidence.REJECT:
                yield Fault(where=f"{where}: {statement.key}.source", got=f"human:{parameter.id}",
                            expected=f"a parameter that may be used ({parameter.source})")


def _post_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    units = max(1, sum(shift.units for shift in file.roster.values()))
    least_s = file.time.duration_h * HOUR_S * units / MOST_POSTS
    if file.patrols.post_s < least_s:
        yield Fault(where=f"{where}: patrols.post_s", got=show_value(file.patrols.post_s),
                    expected=f"at least {least_s:.3g}, so that all units together change posts at most "
                             f"{MOST_POSTS:,} times")


def _city_faults(city: CityTable | OsmCityTable, where: str) -> Iterator[Fault]:
    if isinstance(city, OsmCityTable):
        return
    try:
        city_spec(city)
    except InputError as error:
        yield Fault(where=f"{where}: {error.where}", got=str(error.got), expected=error.expected)


def _profile_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    for name, profile in file.profiles.items():
        if name in load_profiles():
            yield Fault(where=f"{where}: profiles.{name}", expected="a name that no shipped profile has",
                        do="rename it")
        if sum(profile.weights) <= 0.0:
            yield Fault(where=f"{where}: profiles.{name}.weights", expected="at least one weight > 0")


def _hour_profile_fault(name: str, where: str, profiles: list[str]) -> Iterator[Fault]:
    if name not in profiles:
        yield Fault(where=f"{where}.hour_profile", got=show_value(name), expected="one of " + ", ".join(profiles),
                    do=nearest(name, profiles))


def _calls_faults(calls: CallsTable, where: str, *, profiles: list[str]) -> Iterator[Fault]:
    yield from _hour_profile_fault(calls.hour_profile, where, profiles)
    total = sum(calls.priority_shares)
    if abs(total - 1.0) > 1e-3:
        yield Fault(where=f"{where}.priority_shares", got=f"shares that sum to {total:.6g}", expected="a sum of 1")
    yield from calls_faults(calls, where)


def _kind_faults(kind: KindTable, where: str, *, profiles: list[str]) -> Iterator[Fault]:
    if sum(land_use_weights(kind.land_use)) <= 0.0:
        yield Fault(where=f"{where}.land_use", expected="at least one weight > 0",
                    do="say where such incidents happen")
    yield from _hour_profile_fault(kind.hour_profile, where, profiles)
    if kind.p_citation + kind.p_arrest > 1.0 + 1e-9:
        yield Fault(where=f"{where}.p_arrest", got=str(kind.p_arrest),
                    expected=f"at most {1.0 - kind.p_citation:.6g}, so that p_citation and p_arrest sum to at most 1")


def _spread_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    tables: list[tuple[str, Table]] = [(f"kinds.{name}", kind) for name, kind in file.kinds.items()]
    tables += [("watching", file.watching), ("alerting", file.alerting), ("patrols", file.patrols)]
    optional = (("calls", file.calls), ("zoom", file.zoom), ("archive", file.archive), ("badges", file.badges),
                ("unit_breaks", file.unit_breaks))
    tables += [(key, table) for key, table in optional if table]
    for key, table in tables:
        values = table.model_dump()
        for name, p95_s in values.items():
            median_s = values.get(name.replace("p95_s", "median_s")) if name.endswith("p95_s") else None
            if median_s is not None and p95_s < median_s:
                yield Fault(where=f"{where}: {key}.{name}", got=str(p95_s), expected=f"at least the median, {median_s}")


def _optics_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    if file.optics is None:
        return
    clock = (file.optics.sunrise_h, file.optics.sunset_h)
    sun = (file.optics.latitude_deg, file.optics.day_of_year)
    if not (None not in clock and sun == (None, None)) and not (None not in sun and clock == (None, None)):
        yield Fault(where=f"{where}: optics", expected="either sunrise_h and sunset_h, or latitude_deg and day_of_year")
    elif clock[0] is not None and clock[1] is not None and clock[1] <= clock[0]:
        yield Fault(where=f"{where}: optics.sunset_h", got=str(clock[1]), expected=f"later than sunrise_h, {clock[0]}")


def find_cautions(file: schema.ScenarioFile) -> tuple[Caution, ...]:
    """Return what is allowed but seldom meant: hours without inspectors or units, and nothing to see."""
    cautions = []
    for key, one in (("inspectors", "inspector"), ("units", "unit")):
        on_duty = [(shift.start_h, shift.length_h) for shift in file.roster.values() if getattr(shift, key) > 0]
        for start_h, end_h in find_gaps(on_duty):
            cautions.append(Caution(key=f"roster.*.{key}",
                                    text=f"{_clock(start_h)}–{_clock(end_h)} no {one} on duty"))
    if isinstance(file.city, CityTable) and not file.city.n_cameras:
        cautions.append(Caution(key="city.n_cameras", text="there is no camera, so nothing is found by watching"))
    scripted = {incident.kind for incident in file.incidents}
    cautions += [Caution(key=f"kinds.{name}.per_day", text=f"{name} never happens")
                 for name, kind in file.kinds.items() if kind.per_day == 0.0 and name not in scripted]
    return (*cautions, *find_occasion_cautions(file), *find_room_cautions(file), *unit_cautions(file))


def find_gaps(on_duty: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the stretches of the day, as (start, end) hours, in which nobody of the given shifts is on duty.

    Args:
        on_duty: (start hour, length in hours) of each daily shift; it may cross midnight.
    """
    spans = sorted(span for start, length in on_duty for span in _unwrapped(start, length))
    gaps, reached = [], 0.0
    for start, end in spans:
        if start > reached + 1e-9:
            gaps.append((reached, start))
        reached = max(reached, end)
    if reached < 24.0 - 1e-9:
        gaps.append((reached, 24.0))
    if len(gaps) > 1 and gaps[0][0] == 0.0 and gaps[-1][1] == 24.0:
        gaps = [*gaps[1:-1], (gaps[-1][0], gaps[0][1])]
    return gaps


def _unwrapped(start: float, length: float) -> list[tuple[float, float]]:
    end = start + length
    return [(start, end)] if end <= 24.0 else [(start, 24.0), (0.0, end - 24.0)]


def _clock(hour: float) -> str:
    minutes = round(hour * 60.0)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
