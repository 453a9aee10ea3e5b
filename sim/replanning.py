"""Attention plans that change while a world is played: asked of a policy every few minutes, and dealt out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.agenda import Order
from sim.city import F8
from sim.errors import ModelError
from sim.log import MISSING, Name
from sim.plans import plan_for
from sim.policies import Decision, DecisionKind
from sim.tables import PlanTable

if TYPE_CHECKING:
    from sim.engine import World

REPLAN_S = 900.0
"""Time between plans."""


class Replanning:
    """Asks a world's attention policy and counts looks and finds; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._n_cameras = world.scenario.city.cameras.n_cameras
        self._district = world.scenario.city.cameras.district
        self._first_camera = np.unique(self._district, return_index=True)[1].tolist()

    @property
    def is_on(self) -> bool:
        """Say whether the world has an attention policy."""
        return self._world.attention is not None

    def begin_asking(self) -> None:
        """Make the first question due, if there is anybody to ask."""
        if self.is_on:
            state = self._world.state
            state.looks_taken, state.finds_made = np.zeros(self._n_cameras), np.zeros(self._n_cameras)
            state.counted_s = [0.0] * len(state.inspectors)
            self._world.agenda.at(0.0, Order.PLAN, 0)

    def ask(self, t_s: float, number: int, _: int) -> None:
        """Ask for the plan of the next minutes; a planner that has failed is asked no more, and its last plan holds."""
        world = self._world
        if world.state.attention_failure is not None:
            return
        world.agenda.at((number + 1) * REPLAN_S, Order.PLAN, number + 1)
        self.count(t_s)
        self._write_looks(t_s)
        decision = Decision(
            kind=DecisionKind.ATTENTION, t_s=t_s, call_id=None, priority=0, district=0,
            candidates=tuple(range(self._n_cameras)), mask=(True,) * self._n_cameras, travel_s=(),
            candidate_districts=tuple(self._district.tolist()), n_on_duty=len(world.duty_table[world.state.duty].
                                                                               inspectors),
            looks=world.state.looks_taken.copy(), finds=world.state.finds_made.copy())
        world.state.looks_taken[:], world.state.finds_made[:] = 0.0, 0.0
        try:
            self._take_answer(decision)
        except Exception as error:  # a planner is the user's own code, and may raise anything
            if world.fallback is None:
                raise
            world.state.attention_failure = (f"{type(world.attention).__name__} at {t_s:.3f} s: "
                                             f"{type(error).__name__}: {error}")
            world.row(t_s, Name.POLICY_FAILED)

    def end(self, t_s: float) -> None:
        """Write down the looks since the last question, at the end of the run."""
        if self.is_on:
            self.count(t_s)
            self._write_looks(t_s)
            self._world.state.looks_taken[:] = 0.0

    def _write_looks(self, t_s: float) -> None:
        looks = np.bincount(self._district, weights=self._world.state.looks_taken)
        for camera in self._first_camera:
            if looks[self._district[camera]] > 0.0:
                self._world.row(t_s, Name.LOOKS, camera=camera, value=float(looks[self._district[camera]]))

    def _take_answer(self, decision: Decision) -> None:
        assert self._world.attention is not None, "only then it is asked"
        rates = self._world.attention.decide(decision)
        if rates is None:
            self._world.state.question = decision
        else:
            self.adopt(decision.t_s, rates)

    def adopt(self, t_s: float, rates: F8) -> None:
        """Look by given rates from now; looks still to come are dealt out anew.

        Raises:
            ModelError: if they are not one number ≥ 0 for each camera.
        """
        rates = np.asarray(rates, dtype=np.float64)
        if rates.shape != (self._n_cameras,) or not np.isfinite(rates).all() or (rates < 0.0).any():
            raise ModelError(f"attention policy: rates of shape {rates.shape}, least {rates.min(initial=0.0):g}; "
                             f"expected {self._n_cameras} finite numbers ≥ 0")
        state = self._world.state
        state.rates = rates.copy()
        self._world.room.change_shift(t_s, state.duty, state.duty)

    def begin_plan(self) -> None:
        """Let the plan of the latest rates hold for who is on duty now."""
        world, state = self._world, self._world.state
        if state.rates is not None:
            state.plan = PlanTable(plan_for(world.scenario, world.duty_table[state.duty], state.rates))
        if self.is_on:
            for ident in world.duty_table[state.duty].inspectors:
                state.counted_s[ident] = state.inspectors[ident].watch_s

    def count(self, t_s: float) -> None:
        """Count the looks that inspectors have taken since the last count, and what they noticed by looking."""
        world, state = self._world, self._world.state
        if not self.is_on or state.duty < 0:
            return
        plan = world.plan(state.duty)
        spent_s = np.zeros(len(world.duty_table[state.duty].inspectors) + 1)
        for place, ident in enumerate(world.duty_table[state.duty].inspectors):
            clock_s = world.room.watch_clock(t_s, ident)
            spent_s[place] = clock_s - state.counted_s[ident]
            state.counted_s[ident] = clock_s
        owner = np.array(plan.owner)  # −1 reads the last entry, which is 0
        state.looks_taken += spent_s[owner] / np.array(plan.period_s) * np.array(plan.p_taken)
        for row in state.rows[state.n_rows_counted:]:
            if row[1] == Name.SHOWN and row[3] == MISSING:
                state.finds_made[row[5]] += 1.0
        state.n_rows_counted = len(state.rows)
