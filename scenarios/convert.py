"""Turns a validated scenario file into the simulator's frozen values."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import scenarios.schema as schema
import scenarios.schema_watching as watching
from scenarios.cities import GENERATOR_VERSION, make_city
from scenarios.city_spec import CitySpec
from scenarios.convert_occasions import (
    make_drift,
    make_failures,
    make_near_repeat,
    make_outages,
    make_overlays,
    make_script,
    make_speed_windows,
)
from scenarios.convert_room import check_rooms, make_archive, make_badge, make_breaks, make_rooms, make_vigilance
from scenarios.convert_units import land_use_weights, make_demand, make_fieldwork
from scenarios.inspector_models import load_inspector_draws
from scenarios.osm import READER_VERSION, CityFiles, RealCity, hash_file, hash_files, load_osm_city
from scenarios.rates_file import load_rates
from scenarios.schema_city import CityTable, OsmCityTable
from scenarios.schema_demand import KindTable
from scenarios.schema_units import PatrolsTable
from scenarios.schema_words import WEEKDAYS
from scenarios.targets import make_operation
from sim.city import City, LandUse
from sim.errors import InputError
from sim.fieldwork import Patrols
from sim.optics import daylight_hours
from sim.roomwork import Preemption, QueueOrder, ShiftEnd
from sim.scenario import (
    HOURS_PER_WEEK,
    Alerting,
    Costs,
    IncidentKind,
    Optics,
    PlanKind,
    Scenario,
    Shift,
    Spread,
    Statement,
    Watching,
    Zoom,
)

HOUR_S = 3600.0
PROFILES_FILE = Path(__file__).with_name("hour_of_week.json")


@lru_cache(maxsize=1)
def load_profiles() -> dict[str, tuple[float, ...]]:
    """Read the hour-of-week profiles by name, each 168 weights of mean 1; ``flat`` is among them."""
    stored = json.loads(PROFILES_FILE.read_text(encoding="utf-8"))["profiles"]
    profiles = {"flat": (1.0,) * HOURS_PER_WEEK}
    for name, weights in stored.items():
        mean = sum(weights) / HOURS_PER_WEEK
        profiles[name] = tuple(weight / mean for weight in weights)
    return profiles


@lru_cache(maxsize=2)
def _synthetic_city(spec: CitySpec, seed: int) -> City:
    """Make a city, or return the one made before; its arrays are read-only, so sharing is safe."""
    return make_city(spec, seed=seed)


def city_spec(table: CityTable) -> CitySpec:
    """Return what the file asks of a synthetic city."""
    return CitySpec(**table.model_dump(exclude={"kind", "source", "seed"}))


def load_real_city(table: OsmCityTable, *, folder: Path) -> RealCity:
    """Read a real city, or return the one read before if its files are still the same.

    Args:
        table: what the file says of it.
        folder: that its paths start from.

    Raises:
        InputError: if a file cannot be used.
    """
    return load_osm_city(**_city_files(table, folder), name=table.name, buildings=table.buildings)


def _city_files(table: OsmCityTable, folder: Path) -> CityFiles:
    return CityFiles(file=folder / table.file, cameras=folder / table.cameras if table.cameras else None,
                     districts=folder / table.districts if table.districts else None)


def digest_file(file: schema.ScenarioFile, *, folder: Path) -> str:
    """Return the sha256 of all that the scenario depends on.

    That is the validated file, the weights of the profiles it names, the rates of looks in a file of their own, and the
    city generator's version or the contents of the city's files; of an inspector model also what it leaves open. A key
    left at its default does not count, so the digest outlives a new optional key.

    Raises:
        InputError: if a file of the city cannot be read.
    """
    profiles = load_profiles()
    named = {kind.hour_profile for kind in file.kinds.values()} | ({file.calls.hour_profile} if file.calls else set())
    named |= {file.archive.hour_profile} if file.archive else set()
    whole: dict[str, object] = {  # neither targets nor an operation's counts nor translations alter a run
        "file": file.model_dump(by_alias=True, exclude_defaults=True, exclude={"targets", "operation", "translations"}),
        "city": _city_version(file.city, folder),
        "profiles": {name: profiles[name] for name in sorted(named) if name in profiles}}
    if file.watching.rates is not None:
        whole["rates"] = hash_file(folder / file.watching.rates)
    if file.watching.inspector_model and (draws := load_inspector_draws(folder / file.watching.inspector_model)):
        whole["inspector_draws"] = draws.rows
    canonical = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _city_version(table: CityTable | OsmCityTable, folder: Path) -> dict[str, object]:
    if isinstance(table, CityTable):
        return {"generator": GENERATOR_VERSION}
    return {"reader": READER_VERSION, "sha256": dict(hash_files(**_city_files(table, folder)))}


def list_statements(file: schema.ScenarioFile) -> tuple[Statement, ...]:
    """Return where each table's numbers come from, in the file's order."""
    single = [("time", file.time.source), ("city", file.city.source)]
    single += [(f"profiles.{name}", profile.source) for name, profile in file.profiles.items()]
    kinds = [(f"kinds.{name}", kind.source) for name, kind in file.kinds.items()]
    middle = [("calls", file.calls.source)] if file.calls else []
    middle += [("watching", file.watching.source), ("alerting", file.alerting.source)]
    shifts = [(f"roster.{name}", shift.source) for name, shift in file.roster.items()]
    last = [("patrols", file.patrols.source), ("costs", file.costs.source)]
    last += [(key, table.source) for key, table in (
        ("near_repeat", file.near_repeat), ("disturbances", file.disturbances), ("drift", file.drift),
        ("optics", file.optics), ("zoom", file.zoom), ("breaks", file.breaks), ("vigilance", file.vigilance),
        ("archive", file.archive), ("units", file.units), ("badges", file.badges), ("unit_breaks", file.unit_breaks),
        ("targets", file.targets), ("operation", file.operation)) if table]
    last += [(f"overlays[{number}]", overlay.source) for number, overlay in enumerate(file.overlays)]
    last += [(f"incidents[{number}]", incident.source) for number, incident in enumerate(file.incidents)]
    last += [(f"outages[{number}]", outage.source) for number, outage in enumerate(file.outages)]
    last += [(f"rooms.{name}", room.source) for name, room in file.rooms.items()]
    return tuple(Statement(key=key, source=source) for key, source in single + kinds + middle + shifts + last)


def make_scenario(file: schema.ScenarioFile, *, folder: Path, where: str) -> Scenario:
    """Build the scenario, city included.

    Args:
        file: the validated file.
        folder: that its paths start from.
        where: name of the file, for errors.

    Raises:
        InputError: if a file of a real city cannot be used, a table names a district, site or camera that the city does
            not have, or the rooms do not share its districts out.
    """
    city = (_synthetic_city(city_spec(file.city), file.city.seed) if isinstance(file.city, CityTable)
            else load_real_city(file.city, folder=folder).city)
    try:
        return check_rooms(_put_together(file, city, folder=folder))
    except InputError as error:
        raise InputError(f"{where}: {error.where}", got=error.got, expected=error.expected, do=error.do) from None


def _put_together(file: schema.ScenarioFile, city: City, *, folder: Path) -> Scenario:
    time = file.time
    profiles = load_profiles() | own_profiles(file)
    start = 24.0 * WEEKDAYS.index(time.start_weekday) + time.start_hour_h
    kinds = tuple(file.kinds)
    return Scenario(
        name=file.name, title=file.title, story=file.story.strip(),
        start_hour_of_week=start,
        duration_s=time.duration_h * HOUR_S, city=city,
        kinds=tuple(_kind(name, kind, profiles[kind.hour_profile]) for name, kind in file.kinds.items()),
        watching=_watching(file.watching), watching_rates=None if file.watching.rates is None else load_rates(
            folder / file.watching.rates, n_cameras=city.cameras.n_cameras), alerting=_alerting(file.alerting),
        shifts=tuple(_shift(name, shift) for name, shift in file.roster.items()),
        patrols=_patrols(file.patrols),
        costs=Costs(currency=file.costs.currency, inspector_per_h=file.costs.inspector_per_h,
                    unit_per_h=file.costs.unit_per_h),
        statements=list_statements(file), digest=digest_file(file, folder=folder),
        near_repeat=make_near_repeat(file.near_repeat),
        overlays=make_overlays(file.overlays, city, kinds=kinds, start_hour_of_week=start),
        speed_windows=make_speed_windows(file.overlays, start_hour_of_week=start, duration_s=time.duration_h * HOUR_S),
        script=make_script(file.incidents, city, kinds=kinds, start_hour_of_week=start),
        outages=make_outages(file.outages, city, start_hour_of_week=start),
        camera_failures=make_failures(file.disturbances), drift=make_drift(file.drift),
        operation=make_operation(file.operation),
        optics=_optics(file.optics) if file.optics else None, zoom=_zoom(file.zoom) if file.zoom else None,
        inspector_draws=load_inspector_draws(folder / file.watching.inspector_model)
        if file.watching.inspector_model else None,
        breaks=make_breaks(file.breaks), vigilance=make_vigilance(file.vigilance),
        archive=make_archive(file.archive, profiles), badge=make_badge(file.badges),
        rooms=make_rooms(file.rooms, city), shift_end=ShiftEnd(file.alerting.inspectors_at_shift_end),
        calls=make_demand(file.calls, profiles[file.calls.hour_profile]) if file.calls else None,
        fieldwork=make_fieldwork(file))


def own_profiles(file: schema.ScenarioFile) -> dict[str, tuple[float, ...]]:
    """Return the file's own hour-of-week profiles, of mean 1."""
    return {name: tuple(weight * HOURS_PER_WEEK / sum(profile.weights) for weight in profile.weights)
            for name, profile in file.profiles.items()}


