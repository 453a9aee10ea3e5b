"""Lays out the records of the compiled engine's duty desk and patrols."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.attempts import attempt_law
from sim.case_draws import CASE, given_cases
from sim.city import F8, City
from sim.compiled import Records
from sim.fieldwork import AtShiftEnd
from sim.kept import kept
from sim.kernel_layout import CANDIDATE_ENTRY, PUBLIC, RULES, UNIT_ENTRY, WINDOW, Desk
from sim.kernel_records import make_records, post_table
from sim.rng import KeyedStreams
from sim.roster import duties
from sim.scenario import Scenario
from sim.trace import I8, Trace
from sim.travel import Travel
from sim.unit_draws import UnitDraws, badge_channel, unit_kinds, wearers
from sim.unit_tables import outcome_bounds, speed_table, unit_store


class _Fleet(NamedTuple):
    """What of the duty desk depends on the scenario alone; ``units`` are as they begin."""

    rules: Records
    unit_posts: I8
    units: Records
    speeds: F8


@kept
def _fleet(scenario: Scenario) -> _Fleet:
    kinds = unit_kinds(scenario)
    unit_posts, _ = post_table(duties(scenario), "units")
    return _Fleet(
        rules=_rules(scenario), unit_posts=unit_posts, speeds=speed_table(scenario),
        units=make_records(UNIT_ENTRY, len(kinds), kind=kinds, wears_badge=wearers(scenario), due_meal=-1,
                           due_spell=-1, free_place=-1))


def make_desk(scenario: Scenario, trace: Trace, travel: Travel, *, n_calls: int) -> Desk:
    """Lay the duty desk and the patrols out."""
    fleet, draws = _fleet(scenario), trace.units
    law = draws.attempts if draws else attempt_law(scenario, KeyedStreams(0))
    public = draws.public if draws else None
    cases = public.cases if public else given_cases(0)
    return Desk(
        rules=fleet.rules, number=np.zeros(5, dtype=np.int64), unit_posts=fleet.unit_posts, units=fleet.units.copy(),
        candidates=make_records(CANDIDATE_ENTRY, fleet.units.size), waiting=np.empty(n_calls + 1, dtype=np.int64),
        orders=np.empty(n_calls + 1, dtype=np.int64),
        post_junction=np.ascontiguousarray(trace.post_junction, dtype=np.int64),
        junction_district=_junction_districts(scenario.city),
        store=unit_store(scenario, travel),
        public=make_records(PUBLIC, public.n_calls if public else 0, **{
            name: getattr(public, name) for name in PUBLIC.names or ()} if public else {}),
        public_cases=cases.records, public_law=cases.law,
        attempt_key=law.key, attempt_spreads=law.spreads, attempt=make_records(CASE, 1),
        windows=_windows(draws), speeds=fleet.speeds)


def _rules(scenario: Scenario) -> Records:
    work = scenario.fieldwork
    badges = work.badges
    scale, power = badge_channel(scenario)
    p_unfounded, to_arrest, to_citation = outcome_bounds(scenario.calls)
    return make_records(
        RULES, 1, p_cancel=work.p_cancel, redirect_gap=work.redirect_gap, has_badges=badges is not None,
        p_evidence=badges.p_evidence if badges else 0.0,
        p_evidence_attended=badges.p_evidence_attended if badges else 0.0, p_join=badges.p_join if badges else 0.0,
        badge_scale=scale, badge_power=power, p_unfounded=p_unfounded, to_arrest=to_arrest, to_citation=to_citation,
        at_shift_end=list(AtShiftEnd).index(work.at_shift_end), last_kind=max(unit_kinds(scenario), default=0))


def _windows(draws: UnitDraws | None) -> Records:
    if draws is None:
        return make_records(WINDOW, 0)
    windows = draws.windows
    return make_records(WINDOW, windows.from_s.size, **{name: getattr(windows, name) for name in WINDOW.names or ()})


@kept
def _junction_districts(city: City) -> I8:
    return city.district.astype(np.int64)
