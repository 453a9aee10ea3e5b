"""What may be handed on of a training session: its log as the room knew it, without the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.log import MISSING, Name
from watchfloor.console.past import Provenance

if TYPE_CHECKING:
    from watchfloor.training.session import TrainingSession

_TRUTH = frozenset({Name.OCCUR, Name.VISIBLE_END, Name.ABANDON})
"""Rows that would tell a trainee what truly happened; an alert is abandoned as its offence ends."""


def provenance_of(session: TrainingSession) -> Provenance:
    """Return what a piece of a session so far is a piece of; no row tells which incident it is about.

    Raises:
        InputError: before the session, and during a freeze, in which nobody sees pictures.
    """
    if session.phase in ("briefing", "freeze"):
        raise InputError("evidence", got=f"a session in {session.phase}", expected="one that runs or is over")
    world, scenario = session.room.world, session.stage.scenario
    log = world.log()
    rows = tuple((row[0], row[1], MISSING, *row[3:]) for row in world.state.rows if row[1] not in _TRUTH)
    return Provenance(
        scenario=scenario.name, scenario_digest=scenario.digest, seed=session.exercise.seed, arm=log.arm,
        log_digest=log.digest(), rows=rows, n_cameras=scenario.city.cameras.n_cameras, end_s=session.clock.t_s,
        marking="EXERCISE")
