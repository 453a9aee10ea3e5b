"""A small network that scores whom to send: what reinforcement learning trains, played with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.dispatch_play import scaled_xy
from agents.dispatch_view import CALL_WIDTH, F4, MOST_TARGETS, UNIT_WIDTH, view_call, view_units
from agents.lateness import LATE_AFTER_S, driving_target_s
from sim.city import F8
from sim.policies import Action, Decision, DispatchPolicy
from sim.scenario import Scenario
from sim.travel import Travel

ROW_WIDTH = UNIT_WIDTH + 1 + CALL_WIDTH
STEEP = 24.0
"""What the score falls by with four targets of driving; so an untrained network sends the nearest unit."""

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNetwork:
    """Weights that every unit is scored with, so that the numbering of units is of no account.

    With rows r of one unit each: e = tanh(r · embed + embed_bias); the mean of e over all rows, those of units that are
    not free counted as 0, is joined to each e; h = tanh([e, mean] · join + join_bias); the score is h · score, less
    STEEP times the driving time.

    Raises:
        ValueError: if shapes do not fit, or a weight is no number.
    """

    embed: Matrix
    """(10, e)."""
    embed_bias: tuple[float, ...]
    join: Matrix
    """(2e, h)."""
    join_bias: tuple[float, ...]
    score: tuple[float, ...]
    """(h,)."""

    def __post_init__(self) -> None:
        embed, join = np.array(self.embed), np.array(self.join)
        width, hidden = len(self.embed_bias), len(self.join_bias)
        if embed.shape != (ROW_WIDTH, width) or join.shape != (2 * width, hidden) or len(self.score) != hidden:
            raise ValueError(f"network of shapes {embed.shape}, {join.shape}, ({len(self.score)},)")
        if not (np.isfinite(embed).all() and np.isfinite(join).all()
                and np.isfinite([*self.embed_bias, *self.join_bias, *self.score]).all()):
            raise ValueError("network with a weight that is no number")


def unit_rows(call: F4, units: F4) -> F4:
    """Return a row for each unit, and a last one that stands for waiting: a unit four targets away; (u + 1, 10).

    A row has the unit as it is shown, whether it would come too late, and the call.

    Args:
        call: (5,) as of ``view_call``.
        units: (u, 4) as of ``view_units``.
    """
    rows = np.zeros((units.shape[0] + 1, ROW_WIDTH), dtype=np.float32)
    rows[:-1, :UNIT_WIDTH] = units
    rows[-1, 1] = 1.0
    rows[:, UNIT_WIDTH] = rows[:, 1] > 1.0 / MOST_TARGETS + 1e-6
    rows[:, UNIT_WIDTH + 1:] = call
    return rows


class NetworkPolicy:
    """Sends whom a network scores highest.

    Args:
        network: its weights.
        xy: (n, 2) place of each junction, each coordinate from 0 to 1.
        target_s: driving time that is just in time.
        n_units: of the scenario.
    """

    def __init__(self, network: UnitNetwork, *, xy: F8, target_s: float, n_units: int) -> None:
        self._embed, self._join = np.array(network.embed), np.array(network.join)
        self._embed_bias, self._join_bias = np.array(network.embed_bias), np.array(network.join_bias)
        self._score = np.array(network.score)
        self._xy, self._target_s, self._n_units = xy.tolist(), target_s, n_units

    def scores(self, rows: F4) -> F8:
        """Return the score of each row, (u + 1,)."""
        embedded = np.tanh(rows @ self._embed + self._embed_bias)
        mean = (rows[:, :1] * embedded).mean(axis=0)
        hidden = np.tanh(np.hstack((embedded, np.broadcast_to(mean, embedded.shape))) @ self._join + self._join_bias)
        return np.asarray(hidden @ self._score - STEEP * rows[:, 1], dtype=np.float64)

    def decide(self, decision: Decision) -> Action:
        """Return the position of the best free unit; of equals the lowest number."""
        call = view_call(decision, xy=self._xy)
        n_units = max(self._n_units, 1 + max(decision.candidates, default=0))
        units = view_units(decision, xy=self._xy, n_units=n_units, target_s=self._target_s)
        scores: NDArray[np.float64] = np.round(self.scores(unit_rows(call, units)), 9)
        options = {place: float(scores[decision.candidates[place]]) for place in decision.free}
        if decision.may_wait:
            options[decision.wait] = float(scores[-1])
        return max(options, key=lambda place: (options[place], -place))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChoice:
    """A trained network, to be made for the city that it was trained on."""

    network: UnitNetwork
    late_after_s: float = LATE_AFTER_S

    def make(self, scenario: Scenario, travel: Travel) -> DispatchPolicy:  # noqa: ARG002 # driving times are asked
        """Make the policy for one scenario."""
        return NetworkPolicy(
            self.network, xy=scaled_xy(scenario.city.roads),
            target_s=driving_target_s(scenario, self.late_after_s),
            n_units=sum(shift.units for shift in scenario.shifts))
