"""Calls from the public: when they come, who takes them, and what they will ask of the units."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.case_draws import CaseDraws, case_law, with_service
from sim.city import F8, I4
from sim.compiled import compiled
from sim.demand import DAY_S, HOUR_S
from sim.fieldwork import CallDemand
from sim.kept import kept
from sim.perception import lognormal_s
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import HOURS_PER_WEEK, Scenario

_HOURS = np.arange(24)
PUBLIC_ENTITY = 1 << 46
"""Their draws are keyed above those of incidents and alerts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCalls:
    """Calls of one replication, in the order in which they are created; arrays of one length."""

    arrive_s: F8
    create_s: F8
    """When the call-taker has heard it and passes it on."""
    calltaker: I4
    junction: I4
    priority: I4
    n_units: I4
    """0 where none is needed."""
    cases: CaseDraws

    @property
    def n_calls(self) -> int:
        """Number of calls."""
        return int(self.arrive_s.size)


def draw_public_calls(scenario: Scenario, demand: CallDemand, streams: KeyedStreams) -> PublicCalls:
    """Draw the calls of whole days, then cut them at the scenario's end.

    Args:
        scenario: when and where.
        demand: what the public asks.
        streams: of the replication.
    """
    days = math.ceil(scenario.duration_s / DAY_S)
    drawn = [_draw_day(scenario, streams, day) for day in range(days)]
    arrive_s, junction, entity = (np.concatenate(column) for column in zip(*drawn, strict=True))
    arrive_s = to_ms(arrive_s)
    before = arrive_s < scenario.duration_s
    arrive_s, junction, entity = arrive_s[before], junction[before], entity[before]
    talk_s = to_ms(lognormal_s(demand.talk, streams.normal(Purpose.PUBLIC_CASES, entity, 0)))
    create_s, calltaker = answer(arrive_s, talk_s, demand.n_calltakers)
    needs_unit = streams.uniform(Purpose.PUBLIC_CASES, entity, 1) < demand.p_needs_unit
    n_units = 1 + _chosen(demand.unit_shares, streams.uniform(Purpose.PUBLIC_CASES, entity, 2))
    order = np.lexsort((entity, create_s))
    law = with_service(case_law(scenario, streams), streams, Purpose.PUBLIC_CASES, 4, demand.service)
    return PublicCalls(
        arrive_s=arrive_s[order], create_s=create_s[order], calltaker=calltaker[order],
        junction=junction[order].astype(np.int32),
        priority=(1 + _chosen(demand.priority_shares, streams.uniform(Purpose.PUBLIC_CASES, entity, 3)))[order],
        n_units=np.where(needs_unit, n_units, 0)[order].astype(np.int32),
        cases=CaseDraws(entity[order], law))


def _draw_day(scenario: Scenario, streams: KeyedStreams, day: int) -> tuple[F8, I4, NDArray[np.int64]]:
    """Return (arrival, junction, entity) of one day's calls, in order of arrival."""
    rng = streams.stream(Purpose.PUBLIC_CALLS, day=day)
    weights, per_hour = _tables(scenario)
    by_hour = rng.poisson(per_hour[day % 7])
    n = int(by_hour.sum())
    arrive_s = np.sort((np.repeat(_HOURS, by_hour) + rng.random(n)) * HOUR_S) + day * DAY_S
    junction = np.minimum(np.searchsorted(weights, rng.random(n) * weights[-1], side="right"), weights.size - 1)
    return arrive_s, junction.astype(np.int32), PUBLIC_ENTITY + (day << 24) + np.arange(n, dtype=np.int64)


@kept
def _tables(scenario: Scenario) -> tuple[F8, F8]:
    """Return (weight of all junctions up to each, (n,); expected calls in each hour of the seven days, (7, 24))."""
    demand = scenario.calls
    assert demand is not None, "calls are drawn where there are some"
    hours = (np.arange(HOURS_PER_WEEK) + int(scenario.start_hour_of_week)) % HOURS_PER_WEEK
    per_hour = np.asarray(demand.hour_weights, dtype=np.float64)[hours] * demand.per_day / 24.0
    weights = np.asarray(demand.land_use_weights, dtype=np.float64)[scenario.city.land_use]
    return np.cumsum(weights), per_hour.reshape(7, 24)


def _chosen(shares: tuple[float, ...], u: F8) -> I4:
    """Return the index that each uniform falls on."""
    total = np.cumsum(shares)
    index = np.searchsorted(total, u * total[-1], side="right")
    return np.asarray(np.minimum(index, total.size - 1), dtype=np.int32)


def answer(arrive_s: F8, talk_s: F8, n_calltakers: int | None) -> tuple[F8, I4]:
    """Return when each call has been taken and by whom: first come, first served, by the lowest free number.

    Args:
        arrive_s: in order of time.
        talk_s: of each.
        n_calltakers: None where there is always one more.
    """
    done_s, taken_by = np.empty(arrive_s.size), np.empty(arrive_s.size, dtype=np.int32)
    _answer(arrive_s, talk_s, arrive_s.size if n_calltakers is None else n_calltakers, done_s, taken_by)
    return to_ms(done_s), taken_by


@compiled
def _answer(arrive_s: F8, talk_s: F8, n_calltakers: int, done_s: F8, taken_by: I4) -> None:
    free_s = np.full(n_calltakers, -math.inf)
    for index in range(arrive_s.size):
        who = 0
        for other in range(n_calltakers):
            if free_s[other] <= arrive_s[index]:
                who = other
                break
            if free_s[other] < free_s[who]:
                who = other
        free_s[who] = max(arrive_s[index], free_s[who]) + talk_s[index]
        done_s[index], taken_by[index] = free_s[who], who
