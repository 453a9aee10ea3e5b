"""The control room and the patrols as queues: played as worlds, and followed customer by customer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.city import F8, I4
from sim.theory.general_service import balanced_hyperexponential
from sim.theory.recursion import units_sent, waits_by_class, waits_in_order
from watchfloor.validation.check import (
    LEAST_REFERENCE,
    MAX_RELATIVE_HALF_WIDTH,
    Check,
    make_check,
    make_exact_check,
)
from watchfloor.validation.worlds import MEAN_S, Beat, patrol_dispatches, room_waits_s

PATROL_WARM_UP = 1_000
"""Calls of each replication that are deleted, as it starts empty."""

N_REPLICATIONS = 50
N_PILOT = 200_000
PILOT_MARGIN = 1.5
"""On the half width: that of a pilot is itself uncertain by a tenth."""

MOST_AT_ONCE = 4_000_000
"""Customers of one replication, for the sake of memory."""

SAME_S = 1e-6
"""The part and the recursion must agree on every wait within a microsecond."""


class Service(StrEnum):
    """How long a verification takes, in units of its mean."""

    EXPONENTIAL = "M"
    FIXED = "D"
    ERLANG_TWO = "E2"
    HYPEREXPONENTIAL = "H2"
    """Balanced means, squared coefficient of variation 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Customers in order of arrival; times in seconds, arrays of one length."""

    arrive_s: F8
    service_s: F8
    patience_s: F8
    rank: I4
    """Class, the most urgent 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomModel:
    """A control room as a queue; rates per mean service."""

    n_inspectors: int
    rates: tuple[float, ...]
    """Alerts of each class, the most urgent first."""
    service: Service = Service.EXPONENTIAL
    abandon_rate: float = 0.0
    calls_lost: bool = False

    @property
    def n_warm_up(self) -> int:
        """Customers of each replication that are deleted, as it starts empty: seven relaxation times or more.

        That of M/M/c is 1 / (cμ(1 − √ρ)²) (Cohen 1982); it grows with the variety of services as (1 + c²)/2. With
        patience, or with none at all, nothing lasts longer than the slower of a service and the patience.
        """
        total = sum(self.rates)
        if self.calls_lost or self.abandon_rate:
            return math.ceil(20.0 * total / min(1.0, self.abandon_rate or 1.0))
        load = total / self.n_inspectors
        variety = 2.5 if self.service is Service.HYPEREXPONENTIAL else 1.0
        return math.ceil(7.0 * variety * load / (1.0 - math.sqrt(load)) ** 2) + 10 * self.n_inspectors

    def draw(self, n: int, rng: np.random.Generator) -> Customers:
        """Draw the first n customers."""
        total = sum(self.rates)
        patience_s = np.full(n, 0.0 if self.calls_lost else math.inf)
        if self.abandon_rate:
            patience_s = rng.exponential(MEAN_S / self.abandon_rate, n)
        rank = np.searchsorted(np.cumsum(self.rates)[:-1] / total, rng.random(n), side="right")
        return Customers(arrive_s=np.cumsum(rng.exponential(MEAN_S / total, n)), service_s=self._service_s(n, rng),
                         patience_s=patience_s, rank=rank.astype(np.int32))

    def _service_s(self, n: int, rng: np.random.Generator) -> F8:
        if self.service is Service.EXPONENTIAL:
            return rng.exponential(MEAN_S, n)
        if self.service is Service.FIXED:
            return np.full(n, MEAN_S)
        if self.service is Service.ERLANG_TWO:
            return rng.gamma(2.0, MEAN_S / 2.0, n)
        phases = balanced_hyperexponential(MEAN_S, scv=4.0)
        rate = np.where(rng.random(n) < phases.p_first, phases.rate_first, phases.rate_second)
        return np.asarray(rng.exponential(size=n) / rate, dtype=np.float64)

    def played(self, customers: Customers) -> F8:
        """Return the waits in seconds that the simulator's control room gives."""
        return room_waits_s(
            detect_s=customers.arrive_s, verify_s=customers.service_s, n_inspectors=self.n_inspectors,
            patience_s=customers.patience_s if self.abandon_rate else None,
            level=(4 - customers.rank).astype(np.int32), calls_lost=self.calls_lost)

    def followed(self, customers: Customers) -> F8:
        """Return the waits in seconds by the exact recursion."""
        if len(self.rates) > 1:
            return waits_by_class(customers.arrive_s, customers.service_s, customers.rank, self.n_inspectors)
        return waits_in_order(customers.arrive_s, customers.service_s, customers.patience_s, self.n_inspectors)

    def measure(self, customers: Customers, waits_s: F8) -> dict[str, float]:
        """Return one replication's measures, in units of the mean service, after the warm-up."""
        first = self.n_warm_up
        waits, served = waits_s[first:] / MEAN_S, waits_s[first:] >= 0.0
        span = (customers.arrive_s[-1] - customers.arrive_s[first]) / MEAN_S
        spent = np.where(np.isfinite(waits), np.abs(waits), 0.0)
        measures = {
            "p_wait": float((waits != 0.0).mean()), "mean_wait": float(spent.mean()),
            "mean_queue": float(spent.sum() / span), "p_abandon": float((~served).mean()),
            "utilisation": float(customers.service_s[first:][served].sum() / MEAN_S / span / self.n_inspectors),
        }
        for tail in (0.1, 0.5, 1.0):
            measures[f"p_wait_gt_{tail}"] = float((waits > tail).mean())
        for rank in range(len(self.rates)):
            measures[f"mean_wait_{rank + 1}"] = float(spent[customers.rank[first:] == rank].mean())
        return measures


