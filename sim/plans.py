"""The attention plans that a roster needs: one for each set of inspectors on duty, and hour where that counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.attention import AttentionPlan, plan_attention
from sim.city import F8, I4
from sim.demand import camera_exposure
from sim.errors import ModelError
from sim.kept import kept
from sim.roster import Duty, duties, inspector_rooms
from sim.scenario import PlanKind, Scenario


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Plans:
    """The attention plans of a roster."""

    plans: tuple[AttentionPlan, ...]
    of_duty: tuple[int, ...]
    """Which one each entry of the roster uses."""


@kept
def plans_of(scenario: Scenario) -> Plans:
    """Return the attention plans that the roster needs.

    Each control room's cameras are divided among its own inspectors on duty.

    Raises:
        ModelError: if the rates of looks are missing or have the wrong shape.
    """
    weights, watched = _weights(scenario)
    camera_room = np.array(scenario.camera_rooms(), dtype=np.int64)
    room_of = inspector_rooms(scenario)
    n_rooms = max(1, len(scenario.rooms))

    def key(duty: Duty) -> tuple[int, tuple[tuple[int, ...], ...]]:
        at = tuple(tuple(place for place, post in enumerate(duty.inspectors) if room_of[post] == room)
                   for room in range(n_rooms))
        return (duty.rates_row, at)

    keys = [key(duty) for duty in duties(scenario)]
    distinct = {wanted: place for place, wanted in enumerate(sorted(set(keys)))}
    plans = tuple(_joined([
        (plan_attention(scenario.watching.plan, exposure=weights[row], watched=watched[camera_room[watched] == room],
                        n_inspectors=len(places), look_s=scenario.watching.look_s), places)
        for room, places in enumerate(rooms)]) for row, rooms in distinct)
    return Plans(plans=plans, of_duty=tuple(distinct[wanted] for wanted in keys))


def plan_for(scenario: Scenario, duty: Duty, rates: F8) -> AttentionPlan:
    """Return the plan by which those on duty look at cameras with given relative rates, (c,)."""
    camera_room, room_of = np.array(scenario.camera_rooms(), dtype=np.int64), inspector_rooms(scenario)
    watched = np.flatnonzero(rates > 0.0).astype(np.int32)
    rooms = []
    for room in range(max(1, len(scenario.rooms))):
        places = tuple(place for place, post in enumerate(duty.inspectors) if room_of[post] == room)
        rooms.append((plan_attention(
            PlanKind.RATES, exposure=rates, watched=watched[camera_room[watched] == room], n_inspectors=len(places),
            look_s=scenario.watching.look_s), places))
    return _joined(rooms)


def _weights(scenario: Scenario) -> tuple[F8, I4]:
    """Return the cameras' weights by row of hours, shape (h, c), and the cameras on the plan."""
    exposure = camera_exposure(scenario.city, scenario.kinds)
    if scenario.watching.plan is PlanKind.RATES:
        rates, n = scenario.watching_rates, exposure.size
        if rates is None or rates.ndim != 2 or rates.shape[0] not in (24, 168) or rates.shape[1] != n:
            raise ModelError(f"watching_rates: shape = {None if rates is None else rates.shape}; expected (24, {n}) or "
                             f"(168, {n}), for plan = rates")
        if not (np.isfinite(rates).all() and (rates >= 0.0).all()):
            raise ModelError("watching_rates holds a negative number or none at all; expected rates ≥ 0")
        return rates, np.flatnonzero(rates.max(axis=0) > 0.0).astype(np.int32)
    if scenario.watching_rates is not None:
        raise ModelError(f"watching.plan = {scenario.watching.plan}; expected rates, as watching_rates are given")
    order = np.argsort(-exposure, kind="stable")
    watched = np.sort(order[: round(scenario.watching.watched_share * exposure.size)]).astype(np.int32)
    return exposure[None, :], watched


def _joined(rooms: list[tuple[AttentionPlan, tuple[int, ...]]]) -> AttentionPlan:
    """Return the plans of all rooms as one; each room's inspectors stand at the given places on duty."""
    first = rooms[0][0]
    owner = np.full(first.owner.size, -1, dtype=np.int32)
    phase, period, taken = np.zeros(owner.size), np.full(owner.size, first.look_s), np.zeros(owner.size)
    for plan, places in rooms:
        mine = np.flatnonzero(plan.owner >= 0)
        owner[mine] = np.array(places, dtype=np.int32)[plan.owner[mine]]
        phase[mine], period[mine], taken[mine] = plan.phase_s[mine], plan.period_s[mine], plan.p_taken[mine]
    return AttentionPlan(look_s=first.look_s, owner=owner, phase_s=phase, period_s=period, p_taken=taken)
