"""How many calls are reached too late: what dispatch policies are judged and trained by."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.log import DISPOSITIONS, MISSING, EventLog, Name
from sim.perception import lognormal_sigma
from sim.records import Disposition
from sim.scenario import Scenario, Spread

LATE_AFTER_S = 480.0
"""Eight minutes from the call's creation to the first unit at the place."""
LEAST_DRIVE_S = 60.0

NOT_SERVED = tuple(float(DISPOSITIONS.index(one)) for one in (Disposition.REFERRED, Disposition.CANCELED))
"""Values of INCIDENT_CLEAR of calls that needed no unit in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """The calls of one run that needed a unit; arrays of one length."""

    created_s: F8
    occur_s: F8
    """When the incident began; NaN of calls from the public and of false alarms."""
    priority: NDArray[np.int64]
    dispatched_s: F8
    """When the first unit was sent; NaN where none was."""
    response_s: F8
    """From the call's creation to the first unit at the place; infinite where none came while the run lasted."""

    def late_share(self, late_after_s: float, *, until_s: float) -> float:
        """Return the share of calls that took longer; those created too near the end to tell are left out.

        NaN where there is no call.
        """
        told = self.created_s + late_after_s <= until_s
        return float((self.response_s[told] > late_after_s).mean()) if told.any() else math.nan


def find_responses(log: EventLog) -> Responses:
    """Return how long the calls of a run took; those that were referred or canceled are left out."""
    created = log.name == Name.CALL_CREATE
    call = log.call_id[created]
    n = int(log.call_id.max(initial=-1)) + 1
    closed = (log.name == Name.INCIDENT_CLEAR) & np.isin(log.value, NOT_SERVED)
    is_served = np.ones(n, dtype=bool)
    is_served[log.call_id[closed & (log.call_id != MISSING)]] = False
    kept = is_served[call]
    created_s = log.t_s[created][kept]
    call = call[kept]
    incident = log.incident_id[created][kept]
    began = log.name == Name.OCCUR
    occur_s = np.full(max(int(log.incident_id.max(initial=-1)) + 1, 1), np.nan)
    occur_s[log.incident_id[began]] = log.t_s[began]
    return Responses(
        created_s=created_s, occur_s=np.where(incident == MISSING, np.nan, occur_s[np.maximum(incident, 0)]),
        priority=log.value[created][kept].astype(np.int64),
        dispatched_s=_first_s(log, Name.DISPATCH, n)[call],
        response_s=np.nan_to_num(_first_s(log, Name.ON_SCENE, n)[call] - created_s, nan=math.inf))


def _first_s(log: EventLog, name: Name, n: int) -> F8:
    rows = np.flatnonzero((log.name == name) & (log.call_id != MISSING))[::-1]
    first = np.full(n, np.nan)
    first[log.call_id[rows]] = log.t_s[rows]
    return first


def driving_target_s(scenario: Scenario, late_after_s: float) -> float:
    """Return the driving time at free flow that, after the median order and turnout, is still in time."""
    patrols = scenario.patrols
    before_s = patrols.handover.median_s + patrols.acknowledge.median_s + patrols.turnout.median_s
    return max(LEAST_DRIVE_S, (late_after_s - before_s) * patrols.speed_factor)


def response_spread(scenario: Scenario, late_after_s: float) -> float:
    """Return the standard deviation of the logarithm of the driving time, with what happens before it counted in."""
    patrols = scenario.patrols
    before = sum(_variance(spread) for spread in (patrols.handover, patrols.acknowledge, patrols.turnout))
    return math.sqrt(patrols.travel_sigma**2 + before / driving_target_s(scenario, late_after_s) ** 2)


def _variance(spread: Spread) -> float:
    """Return the variance of a lognormal time."""
    grown = math.exp(lognormal_sigma(spread) ** 2)
    return spread.median_s**2 * grown * (grown - 1.0)
