"""A trace's incidents and sightlines as Python lists, to which more can be added while a world is played."""

from __future__ import annotations

import numpy as np

from sim.tables import CaseTable
from sim.trace import Trace

LINE_COLUMNS = ("line_camera", "line_budget", "line_end_s", "line_p_look", "line_zoom_s", "line_p_identify")
INCIDENT_COLUMNS = ("occur_s", "visible_end_s", "leaves_s", "persists")
"""Columns that the lists and a trace name alike; the first are by sightline."""


class IncidentTables:
    """Incidents and sightlines, one number at a time; see Trace for what they mean.

    Args:
        trace: what is known from the start.
    """

    def __init__(self, trace: Trace) -> None:
        self.first_line: list[int] = trace.first_line.tolist()
        self.line_camera: list[int] = trace.line_camera.tolist()
        self.line_budget: list[float] = trace.line_budget.tolist()
        self.line_end_s: list[float] = trace.line_end_s.tolist()
        self.line_p_look: list[float] = trace.line_p_look.tolist()
        self.line_zoom_s: list[float] = trace.line_zoom_s.tolist()
        self.line_p_identify: list[float] = trace.line_p_identify.tolist()
        self.line_incident: list[int] = np.repeat(
            np.arange(trace.n_incidents), np.diff(trace.first_line)).tolist()
        self.occur_s: list[float] = trace.occur_s.tolist()
        self.visible_end_s: list[float] = trace.visible_end_s.tolist()
        self.leaves_s: list[float] = trace.leaves_s.tolist()
        self.persists: list[bool] = trace.persists.tolist()
        self.incident_kind: list[int] = trace.kind.tolist()
        self.incident_junction: list[int] = trace.junction.tolist()
        self.cases = CaseTable(trace.cases)
        self.injected: list[Trace] = []
        """Traces of the incidents that were added, one each."""

    @property
    def n_incidents(self) -> int:
        """Number of incidents so far: the trace's, and those that were added."""
        return len(self.occur_s)

    def line_of(self, incident: int | None, camera: int) -> int | None:
        """Return the sightline from a camera to an incident; None where there is none."""
        if incident is None:
            return None
        lines = range(self.first_line[incident], self.first_line[incident + 1])
        return next((line for line in lines if self.line_camera[line] == camera), None)

    def add_incident(self, one: Trace) -> int:
        """Add the one incident of a trace; return its number."""
        incident = self.n_incidents
        self.injected.append(one)
        for column in (*LINE_COLUMNS, *INCIDENT_COLUMNS):
            getattr(self, column).extend(getattr(one, column).tolist())
        self.line_incident.extend([incident] * one.line_camera.size)
        self.first_line.append(len(self.line_camera))
        self.incident_kind.append(int(one.kind[0]))
        self.incident_junction.append(int(one.junction[0]))
        self.cases.extend(CaseTable(one.cases))
        return incident

    def cut_incidents(self, n_incidents: int) -> None:
        """Forget the incidents after the first ``n_incidents``."""
        n_lines, n_forgotten = self.first_line[n_incidents], self.n_incidents - n_incidents
        del self.injected[len(self.injected) - n_forgotten:]
        del self.first_line[n_incidents + 1:]
        for column in (*LINE_COLUMNS, "line_incident"):
            del getattr(self, column)[n_lines:]
        for column in (*INCIDENT_COLUMNS, "incident_kind", "incident_junction", "cases"):
            del getattr(self, column)[n_incidents:]
