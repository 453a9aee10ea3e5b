"""All that changes while a world is played: plain records, so that a world can be copied at any event."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from sim.attention import watched_s
from sim.city import F8
from sim.log import LogRow
from sim.policies import Decision
from sim.records import Disposition, UnitState
from sim.roomwork import Vigilance
from sim.tables import CaseDraw, PlanTable

UNSEEN, IN_HAND, CONFIRMED = 0, 1, 2
"""What the room knows of an incident."""

VERIFYING, RECORDING, ZOOMING, SEARCHING, ATTENDING, RESTING = range(6)
"""Phases of a task; the first three are a case in work."""

N_LEVELS = 5
"""Of alerts: likelihood levels 1 to 4, and 0 for those that have none."""

DECIDED, ANNOUNCED, ORDERED = range(3)
"""What a CALL_READY event says: the order has been given; a duty officer is asked for; their order is given."""

BEGINS, ENDS = range(2)
"""What a SERVICE event says of its window."""

STEP_BITS = 6
"""The lowest bits of a unit event's version hold the step; the others the unit's own version."""


@dataclass(slots=True, kw_only=True)
class Task:
    """What an inspector is busy with."""

    phase: int
    began_s: float
    """When it was first turned to."""
    ends_s: float
    """When the phase is over."""
    alert: int | None = None
    """Index of the alert; None for a sighting, and for what is no case."""
    incident: int | None = None
    camera: int | None = None
    line: int | None = None
    """Sightline from the camera to the incident."""
    call: int | None = None
    """Whose scene is attended."""
    search: int | None = None
    verify_s: float = 0.0
    """How long the verification takes once the camera has settled."""
    holds_camera: bool = False
    """Whether the camera is zoomed for it."""


@dataclass(slots=True, kw_only=True)
class InspectorState:
    """One inspector's post."""

    on_duty: bool = False
    task: Task | None = None
    task_version: int = 0
    """Raised whenever a task begins, goes on or is taken away, so that an old end is passed over."""
    free_since_s: float = 0.0
    watch_s: float = 0.0
    """Watch clock at ``free_since_s``; it runs while free."""
    spell_s: float = 0.0
    """When the spell of work began: coming on duty, or the end of the last break."""
    version: int = 0
    """Raised whenever a pending notice is no longer the next one."""
    break_due: int | None = None
    """The break that is to be taken once the task is done."""
    looked_for: list[tuple[float, int]] = field(default_factory=list)
    """Heap of (watch-clock time of the noticing look, sightline)."""
    judged: deque[bool] = field(default_factory=deque)
    """Whether each of the latest alerts proved right."""

    @property
    def is_free(self) -> bool:
        """Say whether they are on duty and watching."""
        return self.on_duty and self.task is None

    def watch_clock(self, t_s: float, vigilance: Vigilance | None) -> float:
        """Return the watch clock at an instant."""
        if not self.on_duty or self.task is not None:
            return self.watch_s
        if vigilance is None:
            return self.watch_s + (t_s - self.free_since_s)
        return self.watch_s + watched_s(self.free_since_s - self.spell_s, t_s - self.free_since_s,
                                        vigilance.delta, vigilance.tau_s)


@dataclass(slots=True, kw_only=True)
class PendingLook:
    """A sightline whose look is still to come: what is left of its budget, and since when it counts."""

    budget: float
    since_watch_s: float


@dataclass(slots=True, kw_only=True)
class Zoomed:
    """A camera that shows one incident closely and nothing else."""

    incident: int
    n_holders: int
    """Tasks for which it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """What is left of a verification that waits again."""

    left_s: float
    began_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """A case in work that nobody has, and that the next free inspector of its room goes on with."""

    task: Task
    left_s: float
    room: int


@dataclass(slots=True, kw_only=True)
class UnitStatus:
    """One patrol's post."""

    on_duty: bool = False
    state: UnitState = UnitState.OFF_DUTY
    call: int | None = None
    junction: int = 0
    """Where it last was on a case."""
    back_s: float = 0.0
    """When it is back on its beat after a case."""
    out_s: float = 0.0
    """How long the way out takes; the way back is taken to be as long."""
    outcome: Disposition = Disposition.UNFOUNDED
    """Of the case it is at."""
    version: int = 0
    """Raised whenever what it had still to do on a case is no longer due."""
    attempt: int = 0
    """How many units had been sent to its call before it."""
    origin: int = 0
    """Junction from which it was sent."""
    began_s: float = 0.0
    """When it set out."""
    due_s: float = 0.0
    """When the next step of its work is due."""
    next_step: int = 0
    scene_s: float = 0.0
    """How long it will be needed at the place."""
    rolling: bool = False
    """Whether it was already on its way when it was sent, so that it need not turn out."""
    attended: bool = False
    """Whether an inspector attends the picture of its badge."""
    n_reported: int = 0
    """Steps of its work that a unit outside has reported or passed over."""
    due_meal: int | None = None
    """Window that it will take when it is free."""
    due_spell: int | None = None
    post: int | None = None
    """Junction at which a policy posted it; None while it patrols its beat."""


