"""All that changes while a world is played: plain records, so that a world can be copied at any event."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from sim.log import LogRow
from sim.policies import Decision
from sim.records import Disposition, UnitState

UNSEEN, IN_HAND, CONFIRMED = 0, 1, 2
"""What the room knows of an incident."""

VERIFYING, RECORDING = 0, 1

DECIDED, ANNOUNCED, ORDERED = range(3)
"""What a CALL_READY event says: the order has been given; a duty officer is asked for; their order is given."""

BEGINS, ENDS = range(2)
"""What a SERVICE event says of its window."""

STEP_BITS = 6
"""The lowest bits of a unit event's version hold the step; the others the unit's own version."""


@dataclass(slots=True, kw_only=True)
class Task:
    """What an inspector is busy with."""

    alert: int | None
    """Index of the alert; None for a sighting."""
    incident: int | None
    camera: int
    began_s: float
    phase: int = VERIFYING


@dataclass(slots=True, kw_only=True)
class InspectorState:
    """One inspector's post."""

    on_duty: bool = False
    task: Task | None = None
    free_since_s: float = 0.0
    watch_s: float = 0.0
    """Watch clock at ``free_since_s``; it runs while free."""
    version: int = 0
    """Raised whenever a pending notice is no longer the next one."""
    looked_for: list[tuple[float, int]] = field(default_factory=list)
    """Heap of (watch-clock time of the noticing look, sightline)."""
    judged: deque[bool] = field(default_factory=deque)
    """Whether each of the latest alerts proved right."""

    @property
    def is_free(self) -> bool:
        """Say whether they are on duty and watching."""
        return self.on_duty and self.task is None

    def watch_clock(self, t_s: float) -> float:
        """Return the watch clock at an instant."""
        return self.watch_s + (t_s - self.free_since_s) if self.is_free else self.watch_s


@dataclass(slots=True, kw_only=True)
class PendingLook:
    """A sightline whose look is still to come: what is left of its budget, and since when it counts."""

    budget: float
    since_watch_s: float


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
    due_meal: int | None = None
    """Window that it will take when it is free."""
    due_spell: int | None = None


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


@dataclass(slots=True, kw_only=True)
class WorldState:
    """Everything a world remembers."""

    inspectors: list[InspectorState]
    units: list[UnitStatus]
    known: list[int]
    """What the room knows of each incident."""
    looks: dict[int, PendingLook] = field(default_factory=dict)
    """By sightline."""
    unowned: list[int] = field(default_factory=list)
    """Sightlines of cameras that nobody watches now, but may after the next shift change."""
    queued: dict[int, None] = field(default_factory=dict)
    """Alerts that wait, by index."""
    levels: list[deque[int]] = field(default_factory=lambda: [deque() for _ in range(5)])
    """Waiting alerts by likelihood level; those no longer in ``queued`` are passed over."""
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
    n_inputs: int = 0
    played_s: float = 0.0
    """Everything due before this instant has been played."""
    rows: list[LogRow] = field(default_factory=list)
