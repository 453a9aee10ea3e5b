"""Whether the shipped rates would let the watching find what was published, by a closed form."""

import numpy as np
import pytest

from scenarios import load_scenario
from sim.attention import watched_s
from sim.coverage import sightlines
from sim.demand import SCATTER_M, camera_exposure, junction_weights
from sim.optics import draw_zoom
from sim.perception import lognormal_s, p_seen_at
from sim.rng import KeyedStreams
from sim.scenario import IncidentKind, Scenario

N_DRAWN = 15_000


def found_per_day(scenario: Scenario) -> dict[str, float]:
    """Return the expected number of each kind that inspectors find in a day, were they never busy."""
    exposure = camera_exposure(scenario.city, scenario.kinds)
    order = np.argsort(-exposure, kind="stable")
    watched = np.zeros(exposure.size, dtype=np.bool_)
    watched[order[: round(scenario.watching.watched_share * exposure.size)]] = True
    return {kind.name: kind.per_day * _p_found(scenario, kind, watched) for kind in scenario.kinds}


def _p_found(scenario: Scenario, kind: IncidentKind, watched: np.ndarray) -> float:
    rng = np.random.Generator(np.random.Philox(key=7))
    city, watching = scenario.city, scenario.watching
    junction = rng.choice(city.roads.n_junctions, N_DRAWN, p=junction_weights(city, kind))
    seen = sightlines(city.cameras, city.roads.x_m[junction] + rng.uniform(-SCATTER_M, SCATTER_M, N_DRAWN),
                      city.roads.y_m[junction] + rng.uniform(-SCATTER_M, SCATTER_M, N_DRAWN))
    pairs = np.flatnonzero(watched[seen.camera])
    place = seen.place[pairs]
    p_look = p_seen_at(seen.px_per_m[pairs] * kind.object_size_m, watching) * seen.p_in_view[pairs]
    told = draw_zoom(scenario.zoom, KeyedStreams(7), px=seen.px_per_m[pairs] * kind.object_size_m, entity=pairs,
                     camera=seen.camera[pairs], magnification=city.cameras.zoom[seen.camera[pairs]])[1]
    p_look *= told
    visible_s = lognormal_s(kind.visible, rng.standard_normal(N_DRAWN))[place]
    by_hour = np.asarray(kind.hour_weights).reshape(7, 24).mean(axis=0) / 24.0
    found, share = 0.0, _share_watching(scenario)
    for hour in range(24):
        inspectors = sum(shift.inspectors for shift in scenario.shifts if shift.covers(hour))
        looks = share * (visible_s + watching.look_s) / (watched.sum() / inspectors * watching.look_s)
        missed = np.ones(N_DRAWN)
        np.multiply.at(missed, place, (1 - p_look) ** np.floor(looks) * (1 - p_look * (looks % 1.0)))
        found += float((1.0 - missed).mean() * by_hour[hour])
    return found * kind.p_noticed_at_best * watching.p_confirm


def _share_watching(scenario: Scenario) -> float:
    """Return the share of an hour on duty that is looked, breaks and lapses left out."""
    share = 1.0
    if scenario.breaks is not None:
        share = scenario.breaks.spell_s / (scenario.breaks.spell_s + scenario.breaks.break_s)
    if scenario.vigilance is not None and scenario.breaks is not None:
        spell_s, tired = scenario.breaks.spell_s, scenario.vigilance
        share *= watched_s(0.0, spell_s, tired.delta, tired.tau_s) / spell_s
    return share


def test_kostanays_inspectors_would_find_about_as_many_as_were_published_in_about_that_mix() -> None:
    found = found_per_day(load_scenario("kostanay"))
    assert sum(found.values()) == pytest.approx(42_000 / 255, rel=0.15)
    assert found["traffic"] / sum(found.values()) == pytest.approx(2 / 3, abs=0.08)
    drunk = (found["drinking"] + found["drunk_in_public"]) / sum(found.values())
    assert drunk == pytest.approx(625 / 5_000, rel=0.25)
    assert found["petty_hooliganism"] / sum(found.values()) == pytest.approx(70 / 5_000, rel=0.35)


def test_kostanays_inspectors_would_find_fewer_than_forty_in_24_hours_each() -> None:
    scenario = load_scenario("kostanay")
    inspector_days = sum(shift.inspectors * shift.length_h for shift in scenario.shifts) / 24.0
    assert sum(found_per_day(scenario).values()) / inspector_days < 40.0


def test_a_district_centres_inspectors_would_find_its_share_of_the_neighbouring_regions_offences() -> None:
    found = found_per_day(load_scenario("district_centre"))
    assert sum(found.values()) == pytest.approx(3_000 / 40 * 72 / 1_153, rel=0.25)
