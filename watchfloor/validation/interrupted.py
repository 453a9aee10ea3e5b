"""The control room where likelier alerts interrupt less likely ones, as a queue with preemptive priorities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.city import F8
from sim.log import Name
from sim.roomwork import Preemption
from sim.scenario import Scenario
from sim.theory.recursion import times_interrupted
from watchfloor.validation.check import Check
from watchfloor.validation.queues import Customers, RoomModel, room_checks
from watchfloor.validation.worlds import MEAN_S, instants, play_room


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedRoom(RoomModel):
    """A control room with preemption; what is compared is the time from an alert until it is decided."""

    def played(self, customers: Customers) -> F8:
        """Return the times in seconds that the simulator's control room gives."""
        log = play_room(detect_s=customers.arrive_s, verify_s=customers.service_s, n_inspectors=self.n_inspectors,
                        level=(4 - customers.rank).astype(np.int32), adapt=_with_preemption)
        return np.asarray(instants(log, Name.REJECT, "alert_id", customers.arrive_s.size) - customers.arrive_s)

    def followed(self, customers: Customers) -> F8:
        """Return the times in seconds by the exact recursion."""
        return times_interrupted(customers.arrive_s, customers.service_s, customers.rank, self.n_inspectors)

    def measure(self, customers: Customers, waits_s: F8) -> dict[str, float]:
        """Return one replication's mean times by level, in units of the mean service, after the warm-up."""
        first = self.n_warm_up
        times, rank = waits_s[first:] / MEAN_S, customers.rank[first:]
        return {f"mean_time_{level + 1}": float(times[rank == level].mean()) for level in range(len(self.rates))}


def _with_preemption(scenario: Scenario) -> Scenario:
    return replace(scenario, alerting=replace(scenario.alerting, preemption=Preemption.RESUME))


def interrupted_checks(
    name: str, model: InterruptedRoom, times: Mapping[str, float], *, source: str, n_played: int, most: int,
    rng: np.random.Generator,
) -> list[Check]:
    """Check a control room with preemption against theory, in the two steps of ``room_checks``."""
    return room_checks(name, model, times, source=source, n_played=n_played, most=most, rng=rng,
                       what="time until decided", recursion="preemptive resume, followed alert by alert")
