"""What the compiled engine works on: a few arrays of records, in three groups so that calls stay cheap."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sim.case_draws import CaseLaw
from sim.city import F8, I4
from sim.compiled import Records, constant
from sim.log import MISSING
from sim.rng import U8
from sim.trace import I8
from sim.travel import RoadStore

Record: TypeAlias = Any
"""One entry of such an array; numba knows and checks its fields, mypy cannot."""

ROW = np.dtype([("t_s", "f8"), ("value", "f8"), ("name", "i4"), ("incident", "i4"), ("alert", "i4"), ("call", "i4"),
                ("camera", "i4"), ("inspector", "i4"), ("unit", "i4")], align=True)
DUE = np.dtype([("t_s", "f8"), ("key", "i8"), ("serial", "i8"), ("version", "i8")], align=True)
"""``key`` is order · 2³² + ident."""
CHOICE = np.dtype([
    ("look_s", "f8"), ("end_s", "f8"), ("post_s", "f8"), ("p_confirm", "f8"), ("p_false_confirm", "f8"),
    ("compliance_slope", "f8"), ("compliance_middle", "f8"), ("ppv_prior", "f8"), ("delta", "f8"), ("tau_s", "f8"),
    ("break_s", "f8"), ("ppv_window", "i8"), ("queue_limit", "i8"), ("shift_end", "i8"), ("at_most", "i8"),
    ("policy", "i8"), ("has_officers", "i8"), ("queue_minds_load", "i8"),
    ("has_preemption", "i8")], align=True)
"""``delta`` is 0 where watching never tires; ``at_most`` is of searches at once."""
DUTY_ENTRY = np.dtype([("from_s", "f8"), ("first_inspector", "i8"), ("end_inspector", "i8"), ("first_unit", "i8"),
                       ("end_unit", "i8"), ("plan", "i8"), ("is_shift", "i8"), ("n_officers", "i8")], align=True)
REST = np.dtype([("start_s", "f8"), ("until_s", "f8"), ("post", "i8")], align=True)
SEARCH_ENTRY = np.dtype([("request_s", "f8"), ("duration_s", "f8"), ("solved", "i8")], align=True)
WATCH_ROOM = np.dtype([("queued", "i8"), ("overflow_to", "i8"), ("overflow_at", "i8")], align=True)
"""``queued`` alerts wait; ``overflow_to`` is −1 where they always do."""
CAMERA = np.dtype([("incident", "i4"), ("holders", "i4")], align=True)
"""Zoomed onto ``incident`` while there are ``holders``."""
PLAN = np.dtype([("phase_s", "f8"), ("period_s", "f8"), ("p_taken", "f8"), ("junction", "i8")], align=True)
KIND = np.dtype([("p_needs_unit", "f8"), ("p_arrest", "f8"), ("p_citation", "f8"), ("priority", "i8")], align=True)
INCIDENT = np.dtype([
    ("occur_s", "f8"), ("visible_end_s", "f8"), ("leaves_s", "f8"), ("kind", "i8"), ("junction", "i8"),
    ("first_line", "i8"), ("end_line", "i8"), ("known", "i8"), ("persists", "i8")], align=True)
LINE = np.dtype([
    ("p_look", "f8"), ("budget", "f8"), ("target", "f8"), ("left", "f8"), ("since_s", "f8"), ("end_s", "f8"),
    ("zoom_s", "f8"), ("p_identify", "f8"), ("incident", "i8"), ("camera", "i8"), ("child", "i8"), ("sibling", "i8"),
], align=True)
"""``left`` is what is left of the budget since ``since_s``; ``child`` and ``sibling`` link the heap of looks."""
ALERT_ENTRY = np.dtype([
    ("detect_s", "f8"), ("ends_s", "f8"), ("left_s", "f8"), ("began_s", "f8"), ("camera", "i8"), ("kind", "i8"),
    ("incident", "i8"), ("level", "i8"), ("room", "i8"), ("queued", "i8"), ("following", "i8"),
    ("preceding", "i8")], align=True)
"""``left_s`` of the verification, which began at ``began_s``; infinity stands for not yet. ``room`` is where it
waits."""
TASK_FIELDS = [
    ("began_s", "f8"), ("ends_s", "f8"), ("verify_s", "f8"), ("phase", "i8"), ("alert", "i8"), ("incident", "i8"),
    ("camera", "i8"), ("line", "i8"), ("call", "i8"), ("search", "i8"), ("holds_camera", "i8")]
INSPECTOR = np.dtype([
    *TASK_FIELDS, ("free_since_s", "f8"), ("watch_s", "f8"), ("spell_s", "f8"), ("version", "i8"),
    ("task_version", "i8"), ("on_duty", "i8"), ("room", "i8"), ("break_due", "i8"), ("judged_head", "i8"),
    ("judged_size", "i8"), ("judged_right", "i8"), ("first_look", "i8")], align=True)
"""With the task, if the phase says that there is one; ``line``, ``search`` and ``break_due`` are −1 for none."""
RESUMPTION = np.dtype([*TASK_FIELDS, ("room", "i8")], align=True)
"""A case that nobody has; ``ends_s`` is how much of its phase is left."""
CALL = np.dtype([
    ("left_s", "f8"), ("incident", "i8"), ("alert", "i8"), ("camera", "i8"), ("inspector", "i8"), ("junction", "i8"),
    ("priority", "i8"), ("public", "i8"), ("to_send", "i8"), ("to_clear", "i8"), ("n_sent", "i8"),
    ("n_put_back", "i8")], align=True)
UNIT_ENTRY = np.dtype([
    ("back_s", "f8"), ("out_s", "f8"), ("began_s", "f8"), ("due_s", "f8"), ("scene_s", "f8"), ("on_duty", "i8"),
    ("state", "i8"), ("call", "i8"), ("junction", "i8"), ("outcome", "i8"), ("version", "i8"), ("attempt", "i8"),
    ("origin", "i8"), ("next_step", "i8"), ("rolling", "i8"), ("attended", "i8"), ("due_meal", "i8"),
    ("due_spell", "i8"), ("kind", "i8"), ("wears_badge", "i8"), ("free_place", "i8"), ("relieved", "i8")], align=True)
"""``free_place`` is where it stands in the list of free units, −1 where it is not free."""
CANDIDATE_ENTRY = np.dtype([("junction", "i8"), ("ident", "i8"), ("least_ds", "i8"), ("free", "i8")])
"""The first three are room for candidates; ``free`` lists the free units, in any order."""
RULES = np.dtype([
    ("p_cancel", "f8"), ("p_evidence", "f8"), ("p_evidence_attended", "f8"), ("p_join", "f8"), ("badge_scale", "f8"),
    ("badge_power", "f8"), ("p_unfounded", "f8"), ("to_arrest", "f8"), ("to_citation", "f8"), ("has_badges", "i8"),
    ("redirect_gap", "i8"), ("at_shift_end", "i8"), ("last_kind", "i8")], align=True)
PUBLIC = np.dtype([("arrive_s", "f8"), ("create_s", "f8"), ("calltaker", "i8"), ("junction", "i8"),
                   ("priority", "i8"), ("n_units", "i8")], align=True)
WINDOW = np.dtype([("from_s", "f8"), ("length_s", "f8"), ("unit", "i8"), ("what", "i8")], align=True)

SERIAL, N_ROWS, N_CALLS, DUTY, N_UNOWNED, N_DUE = range(6)
"""Entries of ``Out.number``."""
N_SEARCHING, NEXT_SEARCH, END_SEARCH, N_RESUMPTIONS = range(4)
"""Entries of ``Room.counter``; searches from the next to the end wait."""
N_WAITING, N_ORDERS, N_OFFICERS_BUSY, N_FREE, MAY_SERVE = range(5)
"""Entries of ``Desk.number``; MAY_SERVE is 1 where a call or a unit has come, so that serving follows the event."""


ZERO, NONE = constant(0), constant(MISSING)


class Out(NamedTuple):
    """What every step writes to: the log, the agenda, and the counters."""

    rows: Records
    due: Records
    """Binary heap by (t_s, key, serial)."""
    number: I8


class Room(NamedTuple):
    """The control room."""

    choice: Records
    duties: Records
    inspector_posts: I8
    """Posts on duty, entry after entry of the roster."""
    plans: Records
    """(plans, cameras)."""
    owners: I4
    """(plans, cameras) place of each camera's inspector among those on duty, −1 for nobody: most are asked no more."""
    kinds: Records
    incidents: Records
    incident_cases: Records
    """Of the very CASE records that were given, as are those of alerts and calls: what is drawn of them is kept."""
    incident_law: CaseLaw
    lines: Records
    alerts: Records
    alert_cases: Records
    alert_law: CaseLaw
    inspectors: Records
    judged: I8
    """(inspectors, window) ring of the latest verdicts."""
    unowned: I8
    carried: I8
    """Space for the looks that a change of duty deals out anew."""
    queue: I8
    """(rooms · levels, 2): first and last waiting alert."""
    calls: Records
    cameras: Records
    camera_rooms: I4
    """(c,) which control room watches each camera."""
    rooms: Records
    rests: Records
    searches: Records
    resumptions: Records
    counter: I8


class Desk(NamedTuple):
    """The duty desk and the patrols."""

    rules: Records
    number: I8
    unit_posts: I8
    units: Records
    candidates: Records
    waiting: I8
    """Heap of priority · 2³² + call."""
    orders: I8
    """The same, of calls that wait for a duty officer."""
    post_junction: I8
    junction_district: I8
    store: RoadStore
    public: Records
    public_cases: Records
    public_law: CaseLaw
    attempt_key: U8
    attempt_spreads: F8
    """As ``AttemptLaw`` has them."""
    attempt: Records
    """The attempt last asked for."""
    windows: Records
    speeds: F8
    """(windows, 3), as ``speed_at`` takes them."""
