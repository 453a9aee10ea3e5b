"""What is drawn for the units' optional work: calls from the public, further attempts, and times out of service."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.attempts import AttemptLaw, attempt_law
from sim.city import F8, I4
from sim.compiled import compiled
from sim.demand import HOUR_S
from sim.fieldwork import PLAIN_FIELDWORK, UnitKind
from sim.perception import NORMAL_P95, lognormal_s
from sim.public_calls import PublicCalls, draw_public_calls
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import Scenario, Shift, Spread

MEAL, OUT_OF_SERVICE = 0, 1
"""What a window is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Stretches of time for which units cannot be sent, in order of time; arrays of one length."""

    from_s: F8
    length_s: F8
    unit: I4
    what: I4
    """MEAL or OUT_OF_SERVICE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraws:
    """One replication's draws for the optional parts of the units' work."""

    public: PublicCalls | None
    attempts: AttemptLaw
    """Of every attempt at a case after the first, and of what may befall any."""
    windows: Windows


def draw_units(scenario: Scenario, streams: KeyedStreams) -> UnitDraws | None:
    """Draw what the optional parts need; None where the scenario has none of them."""
    if scenario.calls is None and scenario.fieldwork == PLAIN_FIELDWORK:
        return None
    public = draw_public_calls(scenario, scenario.calls, streams) if scenario.calls else None
    return UnitDraws(public=public, attempts=attempt_law(scenario, streams), windows=draw_windows(scenario, streams))


@compiled
def speed_at(t_s: float, windows: F8) -> float:
    """Return by what the weather multiplies speed at an instant; a window is a row of (from, to, factor)."""
    speed = 1.0
    for place in range(windows.shape[0]):
        if windows[place, 0] <= t_s < windows[place, 1]:
            speed *= windows[place, 2]
    return speed


@compiled
def by_badge_s(acknowledge_s: float, scale: float, power: float) -> float:
    """Return how long an acknowledgement by badge takes, of one that would take so long by radio.

    The two are lognormal and share their quantile: scale · sᵖ.
    """
    return scale * math.pow(acknowledge_s, power)


def badge_channel(scenario: Scenario) -> tuple[float, float]:
    """Return the (scale, power) of ``by_badge_s``."""
    if scenario.fieldwork.badges is None:
        return 1.0, 1.0
    radio, badge = scenario.patrols.acknowledge, scenario.fieldwork.badges.acknowledge
    sigma = _sigma(radio)
    if sigma == 0.0:
        return badge.median_s / radio.median_s, 1.0
    power = _sigma(badge) / sigma
    return badge.median_s / radio.median_s ** power, power


def _sigma(spread: Spread) -> float:
    return math.log(spread.p95_s / spread.median_s) / NORMAL_P95


def unit_kinds(scenario: Scenario) -> list[UnitKind]:
    """Return how each unit moves: of each shift's posts the first by car, then those on bicycles, then on foot."""
    kinds: list[UnitKind] = []
    for shift in scenario.shifts:
        n_foot = round(scenario.fieldwork.foot_share * shift.units)
        n_bicycle = min(round(scenario.fieldwork.bicycle_share * shift.units), shift.units - n_foot)
        kinds += [UnitKind.CAR] * (shift.units - n_foot - n_bicycle)
        kinds += [UnitKind.BICYCLE] * n_bicycle + [UnitKind.FOOT] * n_foot
    return kinds


def wearers(scenario: Scenario) -> list[bool]:
    """Return which units wear a badge: the share of each shift, spread evenly over its posts."""
    share = scenario.fieldwork.badges.share if scenario.fieldwork.badges else 0.0
    return [math.floor((place + 1) * share + 1e-9) > math.floor(place * share + 1e-9)
            for shift in scenario.shifts for place in range(shift.units)]


def draw_windows(scenario: Scenario, streams: KeyedStreams) -> Windows:
    """Draw the meals and the spells out of service of every unit."""
    windows: list[tuple[float, int, int, float]] = []
    breaks = scenario.fieldwork.breaks
    first = 0
    for shift in scenario.shifts if breaks else ():
        for place in range(shift.units):
            windows += _meals(scenario, shift, first + place, place)
            windows += _spells(scenario, streams, first + place)
        first += shift.units
    windows.sort()
    column = [np.array([window[place] for window in windows]) for place in range(4)]
    return Windows(from_s=to_ms(column[0].astype(np.float64)), what=column[1].astype(np.int32),
                   unit=column[2].astype(np.int32), length_s=to_ms(column[3].astype(np.float64)))


def _meals(scenario: Scenario, shift: Shift, unit: int, place: int) -> list[tuple[float, int, int, float]]:
    """Return a unit's meals: the posts of a shift go one after another, and begin anew where the shift is too short."""
    breaks = scenario.fieldwork.breaks
    assert breaks is not None, "meals are asked for where there are breaks"
    if breaks.meal_s <= 0.0:
        return []
    room_s = shift.length_h * HOUR_S - breaks.meal_after_s - breaks.meal_s
    after_s = breaks.meal_after_s + (breaks.meal_s * place % room_s if room_s > 0.0 else 0.0)
    first_s = (shift.start_h - scenario.start_hour_of_week) % 24.0 * HOUR_S - 86400.0
    days = math.ceil(scenario.duration_s / 86400.0) + 2
    starts = [first_s + 86400.0 * day + after_s for day in range(days)]
    return [(start_s, MEAL, unit, breaks.meal_s) for start_s in starts if 0.0 <= start_s < scenario.duration_s]


def _spells(scenario: Scenario, streams: KeyedStreams, unit: int) -> list[tuple[float, int, int, float]]:
    """Draw a unit's spells out of service, one after another, so that a longer horizon keeps the prefix."""
    breaks = scenario.fieldwork.breaks
    assert breaks is not None, "spells are asked for where there are breaks"
    spells: list[tuple[float, int, int, float]] = []
    if breaks.out_of_service_every_s <= 0.0:
        return spells
    rng = streams.stream(Purpose.OUT_OF_SERVICE, entity=unit)
    t_s = 0.0
    while True:
        t_s += breaks.out_of_service_every_s * float(rng.standard_exponential())
        z = np.array([rng.standard_normal()])
        if t_s >= scenario.duration_s:
            return spells
        length_s = float(lognormal_s(breaks.out_of_service, z)[0])
        spells.append((t_s, OUT_OF_SERVICE, unit, length_s))
        t_s += length_s
