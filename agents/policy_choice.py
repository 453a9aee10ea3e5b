"""The policies and planners that a user may name: shipped, trained, or of their own."""

from __future__ import annotations

from collections.abc import Callable

from agents.own_policy import (
    PLANNER_GROUP,
    POLICY_GROUP,
    choose_own_planner,
    choose_own_policy,
    find_target,
    own_names,
)
from agents.planners import PLANNERS, PlannerChoice
from agents.policies import NamedChoice, policy_names
from agents.policy_file import check_fits, load_policy, trained_file, trained_names
from sim.errors import UnknownNameError
from sim.replicate import AttentionChoice, PolicyChoice
from sim.roomwork import QueueOrder
from sim.scenario import Scenario


def find_policy(text: str, scenario: Callable[[], Scenario], *, where: str) -> PolicyChoice:
    """Return the dispatch policy that a user names.

    Args:
        text: a shipped name; the name or file of a trained policy; or one's own: a package's name for it,
            ``package.module:name``, ``file.py`` or ``file.py:name``.
        scenario: returns the scenario that it is to serve; asked only where that matters.
        where: the option it was given by.

    Raises:
        UnknownNameError: if there is none of that name; the nearest is named.
        InputError: if it cannot be used, breaks the contract, or was trained on another city.
    """
    if text in policy_names():
        return NamedChoice(name=text)
    target = find_target(text, POLICY_GROUP, where=where)
    if target is not None:
        return choose_own_policy(target, where=where)
    trained = trained_file(text)
    if trained is not None:
        saved = load_policy(trained)
        check_fits(saved, scenario(), where=f"{where} {text}")
        return saved.choice
    raise UnknownNameError(where, got=text, known=[*policy_names(), *own_names(POLICY_GROUP), *trained_names()])


def find_queue_order(text: str, *, where: str) -> QueueOrder:
    """Return the order of waiting alerts that a user names.

    Raises:
        UnknownNameError: if there is none of that name; the nearest is named.
    """
    if text not in list(QueueOrder):
        raise UnknownNameError(where, got=text, known=list(QueueOrder))
    return QueueOrder(text)


def find_planner(text: str, *, where: str) -> AttentionChoice:
    """Return the attention planner that a user names: shipped, or their own as in ``find_policy``.

    Raises:
        UnknownNameError: if there is none of that name; the nearest is named.
        InputError: if it cannot be used or breaks the contract.
    """
    if text in PLANNERS:
        return PlannerChoice(name=text)
    target = find_target(text, PLANNER_GROUP, where=where)
    if target is None:
        raise UnknownNameError(where, got=text, known=[*PLANNERS, *own_names(PLANNER_GROUP)])
    return choose_own_planner(target, where=where)
