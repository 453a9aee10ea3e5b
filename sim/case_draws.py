"""What handling each case will take, drawn from the case's own key when it is first asked for."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import Records, compiled, compiled_entry, compiled_in_place, constant
from sim.kept import kept
from sim.normal import normal_quantile
from sim.perception import lognormal_sigma
from sim.rng import F8, I8, U8, KeyedStreams, Purpose, keyed_base, keyed_uniform
from sim.scenario import Scenario, Spread

_PURPOSE_OF = {
    "verify_s": Purpose.VERIFY, "record_s": Purpose.RECORD, "u_confirm": Purpose.CONFIRM,
    "u_needs_unit": Purpose.NEEDS_UNIT, "u_disposition": Purpose.DISPOSITION, "handover_s": Purpose.HANDOVER,
    "acknowledge_s": Purpose.ACKNOWLEDGE, "turnout_s": Purpose.TURNOUT, "travel_factor": Purpose.TRAVEL,
    "scene_s": Purpose.SCENE, "paperwork_s": Purpose.PAPERWORK, "attend_s": Purpose.ATTEND_TIME}
CASE_FIELDS = tuple(_PURPOSE_OF)
CASE = np.dtype([("entity", "i8"), ("drawn", "i8"), *((name, "f8") for name in CASE_FIELDS)])
"""``entity`` keys the draws; ``drawn`` is UNDRAWN, FOR_VERDICT where only verify_s and u_confirm are, or DRAWN."""
UNDRAWN, FOR_VERDICT, DRAWN = (constant(stage) for stage in range(3))

(VERIFY, RECORD, CONFIRM, NEEDS_UNIT, DISPOSITION, HANDOVER, ACKNOWLEDGE, TURNOUT, TRAVEL, SCENE, PAPERWORK,
 ATTEND_TIME, ATTEND) = (constant(place) for place in range(13))
"""Entries of a law: of each field, and of whether the inspector attends."""
_PURPOSES = np.array([*_PURPOSE_OF.values(), Purpose.ATTEND], dtype=np.int64)


class CaseLaw(NamedTuple):
    """What cases are drawn by. Shapes: 13 entries."""

    base: U8
    """(13,) hash of seed, replication and purpose."""
    other: I8
    """(13,) second number of the key."""
    spreads: F8
    """(13, 2) median and spread of the logarithm; seconds but for travel, which is a factor. 0 where uniform."""
    p_attend: float


@kept
def _spreads(scenario: Scenario) -> F8:
    watching, patrols = scenario.watching, scenario.patrols
    table = np.zeros((_PURPOSES.size, 2))
    for place, spread in ((VERIFY, watching.verify), (RECORD, watching.record), (HANDOVER, patrols.handover),
                          (ACKNOWLEDGE, patrols.acknowledge), (TURNOUT, patrols.turnout), (SCENE, patrols.scene),
                          (PAPERWORK, patrols.paperwork)):
        table[place] = spread.median_s, lognormal_sigma(spread)
    table[TRAVEL] = 1.0 / patrols.speed_factor, patrols.travel_sigma
    if scenario.badge is not None:
        table[ATTEND_TIME] = scenario.badge.attend.median_s, lognormal_sigma(scenario.badge.attend)
    return table


def case_law(scenario: Scenario, streams: KeyedStreams) -> CaseLaw:
    """Return the law of a scenario's cases in one replication."""
    return CaseLaw(base=_bases(streams.key, _PURPOSES), other=np.zeros(_PURPOSES.size, dtype=np.int64),
                   spreads=_spreads(scenario), p_attend=scenario.badge.p_attend if scenario.badge else 0.0)


def with_service(law: CaseLaw, streams: KeyedStreams, purpose: Purpose, other: int, spread: Spread) -> CaseLaw:
    """Return a law by which the time at the scene is a service of its own spread and key."""
    base, others, spreads = law.base.copy(), law.other.copy(), law.spreads.copy()
    base[SCENE], others[SCENE] = _bases(streams.key, np.array([purpose]))[0], other
    spreads[SCENE] = spread.median_s, lognormal_sigma(spread)
    return law._replace(base=base, other=others, spreads=spreads)


@compiled
def _bases(key: U8, purposes: I8) -> U8:
    bases = np.empty(purposes.size, dtype=np.uint64)
    for place in range(purposes.size):
        bases[place] = keyed_base(key, purposes[place])
    return bases


@compiled_in_place
def _uniform(law: CaseLaw, place: int, entity: int) -> float:
    return keyed_uniform(law.base[place], entity, law.other[place])


@compiled_in_place
def _factor(law: CaseLaw, place: int, entity: int) -> float:
    return float(law.spreads[place, 0]) * math.exp(
        law.spreads[place, 1] * normal_quantile(_uniform(law, place, entity)))


@compiled_entry
def _span_s(law: CaseLaw, place: int, entity: int) -> float:
    return float(np.rint(_factor(law, place, entity) * 1000.0)) / 1000.0


