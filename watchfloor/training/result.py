"""What came of a session: scores with intervals, the procedure, and the trials they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.log import EventLog, Name
from watchfloor.training.checklist import Case, Checked, Deed, check_procedure
from watchfloor.training.detection_theory import Detection, Interval, measure_detection, median_s, rounded, share
from watchfloor.training.room import Order, Room
from watchfloor.training.trials import Watched, watched_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One trainee's session, scored."""

    session_id: str
    trainee_id: str
    """Random; no name is here."""
    exercise: str
    exercise_digest: str
    log_digest: str
    duration_s: float
    watched: Watched
    detection: Detection
    reaction_s: float | None
    """Middle time from a target's onset to turning to it."""
    n_right_kind: int
    n_dispatched: int
    n_nearest: int
    checklist: tuple[Checked, ...]
    n_questions: int
    n_answered_right: int
    workload: float | None
    """Raw NASA-TLX, 0 to 100."""
    has_passed: bool | None
    """None where the exercise has no pass mark."""
    before_s: float | None = None
    """For how long the trainee had been watching when it began; None where nobody said."""


def score(
    room: Room, *, session_id: str, trainee_id: str, inspector_id: int, end_s: float, deeds: Sequence[Deed],
    n_questions: int, n_answered_right: int, workload: float | None, before_s: float | None = None,
) -> Result:
    """Score one inspector's seat.

    Args:
        room: played to its end.
        session_id: of the session.
        trainee_id: random id of the person.
        inspector_id: their seat.
        end_s: when the session ended.
        deeds: what they did beside the log: bookmarks and words on the radio.
        n_questions: that freezes asked.
        n_answered_right: of these.
        workload: raw NASA-TLX.
        before_s: for how long they had been watching when it began, if that is known.
    """
    exercise, log = room.stage.exercise, room.world.log()
    watched = watched_in(log, room.stage.scenario, [room.stage.trace, *room.world.injected],
                         inspector_id=inspector_id, end_s=end_s, from_s=exercise.warm_up_s)
    hits = [trial for trial in watched.trials if trial.is_hit]
    detection = measure_detection(n_targets=len(watched.trials), n_hits=len(hits), n_windows=watched.n_windows,
                                  n_false=watched.n_false)
    firsts = {order.call_id: order for order in reversed(room.orders)
              if order.inspector_id == inspector_id}
    mark = exercise.pass_d_prime
    return Result(
        session_id=session_id, trainee_id=trainee_id, exercise=exercise.name, exercise_digest=exercise.digest,
        log_digest=log.digest(), duration_s=end_s, watched=watched, detection=detection,
        reaction_s=median_s([trial.reaction_s for trial in hits if trial.reaction_s is not None]),
        n_right_kind=sum(trial.kind_given == trial.kind for trial in hits), n_dispatched=len(firsts),
        n_nearest=sum(order.is_nearest for order in firsts.values()),
        checklist=check_procedure(
            _cases(log, inspector_id, deeds, firsts, [target.expects for target in exercise.targets])),
        n_questions=n_questions,
        n_answered_right=n_answered_right, workload=workload,
        has_passed=None if mark is None else detection.d_prime.value >= mark, before_s=before_s)


_NAMES = {Name.SHOWN: "shown", Name.ZOOM: "zoom", Name.CONFIRM: "confirm", Name.DISPATCH: "dispatch"}


def _cases(
    log: EventLog, inspector: int, deeds: Sequence[Deed], orders: dict[int, Order],
    expects: Sequence[tuple[str, ...] | None],
) -> list[Case]:
    """Return each case that the inspector confirmed, its deeds in order of time.

    What was done on the case's camera, and words on the radio, count from when the case was opened. What is expected
    of it is what the exercise says of its target; of what is no target, everything.
    """
    cases: list[Case] = []
    cameras: dict[int, int] = {}
    done = []
    for t_s, number, call, camera, who in zip(log.t_s.tolist(), log.name.tolist(), log.call_id.tolist(),
                                              log.camera_id.tolist(), log.inspector_id.tolist(), strict=True):
        name = Name(number)
        if name in _NAMES and (who == inspector or name is Name.DISPATCH):
            done.append(Deed(name=_NAMES[name], t_s=t_s, camera_id=camera, call_id=call))
        if name is Name.CALL_CREATE and who == inspector:
            cameras[call] = camera
    for call, camera in cameras.items():
        created_s, incident = _created(log, call)
        confirm_s = max(deed.t_s for deed in done if deed.name == "confirm" and deed.camera_id == camera
                        and deed.t_s <= created_s)
        opened_s = max(deed.t_s for deed in done if deed.name == "shown" and deed.camera_id == camera
                       and deed.t_s <= confirm_s)
        case = [deed for deed in done if deed.t_s >= opened_s and (
            (deed.name == "dispatch" and deed.call_id == call)
            or (deed.name in ("shown", "zoom", "confirm") and deed.camera_id == camera))]
        case += [deed for deed in deeds if deed.t_s >= opened_s and (
            deed.call_id == call or (deed.call_id is None and (deed.camera_id == camera or deed.name == "radio")))]
        if call in orders and orders[call].is_nearest:
            case.append(Deed(name="nearest_unit", t_s=orders[call].t_s, call_id=call))
        cases.append(Case(deeds=sorted(case, key=lambda deed: deed.t_s),
                          expects=expects[incident] if 0 <= incident < len(expects) else None))
    return cases


def _created(log: EventLog, call: int) -> tuple[float, int]:
    """Return when a call was created, and of which incident; below 0 where there is none."""
    row = int(np.flatnonzero((log.name == Name.CALL_CREATE) & (log.call_id == call))[0])
    return float(log.t_s[row]), int(log.incident_id[row])


def scores_of(result: Result) -> dict[str, Any]:
    """Return a result's scores as a debrief shows them."""
    detection = result.detection
    return {
        "d_prime": _shown(detection.d_prime), "criterion": _shown(detection.criterion),
        "targets": detection.n_targets, "hits": detection.n_hits, "misses": detection.n_targets - detection.n_hits,
        "false_alarms": detection.n_false, "correct_rejections": detection.n_windows - detection.n_false,
        "reaction_s": rounded(result.reaction_s, 1),
        "right_kind": rounded(share(result.n_right_kind, detection.n_hits)),
        "nearest_unit": rounded(share(result.n_nearest, result.n_dispatched)),
        "awareness": rounded(share(result.n_answered_right, result.n_questions)),
        "workload": rounded(result.workload, 1), "passed": result.has_passed,
    }


def _shown(interval: Interval) -> dict[str, float | None]:
    return {"value": rounded(interval.value, 2), "low": rounded(interval.low, 2), "high": rounded(interval.high, 2)}
