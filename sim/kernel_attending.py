"""The compiled attending of a scene: an inspector joins the live picture of the unit at their own case."""

from __future__ import annotations

import math

from sim.compiled import compiled_entry, constant
from sim.kernel_casework import occupy
from sim.kernel_layout import NONE, Out, Room
from sim.kernel_watch import IDLE, case_of, write_row
from sim.log import Name
from sim.state import ATTENDING

ATTEND = constant(Name.ATTEND)


@compiled_entry
def attend(out: Out, room: Room, t_s: float, call: int) -> bool:
    """Mirror ``ControlRoom.attend``."""
    case = room.calls[call]
    inspector = room.inspectors[case.inspector]
    attend_s = case_of(room, case.incident, case.alert).attend_s
    if attend_s <= 0.0 or not inspector.on_duty or inspector.phase != IDLE:
        return False
    write_row(out, t_s, ATTEND, case.incident, case.alert, call, case.camera, case.inspector, NONE, math.nan)
    occupy(out, room, t_s, case.inspector, ATTENDING, t_s + attend_s)
    inspector.alert = case.alert
    inspector.incident = case.incident
    inspector.camera = case.camera
    inspector.call = call
    return True
