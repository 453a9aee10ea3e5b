"""Many replications of several arms, each arm on the same trace, on any executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sim.alerts import draw_alerts, equipped_cameras
from sim.detector_model import Bound, DetectorModel, DetectorParameters, above_threshold
from sim.inspector_draw import draw_inspectors
from sim.log import EventLog
from sim.measures import measure
from sim.policies import AttentionPlanner, DispatchPolicy, NearestPolicy
from sim.rng import KeyedStreams, Purpose
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import Trace, draw_trace
from sim.travel import Travel


class FalseRate(StrEnum):
    """Which false-alarm rate, of those that the counts allow, an arm plays."""

    POSTERIOR = "posterior"
    LOW = "low"
    """The one-sided 95 % lower bound."""
    HIGH = "high"
    """The one-sided 95 % upper bound."""


class PolicyChoice(Protocol):
    """A frozen dataclass that tells which dispatch policy is wanted, and makes it where it is played."""

    def make(self, scenario: Scenario, travel: Travel) -> DispatchPolicy:
        """Make the policy for one scenario."""
        ...


class AttentionChoice(Protocol):
    """A frozen dataclass that tells which attention planner is wanted, and makes it where it is played."""

    def make(self, scenario: Scenario) -> AttentionPlanner:
        """Make the planner for one scenario."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of running the room, to be compared with others on the same traces."""

    name: str
    detector: DetectorModel | None = None
    share: float = 0.0
    """Share of the cameras that have the detector."""
    false_rate: FalseRate = FalseRate.POSTERIOR
    threshold: float | None = None
    """Below which the detector's alerts are not shown; None shows all that was measured."""
    policy: PolicyChoice | None = None
    """Who is sent; None is the nearest unit."""
    attention: AttentionChoice | None = None
    """Where inspectors look; None is the scenario's own plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One replication of one arm."""

    arm: str
    replication: int
    trace_digest: str
    log_digest: str
    measures: dict[str, float]
    log: EventLog | None
    """None where only the measures were asked for."""
    policy_failure: str | None = None
    """Why the arm's policy made way for the nearest unit, or its planner for its last plan; None where neither did."""


def arm_parameters(arm: Arm, *, seed: int, replication: int) -> tuple[DetectorParameters, ...]:
    """Return what an arm's detector does in one replication: its recall drawn, its false-alarm rate as the arm says.

    A threshold is applied after the draw, so that the alerts of a higher one are a part of those of a lower one.
    """
    if arm.detector is None:
        return ()
    bound = {FalseRate.POSTERIOR: None, FalseRate.LOW: Bound.LOW, FalseRate.HIGH: Bound.HIGH}[arm.false_rate]
    drawn = arm.detector.draw(KeyedStreams(seed, replication).stream(Purpose.DETECTOR_MODEL), false_rate=bound)
    return drawn if arm.threshold is None else above_threshold(drawn, arm.threshold)


def play(
    scenario: Scenario, arm: Arm, trace: Trace, travel: Travel, *, seed: int, replication: int,
    report: Callable[[str], None] | None = None,
) -> EventLog:
    """Play one arm on one trace and return its log; a policy that fails makes way for the nearest unit."""
    alerts = None
    if arm.detector is not None:
        parameters = arm_parameters(arm, seed=seed, replication=replication)
        equipped = equipped_cameras(scenario, KeyedStreams(seed), share=arm.share)
        alerts = draw_alerts(scenario, trace, parameters, equipped=equipped, seed=seed, replication=replication)
    policy = None if arm.policy is None else arm.policy.make(scenario, travel)
    return simulate(scenario, trace, alerts=alerts, policy=policy, travel=travel, arm=arm.name,
                    fallback=NearestPolicy(), report=report,
                    attention=None if arm.attention is None else arm.attention.make(scenario))


def run_replication(
    scenario: Scenario, arms: Sequence[Arm], travel: Travel, *, seed: int, replication: int, keep_log: bool
) -> list[Run]:
    """Play every arm on one replication's trace, with one draw of its inspectors."""
    scenario = draw_inspectors(scenario, seed=seed, replication=replication)
    trace = draw_trace(scenario, seed=seed, replication=replication)
    trace_digest = trace.digest
    runs = []
    for arm in arms:
        failures: list[str] = []
        log = play(scenario, arm, trace, travel, seed=seed, replication=replication, report=failures.append)
        runs.append(Run(arm=arm.name, replication=replication, trace_digest=trace_digest, log_digest=log.digest(),
                        measures=measure(scenario, log), log=log if keep_log else None,
                        policy_failure="; ".join(failures) or None))
    return runs


_shared: dict[str, tuple[Scenario, tuple[Arm, ...], Travel]] = {}


def start_worker(scenario: Scenario, arms: tuple[Arm, ...]) -> None:
    """Give a worker process what all its replications share; an executor's initializer."""
    _shared["job"] = (scenario, arms, Travel(scenario.city.roads))


def _work(seed: int, replication: int, keep_log: bool) -> list[Run]:
    scenario, arms, travel = _shared["job"]
    return run_replication(scenario, arms, travel, seed=seed, replication=replication, keep_log=keep_log)


def replicate(
    scenario: Scenario, arms: Sequence[Arm], *, seed: int, replications: Sequence[int], keep_logs: Sequence[int] = (),
    executor: Executor | None = None,
) -> Iterator[list[Run]]:
    """Play replications and yield each one's runs as it is finished.

    Results depend on (seed, replication) alone, never on the executor or on the order in which they come.

    Args:
        scenario: the model's numbers.
        arms: what to compare.
        seed: of the whole run.
        replications: which ones to play; those already known are simply left out.
        keep_logs: replications whose logs are returned.
        executor: a pool whose workers were started with ``start_worker(scenario, arms)``; None plays here.
    """
    if executor is None:
        travel = Travel(scenario.city.roads)
        for replication in replications:
            yield run_replication(scenario, arms, travel, seed=seed, replication=replication,
                                  keep_log=replication in keep_logs)
        return
    futures: list[Future[list[Run]]] = [
        executor.submit(_work, seed, replication, replication in keep_logs) for replication in replications]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