def _kind(name: str, table: KindTable, hour_weights: tuple[float, ...]) -> IncidentKind:
    return IncidentKind(
        name=name, per_day=table.per_day, hour_weights=hour_weights,
        land_use_weights=land_use_weights(table.land_use),
        visible=Spread(median_s=table.visible_median_s, p95_s=table.visible_p95_s),
        p_evidence_persists=table.p_evidence_persists, object_size_m=table.object_size_m, severity=table.severity,
        priority=table.priority, p_needs_unit=table.p_needs_unit, stays_mean_s=table.stays_mean_s,
        p_citation=table.p_citation, p_arrest=table.p_arrest, p_noticed_at_best=table.p_noticed_at_best,
        notice_size_m=table.notice_size_m)


def _watching(table: watching.WatchingTable) -> Watching:
    return Watching(
        plan=PlanKind(table.plan), look_s=table.look_s, watched_share=table.watched_share, px_half=table.px_half,
        px_slope=table.px_slope, verify=Spread(median_s=table.verify_median_s, p95_s=table.verify_p95_s),
        record=Spread(median_s=table.record_median_s, p95_s=table.record_p95_s), p_confirm=table.p_confirm,
        p_false_confirm=table.p_false_confirm, compliance_slope=table.compliance_slope,
        compliance_middle=table.compliance_middle, ppv_window=table.ppv_window, ppv_prior=table.ppv_prior,
        briefing=None if table.briefing is None else tuple(table.briefing),
        p_unbriefed=1.0 if table.p_unbriefed is None else table.p_unbriefed, prevalence=table.prevalence)


