"""What happened beside what the trainee did, and what the reference trainee did on the same exercise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.log import MISSING, EventLog, Name
from watchfloor.training.place import Place
from watchfloor.training.result import Result, scores_of
from watchfloor.training.trials import Trial

if TYPE_CHECKING:
    from watchfloor.training.session import TrainingSession

Json = dict[str, Any]
_OF_PEOPLE = ("awareness", "workload")
"""Scores that a simulated trainee, who answers questions at random, has none of."""


def debrief_of(session: TrainingSession, result: Result, place: Place) -> Json:
    """Return a trainee's debrief as the console shows it."""
    world = session.room.world
    return {
        "duration_s": result.duration_s, "exercise": result.exercise, "log_digest": result.log_digest,
        "incidents": [_incident(trial, world.visible_end_s[trial.incident_id], world.occur_s[trial.incident_id])
                      for trial in result.watched.trials],
        "rows": _rows(world.log(), place.seat.inspector_id), "scores": scores_of(result),
        "checklist": [{"item": one.item, "is_done": one.is_done, "n_done": one.n_done, "n_cases": one.n_cases}
                      for one in result.checklist],
        "freezes": [{"code": one.code, "level": one.level, "params": one.params, "options": list(one.options),
                     "correct": one.correct, "chosen": {place.seat.seat_id: place.answers.get(one.question)}}
                    for one in place.asked],
        "radio": [line for line in session.room.radio if line.get("unit_id") is None],
        "reference": _reference(session),
    }


def _incident(trial: Trial, visible_end_s: float, occur_s: float) -> Json:
    return {"incident_id": trial.incident_id, "kind": trial.kind, "camera_id": trial.camera_id, "occur_s": occur_s,
            "visible_end_s": visible_end_s, "outcome": "hit" if trial.is_hit else "miss", "seen_s": trial.seen_s,
            "confirm_s": trial.confirm_s, "reaction_s": trial.reaction_s, "kind_given": trial.kind_given,
            "px": round(trial.px, 1), "n_tiles": trial.n_tiles, "onset_s": trial.onset_s, "zoom_s": trial.zoom_s}


def _rows(log: EventLog, inspector: int | None) -> list[Json]:
    """Return the log's rows that are the truth, this inspector's, or the units'."""
    columns = zip(log.t_s.tolist(), log.name.tolist(), log.incident_id.tolist(), log.alert_id.tolist(),
                  log.call_id.tolist(), log.camera_id.tolist(), log.inspector_id.tolist(), log.unit_id.tolist(),
                  log.value.tolist(), strict=True)
    names = ("incident_id", "alert_id", "call_id", "camera_id", "inspector_id", "unit_id")
    return [{"t_s": t_s, "name": Name(name).name.lower(),
             **{key: None if ident == MISSING else ident for key, ident in zip(names, ids, strict=True)},
             "value": None if math.isnan(value) else value}
            for t_s, name, *ids, value in columns if ids[4] in (inspector, MISSING)]


def _reference(session: TrainingSession) -> Json:
    """Return what a simulated trained inspector does with the same exercise."""
    # the simulated trainee plays sessions, so it imports this package's session, which imports this file
    from watchfloor.training.simulated import PRESETS, play_simulated

    played = play_simulated(session.exercise, PRESETS["trained"], seed=session.exercise.seed,
                            scenario=session.base_scenario)
    scores = {name: value for name, value in scores_of(played).items() if name not in _OF_PEOPLE}
    return {"name": "trained", "scores": scores,
            "incidents": [{"incident_id": trial.incident_id, "outcome": "hit" if trial.is_hit else "miss",
                           "seen_s": trial.seen_s, "confirm_s": trial.confirm_s} for trial in played.watched.trials]}
