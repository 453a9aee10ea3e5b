"""Overlays, near repeats and scripted incidents: what they add, take away and leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city import LandUse
from sim.occasions import NearRepeat, Overlay, ScriptedIncident, Window
from sim.overlays import OVERLAY_ENTITY
from sim.rng import REPEAT_ENTITY
from sim.trace import SCRIPT_ENTITY, draw_trace

EVENING = Window(from_s=64_800.0, to_s=79_200.0)
PER_INCIDENT = ("occur_s", "visible_end_s", "leaves_s", "x_m", "y_m", "junction", "kind", "persists")


def overlay(factor, window=EVENING, **changes):
    return Overlay(name="festival", windows=(window,), factors=(factor, factor), **changes)


def by_entity(trace):
    return {int(key): tuple(getattr(trace, name)[index] for name in PER_INCIDENT)
            for index, key in enumerate(trace.entity)}


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1e6), st.floats(1.0, 1e5), st.floats(0, 1e5), st.floats(0, 1e6))
def test_a_window_holds_exactly_where_its_spans_say(from_s, length_s, gap_s, t_s):
    window = Window(from_s=from_s, to_s=from_s + length_s, every_s=length_s + gap_s)
    edges = np.array(window.spans(t_s + 1.0)).ravel()
    if edges.size and np.abs(edges - t_s).min() < 1e-3:
        return
    inside = any(begin <= t_s < end for begin, end in window.spans(t_s + 1.0))
    assert bool(window.holds(np.array([t_s]))[0]) is inside


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 4.0), st.integers(0, 1000))
def test_an_overlay_leaves_every_incident_outside_it_as_it_was(make_scenario, factor, seed):
    scenario = make_scenario()
    base = draw_trace(scenario, seed=seed)
    changed = draw_trace(replace(scenario, overlays=(overlay(factor),)), seed=seed)
    before, after = by_entity(base), by_entity(changed)
    outside = {key for key, row in before.items() if not EVENING.from_s <= row[0] < EVENING.to_s}
    assert all(after[key] == before[key] for key in outside)
    if factor >= 1.0:
        assert set(before) <= set(after)
        assert all(key >= OVERLAY_ENTITY for key in set(after) - set(before))
    else:
        assert set(after) <= set(before)


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_an_overlay_multiplies_the_rate_while_it_holds(make_scenario, make_kind, factor):
    scenario = make_scenario(kinds=(make_kind(per_day=20_000.0), make_kind("drinking", per_day=0.0)))
    scenario = replace(scenario, overlays=(overlay(factor),))
    trace = draw_trace(scenario, seed=1)
    n = int(EVENING.holds(trace.occur_s).sum())
    expected = 20_000.0 * factor * 4 / 24
    assert abs(n - expected) < 4 * np.sqrt(expected)


def test_an_overlay_holds_in_its_districts_and_on_its_land_only(make_scenario, make_kind):
    scenario = make_scenario(kinds=(make_kind(per_day=4_000.0), make_kind("drinking", per_day=0.0)))
    base = by_entity(draw_trace(scenario, seed=1))
    for changes, inside in (({"districts": (1,)}, scenario.city.district == 1),
                            ({"land_uses": (int(LandUse.BAR),)}, scenario.city.land_use == LandUse.BAR)):
        closed = draw_trace(replace(scenario, overlays=(overlay(0.0, **changes),)), seed=1)
        left = {key for key, row in base.items() if not (EVENING.from_s <= row[0] < EVENING.to_s and inside[row[5]])}
        assert set(closed.entity.tolist()) == left


def test_bad_sight_lowers_pixels_and_nothing_else(make_scenario):
    scenario = make_scenario()
    base = draw_trace(scenario, seed=1)
    fog = draw_trace(replace(scenario, overlays=(overlay(1.0, visibility=0.5),)), seed=1)
    place = np.repeat(np.arange(base.n_incidents), np.diff(base.first_line))
    inside = EVENING.holds(base.occur_s)[place]
    assert np.array_equal(fog.line_px, np.where(inside, base.line_px * 0.5, base.line_px))
    assert (fog.line_p_look <= base.line_p_look).all()
    assert np.array_equal(fog.occur_s, base.occur_s)


NEAR = NearRepeat(probability=0.4, window_s=86_400.0, radius_m=60.0)


def test_repeats_follow_their_parents_within_the_window_and_the_radius(make_scenario, make_kind):
    scenario = make_scenario(kinds=(make_kind(per_day=300.0),), duration_s=3 * 86_400.0)
    whole = draw_trace(replace(scenario, near_repeat=NEAR), seed=1)
    is_repeat = whole.entity >= int(REPEAT_ENTITY)
    assert is_repeat.sum() > 100
    for index in np.flatnonzero(is_repeat):
        since_s = whole.occur_s[index] - whole.occur_s
        away_m = np.hypot(whole.x_m - whole.x_m[index], whole.y_m - whole.y_m[index])
        assert ((since_s >= 0) & (since_s <= NEAR.window_s) & (away_m <= 60.0 + 1e-6) & (away_m > 0.0)).any()


def test_repeats_leave_the_mean_rate_as_it_was(make_scenario, make_kind):
    scenario = make_scenario(kinds=(make_kind(per_day=1_000.0),), duration_s=20 * 86_400.0, near_repeat=NEAR)
    trace = draw_trace(scenario, seed=3)
    settled = int((trace.occur_s >= 5 * 86_400.0).sum())
    chain_variance = (1 + NEAR.probability) / (1 - NEAR.probability)
    assert abs(settled - 15_000) < 4 * np.sqrt(15_000 * chain_variance)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([43_200.0, 86_400.0, 100_000.0]))
def test_a_longer_horizon_keeps_the_prefix_with_every_occasion(make_scenario, seed, short_s):
    scripted = ScriptedIncident(kind=1, at_s=40_000.0, visible_s=600.0, x_m=10.0, y_m=10.0, junction=0)
    scenario = make_scenario(near_repeat=NEAR, overlays=(overlay(2.0), overlay(0.5)), script=(scripted,))
    short = draw_trace(replace(scenario, duration_s=short_s), seed=seed)
    long = draw_trace(replace(scenario, duration_s=3 * 86_400.0), seed=seed)
    n = short.n_incidents
    for name in ("entity", *PER_INCIDENT):
        assert np.array_equal(getattr(long, name)[:n], getattr(short, name)), name
    assert n == long.n_incidents or long.occur_s[n] >= short_s


def test_scripted_incidents_come_on_top_of_the_drawn_ones(make_scenario):
    scenario = make_scenario()
    script = tuple(ScriptedIncident(kind=kind, at_s=3_600.0 + kind, visible_s=90.0, x_m=20.0, y_m=30.0, junction=7)
                   for kind in (0, 1))
    base, whole = draw_trace(scenario, seed=5), draw_trace(replace(scenario, script=script), seed=5)
    before, after = by_entity(base), by_entity(whole)
    assert all(after[key] == row for key, row in before.items())
    added = sorted(set(after) - set(before))
    assert added == [SCRIPT_ENTITY, SCRIPT_ENTITY + 1]
    assert after[added[1]][:2] == (3_601.0, 3_691.0)
    assert after[added[1]][3:7] == (20.0, 30.0, 7, 1)
    lone = by_entity(draw_trace(replace(scenario, script=script), seed=6))
    assert lone[added[0]][:2] == after[added[0]][:2], "what is scripted is the same in every replication"
