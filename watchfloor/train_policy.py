"""Training a dispatch policy within a time, and holding what came of it against every baseline on other days."""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import agents
import sim
from agents.clairvoyant import bound_calls
from agents.dispatch import TIE
from agents.env_dispatch import DispatchEnv
from agents.learning import Generation, Learner, Search
from agents.network_policy import NetworkChoice, NetworkPolicy
from agents.policies import CoverageChoice, NamedChoice, policy_names
from agents.policy_file import SavedPolicy, TrainedChoice, save_policy, trained_folder
from agents.small_city import I8, SMALL_CITIES, SmallCity, table_of
from agents.training import HELD_OUT, CityTask, Compared, SmallCityTask, compare_policies, coverage_table
from scenarios import load_scenario
from sim.compiled import sources_digest
from sim.errors import InputError, UnknownNameError
from sim.estimate import make_estimate
from sim.policies import NearestPolicy
from sim.scenario import Scenario
from sim.theory.dispatch_optimum import evaluate_dispatch, solve_dispatch
from sim.trace import draw_trace
from sim.travel import Travel
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.train_network import check_packages, learn_network
from watchfloor.warm import compile_engine

LEARNED, BOUND = "learned", "bound"
CROSS_ENTROPY, MASKABLE_PPO = "cross_entropy", "maskable_ppo"
ALGORITHMS = (CROSS_ENTROPY, MASKABLE_PPO)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """What a user may choose of a training."""

    scenario: str
    algo: str = CROSS_ENTROPY
    """Of ``ALGORITHMS``: weights of coverage, or a network."""
    budget_s: float = 120.0
    generations: int = 30
    """At most; of a network only the budget counts."""
    posts: bool = False
    late_after_s: float = 480.0
    hours: float | None = None
    held_out: int = 20
    """Replications of the comparison."""
    seed: int = 1
    out: Path | None = None
    name: str | None = None
    """Under which the policy is also kept for the present user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What a training came to."""

    scenario: str
    file: Path
    weights: tuple[float, ...]
    """Of gaps in coverage; none of a network."""
    n_generations: int
    """Or updates of a network."""
    compared: dict[str, Compared]
    """By policy; a small city's are exact. ``bound`` is what no assignment of units can beat."""
    share_of_gain: float | None
    """Of the optimum's gain over the nearest unit; None where nobody knows the optimum."""


def train_policy(options: TrainOptions, *, show: Show) -> TrainResult:
    """Train a policy, compare it on held-out replications, and save it.

    The journal keeps every finished generation, so that the same command goes on where the last one ended.

    Raises:
        InputError: if anything given cannot be used.
        KeyboardInterrupt: after Ctrl-C, saying what was kept.
    """
    _check_options(options)
    folder = open_folder(options.out or Path("out") / f"policy-{Path(options.scenario).stem}-{options.seed}")
    if options.scenario in SMALL_CITIES:
        return _train_small(options, SMALL_CITIES[options.scenario], folder, show)
    return _train_city(options, folder, show)


def _check_options(options: TrainOptions) -> None:
    if options.algo not in ALGORITHMS:
        raise UnknownNameError("--algo", got=options.algo, known=ALGORITHMS)
    if options.algo == MASKABLE_PPO:
        check_packages()
        if options.posts:
            raise InputError("--posts", got="with --algo maskable_ppo", expected="cross_entropy: a network only "
                             "dispatches", do="leave one of them away")
    name = options.name
    if name is not None and (name in policy_names() or not re.fullmatch(r"\w[\w-]*", name)):
        raise InputError("--name", got=name, expected="letters, digits, _ and -, and no shipped policy's name")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """What was learned, and from how many generations or updates."""

    choice: TrainedChoice
    n_done: int


def _train_small(options: TrainOptions, city: SmallCity, folder: Path, show: Show) -> TrainResult:
    task = SmallCityTask(city=city, seed=options.seed)
    learned, table = (_small_network if options.algo == MASKABLE_PPO else _small_weights)(options, task, folder, show)
    model = city.model()
    best = solve_dispatch(model).mean_cost
    tables = {"nearest": table_of(city, NearestPolicy()), "coverage": coverage_table(city, np.array(task.start)),
              LEARNED: table}
    costs = {name: evaluate_dispatch(model, one).mean_cost for name, one in tables.items()} | {"optimum": best}
    share = (costs["nearest"] - costs[LEARNED]) / (costs["nearest"] - best)
    compared = {name: Compared(late_share=make_estimate([cost]), less_nearest=make_estimate([cost - costs["nearest"]]))
                for name, cost in costs.items()}
    return _finish(options, folder, show, learned, compared, share,
                   scenario_digest=city.name, city_digest=city.name, n_junctions=city.side**2)


def _small_weights(options: TrainOptions, task: SmallCityTask, folder: Path, show: Show) -> tuple[_Learned, I8]:
    learner = Learner(search=Search(start=task.start, seed=options.seed), cost=task.cost)
    _learn(learner, options, folder, key=_key(options, task.city.name), show=show)
    choice = CoverageChoice(weights=tuple(learner.weights.tolist()), travel_weight=TIE,
                            late_after_s=float(task.city.threshold))
    return _Learned(choice=choice, n_done=len(learner.done)), coverage_table(task.city, learner.weights)