Replicate = Callable[[int], dict[str, float]]
"""Returns one replication's measures of so many customers."""


def replicated(replicate: Replicate, *, n: int) -> dict[str, F8]:
    """Return each measure over at least N_REPLICATIONS independent replications of n customers together."""
    n_replications = max(N_REPLICATIONS, math.ceil(n / MOST_AT_ONCE))
    rows = [replicate(n // n_replications) for _ in range(n_replications)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def measured_checks(
    replicate: Replicate, references: Mapping[str, float], *, part: str, name: str, source: str, most: int,
    n_pilot: int = N_PILOT,
) -> list[Check]:
    """Check measures on as many customers as their half widths need, but no more than ``most``.

    How many are needed is judged by two pilots that are then thrown away: a short one is blind to the longest
    queues, so the second has a quarter of what the first asks for. If it was too few all the same, twice as many are
    drawn afresh. Where the need is more than ``most``, a measure has only to be within 4 standard errors.
    """
    if not references:
        return []
    need = dict.fromkeys(references, n_pilot)
    for share in (1.0, 0.25):
        size = max(n_pilot, int(share * min(most, max(need.values()))))
        pilot = replicated(replicate, n=size)
        need = {key: needed(pilot[key], reference, n=size) for key, reference in references.items()}
    n = min(most, max(need.values()))
    while True:
        measures = replicated(replicate, n=n)
        checks = [make_check(measures[key], part=part, name=f"{name}: {key}", reference=reference, n=n, source=source,
                             must_be_tight=need[key] <= most) for key, reference in references.items()]
        if n >= most or all(check.is_tight for check in checks):
            return checks
        n = min(most, 2 * n)


def needed(values: F8, reference: float, *, n: int) -> int:
    """Return how many customers it takes for a tight half width, judging by replications of n together."""
    if reference < LEAST_REFERENCE:
        return n
    check = make_check(values, part="", name="", reference=reference, n=n, source="")
    width = (check.half_width or 0.0) / (MAX_RELATIVE_HALF_WIDTH * reference)
    return int(n * max(1.0, PILOT_MARGIN * width) ** 2)


def worst_difference(played: F8, followed: F8) -> float:
    """Return the largest difference; infinite where one of them has no number."""
    with np.errstate(invalid="ignore"):
        off = np.where(played == followed, 0.0, np.abs(played - followed))
    return float(np.nan_to_num(off, nan=math.inf, posinf=math.inf).max())


def room_checks(
    name: str, model: RoomModel, references: Mapping[str, float], *, source: str, n_played: int, most: int,
    rng: np.random.Generator, what: str = "wait", recursion: str = "Kiefer & Wolfowitz 1955",
) -> list[Check]:
    """Check a control room against theory, in two steps.

    The room plays ``n_played`` alerts, and every wait, or whatever the model follows, must be that of the recursion;
    then the recursion, a thousand times as fast, gives the measures closely enough. Their sum is an estimate of the
    room's own measures whose first step adds no variance (two-level Monte Carlo, Giles 2008).
    """
    part = "control room"
    customers = model.draw(n_played, rng)
    worst_s = worst_difference(model.played(customers), model.followed(customers))
    checks = [make_exact_check(worst_s, part=part, name=f"{name}: every {what} is the recursion's, worst (s)",
                               reference=0.0, n=n_played, source=recursion, within=SAME_S)]

    def replicate(n: int) -> dict[str, float]:
        batch = model.draw(n + model.n_warm_up, rng)
        return model.measure(batch, model.followed(batch))

    return checks + measured_checks(replicate, references, part=part, name=name, source=source, most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolModel:
    """Patrols as a queue of distinct units; rates per mean time at a scene."""

    beat: Beat
    rates: tuple[float, ...]
    """Calls at each of the beat's places."""

    def draw(self, n: int, rng: np.random.Generator) -> Customers:
        """Draw the first n calls; their rank is their place."""
        total = sum(self.rates)
        place = np.searchsorted(np.cumsum(self.rates)[:-1] / total, rng.random(n), side="right").astype(np.int32)
        return Customers(arrive_s=np.cumsum(rng.exponential(MEAN_S / total, n)),
                         service_s=rng.exponential(MEAN_S, n), patience_s=np.full(n, math.inf), rank=place)

    def played(self, calls: Customers) -> tuple[F8, I4]:
        """Return the waits in seconds and the units that the simulator's patrols give."""
        return patrol_dispatches(self.beat, detect_s=calls.arrive_s, scene_s=calls.service_s, place=calls.rank)

    def followed(self, calls: Customers) -> tuple[F8, I4]:
        """Return the waits in seconds and the units by the exact recursion."""
        waits_s, units, _ = units_sent(calls.arrive_s, calls.service_s, calls.rank, self.beat.preference())
        return waits_s, units

    def measure(self, calls: Customers, waits_s: F8, units: I4) -> dict[str, float]:
        """Return one replication's workloads, states seen by arrivals, and shares of dispatches."""
        n_units, n_places = len(self.beat.posts), len(self.rates)
        first = PATROL_WARM_UP
        busy = _busy_at_arrival(calls, waits_s, units, n_units)[first:]
        still_waits = np.concatenate(([False], np.maximum.accumulate(calls.arrive_s + waits_s)[:-1]
                                      > calls.arrive_s[1:]))[first:]
        span_s = calls.arrive_s[-1] - calls.arrive_s[first]
        waits, sent, place, service_s = waits_s[first:], units[first:], calls.rank[first:], calls.service_s[first:]
        measures = {"p_queue": float(still_waits.mean())}
        for state in range(1 << n_units):
            key = format(state, f"0{n_units}b")
            measures[f"p_{key}"] = float(((busy == state) & ~still_waits).mean())
        for unit in range(n_units):
            measures[f"workload_{unit + 1}"] = float(service_s[sent == unit].sum() / span_s)
            for index in range(n_places):
                mine = (sent == unit) & (place == index)
                measures[f"at_once_{unit + 1}_{index + 1}"] = float((mine & (waits == 0.0)).mean())
                measures[f"from_queue_{unit + 1}_{index + 1}"] = float((mine & (waits > 0.0)).mean())
        return measures


def _busy_at_arrival(calls: Customers, waits_s: F8, units: I4, n_units: int) -> I4:
    """Return the set of units, as bits, that are at work when each call comes."""
    busy = np.zeros(waits_s.size, dtype=np.int32)
    start_s = calls.arrive_s + waits_s
    for unit in range(n_units):
        mine = np.flatnonzero(units == unit)
        ends_s = np.maximum.accumulate(start_s[mine] + calls.service_s[mine])
        before = np.searchsorted(mine, np.arange(waits_s.size)) - 1
        until_s = np.where(before >= 0, ends_s[np.maximum(before, 0)], -math.inf)
        busy |= (until_s > calls.arrive_s).astype(np.int32) << unit
    return busy


def patrol_checks(
    name: str, model: PatrolModel, references: Mapping[str, float], *, source: str, n_played: int, most: int,
    rng: np.random.Generator,
) -> list[Check]:
    """Check patrols against the hypercube model, in the two steps of ``room_checks``; who was sent counts too."""
    part = "patrols"
    calls = model.draw(n_played, rng)
    waits_s, units = model.played(calls)
    exact_s, exact_units = model.followed(calls)
    worst_s = worst_difference(waits_s, exact_s)
    checks = [
        make_exact_check(worst_s, part=part, name=f"{name}: every wait is the recursion's, worst (s)", reference=0.0,
                         n=n_played, source="Larson 1974, simulated call by call", within=SAME_S),
        make_exact_check(float((units != exact_units).sum()), part=part, name=f"{name}: calls sent another unit",
                         reference=0.0, n=n_played, source="Larson 1974, simulated call by call", within=0.0)]

    def replicate(n: int) -> dict[str, float]:
        batch = model.draw(n + PATROL_WARM_UP, rng)
        return model.measure(batch, *model.followed(batch))

    return checks + measured_checks(replicate, references, part=part, name=name, source=source, most=most)
