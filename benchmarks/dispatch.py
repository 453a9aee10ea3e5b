"""Dispatch and attention policies against what is optimal, and how long one decision takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from agents.attention import (
    AttentionPolicy,
    MyopicAttention,
    RateAgeAttention,
    RiskWeightedAttention,
    RoundRobinAttention,
    WhittleAttention,
)
from agents.call_zones import Zones
from agents.dispatch import CoveragePolicy, mexclp_weights
from agents.env_dispatch import DispatchEnv
from agents.learned_attention import ExploringWhittleAttention, ThompsonWhittleAttention
from agents.learning import Learner, Search
from agents.small_city import SMALL_CITIES, SmallCity, find_small_city
from agents.training import SmallCityTask, coverage_table
from agents.watch_town import RatedTown, make_rated_town, play_watch
from agents.whittle import relax_watching
from sim.estimate import Estimate, make_estimate
from sim.policies import Decision, DecisionKind, NearestPolicy
from sim.theory.dispatch_optimum import cheapest_free, evaluate_dispatch, solve_dispatch

Advance = Callable[[int, int | None], None]
GENERATIONS = 12
SLOTS_A_DAY = 14_400
WARM_SLOTS = 1000
"""Played before looks are timed, so that they fall as they do in the long run."""
HARDER: Mapping[str, Callable[..., RatedTown]] = {
    "whittle, unequal visible times": partial(make_rated_town, visible_sigma=0.5),
    "whittle, looks that miss half": partial(make_rated_town, p_find=0.5),
    "whittle, inspectors busy with finds": partial(make_rated_town, case_s=60.0)}
"""Towns at known rates that are harder than the shipped one, by what differs."""
TARGETS_MS: Mapping[tuple[str, int], tuple[float | None, float | None]] = {
    ("nearest", 200): (0.1, 1.0), ("nearest", 1000): (None, 1.0),
    ("whittle look assignment", 8_500): (0.1, None), ("whittle look assignment", 123_000): (2.0, None)}
"""(p50, p99) that a decision should not exceed, by what and size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCityFigure:
    """One small city: the exact share of calls that are late, by policy."""

    city: str
    late: Mapping[str, float]
    """nearest, coverage, learned, optimum."""
    share_of_gain: Mapping[str, float]
    """Of the optimum's gain over the nearest unit: coverage, learned."""
    travel_gain: float
    """What the optimum of mean travel gains over the nearest unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionFigure:
    """One attention policy on the shipped town."""

    policy: str
    share_of_bound: Estimate
    """Finds, given when looks came before, over the Lagrangian bound at true rates; over towns and their incidents. Of
    the second half of the run or, at unknown rates, of the day after the last of learning."""
    while_learning: Estimate | None
    """The same over all the days before; None at known rates."""
    n_slots: int
    median_per_day: float
    """Incidents a day before a middling camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTime:
    """How long one decision takes, in processor time, so that what else the machine does is left out."""

    what: str
    size: int
    """Units or cameras."""
    p50_ms: float
    p99_ms: float
    n: int
    target_p50_ms: float | None
    target_p99_ms: float | None

    @property
    def is_met(self) -> bool:
        """Say whether no target is missed."""
        return ((self.target_p50_ms is None or self.p50_ms <= self.target_p50_ms)
                and (self.target_p99_ms is None or self.p99_ms <= self.target_p99_ms))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRate:
    """How fast the dispatch environment steps on one core, in processor time."""

    steps_per_s: float
    n_steps: int
    target_per_s: float = 10_000.0


def measure_small_cities(
    names: Sequence[str] = tuple(SMALL_CITIES), *, seed: int, advance: Advance
) -> list[SmallCityFigure]:
    """Hold coverage and what a short training learns against the optimum of small cities, all that ship by default."""
    found = []
    for place, name in enumerate(names):
        advance(place, len(names))
        found.append(_measure_city(find_small_city(name), seed))
    return found


