"""Policies and planners that others have written: by the name that a package gives them, by module, or by file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agents.attention_check import check_planner
from agents.hosted import HostedPlanner, HostedPolicy, PolicyFailedError
from agents.installed import installed_points
from agents.own_source import load_own
from agents.policy_check import check_policy
from sim.errors import ConformanceError, InputError
from sim.policies import AttentionPlanner, DispatchPolicy
from sim.scenario import Scenario
from sim.travel import Travel

POLICY_GROUP = "watchfloor.policies"
"""Entry points of packages that add dispatch policies."""
PLANNER_GROUP = "watchfloor.planners"
"""The same of attention planners."""
BUDGET_S = 5.0
"""Wall-clock time for one answer in a run: long, since a slow machine must not change what a run comes to."""

_policies: dict[OwnPolicyChoice, HostedPolicy] = {}
_planners: dict[OwnPlannerChoice, HostedPlanner] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPolicyChoice:
    """A dispatch policy of one's own, asked in a process of its own; each run gets a fresh one."""

    target: str
    """``package.module:name`` or ``file.py:name``; of a file, the name may be left out if it holds one policy."""
    digest: str = ""
    """sha256 of the file, so that a journal does not take an edited one for the old."""
    budget_s: float = BUDGET_S

    def make(self, scenario: Scenario, travel: Travel) -> DispatchPolicy:  # noqa: ARG002 # it knows what it is asked
        """Make a fresh policy, in the process that has it.

        Raises:
            PolicyFailedError: if it cannot be made.
        """
        host = _policies.get(self)
        if host is None or not host.is_alive:
            host = _policies[self] = HostedPolicy(partial(load_own, self.target), budget_s=self.budget_s)
            return host
        return host.renew()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlannerChoice:
    """An attention planner of one's own; fields as of ``OwnPolicyChoice``."""

    target: str
    digest: str = ""
    budget_s: float = BUDGET_S

    def make(self, scenario: Scenario) -> AttentionPlanner:  # noqa: ARG002 # as above
        """Make a fresh planner, in the process that has it.

        Raises:
            PolicyFailedError: if it cannot be made.
        """
        host = _planners.get(self)
        if host is None or not host.is_alive:
            host = _planners[self] = HostedPlanner(partial(load_own, self.target), budget_s=self.budget_s)
            return host
        return host.renew()


def own_names(group: str) -> tuple[str, ...]:
    """Return the names that installed packages give to policies or planners, in order."""
    return tuple(sorted({point.name for point in installed_points(group)}))


def find_target(text: str, group: str, *, where: str) -> str | None:
    """Return the target that a text means: itself, or what a package gave that name to; None if it is neither.

    Raises:
        InputError: if two packages claim the name.
    """
    points = [point for point in installed_points(group) if point.name == text]
    if len(points) > 1:
        raise InputError(where, got=text, expected="one package to give that name",
                         do="name one of " + ", ".join(point.value for point in points))
    if points:
        return points[0].value
    module = text.partition(":")[0]
    return text if ":" in text or module.endswith(".py") else None


def choose_own_policy(target: str, *, where: str) -> OwnPolicyChoice:
    """Return the choice of somebody's dispatch policy, once it has passed the conformance check.

    Raises:
        InputError: if it cannot be loaded, or breaks a rule; the message says which.
    """
    choice = OwnPolicyChoice(target=target, digest=_digest(target, where))
    hosts: list[HostedPolicy] = []

    def make() -> HostedPolicy:
        hosts.append(HostedPolicy(partial(load_own, target), budget_s=BUDGET_S))
        return hosts[-1]
    _check(partial(check_policy, make, budget_s=BUDGET_S), hosts, target, where)
    return choice


def choose_own_planner(target: str, *, where: str) -> OwnPlannerChoice:
    """Return the choice of somebody's attention planner, once it has passed the conformance check.

    Raises:
        InputError: if it cannot be loaded, or breaks a rule; the message says which.
    """
    choice = OwnPlannerChoice(target=target, digest=_digest(target, where))
    hosts: list[HostedPlanner] = []

    def make() -> HostedPlanner:
        hosts.append(HostedPlanner(partial(load_own, target), budget_s=BUDGET_S))
        return hosts[-1]
    _check(partial(check_planner, make), hosts, target, where)
    return choice


def _check(
    check: Callable[[], None], hosts: list[HostedPolicy] | list[HostedPlanner], target: str, where: str
) -> None:
    try:
        check()
    except (ConformanceError, PolicyFailedError) as error:
        raise InputError(where, got=target, expected="a policy that keeps the contract", do=str(error)) from error
    finally:
        for host in hosts:
            host.close()


def _digest(target: str, where: str) -> str:
    path = Path(target.partition(":")[0])
    if path.suffix != ".py":
        return ""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(where, got=target, expected="a file that can be read", do=str(error.strerror)) from error
