"""What the hypercube queueing model says of driving times, for units that patrol districts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city import F8, City
from sim.demand import junction_weights
from sim.errors import ModelError
from sim.scenario import Scenario
from sim.theory import CallClass, approximate_workloads, hypercube
from sim.theory.hypercube_approximation import correction
from sim.travel import Travel

MOST_EXACT = 10
"""Units for which the model is solved exactly; beyond, Larson's approximation."""
N_PLACES = 8
"""Places drawn in each district, to drive from and to."""
NOISE = (-1.2815515655446004, -0.5244005127080407, 0.0, 0.5244005127080407, 1.2815515655446004)
"""Standard normal quantiles in the middle of five equal parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drives:
    """Driving times by theory."""

    median_s: float
    own_share: float
    """Of the calls served by a unit of their own district."""


def drives_by_theory(scenario: Scenario, *, n_units: int, calls_per_h: float, service_h: float) -> Drives | None:
    """Return driving times by the hypercube model; None where the units cannot carry the calls.

    Calls come from districts in proportion to what is expected near their cameras; each takes the free unit whose
    beat is the nearest on average.
    """
    city = scenario.city
    weights = expected_calls(scenario)
    by_district = np.bincount(city.district, weights=weights, minlength=len(city.district_names))
    called = np.flatnonzero(by_district > 0.0)
    if not called.size or n_units < 1 or calls_per_h <= 0.0:
        return None
    sizes = np.bincount(city.district, minlength=len(city.district_names))
    beats = np.flatnonzero(sizes)[np.arange(n_units) % np.count_nonzero(sizes)]
    times = _times_between(scenario, weights, sorted(set(beats.tolist())), called.tolist())
    classes = [CallClass(rate=calls_per_h * float(by_district[district] / by_district.sum()), preference=tuple(
        np.argsort([times[int(beat), int(district)].mean() for beat in beats], kind="stable").tolist()))
        for district in called]
    try:
        sent = shares_sent(classes, service_rate=1.0 / service_h)
    except ModelError:
        return None
    return _mixed(scenario, sent, times, beats.tolist(), called.tolist())


def expected_calls(scenario: Scenario) -> F8:
    """Return, in proportion, the calls to expect at each junction: what happens there, if it has a camera."""
    city = scenario.city
    total = np.zeros(city.roads.n_junctions)
    for kind in scenario.kinds:
        total += kind.per_day * kind.p_needs_unit * junction_weights(city, kind)
    seen = np.zeros(total.size)
    seen[city.cameras.junction] = 1.0
    return np.asarray(total * seen)


def _times_between(scenario: Scenario, weights: F8, beats: list[int], called: list[int]) -> dict[tuple[int, int], F8]:
    """Return samples of the driving time in seconds from each beat to each district."""
    city, travel = scenario.city, Travel(scenario.city.roads)
    starts = {beat: _places(city, beat, np.ones(weights.size)) for beat in beats}
    times = {}
    for district in called:
        rows = np.array([travel.row_ds(int(place)) for place in _places(city, district, weights)], dtype=np.float64)
        for beat in beats:
            times[beat, district] = rows[:, starts[beat]].ravel() / 10.0 / scenario.patrols.speed_factor
    return times


def _places(city: City, district: int, weights: F8) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return N_PLACES junctions of a district, evenly along its summed weights."""
    own = np.flatnonzero(city.district == district)
    total = np.cumsum(weights[own])
    at = (np.arange(N_PLACES) + 0.5) / N_PLACES * total[-1]
    return np.asarray(own[np.searchsorted(total, at)], dtype=np.int64)


def shares_sent(classes: list[CallClass], *, service_rate: float) -> F8:
    """Return the share of calls of each class that each unit is sent to; (units, classes), sums to 1."""
    n_units = len(classes[0].preference)
    if n_units <= MOST_EXACT:
        solved = hypercube(classes, service_rate=service_rate)
        share = solved.served_at_once + solved.served_from_queue
        return np.asarray(share / share.sum())
    mean = sum(item.rate for item in classes) / service_rate / n_units
    workload = approximate_workloads(classes, service_rate=service_rate).workload
    factors = [correction(n_units, utilisation=mean, n_busy=n_busy) for n_busy in range(n_units)]
    share = np.zeros((n_units, len(classes)))
    for column, item in enumerate(classes):
        all_busy = 1.0
        for place, unit in enumerate(item.preference):
            share[unit, column] = item.rate * factors[place] * all_busy * (1.0 - workload[unit])
            all_busy *= float(workload[unit])
    return np.asarray(share / share.sum())


def _mixed(
    scenario: Scenario, sent: F8, times: dict[tuple[int, int], F8], beats: list[int], called: list[int]
) -> Drives:
    """Return the median over all that is sent, the spread of single drives included."""
    factors = np.exp(scenario.patrols.travel_sigma * np.array(NOISE))
    values, weights, own = [], [], 0.0
    for unit, beat in enumerate(beats):
        for column, district in enumerate(called):
            drawn = (times[beat, district][:, None] * factors).ravel()
            values.append(drawn)
            weights.append(np.full(drawn.size, sent[unit, column] / drawn.size))
            own += float(sent[unit, column]) * (beat == district)
    value, weight = np.concatenate(values), np.concatenate(weights)
    order = np.argsort(value, kind="stable")
    middle = int(np.searchsorted(np.cumsum(weight[order]), 0.5))
    return Drives(median_s=float(value[order][min(middle, value.size - 1)]), own_share=min(1.0, own))
