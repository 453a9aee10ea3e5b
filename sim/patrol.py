"""The duty desk: calls and orders that wait, and who is sent."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from sim.agenda import Order
from sim.errors import ModelError
from sim.log import DISPOSITIONS, Name
from sim.nearest import CANDIDATE, nearest_of
from sim.policies import Action, Decision, DecisionKind, DistrictFirstPolicy, NearestPolicy
from sim.questions import FREE
from sim.records import Disposition, UnitState
from sim.state import ANNOUNCED, DECIDED, ORDERED, CallState
from sim.unit_draws import speed_at

if TYPE_CHECKING:
    from sim.engine import World

ON_THE_WAY = (UnitState.DISPATCHED, UnitState.EN_ROUTE)
REFERRED = float(DISPOSITIONS.index(Disposition.REFERRED))


class DutyDesk:
    """Handles calls and orders on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def public_call(self, t_s: float, public: int, _: int) -> None:
        """A call-taker passes on a call from the public."""
        world, state = self._world, self._world.state
        world.arrivals.next_public_call(public + 1)
        calls = world.units.public
        number, n_units = len(state.calls), calls.n_units[public]
        case = CallState(incident=None, alert=None, inspector=None, camera=None, junction=calls.junction[public],
                         priority=calls.priority[public], public=public, to_send=n_units, to_clear=n_units)
        state.calls.append(case)
        world.row(t_s, Name.CALL_TAKER, call=number, value=float(calls.calltaker[public]))
        world.row(t_s, Name.CALL_CREATE, call=number, value=float(case.priority))
        if n_units == 0:
            world.row(t_s, Name.INCIDENT_CLEAR, call=number, value=REFERRED)
        else:
            self.announce(t_s, number, world.units.call_draws(case).handover_s)

    def announce(self, t_s: float, call: int, handover_s: float) -> None:
        """Let a call that needs units reach the desk: after the hand-over's time, or at once to wait for an officer."""
        if self._world.units.has_officers:
            self._world.agenda.at(t_s, Order.CALL_READY, call, ANNOUNCED)
        else:
            self._world.agenda.at(t_s + handover_s, Order.CALL_READY, call, DECIDED)

    def call_ready(self, t_s: float, call: int, said: int) -> None:
        """A call waits for an officer, or for a unit; whoever is free takes it."""
        state = self._world.state
        priority = state.calls[call].priority
        if said == ANNOUNCED:
            heappush(state.waiting_orders, (priority, call))
            self.serve_orders(t_s)
            return
        if said == ORDERED:
            state.n_officers_busy -= 1
            self.serve_orders(t_s)
        heappush(state.waiting_calls, (priority, call))
        self.serve(t_s)

    def serve_orders(self, t_s: float) -> None:
        """Give waiting calls to free duty officers, by priority."""
        world, state = self._world, self._world.state
        while state.waiting_orders and state.n_officers_busy < world.duty_table[state.duty].n_officers:
            call = heappop(state.waiting_orders)[1]
            case = state.calls[call]
            handover_s = world.units.call_draws(case).handover_s
            state.n_officers_busy += 1
            world.row(t_s, Name.OFFICER, incident=case.incident, alert=case.alert, call=call, camera=case.camera,
                      value=handover_s)
            world.agenda.at(t_s + handover_s, Order.CALL_READY, call, ORDERED)

    def serve(self, t_s: float) -> None:
        """Serve what waits, once a unit or a call has come in; what a policy had let wait is asked about anew."""
        state = self._world.state
        while state.held_calls:
            heappush(state.waiting_calls, state.held_calls.pop())
        self.go_on(t_s)

    def go_on(self, t_s: float) -> None:
        """Send a unit to each waiting call, by priority, while units are free or may be redirected.

        A call that needs several units gets them one by one, and those behind it wait until it has them all. A unit
        outside goes only where a person sends it. Then units that have become free, and still are, get their posts.
        """
        self._serve_calls(t_s)
        world, state = self._world, self._world.state
        while state.to_post and state.question is None:
            ident = state.to_post.pop(0)
            if state.units[ident].state in FREE and state.units[ident].on_duty and ident not in world.badges:
                decision = world.questions.about_post(t_s, ident)
                action = world.questions.ask(decision)
                if action is None:
                    state.question = decision
                    return
                self.answer(t_s, decision, action)

    def _serve_calls(self, t_s: float) -> None:
        world, state = self._world, self._world.state
        while state.waiting_calls and state.question is None:
            call = state.waiting_calls[0][1]
            free = [ident for ident in world.duty_table[state.duty].units
                    if state.units[ident].state in FREE and ident not in world.badges]
            if not free:
                if not self._redirect(t_s, call):
                    return
            elif type(world.questions.policy) in (NearestPolicy, DistrictFirstPolicy):
                ident, travel_s = self._nearest(t_s, call, free)
                self._dispatch(t_s, call, ident, travel_s, world.questions.place(ident, t_s))
            else:
                decision = world.questions.about_dispatch(t_s, call, free)
                action = world.questions.ask(decision)
                if action is None:
                    state.question = decision
                    return
                self.answer(t_s, decision, action)

    def _nearest(self, t_s: float, call: int, free: list[int]) -> tuple[int, float]:
        """Return (unit, driving time) that the built-in policies choose."""
        world = self._world
        junction = world.state.calls[call].junction
        district = world.junction_district
        at = world.questions.places(free, t_s)
        if type(world.questions.policy) is DistrictFirstPolicy:
            own = [ident for ident in free if district[at[ident]] == district[junction]]
            free = own or free
        found = []
        kinds = world.units.kind
        for kind in {kinds[ident] for ident in free}:
            group = [ident for ident in free if kinds[ident] == kind]
            candidates = np.empty(len(group), dtype=CANDIDATE)
            candidates["junction"], candidates["ident"] = [at[ident] for ident in group], group
            ident, away_ds = nearest_of(world.units.store, kind, junction, candidates, len(group))
            found.append((away_ds, ident))
        away_ds, ident = min(found)
        return ident, away_ds / 10.0

    def answer(self, t_s: float, decision: Decision, action: Action) -> None:
        """Do what was decided.

        Raises:
            ModelError: if the policy chose what is not a free candidate.
        """
        if not decision.allows(action):
            raise ModelError(f"{decision.kind} policy: action = {action}; expected the position of a free candidate, "
                             f"0 to {len(decision.candidates) - 1}"
                             f"{f', or {decision.wait} to wait' if decision.may_wait else ''}")
        world, state = self._world, self._world.state
        if decision.kind is DecisionKind.REDEPLOY:
            self._post(t_s, decision, action)
        elif action == decision.wait:
            state.held_calls.append(heappop(state.waiting_calls))
        else:
            ident = decision.candidates[action]
            assert decision.call_id is not None, "a dispatch is about a call"
            self._dispatch(t_s, decision.call_id, ident, decision.travel_s[action],
                           world.questions.place(ident, t_s))

    def _post(self, t_s: float, decision: Decision, action: Action) -> None:
        """Let a free unit drive to a post, or back to its beat."""
        world = self._world
        assert decision.unit_id is not None, "a post is of a unit"
        unit = world.state.units[decision.unit_id]
        if action == decision.wait:
            unit.post = None
            return
        drive_s = decision.travel_s[action]
        if world.units.speed_windows is not None:
            drive_s /= speed_at(t_s, world.units.speed_windows)
        unit.junction, unit.post, unit.back_s = decision.junction, decision.candidates[action], t_s + drive_s
        world.row(t_s, Name.POSTED, unit=decision.unit_id, value=float(unit.post))

    def _dispatch(self, t_s: float, call: int, ident: int, travel_s: float, origin: int) -> None:
        """Send a unit to the first of the waiting calls."""
        state = self._world.state
        case = state.calls[call]
        case.to_send -= 1
        if case.to_send == 0:
            heappop(state.waiting_calls)
        self._set_out(t_s, call, ident, travel_s, origin)

    def order(self, t_s: float, call: int, ident: int) -> None:
        """Send a free unit to a call that waits for a person's order; any unit after the first is one more."""
        case = self._world.state.calls[call]
        if case.n_sent:
            case.to_clear += 1
        else:
            case.to_send -= 1
        origin = self._world.questions.place(ident, t_s)
        self._set_out(t_s, call, ident, self._world.units.travel_s(ident, origin, case.junction), origin)

    def _set_out(self, t_s: float, call: int, ident: int, travel_s: float, origin: int) -> None:
        state = self._world.state
        case, unit = state.calls[call], state.units[ident]
        unit.origin, unit.rolling = origin, unit.state is UnitState.EN_ROUTE
        unit.attempt = case.n_sent
        case.n_sent += 1
        self._world.work.begin(t_s, ident, call, travel_s)

    def wait_again(self, call: int) -> None:
        """Let a call wait for one more unit, at its own place in the queue."""
        state = self._world.state
        case = state.calls[call]
        if case.to_send == 0:
            heappush(state.waiting_calls, (case.priority, call))
        case.to_send += 1

    def _redirect(self, t_s: float, call: int) -> bool:
        """Take the nearest unit that is on its way to a call of lower priority; say whether there was one."""
        world, state = self._world, self._world.state
        gap = world.scenario.fieldwork.redirect_gap
        if gap == 0:
            return False
        case = state.calls[call]
        best: tuple[float, int, int] | None = None
        for ident in world.duty_table[state.duty].units:
            unit = state.units[ident]
            if unit.state not in ON_THE_WAY or unit.call is None or ident in world.badges:
                continue
            if state.calls[unit.call].priority >= case.priority + gap:
                at = world.work.whereabouts(t_s, ident)
                found = (world.units.travel_s(ident, at, case.junction), ident, at)
                best = found if best is None else min(best, found)
        if best is None:
            return False
        away_s, ident, at = best
        left = state.units[ident].call
        assert left is not None, "a unit on its way has a call"
        world.work.row(t_s, Name.CANCELED_ENROUTE, ident, 1.0)
        world.work.leave(t_s, ident, at)
        self.wait_again(left)
        self._dispatch(t_s, call, ident, away_s, at)
        return True
