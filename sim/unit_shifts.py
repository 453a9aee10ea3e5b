"""Units come on duty and go off, take their meals, and are out of service for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.fieldwork import AtShiftEnd
from sim.log import Name
from sim.patrol import ON_THE_WAY
from sim.policies import DecisionKind
from sim.questions import FREE
from sim.records import UnitState
from sim.state import BEGINS, ENDS
from sim.unit_draws import MEAL

if TYPE_CHECKING:
    from sim.engine import World


class UnitShifts:
    """Handles who can be sent on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def change_shift(self, t_s: float, new_duty: int) -> None:
        """Put the next units on duty; who is on a case does with it as the scenario says."""
        world, state = self._world, self._world.state
        on = set(world.duty_table[new_duty].units)
        relieved = []
        for ident, unit in enumerate(state.units):
            was_on, unit.on_duty = unit.on_duty, ident in on
            if unit.on_duty and unit.state is UnitState.OFF_DUTY:
                unit.state, unit.back_s = UnitState.AVAILABLE, t_s
                if world.questions.asks(DecisionKind.REDEPLOY):
                    state.to_post.append(ident)
            elif not unit.on_duty:
                unit.due_meal = unit.due_spell = unit.post = None
                if unit.state in FREE:
                    unit.state = UnitState.OFF_DUTY
                elif was_on and unit.call is not None and ident not in world.badges:
                    relieved.append(ident)
        if world.scenario.fieldwork.at_shift_end is AtShiftEnd.HAND_OVER:
            self._hand_over(t_s, relieved)
        elif world.scenario.fieldwork.at_shift_end is AtShiftEnd.PREEMPT:
            for ident in relieved:
                self._put_back(t_s, ident)
        world.desk.serve_orders(t_s)
        world.desk.serve(t_s)

    def _hand_over(self, t_s: float, relieved: list[int]) -> None:
        """Let free units continue the cases of those who go, by id; who finds no successor finishes."""
        world, state = self._world, self._world.state
        free = [ident for ident in world.duty_table[state.duty].units
                if state.units[ident].state in FREE and ident not in world.badges]
        for old, new in zip(relieved, free, strict=False):
            gone, come = state.units[old], state.units[new]
            come.state, come.call, come.junction, come.origin = gone.state, gone.call, gone.junction, gone.origin
            come.out_s, come.began_s, come.scene_s = gone.out_s, gone.began_s, gone.scene_s
            come.outcome, come.attempt, come.rolling = gone.outcome, gone.attempt, gone.rolling
            come.attended = gone.attended
            self._send_home(old)
            world.work.row(t_s, Name.HAND_OVER, new, float(old))
            world.work.then(gone.due_s, new, gone.next_step)
            world.work.expect_cancel(t_s, new)

    def _put_back(self, t_s: float, ident: int) -> None:
        """Put a case back into its queue; a unit that has left the place finishes its paperwork."""
        world = self._world
        unit = world.state.units[ident]
        if unit.call is None or unit.state not in (*ON_THE_WAY, UnitState.ON_SCENE):
            return
        call = unit.call
        if unit.state is UnitState.ON_SCENE:
            case = world.state.calls[call]
            case.n_put_back += 1
            case.left_s += unit.due_s - t_s
        world.work.row(t_s, Name.PUT_BACK, ident)
        self._send_home(ident)
        world.desk.wait_again(call)

    def _send_home(self, ident: int) -> None:
        unit = self._world.state.units[ident]
        unit.state, unit.call = UnitState.OFF_DUTY, None
        unit.version += 1

    def service(self, t_s: float, window: int, said: int) -> None:
        """A unit's break is due, or over."""
        world = self._world
        what = world.units.windows.what[window]
        ident = world.units.windows.unit[window]
        unit = world.state.units[ident]
        if said == BEGINS:
            world.arrivals.next_window(window + 1)
            if not unit.on_duty or ident in world.badges:
                return
            if what == MEAL:
                unit.due_meal = window
            else:
                unit.due_spell = window
            if unit.state in FREE:
                self.rest_if_due(t_s, ident)
            return
        world.row(t_s, Name.BREAK_END if what == MEAL else Name.BACK_IN_SERVICE, unit=ident)
        unit.back_s = t_s
        unit.state = UnitState.AVAILABLE if unit.on_duty else UnitState.OFF_DUTY
        if not self.rest_if_due(t_s, ident):
            if world.questions.asks(DecisionKind.REDEPLOY):
                world.state.to_post.append(ident)
            world.desk.serve(t_s)

    def rest_if_due(self, t_s: float, ident: int) -> bool:
        """Let a unit that has just become free take the break that it owes, a meal first; say whether it does."""
        world = self._world
        unit = world.state.units[ident]
        window = unit.due_spell if unit.due_meal is None else unit.due_meal
        if window is None or not unit.on_duty:
            return False
        if unit.due_meal is None:
            unit.due_spell = None
        else:
            unit.due_meal = None
        is_meal = world.units.windows.what[window] == MEAL
        unit.state = UnitState.OUT_OF_SERVICE
        world.row(t_s, Name.BREAK_START if is_meal else Name.OUT_OF_SERVICE, unit=ident)
        world.agenda.at(t_s + world.units.windows.length_s[window], Order.SERVICE, window, ENDS)
        return True
