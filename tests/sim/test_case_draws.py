"""Cases draw what is asked of them, and always the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.case_draws import (
    CASE_FIELDS,
    DRAWN,
    FOR_VERDICT,
    UNDRAWN,
    CaseDraws,
    case_law,
    draw_cases,
    draw_for_verdict,
    with_service,
)
from sim.perception import lognormal_s
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.roomwork import BadgeAttention
from sim.scenario import Spread
from sim.simulate import simulate
from sim.trace import draw_trace


def slow_cases(scenario, streams, entity):
    """The same column by column, all cases at once."""
    def span_s(spread, purpose):
        return to_ms(lognormal_s(spread, streams.normal(purpose, entity)))

    watching, patrols, badge = scenario.watching, scenario.patrols, scenario.badge
    attends = streams.uniform(Purpose.ATTEND, entity) < badge.p_attend
    return {
        "verify_s": span_s(watching.verify, Purpose.VERIFY), "record_s": span_s(watching.record, Purpose.RECORD),
        "u_confirm": streams.uniform(Purpose.CONFIRM, entity),
        "u_needs_unit": streams.uniform(Purpose.NEEDS_UNIT, entity),
        "u_disposition": streams.uniform(Purpose.DISPOSITION, entity),
        "handover_s": span_s(patrols.handover, Purpose.HANDOVER),
        "acknowledge_s": span_s(patrols.acknowledge, Purpose.ACKNOWLEDGE),
        "turnout_s": span_s(patrols.turnout, Purpose.TURNOUT),
        "travel_factor": np.exp(patrols.travel_sigma * streams.normal(Purpose.TRAVEL, entity)) / patrols.speed_factor,
        "scene_s": span_s(patrols.scene, Purpose.SCENE), "paperwork_s": span_s(patrols.paperwork, Purpose.PAPERWORK),
        "attend_s": np.where(attends, span_s(badge.attend, Purpose.ATTEND_TIME), 0.0)}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**40), st.integers(0, 1_000))
def test_each_case_is_drawn_as_all_at_once_are(make_scenario, first, seed):
    scenario = replace(make_scenario(), badge=BadgeAttention(p_attend=0.4, attend=Spread(median_s=60.0, p95_s=200.0)))
    streams, entity = KeyedStreams(seed, 3), first + np.arange(300)
    slow, fast = slow_cases(scenario, streams, entity), draw_cases(scenario, streams, entity)
    for name in CASE_FIELDS:
        assert getattr(fast, name) == pytest.approx(slow[name], rel=1e-14, abs=0.0), name


def test_a_verdict_draws_no_more_than_it_takes(make_scenario):
    scenario, streams = make_scenario(), KeyedStreams(1)
    whole, partly = (draw_cases(scenario, streams, np.arange(3)) for _ in range(2))
    draw_for_verdict(partly.records, 1, partly.law)
    assert partly.records["drawn"].tolist() == [UNDRAWN, FOR_VERDICT, UNDRAWN]
    assert partly.records["u_confirm"][1] == whole.u_confirm[1]
    assert np.array_equal(partly.drawn, whole.drawn)


def test_a_service_has_its_own_spread_and_key_and_leaves_the_rest(make_scenario):
    scenario, streams, entity = make_scenario(), KeyedStreams(1), np.arange(50)
    service = Spread(median_s=900.0, p95_s=1800.0)
    law = with_service(case_law(scenario, streams), streams, Purpose.PUBLIC_CASES, 4, service)
    served, plain = CaseDraws(entity, law), draw_cases(scenario, streams, entity)
    expected = to_ms(lognormal_s(service, streams.normal(Purpose.PUBLIC_CASES, entity, 4)))
    assert served.scene_s == pytest.approx(expected, rel=1e-14)
    assert all(np.array_equal(getattr(served, name), getattr(plain, name)) for name in CASE_FIELDS if name != "scene_s")


def test_a_played_day_has_drawn_some_cases_only_and_its_trace_stays_the_same(make_scenario):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=1)
    first = simulate(scenario, trace, engine="kernel").digest()
    stages = set(trace.cases.records["drawn"].tolist())
    assert {int(UNDRAWN), int(DRAWN)} <= stages
    assert trace.digest == draw_trace(scenario, seed=1).digest
    assert simulate(scenario, trace, engine="kernel").digest() == first


def test_a_traces_digest_tells_how_cases_would_be_drawn_and_what_was_given_instead(make_scenario):
    scenario = make_scenario()
    slower = replace(scenario, watching=replace(scenario.watching, verify=Spread(median_s=31.0, p95_s=90.0)))
    trace, other = (draw_trace(one, seed=1) for one in (scenario, slower))
    verify_s = trace.cases.verify_s
    given, same = (replace(trace, cases=trace.cases.replaced(verify_s=verify_s * factor)) for factor in (2.0, 1.0))
    assert len({one.digest for one in (trace, other, given, same)}) == 4
    assert same.digest == replace(trace, cases=trace.cases.replaced(verify_s=verify_s)).digest
