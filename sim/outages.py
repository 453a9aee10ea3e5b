"""Cameras without a picture: when, and which sightlines that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.city import F8, I4, Cameras
from sim.compiled import compiled
from sim.occasions import Flags, Outage
from sim.rng import U8, KeyedStreams, Purpose, keyed_base, keyed_uniform, to_ms
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraOutages:
    """Stretches of time without a picture, by camera, then in order of time; those of one camera are apart."""

    camera: I4 = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    from_s: F8 = field(default_factory=lambda: np.zeros(0))
    to_s: F8 = field(default_factory=lambda: np.zeros(0))

    def seen_until_s(self, camera: I4, t_s: F8) -> F8:
        """Return until when each camera goes on giving a picture from an instant on; −∞ where it gives none then."""
        until_s = np.full(t_s.size, math.inf)
        if self.camera.size:
            _fill_until(self.camera, self.from_s, self.to_s, np.ascontiguousarray(camera, dtype=np.int32), t_s, until_s)
        return until_s


@compiled
def _fill_until(cameras: I4, from_s: F8, to_s: F8, camera: I4, t_s: F8, until_s: F8) -> None:
    for index in range(t_s.size):
        place = np.searchsorted(cameras, camera[index])
        while place < cameras.size and cameras[place] == camera[index] and to_s[place] <= t_s[index]:
            place += 1
        if place < cameras.size and cameras[place] == camera[index]:
            until_s[index] = from_s[place] if from_s[place] > t_s[index] else -math.inf


def draw_outages(scenario: Scenario, streams: KeyedStreams, cameras: I4) -> CameraOutages:
    """Return when the given cameras are out: by the scenario's script, by share, and by failures of their own.

    Each camera's failures are keyed by the camera, so those of other cameras, and a longer horizon, change nothing.

    Args:
        scenario: with its outages and failures.
        streams: the replication's.
        cameras: of whom it matters, each once, in rising order.
    """
    parts: list[tuple[I4, F8, F8]] = []
    for number, outage in enumerate(scenario.outages):
        hit = cameras[_hit(outage, number, scenario.city.cameras, streams, cameras)]
        for window in outage.windows:
            for from_s, to_s in window.spans(scenario.duration_s):
                parts.append((hit, np.full(hit.size, max(from_s, 0.0)), np.full(hit.size, to_s)))
    if scenario.camera_failures and cameras.size:
        failures = scenario.camera_failures
        parts.append(_failures(streams.key, cameras, failures.up_mean_s, failures.repair_mean_s, scenario.duration_s))
    if not parts:
        return CameraOutages()
    camera, begins_s, ends_s = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((begins_s, camera))
    return _united(camera[order], to_ms(begins_s[order]), to_ms(ends_s[order]))


def _hit(outage: Outage, number: int, table: Cameras, streams: KeyedStreams, cameras: I4) -> Flags:
    if outage.district is not None:
        return np.asarray(table.district[cameras] == outage.district)
    if outage.share is not None:
        return np.asarray(streams.uniform(Purpose.OUTAGE_SHARE, cameras, number) < outage.share)
    return np.isin(table.site[cameras], outage.sites)


@compiled
def _failures(key: U8, cameras: I4, up_mean_s: float, repair_mean_s: float, duration_s: float) -> tuple[I4, F8, F8]:
    """Return the failures of each camera until the end; at the start it is out with its long-run probability.

    Exponential times have no memory, so what is left of a repair at the start is a whole one.
    """
    up_base, repair_base = keyed_base(key, Purpose.CAMERA_UP), keyed_base(key, Purpose.CAMERA_REPAIR)
    p_out = repair_mean_s / (up_mean_s + repair_mean_s)
    camera, begins_s, ends_s = np.empty(64, np.int32), np.empty(64), np.empty(64)
    n = 0
    for one in cameras:
        number, t_s = 0, 0.0
        if keyed_uniform(up_base, one, 0) >= p_out:
            t_s = -up_mean_s * math.log(keyed_uniform(up_base, one, 1))
        while t_s < duration_s:
            mended_s = t_s - repair_mean_s * math.log(keyed_uniform(repair_base, one, number))
            if n == camera.size:
                camera, begins_s, ends_s = (np.concatenate((camera, camera)), np.concatenate((begins_s, begins_s)),
                                            np.concatenate((ends_s, ends_s)))
            camera[n], begins_s[n], ends_s[n] = one, t_s, mended_s
            n += 1
            number += 1
            t_s = mended_s - up_mean_s * math.log(keyed_uniform(up_base, one, number + 1))
    return camera[:n].copy(), begins_s[:n].copy(), ends_s[:n].copy()


def _united(camera: I4, from_s: F8, to_s: F8) -> CameraOutages:
    """Join a camera's outages that overlap; given by camera, then by beginning."""
    kept = np.zeros(camera.size, dtype=np.bool_)
    ends_s = to_s.copy()
    last = -1
    for index in range(camera.size):
        if last >= 0 and camera[last] == camera[index] and from_s[index] <= ends_s[last]:
            ends_s[last] = max(ends_s[last], to_s[index])
        else:
            kept[index], last = True, index
    return CameraOutages(camera=camera[kept].astype(np.int32), from_s=from_s[kept], to_s=ends_s[kept])
