"""What truly happened, as rows of the log, and the log of a run with the truth in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.log import ID_COLUMNS, MISSING, EventLog, Name
from sim.trace import Trace


def truth_log(trace: Trace, *, until_s: float, first_incident: int = 0) -> EventLog:
    """Return the rows of what truly happened in view of a camera, and when those cameras gave no picture.

    Args:
        trace: what happened.
        until_s: later rows are left out.
        first_incident: number of the trace's first incident in the log.
    """
    seen = np.flatnonzero(np.diff(trace.first_line)).astype(np.int32)
    n_out, out = trace.outages.camera.size, trace.outages
    number = seen + np.int32(first_incident)
    incident = np.concatenate((number, number, np.full(2 * n_out, MISSING, dtype=np.int32)))
    t_s = np.concatenate((trace.occur_s[seen], trace.visible_end_s[seen], out.from_s, out.to_s))
    name = np.repeat(np.array([Name.OCCUR, Name.VISIBLE_END, Name.OUTAGE_START, Name.OUTAGE_END], dtype=np.int16),
                     [seen.size, seen.size, n_out, n_out])
    camera = trace.line_camera[trace.first_line[seen]]
    camera = np.concatenate((camera, camera, out.camera, out.camera))
    kind = trace.kind[seen].astype(np.float64)
    value = np.concatenate((kind, kind, np.full(2 * n_out, math.nan)))
    happened = np.flatnonzero(t_s <= until_s)
    none = np.full(happened.size, MISSING, dtype=np.int32)
    return EventLog(
        arm="", t_s=t_s[happened], name=name[happened], incident_id=incident[happened], alert_id=none, call_id=none,
        camera_id=camera[happened], inspector_id=none, unit_id=none, value=value[happened])


def finished_log(
    trace: Trace, played: EventLog, *, arm: str, until_s: float, injected: Sequence[Trace] = (),
) -> EventLog:
    """Return the truth and what was played as one log in order of time; the truth comes first in a tie.

    ``injected`` are traces of one incident each, which are numbered on from those of the trace.
    """
    parts = [truth_log(trace, until_s=until_s)]
    parts += [truth_log(one, until_s=until_s, first_incident=trace.n_incidents + place)
              for place, one in enumerate(injected)]
    parts.append(played)
    order = np.argsort(np.concatenate([part.t_s for part in parts]), kind="stable")
    columns = {name: np.concatenate([getattr(part, name) for part in parts])[order]
               for name in ("t_s", "name", *ID_COLUMNS, "value")}
    return EventLog(arm=arm, **columns)
