"""Simulated trainees: the simulator's own perception model in a trainee's seat, through the session that people use."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field

import numpy as np

from scenarios import load_scenario
from sim.perception import lognormal_sigma
from sim.scenario import Scenario, Spread
from watchfloor.training.exercise import Exercise
from watchfloor.training.result import Result
from watchfloor.training.session import TrainingSession
from watchfloor.training.workload import SCALES

_SEAT = "trainee-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Perception:
    """How somebody watches, in the simulator's own parameters."""

    look_s: float
    """Time that one look at one tile takes."""
    p_best: float
    """Ceiling of the probability to notice a target, however long they look."""
    px_half: float
    """Pixels at which a look notices half of what it can at best."""
    px_slope: float
    verify: Spread
    """From turning to a case to deciding it."""
    delta: float = 0.0
    """Share by which looks come slower in a long spell of watching."""
    tau_s: float = 900.0
    """Time in which that comes about."""
    compliance_slope: float = 5.49
    """Of the cry-wolf curve: P(act on a true alert) = logistic(slope · (share of true alerts − middle))."""
    compliance_middle: float = 0.3
    ppv_prior: float = 0.5
    """What they expect of alerts before any; they judge alerts by how many of the latest they confirmed."""
    p_confirm: float = 0.9
    """Share of true cases in hand that they confirm, alerts' worth aside."""
    ppv_window: int = 50
    p_false_alert: float = 0.02
    """Share of false alerts that they confirm."""
    false_per_min: float = 0.0
    """Sightings of nothing that they confirm."""
    uses_alerts: bool = True


PRESETS: dict[str, Perception] = {
    "novice": Perception(look_s=2.0, p_best=0.75, px_half=14.0, px_slope=2.5, false_per_min=0.2,
                         verify=Spread(median_s=14.0, p95_s=45.0), uses_alerts=False),
    "trained": Perception(look_s=1.0, p_best=0.845, px_half=10.0, px_slope=3.0, false_per_min=0.05,
                          verify=Spread(median_s=8.0, p95_s=30.0), uses_alerts=False),
    "assisted": Perception(look_s=1.0, p_best=0.845, px_half=10.0, px_slope=3.0, false_per_min=0.05,
                           verify=Spread(median_s=8.0, p95_s=30.0)),
    "optimal": Perception(look_s=0.25, p_best=1.0, px_half=3.0, px_slope=4.0, p_false_alert=0.0, p_confirm=1.0,
                          compliance_slope=50.0, compliance_middle=-1.0, verify=Spread(median_s=3.0, p95_s=5.0)),
}
"""Trainees to compare scores with; ``trained`` is the simulator's default inspector."""


