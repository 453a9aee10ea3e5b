"""The work that a study hands out: plans played on some replications, and the days' measures of each."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from sim.city import F8, Roads
from sim.inspector_draw import draw_inspectors
from sim.replicate import play
from sim.travel import Travel
from watchfloor.study.days import measure_windows
from watchfloor.study.plan import Plan, Scenarios, Setting
from watchfloor.study.shared_trace import SharedTrace

N_KEPT_TRAVELS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Plans to be played on one replication after another; those of one variant share the traces too."""

    plans: tuple[Plan, ...]
    replications: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One plan's replication."""

    plan: Plan
    replication: int
    days: dict[str, F8]
    """Measures by name; shape (days,)."""


class Player:
    """Plays tasks, with what they share made once.

    Args:
        setting: what all plans share.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._scenarios = Scenarios(setting)
        self._travels: OrderedDict[int, tuple[Roads, Travel]] = OrderedDict()

    def play(self, task: Task) -> list[Played]:
        """Play a task."""
        played = []
        for replication in task.replications:
            traces: dict[object, SharedTrace] = {}
            played += [self._play(plan, replication, traces) for plan in task.plans]
        return played

    def _play(self, plan: Plan, replication: int, traces: dict[object, SharedTrace]) -> Played:
        seed = self._setting.seed
        scenario = draw_inspectors(self._scenarios.of(plan), seed=seed, replication=replication)
        if plan.variant not in traces:
            traces.clear()  # one at a time: plans come grouped, and a trace is large
            traces[plan.variant] = SharedTrace(scenario, seed=seed, replication=replication)
        trace = traces[plan.variant].of(scenario)
        log = play(scenario, plan.arm, trace, self._travel(scenario.city.roads), seed=seed, replication=replication)
        return Played(plan=plan, replication=replication, days=measure_windows(scenario, log, self._setting.horizon))

    def _travel(self, roads: Roads) -> Travel:
        """Return the driving times of a road graph, kept while it is in use."""
        if id(roads) not in self._travels:
            self._travels[id(roads)] = (roads, Travel(roads))
            if len(self._travels) > N_KEPT_TRAVELS:
                self._travels.popitem(last=False)
        self._travels.move_to_end(id(roads))
        return self._travels[id(roads)][1]


_player: dict[str, Player] = {}


def start_player(setting: Setting) -> None:
    """Make a worker process ready for a setting."""
    _player["here"] = Player(setting)


def play_task(task: Task) -> list[Played]:
    """Play a task in a worker process that was made ready."""
    return _player["here"].play(task)