@compiled_entry
def draw_for_verdict(cases: Records, index: int, law: CaseLaw) -> None:
    """Draw what verifying a case asks for, unless that is done."""
    case = cases[index]
    if case.drawn == UNDRAWN:
        case.verify_s = _span_s(law, VERIFY, case.entity)
        case.u_confirm = _uniform(law, CONFIRM, case.entity)
        case.drawn = FOR_VERDICT


@compiled_entry
def draw_case(cases: Records, index: int, law: CaseLaw) -> None:
    """Draw what a case asks for, unless that is done."""
    case = cases[index]
    if case.drawn == DRAWN:
        return
    draw_for_verdict(cases, index, law)
    case.record_s = _span_s(law, RECORD, case.entity)
    case.u_needs_unit = _uniform(law, NEEDS_UNIT, case.entity)
    case.u_disposition = _uniform(law, DISPOSITION, case.entity)
    case.handover_s = _span_s(law, HANDOVER, case.entity)
    case.acknowledge_s = _span_s(law, ACKNOWLEDGE, case.entity)
    case.turnout_s = _span_s(law, TURNOUT, case.entity)
    case.travel_factor = _factor(law, TRAVEL, case.entity)
    case.scene_s = _span_s(law, SCENE, case.entity)
    case.paperwork_s = _span_s(law, PAPERWORK, case.entity)
    attends = _uniform(law, ATTEND, case.entity) < law.p_attend
    case.attend_s = _span_s(law, ATTEND_TIME, case.entity) if attends else 0.0
    case.drawn = DRAWN


@compiled_entry
def _draw_some(cases: Records, chosen: I8, law: CaseLaw) -> None:
    for index in chosen:
        draw_case(cases, index, law)


class _Column:
    """A field of all cases, which are drawn for it."""

    def __set_name__(self, owner: type[CaseDraws], name: str) -> None:
        self._name = name

    def __get__(self, cases: CaseDraws, owner: type[CaseDraws]) -> F8:
        return np.asarray(cases.drawn[self._name], dtype=np.float64)


class CaseDraws:
    """What handling a case will take, should anybody handle it; arrays of one length.

    Only what is asked for is drawn, and kept. As each draw has its own key, it does not matter when that happens.

    Args:
        entity: (n,) number ≥ 0 that keys each case's draws.
        law: what they are drawn by.
    """

    verify_s, record_s, u_confirm, u_needs_unit, u_disposition = _Column(), _Column(), _Column(), _Column(), _Column()
    handover_s, acknowledge_s, turnout_s, travel_factor = _Column(), _Column(), _Column(), _Column()
    scene_s, paperwork_s = _Column(), _Column()
    attend_s = _Column()
    """How long the inspector attends the unit's live picture; 0 where they do not."""

    def __init__(self, entity: I8, law: CaseLaw) -> None:
        self.law = law
        self._is_given = False
        self.records: Records = np.empty(entity.size, dtype=CASE)
        """Of CASE."""
        self.records["entity"] = entity
        self.records["drawn"] = UNDRAWN

    @property
    def drawn(self) -> Records:
        """The records, all of them drawn."""
        _draw_some(self.records, np.arange(self.records.size), self.law)
        return self.records

    @property
    def sources(self) -> dict[str, NDArray[Any]]:
        """All that the draws follow from, by name: the numbers themselves where they were given."""
        if self._is_given:
            return {name: getattr(self, name) for name in CASE_FIELDS}
        law = {name: np.asarray(part) for name, part in self.law._asdict().items()}
        return {"entity": self.records["entity"], **law}

    def some_drawn(self, chosen: NDArray[np.integer]) -> Records:
        """Return a copy of some records, drawn."""
        _draw_some(self.records, chosen.astype(np.int64), self.law)
        return np.asarray(self.records[chosen])

    def replaced(self, **columns: F8) -> CaseDraws:
        """Return the cases with other numbers in some columns."""
        made = CaseDraws(self.records["entity"], self.law)
        made._is_given = True
        made.records[:] = self.drawn
        for name, column in columns.items():
            made.records[name] = column
        return made


def draw_cases(scenario: Scenario, streams: KeyedStreams, entity: I8) -> CaseDraws:
    """Return the handling of cases, each keyed by its own entity number ≥ 0."""
    return CaseDraws(entity, case_law(scenario, streams))


def given_cases(n: int, **columns: F8) -> CaseDraws:
    """Return the handling of n cases of which nothing is drawn: the columns given, 0 elsewhere."""
    made = CaseDraws(np.zeros(n, dtype=np.int64), CaseLaw(
        base=np.zeros(_PURPOSES.size, dtype=np.uint64), other=np.zeros(_PURPOSES.size, dtype=np.int64),
        spreads=np.zeros((_PURPOSES.size, 2)), p_attend=0.0))
    made._is_given = True
    made.records[:] = np.zeros((), dtype=CASE)
    for name, column in columns.items():
        made.records[name] = column
    made.records["drawn"] = DRAWN
    return made
