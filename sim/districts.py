"""What each district got in a run, from the log: looks at its cameras, offences found, units sent to nothing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.attention import watched_s
from sim.cases import Cases
from sim.city import F8, I4
from sim.compiled import compiled
from sim.kept import kept
from sim.log import MISSING, EventLog, Flags, Name, name_table
from sim.plans import Plans, plans_of
from sim.roster import duties, inspector_rooms
from sim.scenario import Scenario

INSPECTOR_STARTS = (Name.SHOWN, Name.SEARCH_START, Name.ATTEND)
INSPECTOR_ENDS = (Name.REJECT, Name.RECORDED, Name.SEARCH_DONE, Name.ATTEND_END, Name.PUT_BACK)
"""Rows between which an inspector does not watch; breaks and cases handed over come on top."""
_STARTS, _ENDS = name_table((*INSPECTOR_STARTS, Name.BREAK_START)), name_table((*INSPECTOR_ENDS, Name.BREAK_END))
_HAND_OVER, _BREAK_END = int(Name.HAND_OVER), int(Name.BREAK_END)


def measure_districts(
    scenario: Scenario, log: EventLog, cases: Cases, found: Flags, unfounded: Flags
) -> dict[str, float]:
    """Return looks in all, and for each district its looks, finds and unfounded stops.

    A case belongs to the district of the camera that it was first seen by. Looks are the mean of the attention plan
    over the time for which each inspector watched; under an attention planner, as the world counted them.

    Args:
        scenario: what was played.
        log: of the run.
        cases: of the log.
        found: (cases,) those that count as found.
        unfounded: (cases,) those to which a unit was sent for nothing.
    """
    names = scenario.city.district_names
    looks = looks_by_district(scenario, log)
    values = {"looks": float(looks.sum())}
    for what, counts in (("looks", looks), ("found", _by_district(scenario, cases.camera_id[found])),
                         ("unfounded_stops", _by_district(scenario, cases.camera_id[unfounded]))):
        values |= {f"district_{what}:{name}": float(count) for name, count in zip(names, counts.tolist(), strict=True)}
    return values


def _by_district(scenario: Scenario, camera: I4, weight: F8 | None = None) -> F8:
    """Return how many of some rows, or what weight of them, lie in each district; what has no camera is left out."""
    camera = camera[camera != MISSING]
    return np.asarray(np.bincount(scenario.city.cameras.district[camera], weights=weight,
                                  minlength=len(scenario.city.district_names)), dtype=np.float64)


def looks_by_district(scenario: Scenario, log: EventLog) -> F8:
    """Return the looks at each district's cameras, (d,)."""
    counted = log.name == Name.LOOKS
    if counted.any():
        return _by_district(scenario, log.camera_id[counted], log.value[counted])
    table, plans = duties(scenario), plans_of(scenario)
    on = np.zeros((len(table), len(inspector_rooms(scenario))), dtype=np.bool_)
    for place, duty in enumerate(table):
        on[place, list(duty.inspectors)] = True
    lapses = scenario.vigilance
    spent_s = _spent_s(
        log.t_s, log.name, log.inspector_id, log.value, _STARTS, _ENDS, np.array([duty.from_s for duty in table]), on,
        scenario.duration_s, lapses.delta if lapses else 0.0, lapses.tau_s if lapses else 1.0)
    per_s, district = _looks_per_s(plans), scenario.city.cameras.district
    looks = np.zeros(len(scenario.city.district_names))
    for place, duty in enumerate(table):
        owner, rate = per_s[plans.of_duty[place]]
        spent = np.append(spent_s[place, list(duty.inspectors)], 0.0)  # −1, whom nobody watches, reads the last
        looks += np.bincount(district, weights=rate * spent[owner], minlength=looks.size)
    return looks


@kept
def _looks_per_s(plans: Plans) -> list[tuple[I4, F8]]:
    """Return each plan's owners of cameras, and looks at each camera in a second of its owner's watch clock."""
    return [(plan.owner, plan.p_taken / plan.period_s) for plan in plans.plans]


@compiled
def _spent_s(
    t_s: F8, name: NDArray[np.int16], inspector: I4, value: F8, starts: Flags, ends: Flags, duty_from_s: F8, on: Flags,
    until_s: float, delta: float, tau_s: float,
) -> F8:
    """Return how far each inspector's watch clock ran under each entry of the roster, (entries, inspectors)."""
    n_duties, n = on.shape
    spent_s, busy = np.zeros((n_duties, n)), np.zeros(n, dtype=np.bool_)
    since_s, spell_s = np.zeros(n), np.zeros(n)
    duty, row = -1, 0
    while True:
        change_s = duty_from_s[duty + 1] if duty + 1 < n_duties else math.inf
        row_s = t_s[row] if row < t_s.size else math.inf
        now_s = min(change_s, row_s, until_s)
        if change_s <= now_s or now_s == until_s:
            for ident in range(n):
                was_on = duty >= 0 and on[duty, ident]
                if was_on and not busy[ident]:
                    spent_s[duty, ident] += watched_s(
                        since_s[ident] - spell_s[ident], now_s - since_s[ident], delta, tau_s)
                since_s[ident] = now_s
                if not was_on:
                    spell_s[ident] = now_s
            if now_s == until_s:
                return spent_s
            duty += 1
            continue
        row += 1
        ident = inspector[row - 1]
        if ident == MISSING:
            continue
        passed_on = name[row - 1] == _HAND_OVER
        if passed_on and not math.isnan(value[row - 1]):
            busy[int(value[row - 1])], since_s[int(value[row - 1])] = False, now_s
        if passed_on or starts[name[row - 1]]:
            if duty >= 0 and on[duty, ident] and not busy[ident]:
                spent_s[duty, ident] += watched_s(since_s[ident] - spell_s[ident], now_s - since_s[ident], delta, tau_s)
            busy[ident] = True
        elif ends[name[row - 1]]:
            busy[ident], since_s[ident] = False, now_s
            if name[row - 1] == _BREAK_END:
                spell_s[ident] = now_s