@dataclass(slots=True, kw_only=True)
class HeldCase:
    """A case in a person's hands."""

    inspector: int
    camera: int
    kind: int
    """What was claimed."""
    incident: int | None
    """What it truly is about; nobody in the room knows."""
    opened_s: float
    draws: CaseDraw
    """For handling it, should it become a call."""
    alert: int | None = None
    sighting_id: int | None = None


@dataclass(slots=True, kw_only=True)
class CallState:
    """A confirmed case as dispatch sees it, with where its draws are found."""

    incident: int | None
    alert: int | None
    inspector: int | None
    camera: int | None
    junction: int
    priority: int
    public: int | None = None
    """Index among the calls from the public."""
    to_send: int = 1
    """Units that it still waits for."""
    to_clear: int = 1
    """Units that have still to clear it."""
    n_sent: int = 0
    n_put_back: int = 0
    """Units that left work at the place behind, whose successors have not been sent yet."""
    left_s: float = 0.0
    """That work."""
    by_order: bool = False
    """Whether it waits for a person to send a unit, and not at the desk."""
    sighting: HeldCase | None = None
    """The case of a person's sighting, which has draws of its own."""


@dataclass(slots=True, kw_only=True)
class WorldState:
    """Everything a world remembers."""

    inspectors: list[InspectorState]
    units: list[UnitStatus]
    known: list[int]
    """What the room knows of each incident."""
    levels: list[list[deque[int]]]
    """Waiting alerts by room and likelihood level; those no longer in ``queued`` are passed over."""
    n_queued: list[int]
    """Waiting alerts of each room."""
    looks: dict[int, PendingLook] = field(default_factory=dict)
    """By sightline."""
    unowned: list[int] = field(default_factory=list)
    """Sightlines of cameras that nobody watches now, but may after the next shift change."""
    queued: dict[int, int] = field(default_factory=dict)
    """Room in which each alert waits, by its index."""
    put_back: dict[int, PutBack] = field(default_factory=dict)
    """Alerts whose verification has begun and waits again."""
    resumptions: list[Resumption] = field(default_factory=list)
    zoomed: dict[int, Zoomed] = field(default_factory=dict)
    """By camera."""
    searches: deque[int] = field(default_factory=deque)
    """Searches of the archive that wait."""
    n_searching: int = 0
    calls: list[CallState] = field(default_factory=list)
    waiting_calls: list[tuple[int, int]] = field(default_factory=list)
    """Heap of (priority, call) that no unit could take yet."""
    waiting_orders: list[tuple[int, int]] = field(default_factory=list)
    """Heap of (priority, call) that no duty officer could take yet."""
    n_officers_busy: int = 0
    duty: int = -1
    """Index of the current entry of the roster."""
    question: Decision | None = None
    """What a policy was asked and has not answered."""
    held_calls: list[tuple[int, int]] = field(default_factory=list)
    """(priority, call) that the policy lets wait until a unit or a call comes in."""
    to_post: list[int] = field(default_factory=list)
    """Units that have become free, and that a policy may post."""
    rates: F8 | None = None
    """(c,) of looks, as an attention policy said last; None before."""
    plan: PlanTable | None = None
    """What follows from them for who is on duty; None where the roster's own plan holds."""
    looks_taken: F8 = field(default_factory=lambda: np.zeros(0))
    """(c,) since an attention policy was asked last."""
    finds_made: F8 = field(default_factory=lambda: np.zeros(0))
    """(c,) noticed by looking since then."""
    counted_s: list[float] = field(default_factory=list)
    """Watch clock up to which each inspector's looks have been counted."""
    n_rows_counted: int = 0
    policy_failure: str | None = None
    """Why the fallback decides; None while the policy does."""
    attention_failure: str | None = None
    """Why the last attention plan holds; None while the planner is asked."""
    n_inputs: int = 0
    input_s: float = 0.0
    """When the latest input came."""
    held: dict[tuple[int | None, int | None], HeldCase] = field(default_factory=dict)
    """What people have in their hands, by (alert, number of the sighting)."""
    sighting_ids: set[int] = field(default_factory=set)
    """Of people's sightings so far."""
    dark: set[int] = field(default_factory=set)
    """Cameras whose feed was reported to be gone."""
    played_s: float = 0.0
    """Everything due before this instant has been played."""
    rows: list[LogRow] = field(default_factory=list)
