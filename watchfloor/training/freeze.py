"""Freezes in the manner of SAGAT: the session stands still, and the trainee is asked what the world holds.

Endsley (1995), Human Factors 37, 65–84: questions on what is there (level 1), what it means (2), what comes next (3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.records import UnitState

if TYPE_CHECKING:
    from sim.engine import World

N_OPTIONS = 4
SOON_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with the options that are offered; a code that each language has words for."""

    question: str
    """Its name within the session."""
    code: str
    level: int
    """1 to 3."""
    params: dict[str, int | str]
    options: tuple[str, ...]
    correct: int
    """Index of the right option; kept from the trainee."""


def ask(world: World, *, t_s: float, cameras: list[int], number: int, seed: int) -> tuple[Question, ...]:
    """Return the questions of one freeze, made from the world's truth.

    Args:
        world: as it stands.
        t_s: instant of the freeze.
        cameras: on the trainee's wall, tile by tile.
        number: of the freeze.
        seed: orders options and draws what is asked about.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, 1000 + number]))
    state = world.state
    made = [
        _counted("alerts_waiting", 1, len(state.queued), rng),
        _counted("cameras_with_an_incident", 1, len(visible_cameras(world, t_s) & set(cameras)), rng),
        _counted("units_free", 1, sum(unit.on_duty and unit.call is None for unit in state.units), rng),
        _counted("calls_without_a_unit", 2, sum(case.n_sent == 0 and case.to_clear > 0 for case in state.calls), rng),
        _counted("units_arriving_soon", 3, _arriving(world, t_s), rng),
    ]
    busy = [ident for ident, unit in enumerate(state.units) if unit.call is not None]
    if busy:
        made.append(_state_of(world, busy[int(rng.integers(len(busy)))], rng))
    return tuple(Question(question=f"freeze.{number}.{index}", code=code, level=level, params=params, options=options,
                          correct=correct) for index, (code, level, params, options, correct) in enumerate(made))


def visible_cameras(world: World, t_s: float) -> set[int]:
    """Return the cameras that show an incident."""
    return {camera for line, camera in enumerate(world.line_camera)
            if world.occur_s[world.line_incident[line]] <= t_s <= world.line_end_s[line]}


_Made = tuple[str, int, dict[str, int | str], tuple[str, ...], int]


def _counted(code: str, level: int, n: int, rng: np.random.Generator) -> _Made:
    """Return a question for a count: the truth among its neighbours."""
    low = max(0, n - int(rng.integers(N_OPTIONS)))
    return code, level, {}, tuple(str(low + step) for step in range(N_OPTIONS)), n - low


def _arriving(world: World, t_s: float) -> int:
    return sum(unit.state is UnitState.EN_ROUTE and unit.began_s + unit.out_s <= t_s + SOON_S
               for unit in world.state.units)


def _state_of(world: World, ident: int, rng: np.random.Generator) -> _Made:
    names = ["dispatched", "en_route", "on_scene", "committed"]
    right = world.state.units[ident].state.name.lower()
    options = [right, *[name for name in names if name != right]][:N_OPTIONS]
    order = rng.permutation(len(options)).tolist()
    return ("unit_state", 2, {"unit_id": ident}, tuple(options[place] for place in order), order.index(0))