def _measure_city(city: SmallCity, seed: int) -> SmallCityFigure:
    model, of_travel = city.model(), city.model(of_travel=True)
    task = SmallCityTask(city=city, seed=seed)
    learner = Learner(search=Search(start=task.start, seed=seed), cost=task.cost)
    for _ in range(GENERATIONS):
        learner.step()
    nearest = cheapest_free(of_travel)
    tables = {"nearest": nearest, "coverage": coverage_table(city, mexclp_weights(city.load)),
              "learned": coverage_table(city, learner.weights)}
    late = {name: evaluate_dispatch(model, table).mean_cost for name, table in tables.items()}
    late["optimum"] = solve_dispatch(model).mean_cost
    gain = late["nearest"] - late["optimum"]
    return SmallCityFigure(
        city=city.name, late=late,
        share_of_gain={name: (late["nearest"] - late[name]) / gain for name in ("coverage", "learned")},
        travel_gain=1.0 - solve_dispatch(of_travel).mean_cost / evaluate_dispatch(of_travel, nearest).mean_cost)


def measure_attention(*, n_slots: int, n_days: int, n_towns: int, advance: Advance) -> list[AttentionFigure]:
    """Play the shipped town with known rates by every policy, and with unknown ones for some days.

    Args:
        n_slots: at known rates; the second half is judged.
        n_days: of learning at unknown rates, after which one more is judged; 0 leaves them out.
        n_towns: drawn anew, each with incidents of its own.
        advance: told how far it is.
    """
    known: dict[str, Callable[[RatedTown], AttentionPolicy]] = {
        "round robin": lambda rated: RoundRobinAttention(rated.town.model.n_cameras),
        "risk weighted": lambda rated: RiskWeightedAttention(rated.town.model.rate),
        "rate × age": lambda rated: RateAgeAttention(rated.town.model.rate),
        "myopic": lambda rated: MyopicAttention(rated.town.model),
        "whittle": lambda rated: WhittleAttention(rated.town.model)}
    learning: dict[str, Callable[[RatedTown], AttentionPolicy]] = {
        "thompson-whittle": lambda rated: _learning(ThompsonWhittleAttention, rated),
        "exploring whittle": lambda rated: _learning(ExploringWhittleAttention, rated)}
    rates = (10.0, 1.0) if n_days else ()
    total = len(known) + len(HARDER) + len(rates) * len(learning)
    found = []
    for place, (name, make) in enumerate(known.items()):
        advance(place, total)
        found.append(_play(name, make, n_slots=n_slots, n_judged=n_slots // 2, n_towns=n_towns, median=1.0))
    for place, (name, make_town) in enumerate(HARDER.items()):
        advance(len(known) + place, total)
        found.append(_play(name, known["whittle"], n_slots=n_slots, n_judged=n_slots // 2, n_towns=n_towns, median=1.0,
                           make_town=make_town))
    for place, (median, (name, make)) in enumerate(product(rates, learning.items())):
        advance(len(known) + len(HARDER) + place, total)
        found.append(_play(f"{name}, {n_days} days", make, n_slots=(n_days + 1) * SLOTS_A_DAY, n_judged=SLOTS_A_DAY,
                           n_towns=n_towns, median=median, learns=True))
    return found


def _learning(
    kind: type[ThompsonWhittleAttention] | type[ExploringWhittleAttention], rated: RatedTown
) -> AttentionPolicy:
    model = rated.town.model
    return kind(rated.prior, visible_s=model.visible_s, p_find=model.p_find)


def _play(
    name: str, make: Callable[[RatedTown], AttentionPolicy], *, n_slots: int, n_judged: int, n_towns: int,
    median: float, learns: bool = False, make_town: Callable[..., RatedTown] = make_rated_town,
) -> AttentionFigure:
    judged, before = [], []
    for seed in range(1, n_towns + 1):
        rated = make_town(median_per_day=median, seed=seed)
        town = rated.town
        watched = play_watch(town, make(rated), n_slots=n_slots, seed=seed)
        looks_per_s = float(watched.n_looks.sum()) / (n_slots * town.slot_s)  # whoever is busy with a case takes none
        bound = relax_watching(town.model, looks_per_s=looks_per_s, slot_s=town.slot_s).found_per_s * town.slot_s
        shares = watched.expected / bound
        judged.append(float(shares[-n_judged:].mean()))
        before.append(float(shares[:-n_judged].mean()))
    return AttentionFigure(policy=name, share_of_bound=make_estimate(judged), n_slots=n_slots, median_per_day=median,
                           while_learning=make_estimate(before) if learns else None)


def measure_decision_times(*, n: int = 300) -> list[DecisionTime]:
    """Time single decisions: dispatch among 50 to 1,000 units, looks at 8,500 to 123,000 cameras."""
    found = []
    for size in (50, 200, 1000):
        zones, asked = _questions(size, n)
        coverage = CoveragePolicy(zones, mexclp_weights(0.4), spread=0.3)
        found.append(_timed("nearest", size, [partial(NearestPolicy().decide, one) for one in asked]))
        found.append(_timed("coverage", size, [partial(coverage.decide, one) for one in asked]))
    for size in (8_500, 47_000, 123_000):
        rated = make_rated_town(n_cameras=size)
        policy = WhittleAttention(rated.town.model)
        play_watch(rated.town, policy, n_slots=WARM_SLOTS)
        found.append(_timed("whittle look assignment", size, _looks(policy, n, rated)))
    return found


def _looks(policy: WhittleAttention, n: int, rated: RatedTown) -> list[Callable[[], object]]:
    nothing = np.zeros(rated.town.looks_per_slot, dtype=np.int64)

    def assign(slot: int) -> None:
        t_s = (WARM_SLOTS + 1 + slot) * rated.town.slot_s
        policy.observe(t_s, policy.choose(t_s, nothing.size), nothing)
    return [partial(assign, slot) for slot in range(n)]


def _questions(n_units: int, n: int) -> tuple[Zones, list[Decision]]:
    """Return a city of 150 zones and 2,000 junctions, and questions about units that are all free."""
    rng = np.random.default_rng(1)
    place: NDArray[np.float64] = rng.random((2000, 2)) * 10_000.0
    junction = rng.choice(2000, 150, replace=False).astype(np.int32)
    drive_s = np.abs(place[junction][:, None] - place[None]).sum(axis=2) / 10.0
    zones = Zones(junction=junction, share=np.full(150, 1 / 150), in_time=drive_s <= 300.0, target_s=300.0)
    asked = []
    for call in range(n):
        at, goal = rng.integers(2000, size=n_units), int(rng.integers(2000))
        travel_s = np.abs(place[at] - place[goal]).sum(axis=1) / 10.0
        asked.append(Decision(
            kind=DecisionKind.DISPATCH, t_s=0.0, call_id=call, priority=1, district=0, candidates=tuple(range(n_units)),
            mask=(True,) * n_units, travel_s=tuple(travel_s.tolist()), candidate_districts=(0,) * n_units,
            junction=goal, candidate_junctions=tuple(at.tolist()), n_on_duty=n_units))
    return zones, asked


def _timed(what: str, size: int, jobs: list[Callable[[], object]]) -> DecisionTime:
    took = []
    for job in jobs:
        began = time.thread_time()
        job()
        took.append(1000.0 * (time.thread_time() - began))
    p50, p99 = np.percentile(took, (50, 99)).tolist()
    target_p50, target_p99 = TARGETS_MS.get((what, size), (None, None))
    return DecisionTime(what=what, size=size, p50_ms=p50, p99_ms=p99, n=len(jobs), target_p50_ms=target_p50,
                        target_p99_ms=target_p99)


def measure_steps(*, n: int = 20_000) -> StepRate:
    """Time steps of ``watchfloor/Dispatch-v0`` in a small city, the first free unit sent each time."""
    env = DispatchEnv("seven_units_4_40", seed=1)
    observation, _ = env.reset()
    began = time.thread_time()
    for _ in range(n):
        observation, _, _, is_over, _ = env.step(observation["action_mask"].argmax())
        if is_over:
            observation, _ = env.reset()
    return StepRate(steps_per_s=n / (time.thread_time() - began), n_steps=n)
