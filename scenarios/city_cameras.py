"""The cameras of a synthetic city: where the poles stand, what hangs on them and which way it looks."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from scenarios.city_spec import MAX_CAMERAS_PER_SITE, CitySpec
from sim.city import F8, I2, CameraKind, Cameras, LandUse, Roads

SITE_WEIGHT = {LandUse.MARKET: 40.0, LandUse.ROAD: 25.0, LandUse.STOP: 12.0, LandUse.SCHOOL: 10.0, LandUse.BAR: 6.0,
               LandUse.PARK: 4.0, LandUse.HOUSING: 1.0}
"""How much sooner a junction gets a site than one among houses (assumed)."""
PTZ_WEIGHT = {LandUse.MARKET: 3.0, LandUse.ROAD: 2.0, LandUse.PARK: 2.0}
ZOOMS = np.array([20.0, 22.0, 25.0, 30.0])
WIDE_SHARE = 0.2
"""Share of the cameras that give 2560 pixels across; the others give 1920."""


def make_cameras(spec: CitySpec, roads: Roads, *, land_use: I2, district: I2, ring: F8, rng: np.random.Generator
                 ) -> Cameras:
    """Place exactly ``spec.n_cameras`` cameras at exactly ``spec.count_sites()`` sites."""
    n, n_sites = spec.n_cameras, spec.count_sites()
    weight = _by_use(SITE_WEIGHT, land_use) * (0.4 + np.exp(-(ring / 0.5) ** 2))
    site_junction = _choose_sites(weight, n_sites, rng)
    angle, far = rng.uniform(0.0, 2 * np.pi, n_sites), rng.uniform(4.0, 9.0, n_sites)
    site_x = np.round(roads.x_m[site_junction] + far * np.cos(angle), 2)
    site_y = np.round(roads.y_m[site_junction] + far * np.sin(angle), 2)
    site_mount = np.round(rng.uniform(4.0, 8.0, n_sites), 1)
    site, rank = _share_out(weight[site_junction], n, rng)
    junction = site_junction[site]
    ptz = _choose_ptz(_by_use(PTZ_WEIGHT, land_use[junction]), round(spec.ptz_share * n), rng)
    return Cameras(
        site=site.astype(np.int32), junction=junction.astype(np.int32), district=district[junction],
        x_m=site_x[site], y_m=site_y[site], mount_m=site_mount[site],
        heading_deg=_headings(roads, junction, rank, rng.integers(0, 64, n_sites)[site], rng),
        hfov_deg=np.where(ptz, 60.0, np.round(rng.uniform(60.0, 100.0, n), 1)),
        range_m=np.round(rng.uniform(40.0, 80.0, n) + np.where(ptz, 40.0, 0.0), 1),
        zoom=np.where(ptz, ZOOMS[rng.integers(0, ZOOMS.size, n)], 1.0),
        width_px=np.where(rng.random(n) < WIDE_SHARE, 2560, 1920).astype(np.int32),
        kind=np.where(ptz, int(CameraKind.PTZ), int(CameraKind.FIXED)).astype(np.int16))


def join_cameras(first: Cameras, more: Cameras) -> Cameras:
    """Return all cameras, those of ``more`` with the numbers and the sites that follow."""
    moved = replace(more, site=more.site + np.int32(first.site.max(initial=-1) + 1))
    return Cameras(**{item.name: np.concatenate((getattr(first, item.name), getattr(moved, item.name)))
                      for item in fields(Cameras)})


def _by_use(weights: dict[LandUse, float], land_use: I2) -> F8:
    return np.array([weights.get(use, 1.0) for use in LandUse])[land_use]


def _choose_sites(weight: F8, n_sites: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw junctions without replacement, in proportion to their weights; a second round where sites outnumber them."""
    order = np.argsort(rng.exponential(size=weight.size) / weight, kind="stable")
    return np.sort(order[np.arange(n_sites) % weight.size])


def _share_out(weight: F8, n_cameras: int, rng: np.random.Generator
               ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each site one camera and the rest by weight; return each camera's site and its rank there."""
    places = np.repeat(np.arange(weight.size), MAX_CAMERAS_PER_SITE - 1)
    key = rng.exponential(size=places.size) / np.sqrt(weight[places])
    further = places[np.argsort(key, kind="stable")[:n_cameras - weight.size]]
    count = 1 + np.bincount(further, minlength=weight.size)
    site = np.repeat(np.arange(weight.size), count)
    return site, np.arange(site.size) - np.repeat(np.cumsum(count) - count, count)


def _choose_ptz(weight: F8, n_ptz: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    ptz = np.zeros(weight.size, dtype=np.bool_)
    ptz[np.argsort(rng.exponential(size=weight.size) / weight, kind="stable")[:n_ptz]] = True
    return ptz


def _headings(roads: Roads, junction: NDArray[np.int64], rank: NDArray[np.int64], turn: NDArray[np.int64],
              rng: np.random.Generator) -> F8:
    """Point each camera along a street, another one for each camera of a site while there are streets left."""
    first = roads.first_edge[junction].astype(np.int64)
    degree = roads.first_edge[junction + 1] - first
    head = roads.head[first + (rank + turn) % degree]
    street = np.degrees(np.arctan2(roads.y_m[head] - roads.y_m[junction], roads.x_m[head] - roads.x_m[junction]))
    spare = rank // degree * (360.0 / (degree + 1.0))
    return np.asarray(np.round(street + spare + rng.normal(0.0, 6.0, junction.size), 1) % 360.0)
