"""Synthetic cities: a whole city, with roads, places, districts and cameras, out of a few numbers."""

from __future__ import annotations

from dataclasses import replace

from scenarios.city_buildings import make_city_buildings
from scenarios.city_cameras import join_cameras, make_cameras
from scenarios.city_places import make_districts, make_land_use
from scenarios.city_roads import make_roads
from scenarios.city_spec import CitySpec
from sim.city import City
from sim.rng import KeyedStreams, Purpose

GENERATOR_VERSION = 1
"""Raised whenever the same specification and seed would give another city."""
_ROADS, _PLACES, _CAMERAS, _BUILDINGS, _ADDED = 1, 2, 3, 4, 5


def make_city(spec: CitySpec, *, seed: int) -> City:
    """Make a city; the same specification and seed give the same city.

    The town is a grid whose blocks grow from the centre outwards, shaken and bent, with arterials, collectors,
    dual carriageways, one-way streets in the centre, dead ends, a river and a railway with few crossings, a
    by-pass, and settlements at the end of long roads. Every junction is reached from every other. The arrays are
    read-only, so that one city can serve many scenarios.

    Args:
        spec: sizes and make-up; junctions, cameras and sites come out exactly as asked.
        seed: of the city alone, 0 to 2**63 − 1.
    """
    streams = KeyedStreams(seed)
    plan = make_roads(spec, streams.stream(Purpose.CITY, entity=_ROADS))
    roads = plan.roads
    land_use = make_land_use(plan.junctions, streams.stream(Purpose.CITY, entity=_PLACES))
    district = make_districts(roads.x_m, roads.y_m, spec.n_districts)
    cameras = make_cameras(spec, roads, land_use=land_use, district=district, ring=plan.junctions.ring,
                           rng=streams.stream(Purpose.CITY, entity=_CAMERAS))
    if spec.n_added_cameras:
        added = replace(spec, n_cameras=spec.n_added_cameras, n_sites=None)
        cameras = join_cameras(cameras, make_cameras(
            added, roads, land_use=land_use, district=district, ring=plan.junctions.ring,
            rng=streams.stream(Purpose.CITY, entity=_ADDED)))
    buildings = make_city_buildings(
        roads, land_use=land_use, ring=plan.junctions.ring, cameras=cameras, river_xy_m=plan.river_xy_m,
        rng=streams.stream(Purpose.CITY, entity=_BUILDINGS)) if spec.buildings else None
    city = City(name=spec.name, roads=roads, land_use=land_use, district=district,
                district_names=tuple(f"district {number + 1}" for number in range(spec.n_districts)),
                cameras=cameras, river_xy_m=plan.river_xy_m, buildings=buildings)
    city.freeze()
    return city
