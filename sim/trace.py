"""The trace: every random quantity of one replication, drawn before it is played."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.archive import Searches, draw_archive
from sim.case_draws import CaseDraws, draw_cases
from sim.city import F8, I4
from sim.coverage import sightlines
from sim.demand import DAY_S, Happenings, draw_base, joined
from sim.near_repeat import with_repeats
from sim.occasions import ScriptedIncident
from sim.optics import draw_zoom, light_factor
from sim.ordering import time_order
from sim.outages import CameraOutages, draw_outages
from sim.overlays import visibility, with_overlays
from sim.perception import p_seen_at
from sim.prepared import Prepared, prepared_for
from sim.records import Incident
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import Scenario
from sim.unit_draws import UnitDraws, draw_units, draw_windows
from sim.unit_posts import draw_posts

I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]
SCRIPT_ENTITY = 1 << 60
"""Scripted incidents' draws are keyed above those of drawn ones, by their number in the script."""
_DERIVED = frozenset({"line_px", "line_end_s"})
"""Columns that follow from the others, the scenario and the outages; the digest leaves them out."""


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
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
    line_px: F8
    """(k,) pixels on target at the widest zoom."""
    line_end_s: F8
    """(k,) until when the camera shows it: the visible end, or the camera's outage if that comes first."""
    line_zoom_s: F8
    """(k,) time to move the camera onto the target and zoom in; 0 where there is no need or no zoom."""
    line_p_identify: F8
    """(k,) probability that the pixels then on target tell what it is."""
    cases: CaseDraws
    post_junction: I4
    """(u, p) junction near which each unit is during each posting period."""
    outages: CameraOutages = field(default_factory=CameraOutages)
    """Of the cameras that have a sightline."""
    searches: Searches | None = None
    """Requests to search the archive."""
    units: UnitDraws | None = None
    """None where the scenario has none of the units' optional parts."""

    @property
    def digest(self) -> str:
        """The sha256 of all that was drawn, or that draws yet to be made follow from; worked out at each call."""
        total = hashlib.sha256()
        parts: list[Any] = [self, self.cases]
        parts += [self.outages] if self.outages.camera.size else []
        parts += [self.searches] if self.searches is not None else []
        if self.units:
            parts += [self.units, self.units.attempts, self.units.windows]
            parts += [self.units.public, self.units.public.cases] if self.units.public else []
        for part in parts:
            columns = part.sources if isinstance(part, CaseDraws) else {
                item.name: getattr(part, item.name) for item in fields(part)}
            for name, value in columns.items():
                if isinstance(value, np.ndarray) and name not in _DERIVED:
                    total.update(name.encode())
                    total.update(np.ascontiguousarray(value).tobytes())
        return total.hexdigest()

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


def _incidents(scenario: Scenario, prepared: Prepared, streams: KeyedStreams) -> Happenings:
    """Draw whole days and cut them at the scenario's end, so that a longer horizon keeps the prefix."""
    city, tables, n_days = scenario.city, prepared.demand, math.ceil(scenario.duration_s / DAY_S)
    drawn = draw_base(city, streams, tables, n_days=n_days)
    if scenario.overlays:
        drawn = with_overlays(drawn, scenario.overlays, city, streams, tables, n_days=n_days)
    if scenario.near_repeat:
        drawn = with_repeats(drawn, scenario.near_repeat, streams, tables, until_s=scenario.duration_s)
    if scenario.script:
        drawn = joined([drawn, _scripted(scenario.script)])
    order = time_order(drawn.occur_s, drawn.entity)
    return drawn.only(order[:np.searchsorted(drawn.occur_s, scenario.duration_s, sorter=order)])


def _scripted(script: tuple[ScriptedIncident, ...]) -> Happenings:
    def column(name: str) -> F8:
        return np.array([getattr(one, name) for one in script], dtype=np.float64)

    return Happenings(
        entity=SCRIPT_ENTITY + np.arange(len(script)), kind=column("kind").astype(np.int32),
        junction=column("junction").astype(np.int32), occur_s=column("at_s"), x_m=column("x_m"), y_m=column("y_m"),
        visible_s=column("visible_s"))


