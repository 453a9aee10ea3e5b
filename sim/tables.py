"""Drawn arrays as Python lists: what the world reads one number at a time."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.alerts import DrawnAlerts
from sim.attention import AttentionPlan
from sim.case_draws import CASE_FIELDS, CaseDraws
from sim.city import City
from sim.kept import kept
from sim.log import MISSING
from sim.plans import Plans


class CaseDraw(NamedTuple):
    """One case's entry of ``CaseDraws``, field by field."""

    verify_s: float
    record_s: float
    u_confirm: float
    u_needs_unit: float
    u_disposition: float
    handover_s: float
    acknowledge_s: float
    turnout_s: float
    travel_factor: float
    scene_s: float
    paperwork_s: float
    attend_s: float


class CaseTable(list[CaseDraw]):
    """Cases' draws by index."""

    def __init__(self, draws: CaseDraws) -> None:
        super().__init__(map(CaseDraw._make, draws.drawn[list(CASE_FIELDS)].tolist()))


class PlanTable:
    """An attention plan by camera."""

    def __init__(self, plan: AttentionPlan) -> None:
        self.owner: list[int] = plan.owner.tolist()
        self.phase_s: list[float] = plan.phase_s.tolist()
        self.period_s: list[float] = plan.period_s.tolist()
        self.p_taken: list[float] = plan.p_taken.tolist()


@kept
def plan_tables(plans: Plans) -> list[PlanTable]:
    """Return attention plans by camera."""
    return [PlanTable(plan) for plan in plans.plans]


@kept
def city_lists(city: City) -> tuple[list[int], list[int]]:
    """Return each camera's junction and each junction's district."""
    return city.cameras.junction.tolist(), city.district.tolist()


class AlertTable:
    """Alerts by index; live ones are appended."""

    def __init__(self, drawn: DrawnAlerts | None) -> None:
        self.camera: list[int] = drawn.camera.tolist() if drawn else []
        self.kind: list[int] = drawn.kind.tolist() if drawn else []
        self.incident: list[int | None] = (
            [None if incident == MISSING else incident for incident in drawn.incident.tolist()] if drawn else [])
        self.detect_s: list[float] = drawn.detect_s.tolist() if drawn else []
        self.ends_s: list[float] = drawn.ends_s.tolist() if drawn else []
        self.level: list[int] = drawn.level.tolist() if drawn else []
        self.cases: list[CaseDraw] = CaseTable(drawn.cases) if drawn else []

    def append(self, *, camera: int, kind: int, detect_s: float, level: int, cases: CaseDraws) -> int:
        """Add a live alert, whose truth nobody knows; return its index."""
        self.camera.append(camera)
        self.kind.append(kind)
        self.incident.append(None)
        self.detect_s.append(detect_s)
        self.ends_s.append(math.inf)
        self.level.append(level)
        self.cases.extend(CaseTable(cases))
        return len(self.camera) - 1

    def cut(self, n_alerts: int) -> None:
        """Forget the alerts after the first ``n_alerts``."""
        for column in (self.camera, self.kind, self.incident, self.detect_s, self.ends_s, self.level, self.cases):
            del column[n_alerts:]