def _alerting(table: watching.AlertingTable) -> Alerting:
    return Alerting(
        merge_window_s=table.merge_window_s, merge_radius_m=table.merge_radius_m, queue_limit=table.queue_limit,
        false_alert_life=Spread(median_s=table.false_alert_life_median_s, p95_s=table.false_alert_life_p95_s),
        queue_order=QueueOrder(table.queue_order), preemption=Preemption(table.preemption))


def _shift(name: str, table: schema.ShiftTable) -> Shift:
    return Shift(name=name, start_h=table.start_h, length_h=table.length_h, inspectors=table.inspectors,
                 units=table.units, room=table.room, officers=table.officers)


def _patrols(table: PatrolsTable) -> Patrols:
    return Patrols(
        post_s=table.post_s, handover=Spread(median_s=table.handover_median_s, p95_s=table.handover_p95_s),
        acknowledge=Spread(median_s=table.acknowledge_median_s, p95_s=table.acknowledge_p95_s),
        turnout=Spread(median_s=table.turnout_median_s, p95_s=table.turnout_p95_s),
        scene=Spread(median_s=table.scene_median_s, p95_s=table.scene_p95_s),
        paperwork=Spread(median_s=table.paperwork_median_s, p95_s=table.paperwork_p95_s),
        travel_sigma=table.travel_sigma, speed_factor=table.speed_factor)


def _optics(table: watching.OpticsTable) -> Optics:
    if table.latitude_deg is not None and table.day_of_year is not None:
        sunrise_h, sunset_h = daylight_hours(latitude_deg=table.latitude_deg, day_of_year=table.day_of_year,
                                             solar_noon_h=table.solar_noon_h)
    else:
        assert table.sunrise_h is not None, "the check of contradictions lets no other table through"
        assert table.sunset_h is not None, "as above"
        sunrise_h, sunset_h = table.sunrise_h, table.sunset_h
    return Optics(sunrise_h=sunrise_h, sunset_h=sunset_h, night_lit_factor=table.night_lit_factor,
                  night_dark_factor=table.night_dark_factor, infrared_m=table.infrared_m,
                  lit_uses=tuple(LandUse[use.upper()] for use in table.lit_uses))


def _zoom(table: watching.ZoomTable) -> Zoom:
    return Zoom(time=Spread(median_s=table.median_s, p95_s=table.p95_s), px_to_tell=table.px_to_tell,
                px_slope=table.px_slope)