def draw_trace(scenario: Scenario, *, seed: int, replication: int = 0, prepared: Prepared | None = None) -> Trace:
    """Draw one replication; nothing here depends on staffing, policy or detector.

    Args:
        scenario: the model's numbers.
        seed: of the whole run.
        replication: which one of it.
        prepared: the scenario's tables; left out, those made for it before.
    """
    prepared = prepared or prepared_for(scenario)
    streams = KeyedStreams(seed, replication)
    fails = bool(scenario.outages or scenario.camera_failures)

    def outages_of(cameras: I4) -> CameraOutages:
        return draw_outages(scenario, streams, np.unique(cameras)) if fails else CameraOutages()

    return traced(
        scenario, prepared, streams, _incidents(scenario, prepared, streams),
        outages_of=outages_of, post_junction=draw_posts(scenario, streams), units=draw_units(scenario, streams),
        searches=draw_archive(scenario, streams))


def restaffed(trace: Trace, scenario: Scenario, *, seed: int, replication: int) -> Trace:
    """Return the trace that would be drawn for a scenario that differs in its shifts alone.

    What happens in the city does not depend on staffing; where units patrol, and when they cannot be sent, does.
    """
    streams = KeyedStreams(seed, replication)
    units = trace.units and replace(trace.units, windows=draw_windows(scenario, streams))
    return replace(trace, post_junction=draw_posts(scenario, streams), units=units)


def traced(
    scenario: Scenario, prepared: Prepared, streams: KeyedStreams, drawn: Happenings, *,
    outages_of: Callable[[I4], CameraOutages], post_junction: I4, units: UnitDraws | None = None,
    searches: Searches | None = None,
) -> Trace:
    """Return the trace of given incidents: who could see them, and how they would be handled.

    Args:
        scenario: the model's numbers.
        prepared: the scenario's tables.
        streams: of the replication.
        drawn: the incidents, in order of time.
        outages_of: when the cameras of sightlines give no picture.
        post_junction: the trace's own, as are the rest.
        units: see Trace.
        searches: see Trace.
    """
    entity, kind, occur_s = drawn.entity, drawn.kind, to_ms(drawn.occur_s)
    visible_end_s = to_ms(occur_s + np.maximum(drawn.visible_s, 0.001))
    stays_s = prepared.stays_mean_s[kind] * streams.exponential(Purpose.DISPOSITION, entity, 1)

    lines = sightlines(scenario.city.cameras, drawn.x_m, drawn.y_m, grid=prepared.grid,
                       buildings=scenario.city.buildings)
    pair = (entity[lines.place], lines.camera)
    line_px = lines.px_per_m * prepared.object_size_m[kind][lines.place]
    if scenario.overlays:
        line_px *= visibility(scenario.overlays, scenario.city, occur_s, drawn.junction)[lines.place]
    if scenario.optics is not None:
        line_px *= light_factor(scenario, scenario.optics, occur_s=occur_s[lines.place],
                                junction=drawn.junction[lines.place], distance_m=lines.distance_m)
    zoom_s, p_identify = draw_zoom(scenario.zoom, streams, px=line_px, entity=pair[0], camera=lines.camera,
                                   magnification=scenario.city.cameras.zoom[lines.camera])
    p_look = lines.p_in_view * p_seen_at(line_px * prepared.notice_ratio[kind][lines.place], scenario.watching)
    p_look[streams.uniform(Purpose.NOTICE_CEILING, *pair) > prepared.p_noticed_at_best[kind][lines.place]] = 0.0
    first_line = np.zeros(entity.size + 1, dtype=np.int32)
    np.cumsum(np.bincount(lines.place, minlength=entity.size), out=first_line[1:])
    line_end_s = visible_end_s[lines.place]
    outages = outages_of(lines.camera)
    if outages.camera.size:
        began_s = occur_s[lines.place]
        shown_until_s = outages.seen_until_s(lines.camera, began_s)
        p_look[shown_until_s < began_s] = 0.0
        line_end_s = np.maximum(np.minimum(line_end_s, shown_until_s), began_s)

    return Trace(
        entity=entity, kind=kind, x_m=drawn.x_m, y_m=drawn.y_m, junction=drawn.junction,
        occur_s=occur_s, visible_end_s=visible_end_s, leaves_s=to_ms(visible_end_s + stays_s),
        persists=streams.uniform(Purpose.DISPOSITION, entity, 2) < prepared.p_evidence_persists[kind],
        first_line=first_line,
        line_camera=lines.camera, line_p_look=p_look, line_budget=streams.exponential(Purpose.NOTICE_BUDGET, *pair),
        line_px=line_px, line_end_s=line_end_s, line_zoom_s=zoom_s,
        line_p_identify=p_identify, cases=draw_cases(scenario, streams, entity),
        post_junction=post_junction, outages=outages, units=units, searches=searches,
    )
