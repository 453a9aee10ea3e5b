"""What may be handed on of a live session: masked pictures of its real feeds, and its log without the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.log import EventLog
from watchfloor.console.past import Provenance, without_truth

if TYPE_CHECKING:
    from watchfloor.live.session import LiveSession


def provenance_of(session: LiveSession) -> Provenance:
    """Return what a piece of a session so far is a piece of.

    Raises:
        InputError: if the session keeps no past pictures.
    """
    if session.past.keep_s <= 0.0:
        raise InputError("evidence", got="a session that keeps no past pictures", expected="one begun with --console",
                         do="give --past SECONDS too if it was begun with --past 0")
    rows = list(session.engine.world.state.rows)  # one copy: the engine goes on writing
    scenario, log = session.scenario, EventLog.from_rows(rows, arm="live")
    return Provenance(
        scenario=scenario.name, scenario_digest=scenario.digest, seed=session.options.seed, arm=log.arm,
        log_digest=log.digest(), rows=without_truth(rows), n_cameras=scenario.city.cameras.n_cameras,
        end_s=session.clock.now_s, marking=session.banner, is_synthetic=False)
