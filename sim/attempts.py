"""What each unit's attempt at a case takes after the first one's, worked out when it is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.city import F8
from sim.compiled import compiled, compiled_entry, compiled_in_place, constant
from sim.normal import normal_quantile
from sim.perception import lognormal_sigma
from sim.rng import U8, KeyedStreams, Purpose, keyed_base, keyed_uniform
from sim.scenario import Scenario


class Part(IntEnum):
    """What is drawn of an attempt. The first six are rows of ``AttemptLaw.spreads``."""

    ACKNOWLEDGE = 0
    TURNOUT = 1
    TRAVEL = 2
    SCENE = 3
    PAPERWORK = 4
    SERVICE = 5
    """At the scene of a call from the public."""
    CANCEL = 6
    EVIDENCE = 7
    JOIN = 8


N_PARTS = 16
"""Of one attempt, with room for more."""
ACKNOWLEDGE, TURNOUT, TRAVEL, SCENE, PAPERWORK, SERVICE = (constant(part) for part in list(Part)[:6])
ATTEMPTS = constant(Purpose.ATTEMPTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLaw:
    """What attempts are drawn by: every one from the replication's key, its case's instant and its own number."""

    key: U8
    """(2,) of the replication."""
    spreads: F8
    """(6, 2) median and spread of the logarithm; seconds but for travel, which is a factor."""


class AttemptDraw(NamedTuple):
    """What one attempt takes."""

    acknowledge_s: float
    turnout_s: float
    travel_factor: float
    scene_s: float
    paperwork_s: float


def attempt_law(scenario: Scenario, streams: KeyedStreams) -> AttemptLaw:
    """Return the law of a scenario's further attempts in one replication."""
    patrols = scenario.patrols
    service = scenario.calls.service if scenario.calls else patrols.scene
    spans = [(spread.median_s, lognormal_sigma(spread)) for spread in (
        patrols.acknowledge, patrols.turnout, patrols.scene, patrols.paperwork, service)]
    spans.insert(TRAVEL, (1.0 / patrols.speed_factor, patrols.travel_sigma))
    return AttemptLaw(key=streams.key, spreads=np.array(spans))


@compiled
def attempt_uniform(key: U8, drawn_s: float, is_public: bool, attempt: int, part: int) -> float:
    """Return one uniform of an attempt at a case, known by the millisecond at which the case arose."""
    case = math.floor(drawn_s * 1000.0 + 0.5) * 2 + (1 if is_public else 0)
    return keyed_uniform(keyed_base(key, ATTEMPTS), case, attempt * N_PARTS + part)


@compiled_in_place
def attempt_factor(
    key: U8, spreads: F8, drawn_s: float, is_public: bool, attempt: int, part: int
) -> float:
    """Return one lognormal of an attempt, not rounded."""
    u = attempt_uniform(key, drawn_s, is_public, attempt, part)
    return float(spreads[part, 0]) * math.exp(spreads[part, 1] * normal_quantile(u))


@compiled_in_place
def attempt_s(key: U8, spreads: F8, drawn_s: float, is_public: bool, attempt: int, part: int) -> float:
    """Return one duration of an attempt, to the millisecond."""
    return math.floor(attempt_factor(key, spreads, drawn_s, is_public, attempt, part) * 1000.0 + 0.5) / 1000.0


@compiled_entry
def attempt_draw(
    key: U8, spreads: F8, drawn_s: float, is_public: bool, attempt: int
) -> tuple[float, float, float, float, float]:
    """Return what an attempt takes, in the order of ``AttemptDraw``."""
    return (attempt_s(key, spreads, drawn_s, is_public, attempt, ACKNOWLEDGE),
            attempt_s(key, spreads, drawn_s, is_public, attempt, TURNOUT),
            attempt_factor(key, spreads, drawn_s, is_public, attempt, TRAVEL),
            attempt_s(key, spreads, drawn_s, is_public, attempt, SERVICE if is_public else SCENE),
            attempt_s(key, spreads, drawn_s, is_public, attempt, PAPERWORK))
