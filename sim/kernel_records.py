"""Lays out the records of the compiled engine: cases, posts, and all of the duty desk and the patrols."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.fieldwork import AtShiftEnd
from sim.kernel_layout import ATTEMPT, CANDIDATE_ENTRY, CASE, PUBLIC, RULES, UNIT_ENTRY, WINDOW, Desk, Records
from sim.roster import Duty, duties
from sim.scenario import Scenario
from sim.trace import I8, CaseDraws, Trace
from sim.travel import Travel
from sim.unit_draws import N_ATTEMPTS, UnitDraws, badge_channel, unit_kinds, wearers
from sim.unit_tables import outcome_bounds, speed_table, unit_store


def make_records(record: np.dtype[np.void], n: int | tuple[int, ...], /, **columns: object) -> Records:
    """Return records of a type, zero where no column is given."""
    made = np.zeros(n, dtype=record)
    for name, column in columns.items():
        made[name] = column
    return made


def case_records(draws: CaseDraws | None) -> Records:
    """Return the handling of cases as records, none where nothing was drawn."""
    if draws is None:
        return np.zeros(0, dtype=CASE)
    return make_records(CASE, draws.verify_s.size, **{item.name: getattr(draws, item.name) for item in fields(draws)})


def post_table(table: tuple[Duty, ...], attribute: str) -> tuple[I8, I8]:
    """Return the posts of each entry of the roster one after another, and where each entry begins."""
    posts = [getattr(duty, attribute) for duty in table]
    first = np.cumsum([0, *map(len, posts)]).astype(np.int64)
    return np.array([post for group in posts for post in group], dtype=np.int64), first


def make_desk(scenario: Scenario, trace: Trace, travel: Travel, *, n_calls: int) -> Desk:
    """Lay the duty desk and the patrols out."""
    unit_posts, _ = post_table(duties(scenario), "units")
    n_units = trace.post_junction.shape[0]
    draws = trace.units
    public = draws.public if draws else None
    n_public = public.n_calls if public else 0
    return Desk(
        rules=_rules(scenario), number=np.zeros(5, dtype=np.int64), unit_posts=unit_posts,
        units=make_records(UNIT_ENTRY, n_units, kind=unit_kinds(scenario), wears_badge=wearers(scenario), due_meal=-1,
                           due_spell=-1, free_place=-1),
        candidates=make_records(CANDIDATE_ENTRY, n_units), waiting=np.empty(n_calls + 1, dtype=np.int64),
        orders=np.empty(n_calls + 1, dtype=np.int64),
        post_junction=np.ascontiguousarray(trace.post_junction, dtype=np.int64),
        junction_district=scenario.city.district.astype(np.int64),
        store=unit_store(scenario, travel),
        public=make_records(PUBLIC, n_public, **{name: getattr(public, name) for name in PUBLIC.names or ()}
                            if public else {}),
        public_cases=case_records(public.cases if public else None),
        attempts=_attempts(draws), attempt_cases=case_records(draws.attempts if draws else None),
        windows=_windows(draws), speeds=speed_table(scenario))


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


def _attempts(draws: UnitDraws | None) -> Records:
    if draws is None:
        return make_records(ATTEMPT, 0)
    return make_records(ATTEMPT, N_ATTEMPTS, u_cancel=draws.u_cancel, u_evidence=draws.u_evidence, u_join=draws.u_join)


def _windows(draws: UnitDraws | None) -> Records:
    if draws is None:
        return make_records(WINDOW, 0)
    windows = draws.windows
    return make_records(WINDOW, windows.from_s.size, **{name: getattr(windows, name) for name in WINDOW.names or ()})
