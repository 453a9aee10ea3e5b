"""The compiled preemption by class: ``interruption``, function by function."""

from __future__ import annotations

from sim.compiled import compiled_entry
from sim.kernel_layout import DUTY, NONE, Out, Room
from sim.kernel_shift_end import put_back
from sim.state import VERIFYING, ZOOMING


@compiled_entry
def make_free(out: Out, room: Room, t_s: float, watch_room: int, level: int) -> int:
    """Mirror ``Interruption.make_free``; −1 stands for nobody."""
    duty, best, best_level, best_alert = room.duties[out.number[DUTY]], -1, level, -1
    for place in range(duty.first_inspector, duty.end_inspector):
        ident = room.inspector_posts[place]
        inspector = room.inspectors[ident]
        if inspector.room == watch_room and inspector.phase in (VERIFYING, ZOOMING) and inspector.alert != NONE:
            own = room.alerts[inspector.alert].level
            if own < best_level or (best >= 0 and own == best_level and inspector.alert > best_alert):
                best, best_level, best_alert = ident, own, inspector.alert
    if best >= 0:
        put_back(out, room, t_s, best)
    return best
