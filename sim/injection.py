"""Incidents that an instructor adds to a running world, drawn as the trace's own are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim.city import City
from sim.demand import Happenings
from sim.input_records import Injection
from sim.outages import CameraOutages
from sim.prepared import prepared_for
from sim.rng import KeyedStreams
from sim.scenario import Scenario
from sim.trace import Trace, traced

INJECTED_ENTITY = 1 << 61
"""Injected incidents' draws are keyed above those of scripted ones, by the number of the input."""
REACHES = (0.5, 0.25, 0.1)
"""Shares of a camera's range at which something is tried to be put in its view."""


def draw_injected(
    scenario: Scenario, streams: KeyedStreams, injection: Injection, *, t_s: float, seq: int, outages: CameraOutages,
) -> Trace | None:
    """Return a trace of the one incident, or None where the named camera would not see it.

    Args:
        scenario: the model's numbers.
        streams: of the world.
        injection: what happens.
        t_s: when it begins.
        seq: number of the input, which keys the draws.
        outages: of the world's trace.

    Raises:
        ModelError: if the scenario has no such kind.
    """
    kind, prepared = scenario.kind_index(injection.kind), prepared_for(scenario)
    if injection.object_size_m is not None:
        size_m = prepared.object_size_m.copy()
        size_m[kind] = injection.object_size_m
        prepared = replace(prepared, object_size_m=size_m)
    for x_m, y_m in _places(scenario.city, injection):
        one = traced(
            scenario, prepared, streams, Happenings(
                entity=np.array([INJECTED_ENTITY + seq]), kind=np.array([kind], dtype=np.int32),
                junction=np.array([_junction(scenario.city, x_m, y_m)], dtype=np.int32), occur_s=np.array([t_s]),
                x_m=np.array([x_m]), y_m=np.array([y_m]), visible_s=np.array([injection.visible_s])),
            outages_of=lambda _: outages, post_junction=np.zeros((0, 0), dtype=np.int32))
        if injection.camera_id is None or injection.camera_id in one.line_camera:
            return replace(one, outages=CameraOutages())
    return None


def _places(city: City, injection: Injection) -> list[tuple[float, float]]:
    if injection.x_m is not None and injection.y_m is not None:
        return [(injection.x_m, injection.y_m)]
    cameras, camera = city.cameras, injection.camera_id
    heading = math.radians(float(cameras.heading_deg[camera]))
    east, north = math.cos(heading), math.sin(heading)
    return [(float(cameras.x_m[camera] + reach * cameras.range_m[camera] * east),
             float(cameras.y_m[camera] + reach * cameras.range_m[camera] * north)) for reach in REACHES]


def _junction(city: City, x_m: float, y_m: float) -> int:
    return int(np.argmin((city.roads.x_m - x_m) ** 2 + (city.roads.y_m - y_m) ** 2))
