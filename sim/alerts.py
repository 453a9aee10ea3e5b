"""The alerts that a detector would raise in a replication: true ones from its recall, false ones from its rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from sim.alert_merging import first_by_camera, first_nearby, joined_alerts
from sim.case_draws import CaseDraws, draw_cases
from sim.city import F8, I4
from sim.compiled import compiled
from sim.conditions import applies
from sim.demand import DAY_S, KINDS_A_DAY
from sim.detector_model import Band, DetectorParameters, recall_of_camera
from sim.log import MISSING
from sim.normal import normal_quantile
from sim.occasions import Drift, Flags
from sim.ordering import time_order
from sim.outages import CameraOutages, draw_outages
from sim.perception import lognormal_sigma
from sim.rng import U8, KeyedStreams, Purpose, keyed_base, keyed_uniform, to_ms
from sim.scenario import Scenario
from sim.trace import I8, Trace

FALSE_ENTITY = 1 << 44
"""False alerts' draws are keyed above every incident's."""
NO_DRIFT = Drift(false_factor_per_day=1.0, recall_factor_per_day=1.0)


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
    score: F8
    """The highest threshold at which it still appears."""
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
    return _first_cameras(n, round(share * n), *streams.key.tolist()).copy()


@lru_cache(maxsize=64)
def _first_cameras(n: int, n_equipped: int, seed: int, replication: int) -> I4:
    u = KeyedStreams(seed, replication).uniform(Purpose.CAMERA_SHARE, np.arange(n))
    order = np.argpartition(u, n_equipped) if n_equipped < n else np.arange(n)
    return np.sort(order[:n_equipped]).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    """Alerts before merging; arrays of one length."""

    camera: I4
    kind: I4
    incident: I4
    detect_s: F8
    ends_s: F8
    band: I4
    """Position of its score and level among those of all entries."""

    def only(self, kept: Flags | I8) -> _Raw:
        return _Raw(**{item.name: getattr(self, item.name)[kept] for item in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """The sightlines of cameras that have the detector, with their draws; arrays of one length."""

    incident: I4
    camera: I4
    px: F8
    u_detect: F8
    u_delay: F8
    u_camera: F8
    """Rank of the camera among all: how well the detector does there."""
    shown_until_s: F8


def _watched(trace: Trace, streams: KeyedStreams, outages: CameraOutages, *, equipped: I4, n_cameras: int) -> _Watched:
    has = np.zeros(n_cameras, dtype=np.bool_)
    has[equipped] = True
    line = np.flatnonzero(has[trace.line_camera])
    incident = (np.searchsorted(trace.first_line, line, side="right") - 1).astype(np.int32)
    camera = trace.line_camera[line]
    pair = (trace.entity[incident], camera)
    return _Watched(
        incident=incident, camera=camera, px=trace.line_px[line], u_detect=streams.uniform(Purpose.DETECT, *pair),
        u_delay=streams.uniform(Purpose.DETECT_DELAY, *pair),
        u_camera=streams.uniform(Purpose.CAMERA_RECALL, camera),
        shown_until_s=outages.seen_until_s(camera, trace.occur_s[incident]))


def _true_alerts(
    scenario: Scenario, trace: Trace, watched: _Watched, parameters: Sequence[DetectorParameters],
    item: DetectorParameters, *, first_band: int,
) -> _Raw:
    kind = scenario.kind_index(item.kind)
    line = np.flatnonzero(trace.kind[watched.incident] == kind)
    incident, camera = watched.incident[line], watched.camera[line]
    occur_s, delays = trace.occur_s[incident], item.delay_quantiles_s or (0.0,)
    detect_s = to_ms(occur_s + np.interp(watched.u_delay[line], np.linspace(0.0, 1.0, len(delays)), delays))
    ends_s = np.where(trace.persists[incident], math.inf, trace.visible_end_s[incident])
    drift = scenario.drift or NO_DRIFT
    kept_share = drift.recall_factor_per_day ** np.floor(occur_s / DAY_S) if scenario.drift else np.ones(line.size)
    hit = (detect_s <= ends_s) & (detect_s <= watched.shown_until_s[line])
    inside = applies(parameters, item, scenario, camera, occur_s)
    if inside is not None:
        hit &= inside
    bands = np.full(line.size, -1, dtype=np.int32)
    for band in item.bands:
        p_detect = band.p_detect if band.curve is None else band.curve.p_detect(watched.px[line])
        if item.camera_correlation > 0.0:
            p_detect = recall_of_camera(p_detect, watched.u_camera[line], item.camera_correlation)
        hit &= watched.u_detect[line] < p_detect * kept_share
        bands += hit
    raised = bands >= 0
    return _Raw(camera=camera[raised], kind=np.full(int(raised.sum()), kind, dtype=np.int32),
                incident=incident[raised], detect_s=detect_s[raised], ends_s=ends_s[raised],
                band=first_band + bands[raised])


def _false_alerts(
    scenario: Scenario, streams: KeyedStreams, outages: CameraOutages, parameters: Sequence[DetectorParameters],
    item: DetectorParameters, *, equipped: I4, first_band: int,
) -> _Raw:
    """Draw the false alerts of one entry.

    Each camera, day and kind has a Poisson process of unit rate along an axis of rates; the points below the false-
    alarm rate are the alerts, so a lower rate gives a part of a higher one's. When in the day each comes, and how long
    it lasts, does not depend on the rate.
    """
    kind, drift = scenario.kind_index(item.kind), scenario.drift or NO_DRIFT
    drifts = drift.false_factor_per_day ** np.arange(math.ceil(scenario.duration_s / DAY_S))
    rates = np.minimum.accumulate([band.false_per_camera_h for band in item.bands])
    life = scenario.alerting.false_alert_life
    camera, rate, detect_s, ends_s = _false_points(streams.key, equipped, kind, rates[0] * 24.0 * drifts,
                                                   life.median_s, lognormal_sigma(life))
    bands = np.zeros(camera.size, dtype=np.int32)
    if item.stricter:
        per_h = rate / 24.0 / drifts[(detect_s / DAY_S).astype(np.int64).clip(max=drifts.size - 1)]
        bands = (np.searchsorted(-rates, -per_h, side="left") - 1).clip(min=0).astype(np.int32)
    raw = _Raw(camera=camera, kind=np.full(camera.size, kind, dtype=np.int32),
               incident=np.full(camera.size, MISSING, dtype=np.int32), detect_s=detect_s,
               ends_s=ends_s, band=first_band + bands)
    inside = applies(parameters, item, scenario, camera, detect_s)
    if inside is not None:
        raw = raw.only(inside)
    return raw.only(outages.seen_until_s(raw.camera, raw.detect_s) > raw.detect_s) if outages.camera.size else raw


@compiled
def _false_points(
    key: U8, cameras: I4, kind: int, per_day: F8, life_s: float, life_sigma: float
) -> tuple[I4, F8, F8, F8]:
    """Return (camera, point on the axis of daily rates, instant, end) of every false alert.

    Args:
        key: of the replication.
        cameras: that have the detector.
        kind: of the alerts.
        per_day: false alerts of each camera on each day.
        life_s: median of how long they last.
        life_sigma: spread of the logarithm of that.
    """
    level_base, instant_base, life_base = (keyed_base(key, Purpose.FALSE_LEVEL),
                                           keyed_base(key, Purpose.FALSE_INSTANT), keyed_base(key, Purpose.FALSE_LIFE))
    camera, level = np.empty(256, np.int32), np.empty(256)
    from_s, ends_s = np.empty(256), np.empty(256)
    n = 0
    for day in range(per_day.size):
        p_none = math.exp(-per_day[day])
        first = (day * KINDS_A_DAY + kind) << 24
        for one in cameras:
            u = keyed_uniform(level_base, one, first)
            if u <= p_none:
                continue
            at, number = -math.log(u), 0
            while at < per_day[day]:
                if n == camera.size:
                    camera, level = np.concatenate((camera, camera)), np.concatenate((level, level))
                    from_s, ends_s = np.concatenate((from_s, from_s)), np.concatenate((ends_s, ends_s))
                camera[n], level[n] = one, at
                from_s[n] = np.rint((day + keyed_uniform(instant_base, one, first + number)) * DAY_S * 1000.0) / 1000.0
                z = normal_quantile(keyed_uniform(life_base, one, first + number))
                ends_s[n] = np.rint((from_s[n] + life_s * math.exp(life_sigma * z)) * 1000.0) / 1000.0
                n += 1
                number += 1
                at -= math.log(keyed_uniform(level_base, one, first + number))
    return camera[:n], level[:n], from_s[:n], ends_s[:n]


def draw_alerts(
    scenario: Scenario, trace: Trace, parameters: Sequence[DetectorParameters], *, equipped: I4, seed: int,
    replication: int = 0,
) -> DrawnAlerts:
    """Draw what a detector on some cameras would raise on a trace.

    Draws are keyed by incident and camera, so two detectors, two thresholds or two shares are compared on common
    random numbers; the alerts of a higher threshold are a part of those of a lower one. Alerts about one thing are
    merged, but never a false one with a true one: which of the two stayed would hang on the false-alarm rate, and an
    offence would vanish with the end of something else.
    """
    streams = KeyedStreams(seed, replication)
    outages = (draw_outages(scenario, streams, equipped) if scenario.outages or scenario.camera_failures
               else CameraOutages())
    watched = _watched(trace, streams, outages, equipped=equipped, n_cameras=scenario.city.cameras.n_cameras)
    bands: list[Band] = []
    parts = [_Raw(camera=np.zeros(0, np.int32), kind=np.zeros(0, np.int32), incident=np.zeros(0, np.int32),
                  detect_s=np.zeros(0), ends_s=np.zeros(0), band=np.zeros(0, np.int32))]
    for item in parameters:
        parts.append(_true_alerts(scenario, trace, watched, parameters, item, first_band=len(bands)))
        parts.append(_false_alerts(scenario, streams, outages, parameters, item, equipped=equipped,
                                   first_band=len(bands)))
        bands += item.bands
    raw = _Raw(**{item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(_Raw)})
    order = time_order(raw.detect_s, raw.camera)
    raw = raw.only(order[:np.searchsorted(raw.detect_s, scenario.duration_s, sorter=order)])
    return _merged(scenario, trace, streams, raw, bands)


def _merged(scenario: Scenario, trace: Trace, streams: KeyedStreams, raw: _Raw, bands: Sequence[Band]) -> DrawnAlerts:
    """Join the alerts that are about one thing, and draw how the false ones would be handled."""
    alerting, cameras = scenario.alerting, scenario.city.cameras
    if alerting.merge_radius_m is None:
        first = first_by_camera(raw.camera, raw.detect_s, raw.incident == MISSING, alerting.merge_window_s)
    else:
        first = first_nearby(raw.incident, cameras.x_m[raw.camera], cameras.y_m[raw.camera], raw.detect_s,
                             alerting.merge_window_s, alerting.merge_radius_m)
    kept, ends_s, merged = joined_alerts(first, raw.detect_s, raw.ends_s)
    camera, incident, detect_s, band = raw.camera[kept], raw.incident[kept], raw.detect_s[kept], raw.band[kept]
    return DrawnAlerts(
        camera=camera, kind=raw.kind[kept], incident=incident, detect_s=detect_s, ends_s=ends_s,
        level=np.array([band.level for band in bands], dtype=np.int32)[band],
        score=np.array([band.threshold for band in bands])[band],  # the first one's: a later repeat is yet to come
        merged=merged, cases=_cases(scenario, trace, streams, camera, incident, detect_s))


def _cases(
    scenario: Scenario, trace: Trace, streams: KeyedStreams, camera: I4, incident: I4, detect_s: F8
) -> CaseDraws:
    """Return the handling of each alert: the incident's own for a true one."""
    entity = FALSE_ENTITY + (camera.astype(np.int64) << 32) + np.rint(detect_s * 1000.0).astype(np.int64)
    cases = draw_cases(scenario, streams, entity)
    true = np.flatnonzero(incident != MISSING)
    cases.records[true] = trace.cases.some_drawn(incident[true])
    return cases
