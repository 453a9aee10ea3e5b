"""The duty desk and the patrols: who is sent, how long they take, and what they find."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.errors import ModelError
from sim.log import DISPOSITIONS, Name
from sim.policies import Decision, DecisionKind
from sim.records import Disposition, UnitState

if TYPE_CHECKING:
    from sim.engine import World

FREE = (UnitState.AVAILABLE, UnitState.RETURNING)


class DutyDesk:
    """Handles calls and units on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def change_shift(self, t_s: float, new_duty: int) -> None:
        """Put the next units on duty; who is on a case finishes it first; waiting calls go to the new ones."""
        world, state = self._world, self._world.state
        on = set(world.duty_table[new_duty].units)
        for ident, unit in enumerate(state.units):
            unit.on_duty = ident in on
            if unit.on_duty and unit.state is UnitState.OFF_DUTY:
                unit.state, unit.back_s = UnitState.AVAILABLE, t_s
            elif not unit.on_duty and unit.state in FREE:
                unit.state = UnitState.OFF_DUTY
        self.serve(t_s)

    def call_ready(self, t_s: float, call: int, _: int) -> None:
        """The duty desk has the call: it joins the queue and is served if a unit is free."""
        heappush(self._world.state.waiting_calls, (self._world.state.calls[call].priority, call))
        self.serve(t_s)

    def serve(self, t_s: float) -> None:
        """Ask the policy for a unit for each waiting call, by priority, while units are free."""
        world, state = self._world, self._world.state
        while state.waiting_calls and state.question is None:
            free = [ident for ident in world.duty_table[state.duty].units if state.units[ident].state in FREE]
            if not free:
                return
            call = state.waiting_calls[0][1]
            decision = self._decision(t_s, call, free)
            action = world.policy.decide(decision)
            if action is None:
                state.question = decision
                return
            self.send(t_s, decision, action)

    def _decision(self, t_s: float, call: int, free: list[int]) -> Decision:
        world = self._world
        case = world.state.calls[call]
        row = world.travel.row_ds(case.junction)
        at = [self.place(ident, t_s) for ident in free]
        return Decision(
            kind=DecisionKind.DISPATCH, t_s=t_s, call_id=call, priority=case.priority,
            district=world.junction_district[case.junction], candidates=tuple(free), mask=(True,) * len(free),
            travel_s=tuple([int(row[junction]) / 10.0 for junction in at]),
            candidate_districts=tuple([world.junction_district[junction] for junction in at]),
        )

    def place(self, ident: int, t_s: float) -> int:
        """Return the junction from which a free unit would start."""
        unit = self._world.state.units[ident]
        if t_s < unit.back_s:
            return unit.junction
        return self._world.post_junction[ident][math.floor(t_s / self._world.scenario.patrols.post_s)]

    def send(self, t_s: float, decision: Decision, action: int) -> None:
        """Dispatch the chosen candidate.

        Raises:
            ModelError: if the policy chose what is not a free candidate.
        """
        if not 0 <= action < len(decision.candidates) or not decision.mask[action]:
            raise ModelError(f"dispatch policy: action = {action}; expected the position of a free candidate, "
                             f"0 to {len(decision.candidates) - 1}")
        world, state = self._world, self._world.state
        heappop(state.waiting_calls)
        ident = decision.candidates[action]
        unit = state.units[ident]
        case = state.calls[decision.call_id]
        draws = world.case_draws(case.incident, case.alert)
        unit.state, unit.call, unit.junction = UnitState.DISPATCHED, decision.call_id, case.junction
        unit.out_s = decision.travel_s[action] * draws.travel_factor
        self._row(t_s, Name.DISPATCH, ident)
        world.agenda.at(t_s + draws.acknowledge_s, Order.UNIT, ident, Name.ACKNOWLEDGE)

    def _row(self, t_s: float, name: Name, ident: int, value: float | None = None) -> None:
        call = self._world.state.units[ident].call
        assert call is not None, "a unit at work has a call"
        case = self._world.state.calls[call]
        self._world.row(t_s, name, incident=case.incident, alert=case.alert, call=call, camera=case.camera,
                        unit=ident, value=value)

    def unit(self, t_s: float, ident: int, step: int) -> None:
        """A unit reaches the next step of its work."""
        world = self._world
        unit = world.state.units[ident]
        assert unit.call is not None, "a unit at work has a call"
        case = world.state.calls[unit.call]
        draws = world.case_draws(case.incident, case.alert)
        if step == Name.ACKNOWLEDGE:
            self._row(t_s, Name.ACKNOWLEDGE, ident)
            world.agenda.at(t_s + draws.turnout_s, Order.UNIT, ident, Name.ENROUTE)
        elif step == Name.ENROUTE:
            unit.state = UnitState.EN_ROUTE
            self._row(t_s, Name.ENROUTE, ident)
            world.agenda.at(t_s + unit.out_s, Order.UNIT, ident, Name.ON_SCENE)
        elif step == Name.ON_SCENE:
            unit.state = UnitState.ON_SCENE
            self._row(t_s, Name.ON_SCENE, ident, unit.out_s)
            unit.outcome = self._outcome(t_s, case.incident, draws.u_disposition)
            world.agenda.at(t_s + draws.scene_s, Order.UNIT, ident, Name.UNIT_CLEAR)
        elif step == Name.UNIT_CLEAR:
            unit.state = UnitState.COMMITTED
            self._row(t_s, Name.UNIT_CLEAR, ident)
            self._row(t_s, Name.INCIDENT_CLEAR, ident, float(DISPOSITIONS.index(unit.outcome)))
            world.agenda.at(t_s + draws.paperwork_s, Order.UNIT, ident, Name.UNIT_FREE)
        else:
            self._row(t_s, Name.UNIT_FREE, ident)
            unit.call = None
            unit.back_s = t_s + unit.out_s
            unit.state = UnitState.RETURNING if unit.on_duty else UnitState.OFF_DUTY
            self.serve(t_s)

    def _outcome(self, t_s: float, incident: int | None, u: float) -> Disposition:
        if incident is None:
            return Disposition.UNFOUNDED
        world = self._world
        if t_s > world.leaves_s[incident]:
            return Disposition.UNABLE_TO_LOCATE if world.persists[incident] else Disposition.GONE_ON_ARRIVAL
        kind = world.case_kind(incident, None)
        if u < kind.p_arrest:
            return Disposition.ARREST
        return Disposition.CITATION if u < kind.p_arrest + kind.p_citation else Disposition.WARNING
