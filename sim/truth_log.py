"""What truly happened, as rows of the log, and the log of a run with the truth in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.compiled import Records, compiled, constant
from sim.log import ID_COLUMNS, MISSING, EventLog, Name
from sim.ordering import time_order
from sim.trace import I8, Trace

OCCUR, VISIBLE_END = constant(Name.OCCUR), constant(Name.VISIBLE_END)
OUTAGE_START, OUTAGE_END = constant(Name.OUTAGE_START), constant(Name.OUTAGE_END)


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


def merged_log(trace: Trace, rows: Records, *, arm: str, until_s: float) -> EventLog:
    """Return the same as ``finished_log`` of rows of the compiled engine, which are in order of time already."""
    seen = np.flatnonzero(np.diff(trace.first_line))
    out = trace.outages
    out_s = np.concatenate((out.from_s, out.to_s))
    t_s, name, ids, value = _merged(
        trace.occur_s, trace.visible_end_s, trace.kind, trace.first_line, trace.line_camera, seen,
        seen[time_order(trace.visible_end_s[seen])], out_s, out.camera,
        np.argsort(out_s, kind="stable"), rows, until_s)
    return EventLog(arm=arm, t_s=t_s, name=name, value=value, **dict(zip(ID_COLUMNS, ids, strict=True)))


@compiled
def _merged(
    occur_s: F8, visible_end_s: F8, kind: I4, first_line: I4, line_camera: I4, occurring: I8, ending: I8, out_s: F8,
    out_camera: I4, failing: I8, rows: Records, until_s: float,
) -> tuple[F8, NDArray[np.int16], I4, F8]:
    """Return (t_s, name, ids of shape (6, rows), value) of what happened and what was played, in order of time.

    In a tie beginnings come first, then ends, then cameras' outages, then what was played.

    Args:
        occur_s: (n,) of incidents, as are the next two.
        visible_end_s: likewise.
        kind: likewise.
        first_line: (n + 1,) as in Trace.
        line_camera: as in Trace.
        occurring: incidents that a camera sees, in order of their beginnings.
        ending: the same in order of their ends.
        out_s: beginnings of outages, then their ends.
        out_camera: of each outage.
        failing: the order of ``out_s``.
        rows: of the compiled engine.
        until_s: what truly happened later is left out.
    """
    n = 2 * occurring.size + out_s.size + rows.size
    t_s, name, value = np.empty(n), np.empty(n, dtype=np.int16), np.empty(n)
    ids = np.empty((6, n), dtype=np.int32)
    occurs, ends, fails, played, place = 0, 0, 0, 0, 0
    while True:
        occurs_s = occur_s[occurring[occurs]] if occurs < occurring.size else math.inf
        ends_s = visible_end_s[ending[ends]] if ends < ending.size else math.inf
        fails_s = out_s[failing[fails]] if fails < failing.size else math.inf
        truth_s = min(occurs_s, ends_s, fails_s)
        is_over = truth_s > until_s or truth_s == math.inf
        while played < rows.size and (is_over or rows[played].t_s < truth_s):
            row = rows[played]
            t_s[place], name[place], value[place] = row.t_s, row.name, row.value
            ids[0, place], ids[1, place], ids[2, place] = row.incident, row.alert, row.call
            ids[3, place], ids[4, place], ids[5, place] = row.camera, row.inspector, row.unit
            played += 1
            place += 1
        if is_over:
            return t_s[:place], name[:place], ids[:, :place], value[:place]
        t_s[place], value[place] = truth_s, math.nan
        ids[:, place] = MISSING
        if fails_s < ends_s and fails_s < occurs_s:
            outage = failing[fails]
            name[place] = OUTAGE_START if outage < out_camera.size else OUTAGE_END
            ids[3, place] = out_camera[outage % out_camera.size]
            fails += 1
        else:
            begins = occurs_s <= ends_s
            incident = occurring[occurs] if begins else ending[ends]
            name[place], value[place] = OCCUR if begins else VISIBLE_END, kind[incident]
            ids[0, place], ids[3, place] = incident, line_camera[first_line[incident]]
            occurs += begins
            ends += not begins
        place += 1
