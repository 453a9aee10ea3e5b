"""The alerts that a detector would raise in a replication: true ones from its recall, false ones from its rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.city import F8, I4
from sim.compiled import compiled
from sim.demand import DAY_S
from sim.detector_model import DetectorParameters
from sim.log import MISSING
from sim.perception import lognormal_s
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import Scenario
from sim.trace import CaseDraws, Trace, draw_cases

FALSE_ENTITY = 1 << 44
"""False alerts' draws are keyed above every incident's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnAlerts:
    """Alerts of one replication in order of time, after merging; arrays of one length."""

    camera: I4
    kind: I4
    incident: I4
    """Index of the incident it is about; MISSING for a false alert."""
    detect_s: F8
    ends_s: F8
    """When it stops being worth showing: the end of what can be seen."""
    level: I4
    merged: I4
    """How many raw alerts it stands for."""
    cases: CaseDraws

    @property
    def n_alerts(self) -> int:
        """Number of alerts after merging."""
        return int(self.detect_s.size)


def equipped_cameras(scenario: Scenario, streams: KeyedStreams, *, share: float) -> I4:
    """Return the cameras that get the detector: the given share, the same set for any larger one's part."""
    n = scenario.city.cameras.n_cameras
    order = np.argsort(streams.uniform(Purpose.CAMERA_SHARE, np.arange(n)), kind="stable")
    return np.sort(order[: round(share * n)]).astype(np.int32)


def _true_alerts(
    trace: Trace, streams: KeyedStreams, parameters: DetectorParameters, *, kind: int, equipped: I4, n_cameras: int
) -> tuple[I4, I4, F8, F8]:
    has = np.zeros(n_cameras, dtype=bool)
    has[equipped] = True
    place = np.repeat(np.arange(trace.n_incidents, dtype=np.int32), np.diff(trace.first_line))
    line = np.flatnonzero(has[trace.line_camera] & (trace.kind[place] == kind))
    incident, camera = place[line], trace.line_camera[line]
    pair = (trace.entity[incident], camera)
    delays = parameters.delay_quantiles_s or (0.0,)
    at = np.linspace(0.0, 1.0, len(delays))
    detect_s = to_ms(trace.occur_s[incident] + np.interp(streams.uniform(Purpose.DETECT_DELAY, *pair), at, delays))
    ends_s = np.where(trace.persists[incident], math.inf, trace.visible_end_s[incident])
    hit = (streams.uniform(Purpose.DETECT, *pair) < parameters.p_detect) & (detect_s <= ends_s)
    return camera[hit], incident[hit], detect_s[hit], ends_s[hit]


def _false_alerts(
    scenario: Scenario, streams: KeyedStreams, parameters: DetectorParameters, *, kind: int, equipped: I4
) -> tuple[I4, F8, F8]:
    cameras, times, lives = [], [], []
    for day in range(math.ceil(scenario.duration_s / DAY_S)):
        rng = streams.stream(Purpose.FALSE_ALERTS, day=day, entity=kind)
        n = int(rng.poisson(parameters.false_per_camera_h * 24.0 * equipped.size))
        cameras.append(equipped[rng.integers(0, max(1, equipped.size), n)] if n else equipped[:0])
        times.append(day * DAY_S + rng.random(n) * DAY_S)
        lives.append(lognormal_s(scenario.alerting.false_alert_life, rng.standard_normal(n)))
    camera, detect_s = np.concatenate(cameras), to_ms(np.concatenate(times))
    return camera, detect_s, to_ms(detect_s + np.concatenate(lives))


def merged_groups(camera: I4, detect_s: F8, *, window_s: float) -> tuple[I4, I4]:
    """Join alerts of one camera that follow the first of a group within a window.

    Args:
        camera: cameras, in order of ``detect_s``.
        detect_s: instants in seconds, ascending.
        window_s: counted from the group's first alert.

    Returns:
        (index of each group's first alert, group of each alert).
    """
    firsts, group = np.empty(camera.size, dtype=np.int32), np.empty(camera.size, dtype=np.int32)
    n = _merge(camera, detect_s, window_s, firsts, group, int(camera.max(initial=0)) + 1)
    return firsts[:n].copy(), group


