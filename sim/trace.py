"""The trace: every random quantity of one replication, drawn before it is played."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.coverage import sightlines
from sim.demand import DAY_S, draw_day
from sim.perception import lognormal_s, p_seen_at
from sim.records import Incident
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import Scenario, Spread
from sim.unit_draws import UnitDraws, draw_units
from sim.unit_posts import draw_posts

I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraws:
    """What handling a case will take, should anybody handle it; arrays of one length."""

    verify_s: F8
    record_s: F8
    u_confirm: F8
    u_needs_unit: F8
    u_disposition: F8
    handover_s: F8
    acknowledge_s: F8
    turnout_s: F8
    travel_factor: F8
    scene_s: F8
    paperwork_s: F8


def draw_cases(scenario: Scenario, streams: KeyedStreams, entity: I8) -> CaseDraws:
    """Draw the handling of cases, each keyed by its own entity number ≥ 0."""
    watching, patrols = scenario.watching, scenario.patrols

    def spread(purpose: Purpose, of: Spread) -> F8:
        return to_ms(lognormal_s(of, streams.normal(purpose, entity)))

    factor = np.exp(patrols.travel_sigma * streams.normal(Purpose.TRAVEL, entity)) / patrols.speed_factor
    return CaseDraws(
        verify_s=spread(Purpose.VERIFY, watching.verify),
        record_s=spread(Purpose.RECORD, watching.record),
        u_confirm=streams.uniform(Purpose.CONFIRM, entity),
        u_needs_unit=streams.uniform(Purpose.NEEDS_UNIT, entity),
        u_disposition=streams.uniform(Purpose.DISPOSITION, entity),
        handover_s=spread(Purpose.HANDOVER, patrols.handover),
        acknowledge_s=spread(Purpose.ACKNOWLEDGE, patrols.acknowledge),
        turnout_s=spread(Purpose.TURNOUT, patrols.turnout),
        travel_factor=factor,
        scene_s=spread(Purpose.SCENE, patrols.scene),
        paperwork_s=spread(Purpose.PAPERWORK, patrols.paperwork),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One replication's incidents, who could see them, how they would be handled, and where units patrol.

    Shapes: n incidents in order of time, k sightlines grouped by incident, u units, p posts.
    """

    entity: I8
    """(n,) key of each incident's draws: day, kind and serial number, so that it survives any change elsewhere."""
    kind: I4
    x_m: F8
    y_m: F8
    junction: I4
    occur_s: F8
    visible_end_s: F8
    leaves_s: F8
    """When the offender leaves the neighbourhood."""
    persists: Flags
    """What is left can be seen after the end."""
    first_line: I4
    """(n + 1,) sightlines of incident i are first_line[i] to first_line[i + 1] − 1."""
    line_camera: I4
    line_p_look: F8
    """(k,) probability that one look at the camera notices; 0 where the ceiling of perception forbids it."""
    line_budget: F8
    """(k,) Exp(1) notice budget."""
    cases: CaseDraws
    post_junction: I4
    """(u, p) junction near which each unit is during each posting period."""
    digest: str
    units: UnitDraws | None = None
    """None where the scenario has none of the units' optional parts."""

    @property
    def n_incidents(self) -> int:
        """Number of incidents, seen or not."""
        return int(self.occur_s.size)

    def incident(self, scenario: Scenario, index: int) -> Incident:
        """Return one incident as a record."""
        kind = scenario.kinds[int(self.kind[index])]
        return Incident(
            incident_id=index, kind=kind.name, x_m=float(self.x_m[index]), y_m=float(self.y_m[index]),
            occur_s=float(self.occur_s[index]), visible_end_s=float(self.visible_end_s[index]),
            object_size_m=kind.object_size_m, severity=kind.severity,
        )


def _per_kind(scenario: Scenario, attribute: str, kind: I4) -> F8:
    return np.array([getattr(item, attribute) for item in scenario.kinds], dtype=np.float64)[kind]


def draw_trace(scenario: Scenario, *, seed: int, replication: int = 0) -> Trace:
    """Draw one replication.

    Whole days are drawn and then cut at the scenario's end, so a longer horizon keeps the prefix; nothing here
    depends on staffing, policy or detector.
    """
    streams = KeyedStreams(seed, replication)
    days = math.ceil(scenario.duration_s / DAY_S)
    parts: list[tuple[NDArray[Any], ...]] = []
    for day in range(days):
        for index, kind in enumerate(scenario.kinds):
            drawn = draw_day(scenario.city, kind, kind_index=index, streams=streams,
                             start_hour_of_week=scenario.start_hour_of_week, day=day)
            n = drawn[0].size
            entity = ((day * 64 + index) << 24) + np.arange(n, dtype=np.int64)
            parts.append((*drawn, entity, np.full(n, index, dtype=np.int32)))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[5], columns[0]))
    order = order[columns[0][order] < scenario.duration_s]
    occur_s, junction, x_m, y_m, z, entity, kinds = (column[order] for column in columns)
    occur_s = to_ms(occur_s)

    visible_s = np.empty(occur_s.size)
    for index, item in enumerate(scenario.kinds):
        visible_s[kinds == index] = lognormal_s(item.visible, z[kinds == index])
    visible_end_s = to_ms(occur_s + np.maximum(visible_s, 0.001))
    stays_s = _per_kind(scenario, "stays_mean_s", kinds) * streams.exponential(Purpose.DISPOSITION, entity, 1)

    lines = sightlines(scenario.city.cameras, x_m, y_m)
    pair = (entity[lines.place], lines.camera)
    p_look = lines.p_in_view * p_seen_at(
        lines.px_per_m * _per_kind(scenario, "object_size_m", kinds)[lines.place], scenario.watching)
    ceiling = _per_kind(scenario, "p_noticed_at_best", kinds)[lines.place]
    p_look[streams.uniform(Purpose.NOTICE_CEILING, *pair) > ceiling] = 0.0

    trace = Trace(
        entity=entity, kind=kinds, x_m=x_m, y_m=y_m, junction=junction,
        occur_s=occur_s, visible_end_s=visible_end_s, leaves_s=to_ms(visible_end_s + stays_s),
        persists=streams.uniform(Purpose.DISPOSITION, entity, 2) < _per_kind(scenario, "p_evidence_persists", kinds),
        first_line=np.searchsorted(lines.place, np.arange(occur_s.size + 1)).astype(np.int32),
        line_camera=lines.camera, line_p_look=p_look, line_budget=streams.exponential(Purpose.NOTICE_BUDGET, *pair),
        cases=draw_cases(scenario, streams, entity), post_junction=draw_posts(scenario, streams), digest="",
        units=draw_units(scenario, streams, lambda key: draw_cases(scenario, streams, key)),
    )
    return _with_digest(trace)


def _with_digest(trace: Trace) -> Trace:
    total = hashlib.sha256()
    parts: list[Any] = [trace, trace.cases]
    if trace.units:
        parts += [trace.units, trace.units.attempts, trace.units.windows]
        parts += [trace.units.public, trace.units.public.cases] if trace.units.public else []
    for part in parts:
        for item in fields(part):
            value = getattr(part, item.name)
            if isinstance(value, np.ndarray):
                total.update(item.name.encode())
                total.update(np.ascontiguousarray(value).tobytes())
    values = {item.name: getattr(trace, item.name) for item in fields(trace)}
    return Trace(**{**values, "digest": total.hexdigest()})
