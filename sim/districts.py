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
from sim.log import MISSING, EventLog, Flags, Name
from sim.plans import plans_of
from sim.roster import duties, inspector_rooms
from sim.scenario import Scenario

INSPECTOR_STARTS = (Name.SHOWN, Name.SEARCH_START, Name.ATTEND)
INSPECTOR_ENDS = (Name.REJECT, Name.RECORDED, Name.SEARCH_DONE, Name.ATTEND_END, Name.PUT_BACK)
"""Rows between which an inspector does not watch; breaks and cases handed over come on top."""
_STARTS, _ENDS, _BREAK_ENDS, _PASSED_ON = range(1, 5)
_STEP = np.zeros(len(Name), dtype=np.int8)
_STEP[[*INSPECTOR_STARTS, Name.BREAK_START]], _STEP[list(INSPECTOR_ENDS)] = _STARTS, _ENDS
_STEP[Name.BREAK_END], _STEP[Name.HAND_OVER] = _BREAK_ENDS, _PASSED_ON


def measure_districts(
    scenario: Scenario, looks: F8, cases: Cases, found: Flags, unfounded: Flags
) -> dict[str, float]:
    """Return looks in all, and for each district its looks, finds and unfounded stops.

    A case belongs to the district of the camera that it was first seen by. Looks are the mean of the attention plan
    over the time for which each inspector watched; under an attention planner, as the world counted them.

    Args:
        scenario: what was played.
        looks: (d,) at each district's cameras.
        cases: of the run.
        found: (cases,) those that count as found.
        unfounded: (cases,) those to which a unit was sent for nothing.
    """
    names = scenario.city.district_names
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


def looks_by_district(scenario: Scenario, log: EventLog, edges_s: F8 | None = None) -> F8:
    """Return the looks at each district's cameras from each instant to the next, (len(edges_s) − 1, d).

    Args:
        scenario: what was played.
        log: of the run.
        edges_s: rising instants; None is the whole run as one.
    """
    edges_s = np.array([0.0, scenario.duration_s]) if edges_s is None else edges_s
    n_districts, n_spans = len(scenario.city.district_names), edges_s.size - 1
    counted = log.name == Name.LOOKS
    if counted.any():
        span = np.searchsorted(edges_s, log.t_s[counted], side="right").clip(max=n_spans) - 1
        camera, value = log.camera_id[counted], log.value[counted]
        return np.array([_by_district(scenario, camera[span == one], value[span == one]) for one in range(n_spans)])
    table, of_duty = duties(scenario), plans_of(scenario).of_duty
    from_s = np.unique(np.concatenate(([duty.from_s for duty in table], edges_s)))
    from_s = from_s[from_s < scenario.duration_s]
    duty_of = np.searchsorted([duty.from_s for duty in table], from_s, side="right") - 1
    on = np.zeros((from_s.size, len(inspector_rooms(scenario))), dtype=np.bool_)
    for place, duty in enumerate(duty_of.tolist()):
        on[place, list(table[duty].inspectors)] = True
    lapses = scenario.vigilance
    spent_s = _spent_s(
        log.t_s, log.name, log.inspector_id, log.value, _STEP, from_s, on, scenario.duration_s,
        lapses.delta if lapses else 0.0, lapses.tau_s if lapses else 1.0)
    per_s, looks = _looks_per_s(scenario), np.zeros((n_spans, n_districts))
    for place, span in enumerate((np.searchsorted(edges_s, from_s, side="right") - 1).tolist()):
        if 0 <= span < n_spans:
            duty = int(duty_of[place])
            rates = per_s[of_duty[duty]]
            looks[span] += spent_s[place, list(table[duty].inspectors[: len(rates)])] @ rates
    return looks


@kept
def _looks_per_s(scenario: Scenario) -> list[F8]:
    """Return each plan's looks at each district in a second of a watch clock, by place on duty, (places, districts)."""
    n_districts, found = len(scenario.city.district_names), list[F8]()
    for plan in plans_of(scenario).plans:
        watched, n_places = np.flatnonzero(plan.owner >= 0), int(plan.owner.max(initial=-1)) + 1
        cell = plan.owner[watched].astype(np.int64) * n_districts + scenario.city.cameras.district[watched]
        rate = plan.p_taken[watched] / plan.period_s[watched]
        in_all = np.bincount(cell, weights=rate, minlength=n_places * n_districts)
        found.append(np.asarray(in_all.reshape(n_places, n_districts), dtype=np.float64))
    return found


@compiled
def _spent_s(
    t_s: F8, name: NDArray[np.int16], inspector: I4, value: F8, step_of: NDArray[np.int8], duty_from_s: F8, on: Flags,
    until_s: float, delta: float, tau_s: float,
) -> F8:
    """Return how far each inspector's watch clock ran under each entry of the roster, (entries, inspectors)."""
    n_duties, n = on.shape
    spent_s, busy = np.zeros((n_duties, n)), np.zeros(n, dtype=np.bool_)
    since_s, spell_s = np.zeros(n), np.zeros(n)
    duty, n_rows = -1, t_s.size
    for row in range(n_rows + 1):
        if row < n_rows and (step_of[name[row]] == 0 or inspector[row] == MISSING):
            continue
        now_s = t_s[row] if row < n_rows else until_s
        while duty + 1 < n_duties and duty_from_s[duty + 1] <= now_s:
            _change_duty(spent_s, busy, since_s, spell_s, on, duty, duty_from_s[duty + 1], delta, tau_s)
            duty += 1
        if row == n_rows:
            break
        ident, step = inspector[row], step_of[name[row]]
        if step == _PASSED_ON and not math.isnan(value[row]):
            busy[int(value[row])], since_s[int(value[row])] = False, now_s
        if step in (_STARTS, _PASSED_ON):
            if duty >= 0 and on[duty, ident] and not busy[ident]:
                spent_s[duty, ident] += _ran_s(since_s[ident] - spell_s[ident], now_s - since_s[ident], delta, tau_s)
            busy[ident] = True
        else:
            busy[ident], since_s[ident] = False, now_s
            if step == _BREAK_ENDS:
                spell_s[ident] = now_s
    _change_duty(spent_s, busy, since_s, spell_s, on, duty, until_s, delta, tau_s)
    return spent_s


@compiled
def _change_duty(
    spent_s: F8, busy: Flags, since_s: F8, spell_s: F8, on: Flags, duty: int, now_s: float, delta: float, tau_s: float
) -> None:
    """Count the time of those who watch up to now; for who was off duty a spell may begin."""
    for ident in range(busy.size):
        was_on = duty >= 0 and on[duty, ident]
        if was_on and not busy[ident]:
            spent_s[duty, ident] += _ran_s(since_s[ident] - spell_s[ident], now_s - since_s[ident], delta, tau_s)
        since_s[ident] = now_s
        if not was_on:
            spell_s[ident] = now_s


@compiled
def _ran_s(since_spell_s: float, span_s: float, delta: float, tau_s: float) -> float:
    """Return ``watched_s``, without its exponentials where watching never tires."""
    return span_s if delta == 0.0 else watched_s(since_spell_s, span_s, delta, tau_s)
