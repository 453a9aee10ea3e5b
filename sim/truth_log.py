"""What truly happened, as rows of the log, and the log of a run with the truth in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.compiled import Records, compiled
from sim.kept import kept
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


def merged_log(trace: Trace, rows: Records, *, arm: str, until_s: float) -> EventLog:
    """Return the same as ``finished_log`` of rows of the compiled engine, which are in order of time already."""
    truth = _whole_truth(trace)
    n_true = int(np.searchsorted(truth.t_s, until_s, side="right"))
    t_s, name, ids, value = _merged(truth.t_s[:n_true], truth.name, truth.incident_id, truth.camera_id, truth.value,
                                    rows)
    return EventLog(arm=arm, t_s=t_s, name=name, value=value, **dict(zip(ID_COLUMNS, ids, strict=True)))


@kept
def _whole_truth(trace: Trace) -> EventLog:
    """Return what truly happened, in order of time."""
    return finished_log(trace, EventLog.from_rows([], arm=""), arm="", until_s=math.inf)


@compiled
def _merged(
    true_s: F8, true_name: NDArray[np.int16], true_incident: I4, true_camera: I4, true_value: F8, rows: Records
) -> tuple[F8, NDArray[np.int16], I4, F8]:
    """Return (t_s, name, ids of shape (6, rows), value) of two logs in order of time; truth comes first in a tie."""
    n = true_s.size + rows.size
    t_s, name, value = np.empty(n), np.empty(n, dtype=np.int16), np.empty(n)
    ids = np.full((6, n), MISSING, dtype=np.int32)
    truth, played = 0, 0
    for place in range(n):
        if truth < true_s.size and (played == rows.size or true_s[truth] <= rows[played].t_s):
            t_s[place], name[place], value[place] = true_s[truth], true_name[truth], true_value[truth]
            ids[0, place], ids[3, place] = true_incident[truth], true_camera[truth]
            truth += 1
        else:
            row = rows[played]
            t_s[place], name[place], value[place] = row.t_s, row.name, row.value
            ids[0, place], ids[1, place], ids[2, place] = row.incident, row.alert, row.call
            ids[3, place], ids[4, place], ids[5, place] = row.camera, row.inspector, row.unit
            played += 1
    return t_s, name, ids, value
