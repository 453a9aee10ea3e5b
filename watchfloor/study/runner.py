"""Plays what a study still lacks: tables of days by plan, filled from the journal first."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence

import numpy as np

from sim.city import F8
from watchfloor.study.journal import Journal
from watchfloor.study.plan import Plan, Scenarios, Setting, Variant
from watchfloor.study.play import Played, Task
from watchfloor.study.pool import Pool
from watchfloor.study.progress import Progress

BLOCK = 1_000_000
"""Replications of one block; those of another are drawn independently of it."""
PLAYS_PER_TASK = 20
"""Replications of single plans that make one task: some half a second of a city's day."""


class OutOfBudgetError(Exception):
    """The time given is spent; what is finished stands."""


class Runner:
    """Answers for the days of any plan.

    Args:
        setting: what all plans share.
        pool: where what is missing is played.
        journal: where it is kept; None keeps nothing.
        progress: told of every finished replication.
        deadline_s: of ``time.monotonic``, after which nothing more is begun.
    """

    def __init__(self, setting: Setting, pool: Pool, journal: Journal | None, progress: Progress,
                 deadline_s: float = np.inf) -> None:
        self.scenarios = Scenarios(setting)
        self.setting = setting
        self._pool, self._journal, self._progress, self._deadline_s = pool, journal, progress, deadline_s
        self._known: dict[str, dict[int, F8]] = {}
        """By a plan's key and replication: (measures, days)."""
        self._rows: dict[str, dict[str, int]] = {}
        """By a plan's key: the row of each measure."""
        self._keys: dict[Plan, str] = {}
        self.n_played = 0
        """Replications played now; the others came from the journal."""
        self.n_known = 0
        """Replications taken from the journal."""
        self.play_s = 0.0
        """That a replication took of the last that were played together, all workers at once; 0 before any was."""

    @property
    def left_s(self) -> float:
        """Return the time left, infinite where none was given."""
        return self._deadline_s - time.monotonic()

    def ensure(self, plans: Sequence[Plan], n_replications: int, what: str, *, block: int = 0) -> None:
        """Have every plan's first replications of a block, played together so that they share the draws.

        Raises:
            OutOfBudgetError: if the time is spent first.
        """
        missing: dict[int, list[Plan]] = {}
        for plan in dict.fromkeys(plans):
            for replication in self._missing(plan, BLOCK * block, n_replications):
                missing.setdefault(replication, []).append(plan)
        tasks = _make_tasks(missing)
        total = sum(len(task.plans) * len(task.replications) for task in tasks)
        if not total:
            return
        self._progress.begin(what, total)
        began_s = time.monotonic()
        if began_s > self._deadline_s:
            raise OutOfBudgetError
        finished = self._pool.play(tasks)
        for played in finished:
            self._keep(played)
            self._progress.advance(len(played))
            if time.monotonic() > self._deadline_s:
                raise OutOfBudgetError
        self.play_s = (time.monotonic() - began_s) / total

    def note(self, text: str) -> None:
        """Say how sure the answer is so far."""
        self._progress.note(text)

    def days(self, plan: Plan, measure: str, n_replications: int | None = None, *, block: int = 0) -> F8:
        """Return a measure of every known day of a block; shape (replications, days), one trace in one place."""
        key, first = self._key(plan), BLOCK * block
        known, last = self._known.get(key, {}), first + (BLOCK if n_replications is None else n_replications)
        chosen = [known[index][self._rows[key][measure]] for index in sorted(known) if first <= index < last]
        return np.array(chosen) if chosen else np.empty((0, self.setting.horizon.n_windows))

    def n_replications(self, plan: Plan, *, block: int = 0) -> int:
        """Return how many replications of a plan are known in a block, counted from the first without a gap."""
        known = self._known.get(self._key(plan), {})
        number = 0
        while BLOCK * block + number in known:
            number += 1
        return number

    def _key(self, plan: Plan) -> str:
        if plan not in self._keys:
            self._keys[plan] = self.scenarios.key(plan)
        return self._keys[plan]

    def _missing(self, plan: Plan, first: int, n_replications: int) -> list[int]:
        known = self._known.setdefault(self._key(plan), {})
        missing = [index for index in range(first, first + n_replications) if index not in known]
        if missing and self._journal is not None:
            loaded = self._journal.load(self._key(plan), missing)
            for index, days in loaded.items():
                self._note_days(self._key(plan), index, days)
            self.n_known += len(loaded)
            missing = [index for index in missing if index not in loaded]
        return missing

    def _keep(self, played: Sequence[Played]) -> None:
        for item in played:
            self._note_days(self._key(item.plan), item.replication, item.days)
        self.n_played += len(played)
        if self._journal is None:
            return
        try:
            self._journal.add((self._key(item.plan), item.replication, item.days) for item in played)
        except sqlite3.OperationalError as error:
            self._progress.warn(f"the journal cannot be written ({error}): the study goes on, but what it plays from "
                                "now on must be played again by the next one")
            self._journal = None

    def _note_days(self, key: str, replication: int, days: Mapping[str, F8]) -> None:
        """Keep a replication as one small table, since there may be many thousands."""
        rows = self._rows.setdefault(key, {name: row for row, name in enumerate(days)})
        self._known.setdefault(key, {})[replication] = np.array([days[name] for name in rows])


def _make_tasks(missing: dict[int, list[Plan]]) -> list[Task]:
    """Join what shares draws, then what shares a scenario and is too small to be worth a task of its own."""
    by_variant: dict[Variant, dict[int, list[Plan]]] = {}
    for replication, plans in sorted(missing.items()):
        for plan in plans:
            by_variant.setdefault(plan.variant, {}).setdefault(replication, []).append(plan)
    return [task for plans_of in by_variant.values() for task in _join_replications(plans_of)]


def _join_replications(plans_of: Mapping[int, Sequence[Plan]]) -> list[Task]:
    tasks: list[Task] = []
    for replication, plans in plans_of.items():
        last = tasks[-1] if tasks else None
        if last and last.plans == tuple(plans) and len(plans) * (len(last.replications) + 1) <= PLAYS_PER_TASK:
            tasks[-1] = Task(plans=last.plans, replications=(*last.replications, replication))
        else:
            tasks.append(Task(plans=tuple(plans), replications=(replication,)))
    return tasks
