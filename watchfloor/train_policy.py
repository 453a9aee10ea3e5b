"""Training a dispatch policy within a time, and holding what came of it against every baseline on other days."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import agents
import sim
from agents.dispatch import TIE
from agents.learning import Generation, Learner, Search
from agents.policies import CoverageChoice
from agents.policy_file import SavedPolicy, save_policy
from agents.small_city import SMALL_CITIES, SmallCity, table_of
from agents.training import HELD_OUT, CityTask, Compared, SmallCityTask, baselines, compare_policies, coverage_table
from scenarios import load_scenario
from sim.compiled import sources_digest
from sim.estimate import make_estimate
from sim.policies import NearestPolicy
from sim.theory.dispatch_optimum import evaluate_dispatch, solve_dispatch
from sim.travel import Travel
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.warm import compile_engine

LEARNED = "learned"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """What a user may choose of a training."""

    scenario: str
    budget_s: float = 120.0
    generations: int = 30
    """At most."""
    posts: bool = False
    late_after_s: float = 480.0
    hours: float | None = None
    held_out: int = 20
    """Replications of the comparison."""
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What a training came to."""

    scenario: str
    file: Path
    weights: tuple[float, ...]
    n_generations: int
    compared: dict[str, Compared]
    """By policy; a small city's are exact."""
    share_of_gain: float | None
    """Of the optimum's gain over the nearest unit; None where nobody knows the optimum."""


def train_policy(options: TrainOptions, *, show: Show) -> TrainResult:
    """Train a policy, compare it on held-out replications, and save it.

    The journal keeps every finished generation, so that the same command goes on where the last one ended.

    Raises:
        InputError: if anything given cannot be used.
        KeyboardInterrupt: after Ctrl-C, saying what was kept.
    """
    folder = open_folder(options.out or Path("out") / f"policy-{Path(options.scenario).stem}-{options.seed}")
    if options.scenario in SMALL_CITIES:
        return _train_small(options, SMALL_CITIES[options.scenario], folder, show)
    return _train_city(options, folder, show)


def _train_small(options: TrainOptions, city: SmallCity, folder: Path, show: Show) -> TrainResult:
    task = SmallCityTask(city=city, seed=options.seed)
    learner = Learner(search=Search(start=task.start, seed=options.seed), cost=task.cost)
    _learn(learner, options, folder, key=_key(options, city.name), show=show)
    model = city.model()
    best = solve_dispatch(model).mean_cost
    costs = {"nearest": evaluate_dispatch(model, table_of(city, NearestPolicy())).mean_cost,
             LEARNED: evaluate_dispatch(model, coverage_table(city, learner.weights)).mean_cost, "optimum": best}
    share = (costs["nearest"] - costs[LEARNED]) / (costs["nearest"] - best)
    compared = {name: Compared(late_share=make_estimate([cost]), less_nearest=make_estimate([cost - costs["nearest"]]))
                for name, cost in costs.items()}
    choice = CoverageChoice(weights=tuple(learner.weights.tolist()), travel_weight=TIE,
                            late_after_s=float(city.threshold))
    return _finish(options, folder, show, choice, compared, learner, share,
                   scenario_digest=city.name, city_digest=city.name, n_junctions=city.side**2)


def _train_city(options: TrainOptions, folder: Path, show: Show) -> TrainResult:
    show.heading(f"{options.scenario}: build the city")
    overrides = {"time.duration_h": options.hours} if options.hours is not None else {}
    scenario = load_scenario(options.scenario, overrides=overrides)
    compile_engine(show)
    task = CityTask(scenario=scenario, travel=Travel(scenario.city.roads), late_after_s=options.late_after_s,
                    posts=options.posts, seed=options.seed)
    learner = Learner(search=Search(start=task.start, seed=options.seed), cost=task.cost)
    _learn(learner, options, folder, key=_key(options, scenario.digest), show=show)
    choice = task.choice(learner.weights)
    try:
        compared = _compare(task, choice, options.held_out, show)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{len(learner.done)} generations are kept in {folder}; the same command compares "
                                "them") from None
    return _finish(options, folder, show, choice, compared, learner, None,
                   scenario_digest=scenario.digest, city_digest=scenario.city.digest(),
                   n_junctions=scenario.city.roads.n_junctions)


