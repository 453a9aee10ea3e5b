"""Turns a planner's facts into a scenario document; what they do not say comes from a shipped scenario and says so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from scenarios.catalog import find_scenario
from scenarios.document import load_document
from scenarios.planner_calls import CallFacts
from scenarios.planner_cameras import CameraFacts
from scenarios.planner_facts import Findings, MeasuredSpan
from scenarios.planner_offences import KindFacts, OffenceFacts
from scenarios.planner_roster import RosterFacts
from sim.scenario import Spread

_Document = dict[str, Any]

BASE = "kostanay"
"""The shipped scenario that gives what the planner's files do not say."""
SMALL_BASE = "district_centre"
"""It gives the make-up of a synthetic town with fewer than SMALL_N cameras."""
SMALL_N = 1_000
REAL_CITY_NAME = "the planner's city"
_EVEN_SHARES = [0.25, 0.25, 0.25, 0.25]
_P_NEEDS_UNIT = 0.5
_SERVICE = Spread(median_s=900.0, p95_s=2_700.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the planner's files say; None where a file was not given."""

    cameras: CameraFacts | None
    calls: CallFacts | None
    offences: OffenceFacts | None
    roster: RosterFacts | None


def list_base_kinds() -> list[str]:
    """Return the kinds of incident whose properties are known, those of the shipped scenario."""
    return list(_load_base(BASE)["kinds"])


def _load_base(name: str) -> _Document:
    return dict(load_document(find_scenario(name)))


def make_document(facts: Facts, *, name: str, city_files: Mapping[str, str] | None, findings: Findings
                  ) -> dict[str, object]:
    """Return a scenario document.

    Args:
        facts: from the files.
        name: of the scenario.
        city_files: paths of a real city's files by key, or None for a synthetic city.
        findings: to add notes to.
    """
    base = _load_base(BASE)
    profiles: _Document = {}
    kinds = _kinds(base["kinds"], facts.offences, profiles, findings)
    document: _Document = {
        "schema": base["schema"], "name": name, "title": f"{name}: from a planner's own files",
        "story": _story(facts),
        "time": {"source": "assumption: one week shows every hour of the week once", "start_weekday": "monday",
                 "start_hour_h": 0, "duration_h": 168},
        "city": _city(facts.cameras, city_files)}
    calls = _calls(facts.calls, profiles, findings) if facts.calls else None
    document |= {"profiles": profiles} if profiles else {}
    document |= {"kinds": kinds}
    document |= {"calls": calls} if calls else {}
    document |= {key: _borrowed(base[key]) for key in ("watching", "alerting")}
    document["roster"] = _roster(base["roster"], facts.roster)
    document["patrols"] = _patrols(base["patrols"], facts.calls)
    document["costs"] = _borrowed(base["costs"])
    return document


def _borrowed(table: _Document) -> _Document:
    return {**deepcopy(table), "source": f"assumption: not in the planner's files; as in the shipped scenario {BASE}"}


def _story(facts: Facts) -> str:
    parts = (("cameras", facts.cameras), ("calls from the public", facts.calls), ("roster", facts.roster))
    sources = [f"{what} {part.source}" for what, part in parts if part]
    if facts.offences:
        sources += [f"{kind.name} {kind.source}" for kind in facts.offences.kinds]
    return ("Fact, from the planner's own files: " + "; ".join(sources) + ".\n\n"
            f"Assumed: everything else, as in the shipped scenario {BASE}; each table says what it takes from where. "
            "Recorded offences are what was found, and how many truly happen is not known: calibrate before use.\n")


def _city(cameras: CameraFacts | None, city_files: Mapping[str, str] | None) -> _Document:
    if city_files is not None:
        source = f"fact: {cameras.source}" if cameras else "fact: surveillance nodes of the map"
        return {"kind": "osm", "source": f"{source}; roads from {city_files['file']}; assumption: speeds by class",
                "name": REAL_CITY_NAME, **city_files}
    n = cameras.n_cameras if cameras else 0
    base = _load_base(SMALL_BASE if cameras and n < SMALL_N else BASE)["city"]
    if cameras is None:
        return _borrowed(base)
    city = {**deepcopy(base), "name": "a synthetic city of the planner's size", "n_cameras": n}
    city.pop("n_sites")
    said = ["n_cameras"]
    if cameras.n_sites and math.ceil(n / 4) <= cameras.n_sites <= n:
        city["n_sites"], said = cameras.n_sites, [*said, "n_sites"]
    if cameras.ptz_share is not None:
        city["ptz_share"], said = cameras.ptz_share, [*said, "ptz_share"]
    city["n_junctions"] = min(500_000, max(60, round(base["n_junctions"] * n / base["n_cameras"])))
    if cameras.districts and len(cameras.districts) <= city["n_junctions"]:
        city["n_districts"], said = len(cameras.districts), [*said, "n_districts"]
    city["n_districts"] = min(city["n_districts"], city["n_junctions"])
    city["source"] = (f"fact: {', '.join(said)} {cameras.source}; assumption: the city is synthetic, of a size that "
                      "fits so many cameras, for no map was given")
    return city


def _kinds(base: _Document, offences: OffenceFacts | None, profiles: _Document, findings: Findings) -> _Document:
    if offences is None:
        return {name: _borrowed(table) for name, table in base.items()}
    left = [name for name in base if name not in {kind.name for kind in offences.kinds}]
    if left:
        findings.notes.append(f"the register holds no {', '.join(left)}: left out of the scenario")
    return {kind.name: _kind(base[kind.name], kind, profiles) for kind in offences.kinds}


def _kind(base: _Document, kind: KindFacts, profiles: _Document) -> _Document:
    table = {**deepcopy(base), "per_day": kind.per_day}
    said = "per_day"
    if kind.shape:
        profiles[f"recorded_{kind.name}"] = _profile(kind.shape, kind.source)
        table["hour_profile"] = f"recorded_{kind.name}"
        said = "per_day and hour_profile"
    table["source"] = (f"fact: {said} {kind.source}; assumption: what was recorded stands for what happens, and all "
                       f"other values are as in the shipped scenario {BASE}")
    return table


def _profile(shape: tuple[float, ...], source: str) -> _Document:
    return {"source": f"fact: {source}; days and hours counted apart, hours smoothed by 1.5 h", "weights": list(shape)}


def _calls(calls: CallFacts, profiles: _Document, findings: Findings) -> _Document:
    said, assumed = ["per_day"], ["p_needs_unit"]
    (said if calls.shape else assumed).append("hour_profile")
    if calls.shape:
        profiles["recorded_calls"] = _profile(calls.shape, calls.source)
    (said if calls.priority_shares else assumed).append("priority_shares")
    scene = calls.span("scene")
    spread = scene.spread if scene else None
    (said if spread else assumed).append("service times")
    source = f"fact: {', '.join(said)} {calls.source}{_measured(scene)}; assumption: {', '.join(assumed)}"
    findings.notes += [f"{span.name}: {span.n:,} measured, {span.n_missing:,} without a stamp"
                       + (f", median {span.spread.median_s:,.0f} s, 95 % within {span.spread.p95_s:,.0f} s"
                          if span.spread else ", too few to be used") for span in calls.spans]
    return {"source": source, "per_day": round(calls.per_day, 6),
            "hour_profile": "recorded_calls" if calls.shape else "street_all",
            "priority_shares": list(calls.priority_shares or _EVEN_SHARES), "p_needs_unit": _P_NEEDS_UNIT,
            "service_median_s": (spread or _SERVICE).median_s, "service_p95_s": (spread or _SERVICE).p95_s}


def _measured(span: MeasuredSpan | None) -> str:
    return f" ({span.n:,} {span.name} times)" if span and span.spread else ""


def _roster(base: _Document, roster: RosterFacts | None) -> _Document:
    if roster is None:
        return {name: _borrowed(table) for name, table in base.items()}
    return {shift.name: {"source": f"fact: {roster.source}", "start_h": round(shift.start_h, 4),
                         "length_h": round(shift.length_h, 4), "inspectors": shift.inspectors, "units": shift.units}
            for shift in roster.shifts}


def _patrols(base: _Document, calls: CallFacts | None) -> _Document:
    table = _borrowed(base)
    taken = []
    for name in ("handover", "scene"):
        span = calls.span(name) if calls else None
        if calls and span and span.spread:
            table[f"{name}_median_s"], table[f"{name}_p95_s"] = span.spread.median_s, span.spread.p95_s
            taken.append(f"{name} {calls.source} ({span.n:,} times)")
    if taken:
        table["source"] = (f"fact: {'; '.join(taken)}; assumption: cases from cameras take as long as calls, and the "
                           f"rest is as in the shipped scenario {BASE}")
    return table