class HandClock:
    """A wall clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """Return its second."""
        return self.now_s


@dataclass(slots=True, kw_only=True)
class _Hands:
    """What a simulated trainee has in hand."""

    ends_s: float
    alert_id: int | None
    sighting_id: int | None
    is_confirmed: bool


@dataclass(slots=True, kw_only=True)
class _Memory:
    unseeable: set[int] = field(default_factory=set)
    """Incidents that they will not notice, however long they look."""
    considered: set[int] = field(default_factory=set)
    """Incidents for which that is settled."""
    taken: set[int] = field(default_factory=set)
    """Incidents that they have turned to."""
    refused: set[int] = field(default_factory=set)
    """Alerts that they do not act on."""
    judged: list[bool] = field(default_factory=list)


def play_simulated(
    exercise: Exercise, perception: Perception, *, seed: int, scenario: Scenario | None = None,
    trainee_id: str | None = None, start_watch_s: float = 0.0,
) -> Result:
    """Let a simulated trainee play an exercise and return their result.

    Args:
        exercise: what happens.
        perception: how they watch.
        seed: of their luck.
        scenario: the one that the exercise names; loaded if None.
        trainee_id: random if None.
        start_watch_s: for how long they have been watching when the session begins.
    """
    clock, who = HandClock(), trainee_id or secrets.token_hex(8)
    session = TrainingSession(exercise, scenario=scenario or load_scenario(exercise.scenario), now=clock,
                              trainees=(who,), on_watch_s={who: start_watch_s})
    SimulatedTrainee(perception, seed=seed, start_watch_s=start_watch_s).play(session, clock)
    return session.result(_SEAT)


class SimulatedTrainee:
    """Sits in the first trainee's seat and looks at one tile after another, at random.

    Args:
        perception: how they watch.
        seed: of their luck.
        start_watch_s: for how long they have been watching when the session begins.
    """

    def __init__(self, perception: Perception, *, seed: int, start_watch_s: float = 0.0) -> None:
        self._how = perception
        self._rng = np.random.Generator(np.random.Philox(key=[seed, 9]))
        self._start_watch_s = start_watch_s
        self._memory = _Memory()
        self._hands: _Hands | None = None

    def play(self, session: TrainingSession, clock: HandClock) -> None:
        """Play a session from its briefing to its debrief."""
        session.act(_SEAT, {"do": "begin"})
        while session.phase in ("running", "freeze"):
            if session.phase == "freeze":
                self._answer(session)
                continue
            busy_s = 0.0 if self._hands is None else self._hands.ends_s - session.clock.t_s
            clock.now_s += max(0.001, busy_s) if self._hands is not None else self._how.look_s
            session.catch_up()
            if session.phase == "running":
                self._step(session)
        for scale in SCALES:
            session.act(_SEAT, {"do": "answer", "question": scale, "value": 50})

    def _answer(self, session: TrainingSession) -> None:
        for question in session.questions:
            session.act(_SEAT, {"do": "answer", "question": question.question,
                                "value": int(self._rng.integers(len(question.options)))})

    def _step(self, session: TrainingSession) -> None:
        t_s, room = session.clock.t_s, session.room
        if self._hands is not None:
            if t_s >= self._hands.ends_s:
                self._decide(session, self._hands)
            return
        if self._how.uses_alerts and self._take_alert(session, t_s):
            return
        tiles = session.places[_SEAT].tiles
        camera = tiles[int(self._rng.integers(len(tiles)))]
        if self._rng.random() < self._how.false_per_min * self._how.look_s / 60.0:
            self._sight(session, t_s, camera, session.kinds[0], is_confirmed=True)
            return
        for seen in room.truth(t_s):
            if seen["camera_id"] == camera and self._notices(seen["incident_id"], seen["px"], t_s):
                self._memory.taken.add(seen["incident_id"])
                self._sight(session, t_s, camera, seen["kind"],
                            is_confirmed=bool(self._rng.random() < self._how.p_confirm))
                return

    def _notices(self, incident: int, px: float, t_s: float) -> bool:
        memory, how = self._memory, self._how
        if incident not in memory.considered:
            memory.considered.add(incident)
            if self._rng.random() >= how.p_best:
                memory.unseeable.add(incident)
        if incident in memory.taken or incident in memory.unseeable:
            return False
        ratio = (px / how.px_half) ** how.px_slope
        pace = 1.0 - how.delta * -math.expm1(-(self._start_watch_s + t_s) / how.tau_s)
        return bool(self._rng.random() < pace * ratio / (1.0 + ratio))

    def _sight(self, session: TrainingSession, t_s: float, camera: int, kind: str, *, is_confirmed: bool) -> None:
        reply = session.act(_SEAT, {"do": "sighting", "camera_id": camera, "kind": kind})
        if reply["ok"]:
            self._hands = _Hands(ends_s=t_s + self._verify_s(), alert_id=None, sighting_id=reply["sighting_id"],
                                 is_confirmed=is_confirmed)

    def _take_alert(self, session: TrainingSession, t_s: float) -> bool:
        world = session.room.world
        waiting = [alert for alert in world.state.queued if alert not in self._memory.refused]
        if not waiting:
            return False
        alert = waiting[0]
        incident = world.alerts.incident[alert]
        p_act = self._how.p_confirm * self._p_act() if incident is not None else self._how.p_false_alert
        acts = bool(self._rng.random() < p_act)
        self._memory.judged.append(acts)
        if not session.act(_SEAT, {"do": "acknowledge", "alert_id": alert})["ok"]:
            self._memory.refused.add(alert)
            return False
        if incident is not None:
            self._memory.taken.add(incident)
        self._hands = _Hands(ends_s=t_s + self._verify_s(), alert_id=alert, sighting_id=None, is_confirmed=acts)
        return True

    def _p_act(self) -> float:
        how, latest = self._how, self._memory.judged[-self._how.ppv_window:]
        unfilled = how.ppv_window - len(latest)
        ppv = (sum(latest) + how.ppv_prior * unfilled) / how.ppv_window
        return 1.0 / (1.0 + math.exp(-how.compliance_slope * (ppv - how.compliance_middle)))

    def _verify_s(self) -> float:
        verify = self._how.verify
        return verify.median_s * math.exp(lognormal_sigma(verify) * float(self._rng.standard_normal()))

    def _decide(self, session: TrainingSession, hands: _Hands) -> None:
        self._hands = None
        n_calls = len(session.room.world.state.calls)
        session.act(_SEAT, {"do": "confirm" if hands.is_confirmed else "reject", "alert_id": hands.alert_id,
                            "sighting_id": hands.sighting_id})
        if hands.is_confirmed and len(session.room.world.state.calls) > n_calls:
            free = session.room.travel_s(session.clock.t_s, session.room.world.state.calls[n_calls])
            if free:
                nearest = min(free, key=lambda ident: (free[ident], ident))
                session.act(_SEAT, {"do": "dispatch", "call_id": n_calls, "unit_id": nearest})
