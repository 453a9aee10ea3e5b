"""From a requirement by hour to daily shifts, at the least cost, by integer programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from sim.city import F8
from watchfloor.study.conflicts import RuleConflictError, find_conflict, values_of
from watchfloor.study.rules import Rules

HOURS = 24
TIME_LIMIT_S = 10.0
KIND_PENALTY = 1e-3
"""Posts that one more kind of shift is worth: enough to prefer fewer kinds at the same cost."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DailyShift:
    """A shift that begins at the same hour every day; it may cross midnight."""

    start_h: int
    length_h: int
    posts: int
    breaks: tuple[int, ...] = ()
    """Hour of the shift in which each post's break begins; empty where there are none."""

    @property
    def name(self) -> str:
        """Return its hours."""
        return f"{self.start_h:02d}:00–{(self.start_h + self.length_h) % HOURS:02d}:00"

    def presence(self, break_h: int) -> F8:
        """Return the number present in each hour of the day."""
        present = np.zeros(HOURS)
        np.add.at(present, (self.start_h + np.arange(self.length_h)) % HOURS, self.posts)
        for begin in self.breaks:
            np.add.at(present, (self.start_h + begin + np.arange(break_h)) % HOURS, -1.0)
        return present


def design_shifts(required: Sequence[int], rules: Rules, *, who: str) -> tuple[DailyShift, ...]:
    """Return the shifts that cover every hour with the fewest hours of duty.

    Args:
        required: number present in each hour of a day that repeats.
        rules: what shifts may look like.
        who: ``inspectors`` or ``units``, for messages.

    Raises:
        RuleConflictError: if no shifts keep the rules; it names those in conflict.
    """
    named = _names(rules)
    shifts = _solve(required, rules, frozenset(named))
    if shifts is None:
        raise RuleConflictError(f"shifts of {who}", find_conflict(
            list(named.values()),
            lambda kept: _solve(required, rules, frozenset(key for key in named if named[key] in kept)) is not None))
    return shifts


def coverage(shifts: Sequence[DailyShift], rules: Rules) -> F8:
    """Return the number present in each hour of the day."""
    return sum((shift.presence(rules.break_h) for shift in shifts), np.zeros(HOURS))


def _names(rules: Rules) -> dict[str, str]:
    """Return the rules that bind, by key, as a person would say them."""
    names = {"lengths": f"lengths_h = {list(rules.lengths_h)}", "starts": f"starts_h = {list(rules.starts_h)}",
             "kinds": f"max_kinds = {rules.max_kinds}"}
    if rules.break_h:
        names["break"] = f"break_h = {rules.break_h} within {list(rules.break_between_h)}"
    if rules.max_on_duty is not None:
        names["on_duty"] = f"max_on_duty = {rules.max_on_duty}"
    if rules.locked:
        names["locked"] = f"{len(rules.locked)} locked shifts"
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    start_h: int
    length_h: int
    begins: tuple[int | None, ...]
    """Where its break may begin; None for no break."""


def _kinds(rules: Rules, kept: frozenset[str]) -> list[_Kind]:
    lengths = rules.lengths_h if "lengths" in kept else tuple(range(1, HOURS + 1))
    starts = rules.starts_h if "starts" in kept else tuple(range(HOURS))
    pairs = {(start, length) for start in starts for length in lengths}
    if "locked" in kept:
        pairs |= {(item.start_h, item.length_h) for item in rules.locked}
    return [_Kind(start_h=start, length_h=length, begins=_begins(length, rules, kept))
            for start, length in sorted(pairs)]


def _begins(length_h: int, rules: Rules, kept: frozenset[str]) -> tuple[int | None, ...]:
    """Return where a break may begin; a shift too short for one has none."""
    first, last = rules.break_between_h
    places = range(first, min(last, length_h - rules.break_h - 1) + 1) if "break" in kept else range(0)
    return tuple(places) or (None,)


def _solve(required: Sequence[int], rules: Rules, kept: frozenset[str]) -> tuple[DailyShift, ...] | None:
    """Return the best shifts under the rules kept, None where there are none.

    Variables: posts of each kind with each place of its break, then whether each kind is used.
    """
    kinds = _kinds(rules, kept)
    columns = [(place, begin) for place, kind in enumerate(kinds) for begin in kind.begins]
    n, most = len(columns), 2 * max(1, *required) + sum(item.posts for item in rules.locked)
    present = np.stack([DailyShift(
        start_h=kinds[place].start_h, length_h=kinds[place].length_h, posts=1,
        breaks=() if begin is None else (begin,)).presence(rules.break_h) for place, begin in columns], axis=1)
    of_kind = coo_array((np.ones(n), ([place for place, _ in columns], range(n))), shape=(len(kinds), n)).toarray()
    nothing = np.zeros((HOURS, len(kinds)))
    ceiling = rules.max_on_duty if rules.max_on_duty is not None and "on_duty" in kept else np.inf
    constraints = [
        LinearConstraint(np.hstack((present, nothing)), np.asarray(required, dtype=np.float64), ceiling),
        LinearConstraint(np.hstack((of_kind, -most * np.eye(len(kinds)))), -np.inf, 0.0)]
    if "kinds" in kept:
        constraints.append(LinearConstraint(np.concatenate((np.zeros(n), np.ones(len(kinds)))), 0.0, rules.max_kinds))
    if "locked" in kept and rules.locked:
        constraints.append(_locked(rules, kinds, of_kind))
    hours = np.array([kinds[place].length_h for place, _ in columns], dtype=np.float64)
    found = milp(np.concatenate((hours, np.full(len(kinds), KIND_PENALTY))), constraints=constraints,
                 integrality=np.ones(n + len(kinds), dtype=np.int64),
                 options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": 5e-3},
                 bounds=Bounds(0.0, np.concatenate((np.full(n, most), np.ones(len(kinds))))))
    values = values_of(found, what="shifts")
    return None if values is None else _shifts(kinds, columns, np.rint(values[:n]).astype(int).tolist())


def _locked(rules: Rules, kinds: Sequence[_Kind], of_kind: F8) -> LinearConstraint:
    """Return that each locked shift has at least its posts."""
    rows, least = [], []
    for item in rules.locked:
        place = next(index for index, kind in enumerate(kinds)
                     if (kind.start_h, kind.length_h) == (item.start_h, item.length_h))
        rows.append(np.concatenate((of_kind[place], np.zeros(len(kinds)))))
        least.append(float(item.posts))
    return LinearConstraint(np.array(rows), np.array(least), np.inf)


def _shifts(
    kinds: Sequence[_Kind], columns: Sequence[tuple[int, int | None]], posts: Sequence[int]
) -> tuple[DailyShift, ...]:
    shifts = []
    for place, kind in enumerate(kinds):
        mine = [(begin, count) for (at, begin), count in zip(columns, posts, strict=True) if at == place and count]
        if mine:
            shifts.append(DailyShift(
                start_h=kind.start_h, length_h=kind.length_h, posts=sum(count for _, count in mine),
                breaks=tuple(begin for begin, count in mine if begin is not None for _ in range(count))))
    return tuple(shifts)