@compiled
def _merge(camera: I4, detect_s: F8, window_s: float, firsts: I4, group: I4, n_cameras: int) -> int:
    open_group = np.full(n_cameras, -1, dtype=np.int32)
    n = 0
    for index in range(camera.size):
        last = open_group[camera[index]]
        if last < 0 or detect_s[index] - detect_s[firsts[last]] > window_s:
            last = n
            firsts[n] = index
            open_group[camera[index]] = n
            n += 1
        group[index] = last
    return n


@compiled
def shown_until(firsts: I4, group: I4, detect_s: F8, ends_s: F8) -> F8:
    """Return when each group stops being worth showing: a repeat prolongs what is still shown, and revives nothing."""
    until_s = ends_s[firsts]
    for index in range(group.size):
        if detect_s[index] <= until_s[group[index]]:
            until_s[group[index]] = max(until_s[group[index]], ends_s[index])
    return until_s


def draw_alerts(
    scenario: Scenario, trace: Trace, parameters: Sequence[DetectorParameters], *, equipped: I4, seed: int,
    replication: int = 0,
) -> DrawnAlerts:
    """Draw what a detector on some cameras would raise on a trace.

    Draws are keyed by incident and camera, so two detectors, two thresholds or two shares are compared on common
    random numbers. False alerts of one camera that follow each other closely are taken to be about one thing and are
    merged; a true alert is about another thing in the picture and stands for itself.
    """
    streams = KeyedStreams(seed, replication)
    cameras: list[I4] = [np.zeros(0, dtype=np.int32)]
    kinds: list[I4] = [np.zeros(0, dtype=np.int32)]
    incidents: list[I4] = [np.zeros(0, dtype=np.int32)]
    detects: list[F8] = [np.zeros(0)]
    ends: list[F8] = [np.zeros(0)]
    for item in parameters:
        kind = scenario.kind_index(item.kind)
        camera, incident, detect_s, ends_s = _true_alerts(
            trace, streams, item, kind=kind, equipped=equipped, n_cameras=scenario.city.cameras.n_cameras)
        false_camera, false_detect_s, false_ends_s = _false_alerts(
            scenario, streams, item, kind=kind, equipped=equipped)
        cameras += [camera, false_camera]
        kinds.append(np.full(camera.size + false_camera.size, kind, dtype=np.int32))
        incidents += [incident, np.full(false_camera.size, MISSING, dtype=np.int32)]
        detects += [detect_s, false_detect_s]
        ends += [ends_s, false_ends_s]
    detect_s = np.concatenate(detects)
    order = np.lexsort((np.concatenate(cameras), detect_s))
    order = order[detect_s[order] < scenario.duration_s]
    detect_s = detect_s[order]
    camera, kind_, incident = (np.concatenate(c)[order].astype(np.int32) for c in (cameras, kinds, incidents))
    ends_s = np.concatenate(ends)[order]

    false = np.flatnonzero(incident == MISSING)
    firsts, group = merged_groups(camera[false], detect_s[false], window_s=scenario.alerting.merge_window_s)
    ends_s[false[firsts]] = shown_until(firsts, group, detect_s[false], ends_s[false])
    merged = np.ones(detect_s.size, dtype=np.int32)
    merged[false[firsts]] = np.bincount(group, minlength=firsts.size)
    kept = np.sort(np.concatenate((np.flatnonzero(incident != MISSING), false[firsts])))
    camera, kind_, incident, detect_s = camera[kept], kind_[kept], incident[kept], detect_s[kept]
    entity = FALSE_ENTITY + (camera.astype(np.int64) << 32) + np.rint(detect_s * 1000.0).astype(np.int64)
    is_true = incident != MISSING
    entity[is_true] = trace.entity[incident[is_true]]
    return DrawnAlerts(
        camera=camera, kind=kind_, incident=incident, detect_s=detect_s, ends_s=ends_s[kept],
        level=np.full(kept.size, 2, dtype=np.int32), merged=merged[kept],
        cases=draw_cases(scenario, streams, entity),
    )
