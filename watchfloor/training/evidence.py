"""What may be handed on of a training session: its log as the room knew it, without the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import InputError
from watchfloor.console.past import Provenance, without_truth
from watchfloor.console.session import Seat

if TYPE_CHECKING:
    from watchfloor.training.session import TrainingSession


def provenance_of(session: TrainingSession) -> Provenance:
    """Return what a piece of a session so far is a piece of; no row tells which incident it is about.

    Raises:
        InputError: before the session, and during a freeze, in which nobody sees pictures.
    """
    if session.phase in ("briefing", "freeze"):
        raise InputError("evidence", got=f"a session in {session.phase}", expected="one that runs or is over")
    world, scenario = session.room.world, session.stage.scenario
    log = world.log()
    return Provenance(
        scenario=scenario.name, scenario_digest=scenario.digest, seed=session.exercise.seed, arm=log.arm,
        log_digest=log.digest(), rows=without_truth(world.state.rows), n_cameras=scenario.city.cameras.n_cameras,
        end_s=session.clock.t_s, marking="EXERCISE")


def past_span_s_of(session: TrainingSession, seat: Seat) -> tuple[float, float] | None:
    """Return from and to which instant a seat may look back: a trainee in the debrief, an instructor before it too."""
    may_look = session.phase == "debrief" or (seat.role == "instructor" and session.phase in ("running", "paused"))
    return (0.0, session.clock.t_s) if may_look else None