def _small_network(options: TrainOptions, task: SmallCityTask, folder: Path, show: Show) -> tuple[_Learned, I8]:
    city = task.city
    trained = learn_network(lambda: DispatchEnv(city.name), folder, budget_s=options.budget_s, seed=options.seed,
                            key=_key(options, city.name), show=show)
    play = DispatchEnv(city.name).play
    policy = NetworkPolicy(trained.network, xy=play.xy, target_s=play.target_s, n_units=city.n_units)
    choice = NetworkChoice(network=trained.network, late_after_s=float(city.threshold))
    return _Learned(choice=choice, n_done=trained.n_updates), table_of(city, policy)


def _train_city(options: TrainOptions, folder: Path, show: Show) -> TrainResult:
    show.heading(f"{options.scenario}: build the city")
    overrides = {"time.duration_h": options.hours} if options.hours is not None else {}
    scenario = load_scenario(options.scenario, overrides=overrides)
    compile_engine(show)
    task = CityTask(scenario=scenario, travel=Travel(scenario.city.roads), late_after_s=options.late_after_s,
                    posts=options.posts, seed=options.seed)
    learned = (_city_network if options.algo == MASKABLE_PPO else _city_weights)(options, task, folder, show)
    try:
        compared = _compare(task, learned.choice, options.held_out, show)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"what was learned is kept in {folder}; the same command compares it") from None
    return _finish(options, folder, show, learned, compared, None,
                   scenario_digest=scenario.digest, city_digest=scenario.city.digest(),
                   n_junctions=scenario.city.roads.n_junctions)


def _city_weights(options: TrainOptions, task: CityTask, folder: Path, show: Show) -> _Learned:
    learner = Learner(search=Search(start=task.start, seed=options.seed), cost=task.cost)
    _learn(learner, options, folder, key=_key(options, task.scenario.digest), show=show)
    return _Learned(choice=task.choice(learner.weights), n_done=len(learner.done))


def _city_network(options: TrainOptions, task: CityTask, folder: Path, show: Show) -> _Learned:
    scenario: Scenario = task.scenario
    trained = learn_network(
        lambda: DispatchEnv(scenario, late_after_s=options.late_after_s), folder, budget_s=options.budget_s,
        seed=options.seed, key=_key(options, scenario.digest), show=show)
    return _Learned(choice=NetworkChoice(network=trained.network, late_after_s=options.late_after_s),
                    n_done=trained.n_updates)


def _compare(task: CityTask, learned: TrainedChoice, n: int, show: Show) -> dict[str, Compared]:
    """Play every shipped policy and the learned one on replications that were not trained on, beside the bound."""
    choices = {**{name: NamedChoice(name=name) for name in policy_names()}, LEARNED: learned}
    shares: dict[str, list[float]] = {name: [] for name in (*choices, BOUND)}
    with show.progress("compare on held-out replications", "replications") as advance:
        for index in range(n):
            advance(index, n)
            for name, one in choices.items():
                shares[name].append(task.late_share(one, HELD_OUT + index))
            trace = draw_trace(task.scenario, seed=task.seed, replication=HELD_OUT + index)
            shares[BOUND].append(bound_calls(task.scenario, trace, task.travel,
                                             late_after_s=task.late_after_s).late_share())
    return compare_policies(shares)


def _key(options: TrainOptions, digest: str) -> str:
    """Return the sha256 of all that a generation's result depends on."""
    code = [sources_digest(Path(str(package.__file__)).parent) for package in (sim, agents)]
    told = [digest, options.algo, options.posts, options.late_after_s, options.seed, code]
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
    options: TrainOptions, folder: Path, show: Show, learned: _Learned, compared: dict[str, Compared],
    share_of_gain: float | None, *, scenario_digest: str, city_digest: str, n_junctions: int,
) -> TrainResult:
    evaluation = {name: {"mean": one.late_share.mean, "half_width": one.late_share.half_width,
                         "less_nearest": one.less_nearest.mean, "less_nearest_half_width": one.less_nearest.half_width}
                  for name, one in compared.items()}
    saved = SavedPolicy(
        choice=learned.choice, scenario=options.scenario, scenario_digest=scenario_digest, city_digest=city_digest,
        n_junctions=n_junctions, n_generations=learned.n_done, seed=options.seed, evaluation=evaluation)
    path = folder / "policy.json"
    for place in (path, *([] if options.name is None else [trained_folder() / f"{options.name}.json"])):
        save_policy(saved, place)
    steps = "updates" if options.algo == MASKABLE_PPO else "generations"
    show.table(f"{options.scenario}: share of calls that are late, after {learned.n_done} {steps}",
               ["policy", "late", "less nearest"],
               [[name, str(one.late_share), str(one.less_nearest)] for name, one in compared.items()])
    if share_of_gain is not None:
        show.line(f"the learned policy takes {share_of_gain:.1%} of what the optimum gains over the nearest unit")
    show.line(f"written to {path}" + ("" if options.name is None else f"; --policy {options.name} takes it, too"))
    weights = learned.choice.weights if isinstance(learned.choice, CoverageChoice) else ()
    return TrainResult(scenario=options.scenario, file=path, weights=weights, n_generations=learned.n_done,
                       compared=compared, share_of_gain=share_of_gain)
