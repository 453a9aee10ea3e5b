"""The conformance suite of dispatch policies: single questions, a small city, and a world; ours and yours."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from agents.small_city import CityQuestions, SmallCity
from sim.check import check_dispatch_policy
from sim.engine import World
from sim.errors import ConformanceError
from sim.log import EventLog, Name
from sim.policies import Decision, DispatchPolicy
from sim.scenario import Scenario
from sim.trace import draw_trace
from sim.travel import Travel

BUDGET_S = 1.0
"""Wall-clock time that one answer may take."""

CONFIRMING = (Name.CONFIRM, Name.REJECT)


class _Watched:
    """Lets a policy answer, and checks every answer and how long it took."""

    def __init__(self, policy: DispatchPolicy, budget_s: float) -> None:
        self._policy, self._budget_s = policy, budget_s
        self.kinds = getattr(policy, "kinds", None) or frozenset(("dispatch",))
        self.n_asked = 0

    def decide(self, decision: Decision) -> int | None:
        began_s = time.perf_counter()
        action = self._policy.decide(decision)
        took_s = time.perf_counter() - began_s
        if took_s > self._budget_s:
            raise ConformanceError(f"decide: took {took_s:.2f} s; expected at most {self._budget_s:g} s; {decision}")
        if action is None:
            raise ConformanceError(f"decide: action = None; expected an answer in place, as this suite plays no pump; "
                                   f"{decision}")
        if not decision.allows(action):
            raise ConformanceError(f"decide: action = {action}; expected the position of a free candidate; {decision}")
        self.n_asked += 1
        return action


def check_policy(
    make: Callable[[], DispatchPolicy], *, scenario: Scenario | None = None, budget_s: float = BUDGET_S,
) -> None:
    """Check that a dispatch policy keeps the contract.

    It answers in time; it chooses free candidates only; two fresh ones answer alike; another numbering of the units
    changes nothing but the numbers, where driving times differ. On a scenario, two runs leave the same log, and every
    call was confirmed by a person, as often as with the nearest unit while nobody has been sent yet.

    Args:
        make: makes a new policy, alike each time.
        scenario: a world to play, too; short, since it is played three times.
        budget_s: wall-clock time for one answer.

    Raises:
        ConformanceError: at the first rule that is broken.
    """
    n_junctions = 1 if scenario is None else scenario.city.roads.n_junctions
    check_dispatch_policy(lambda: _Watched(make(), budget_s), n_junctions=n_junctions)
    if scenario is not None:
        _check_world(make, scenario, budget_s)


def check_numbering(make: Callable[[], DispatchPolicy], city: SmallCity, *, n_questions: int = 200) -> None:
    """Check that a policy which does not name units sends the same place whatever the units are called.

    Raises:
        ConformanceError: at the first question that is answered otherwise.
    """
    rng = np.random.default_rng(1974)
    order = tuple(rng.permutation(city.n_units).tolist())
    renamed = replace(city, posts=tuple(city.posts[unit] for unit in order))
    one, other = CityQuestions(city), CityQuestions(renamed)
    policy, again = make(), make()
    for call in range(n_questions):
        cell = int(rng.integers(city.side**2))
        free = sorted(rng.permutation(city.n_units)[: int(rng.integers(1, city.n_units + 1))].tolist())
        asked = one.about(call, cell, free, 0.0)
        if len(set(asked.travel_s)) < len(free):
            continue
        same = other.about(call, cell, sorted(order.index(unit) for unit in free), 0.0)
        sent, sent_again = policy.decide(asked), again.decide(same)
        assert sent is not None, "checked before"
        assert sent_again is not None, "checked before"
        places = asked.candidate_junctions[sent], same.candidate_junctions[sent_again]
        if places[0] != places[1]:
            raise ConformanceError(f"decide: sends the unit at {places[1]} after units were renamed; expected still "
                                   f"the one at {places[0]}; {asked}")


def _check_world(make: Callable[[], DispatchPolicy], scenario: Scenario, budget_s: float) -> None:
    trace, travel = draw_trace(scenario, seed=1), Travel(scenario.city.roads)

    def play(policy: DispatchPolicy | None) -> EventLog:
        world = World(scenario, trace, policy=policy, travel=travel)
        world.run()
        return world.log()

    watched = _Watched(make(), budget_s)
    one, again, nearest = play(watched), play(_Watched(make(), budget_s)), play(None)
    if not watched.n_asked:
        raise ConformanceError(f"scenario {scenario.name}: nothing was asked in {scenario.duration_s:g} s; expected a "
                               "scenario in which units are sent")
    if one.digest() != again.digest():
        raise ConformanceError("two runs on one trace leave different logs; expected the same")
    created = one.name == Name.CALL_CREATE
    unconfirmed = created & (one.inspector_id < 0) & ~np.isin(one.call_id, one.call_id[one.name == Name.CALL_TAKER])
    if unconfirmed.any():
        raise ConformanceError(f"call {one.call_id[unconfirmed][0]} was confirmed by nobody; expected an inspector or "
                               "a call-taker")
    first_s = nearest.t_s[nearest.name == Name.ON_SCENE].min(initial=scenario.duration_s)
    for name in CONFIRMING:
        before = [int(((log.name == name) & (log.t_s < first_s)).sum()) for log in (one, nearest)]
        if before[0] != before[1]:
            raise ConformanceError(f"{name.name.lower()}: {before[0]} before any unit is at a place; expected "
                                   f"{before[1]}, as inspectors confirm and policies do not")