def _compare(task: CityTask, learned: CoverageChoice, n: int, show: Show) -> dict[str, Compared]:
    choices = {**baselines(), LEARNED: learned}
    shares: dict[str, list[float]] = {name: [] for name in choices}
    with show.progress("compare on held-out replications", "replications") as advance:
        for index in range(n):
            advance(index, n)
            for name, one in choices.items():
                shares[name].append(task.late_share(one, HELD_OUT + index))
    return compare_policies(shares)


def _key(options: TrainOptions, digest: str) -> str:
    """Return the sha256 of all that a generation's result depends on."""
    code = [sources_digest(Path(str(package.__file__)).parent) for package in (sim, agents)]
    told = [digest, options.posts, options.late_after_s, options.seed, code]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _learn(learner: Learner, options: TrainOptions, folder: Path, *, key: str, show: Show) -> None:
    """Go from generation to generation until the budget is spent; what the journal has is not learned again."""
    path = folder / "generations.jsonl"
    learner.done.extend(_known(path, key)[: options.generations])
    if learner.done:
        show.line(f"{len(learner.done)} generations are known from an earlier training")
    began, n_before = time.monotonic(), len(learner.done)
    with show.progress("train", "generations") as advance, path.open("a", encoding="utf-8") as journal:
        while len(learner.done) < options.generations:
            advance(len(learner.done), options.generations)
            if len(learner.done) > n_before and time.monotonic() - began > options.budget_s:
                show.line(f"the budget of {options.budget_s:g} s is spent; the same command goes on")
                return
            try:
                generation = learner.step()
            except KeyboardInterrupt:
                raise KeyboardInterrupt(f"{len(learner.done)} generations are kept in {path}; the same command goes "
                                        "on from there") from None
            journal.write(json.dumps({"key": key, **asdict(generation)}) + "\n")
            journal.flush()


def _known(path: Path, key: str) -> list[Generation]:
    """Return the finished generations under a key, in order; a line cut short by a crash is passed over."""
    found: dict[int, Generation] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
            if entry.pop("key") == key:
                entry |= {"middle": tuple(entry["middle"]), "spread": tuple(entry["spread"])}
                found[entry["number"]] = Generation(**entry)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    whole: list[Generation] = []
    while len(whole) in found:
        whole.append(found[len(whole)])
    return whole


def _finish(
    options: TrainOptions, folder: Path, show: Show, choice: CoverageChoice, compared: dict[str, Compared],
    learner: Learner, share_of_gain: float | None, *, scenario_digest: str, city_digest: str, n_junctions: int,
) -> TrainResult:
    evaluation = {name: {"mean": one.late_share.mean, "half_width": one.late_share.half_width,
                         "less_nearest": one.less_nearest.mean, "less_nearest_half_width": one.less_nearest.half_width}
                  for name, one in compared.items()}
    path = folder / "policy.json"
    save_policy(SavedPolicy(
        choice=choice, scenario=options.scenario, scenario_digest=scenario_digest, city_digest=city_digest,
        n_junctions=n_junctions, n_generations=len(learner.done), seed=options.seed, evaluation=evaluation), path)
    show.table(f"{options.scenario}: share of calls that are late, after {len(learner.done)} generations",
               ["policy", "late", "less nearest"],
               [[name, str(one.late_share), str(one.less_nearest)] for name, one in compared.items()])
    if share_of_gain is not None:
        show.line(f"the learned policy takes {share_of_gain:.1%} of what the optimum gains over the nearest unit")
    show.line(f"written to {path}")
    return TrainResult(scenario=options.scenario, file=path, weights=choice.weights, n_generations=len(learner.done),
                       compared=compared, share_of_gain=share_of_gain)
