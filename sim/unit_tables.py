"""What the SimPy world reads of units, one number at a time: how they move, their draws, and calls from the public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.attempts import AttemptDraw, Part, attempt_draw, attempt_law, attempt_uniform
from sim.fieldwork import CallDemand, UnitKind
from sim.nearest import away_ds
from sim.rng import KeyedStreams
from sim.roster import has_officers
from sim.scenario import Scenario
from sim.tables import CaseDraw, CaseTable
from sim.travel import RoadStore, Travel
from sim.unit_draws import UnitDraws, Windows, badge_channel, unit_kinds, wearers

if TYPE_CHECKING:
    from sim.city import F8
    from sim.public_calls import PublicCalls
    from sim.state import CallState
    from sim.tables import AlertTable


class PublicTable:
    """Calls from the public by index."""

    def __init__(self, calls: PublicCalls | None) -> None:
        self.arrive_s: list[float] = calls.arrive_s.tolist() if calls else []
        self.create_s: list[float] = calls.create_s.tolist() if calls else []
        self.calltaker: list[int] = calls.calltaker.tolist() if calls else []
        self.junction: list[int] = calls.junction.tolist() if calls else []
        self.priority: list[int] = calls.priority.tolist() if calls else []
        self.n_units: list[int] = calls.n_units.tolist() if calls else []
        self.cases: list[CaseDraw] = CaseTable(calls.cases) if calls else []


class WindowTable:
    """Windows in which units cannot be sent, by index."""

    def __init__(self, windows: Windows | None) -> None:
        self.from_s: list[float] = windows.from_s.tolist() if windows else []
        self.length_s: list[float] = windows.length_s.tolist() if windows else []
        self.unit: list[int] = windows.unit.tolist() if windows else []
        self.what: list[int] = windows.what.tolist() if windows else []


class UnitTables:
    """Everything about the units that does not change while a world is played.

    Args:
        scenario: the model's numbers.
        draws: None where the scenario has none of the optional parts.
        occur_s: of each incident; those that are added later too.
        cases: how each incident would be handled.
        alerts: what the detectors raised; live ones are added.
        travel: driving times.
    """

    def __init__(
        self, scenario: Scenario, draws: UnitDraws | None, *, occur_s: list[float], cases: CaseTable,
        alerts: AlertTable, travel: Travel,
    ) -> None:
        self.kind = [int(kind) for kind in unit_kinds(scenario)]  # numba takes a while to tell what an enum is
        self.wears_badge = wearers(scenario)
        self.badge_channel = badge_channel(scenario)
        self.has_officers = has_officers(scenario)
        self.store = unit_store(scenario, travel)
        self.public_outcome = outcome_bounds(scenario.calls)
        self.public = PublicTable(draws.public if draws else None)
        self.windows = WindowTable(draws.windows if draws else None)
        self.speed_windows = speed_table(scenario) if scenario.speed_windows else None
        self._cases = cases
        self._alerts = alerts
        self._attempts = draws.attempts if draws else attempt_law(scenario, KeyedStreams(0))
        self._occur_s = occur_s

    def travel_s(self, ident: int, start: int, goal: int) -> float:
        """Return how long a unit takes from one junction to another at free flow."""
        return away_ds(self.store, self.kind[ident], start, goal) / 10.0

    def call_draws(self, case: CallState) -> CaseDraw:
        """Return the draws for handling a call."""
        if case.public is not None:
            return self.public.cases[case.public]
        if case.sighting is not None:
            return case.sighting.draws
        if case.incident is not None:
            return self._cases[case.incident]
        assert case.alert is not None, "a call has an incident, an alert or a caller"
        return self._alerts.cases[case.alert]

    def attempt_draws(self, case: CallState, attempt: int) -> CaseDraw | AttemptDraw:
        """Return the draws for one unit's work on a call: the first unit's are the call's own."""
        if attempt == 0:
            return self.call_draws(case)
        law = self._attempts
        return AttemptDraw(*attempt_draw(law.key, law.spreads, self._drawn_s(case), case.public is not None,
                                         attempt))

    def attempt_u(self, case: CallState, attempt: int, part: Part) -> float:
        """Return one uniform of one unit's work on a call."""
        return attempt_uniform(self._attempts.key, self._drawn_s(case), case.public is not None, attempt,
                               int(part))

    def _drawn_s(self, case: CallState) -> float:
        """Return when a case arose."""
        if case.public is not None:
            return self.public.arrive_s[case.public]
        if case.sighting is not None:
            return case.sighting.opened_s
        if case.incident is not None:
            return self._occur_s[case.incident]
        assert case.alert is not None, "a call has an incident, an alert or a caller"
        return self._alerts.detect_s[case.alert]


def unit_store(scenario: Scenario, travel: Travel) -> RoadStore:
    """Return the travel times of all units, a layer for each UnitKind; cars alone need no other."""
    work = scenario.fieldwork
    if set(unit_kinds(scenario)) <= {UnitKind.CAR}:
        return travel.store
    return travel.store_with((work.bicycle_mps, work.foot_mps))


def speed_table(scenario: Scenario) -> F8:
    """Return the scenario's speed windows as rows of (from_s, to_s, factor)."""
    rows = [(window.from_s, window.to_s, window.factor) for window in scenario.speed_windows]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def outcome_bounds(demand: CallDemand | None) -> tuple[float, float, float]:
    """Return below which uniform a call from the public is unfounded, ends in an arrest, and in a citation."""
    if demand is None:
        return 0.0, 0.0, 0.0
    founded = 1.0 - demand.p_unfounded
    to_arrest = demand.p_unfounded + founded * demand.p_arrest
    return demand.p_unfounded, to_arrest, to_arrest + founded * demand.p_citation
