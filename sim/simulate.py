"""Playing a trace on whichever engine fits: the compiled kernel, or the SimPy world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from sim.alerts import DrawnAlerts
from sim.engine import World
from sim.errors import ModelError
from sim.kernel import FULL, MARGIN, play_kernel
from sim.kernel_desk import DISTRICT_FIRST, NEAREST
from sim.kernel_desk_records import make_desk
from sim.kernel_layout import DUE, DUTY, N_ROWS, ROW, Out
from sim.kernel_room_records import make_room
from sim.log import EventLog
from sim.policies import AttentionPlanner, DispatchPolicy, DistrictFirstPolicy, NearestPolicy
from sim.scenario import Scenario
from sim.trace import Trace
from sim.travel import Travel
from sim.truth_log import merged_log

Engine: TypeAlias = Literal["auto", "simpy", "kernel"]

KERNEL_POLICIES: dict[type[DispatchPolicy], int] = {NearestPolicy: NEAREST, DistrictFirstPolicy: DISTRICT_FIRST}


def simulate(
    scenario: Scenario, trace: Trace, *, alerts: DrawnAlerts | None = None, policy: DispatchPolicy | None = None,
    travel: Travel | None = None, arm: str = "inspectors", engine: Engine = "auto",
    fallback: DispatchPolicy | None = None, report: Callable[[str], None] | None = None,
    attention: AttentionPlanner | None = None,
) -> EventLog:
    """Play a trace to its end and return the log, the same to the bit on either engine.

    Args:
        scenario: the model's numbers.
        trace: one replication's draws, of the same scenario.
        alerts: what the detectors raise.
        policy: who is sent; the nearest free unit by default.
        travel: driving times, shared between runs of one city.
        arm: name of the run in its log.
        fallback: who decides once the policy has failed; None lets its error, and the attention planner's, through.
        attention: how often each camera is looked at, asked every quarter of an hour.
        report: told why the policy failed, if it did, and why the attention planner did.
        engine: ``auto`` takes the kernel where it knows all that is asked for, and the SimPy world otherwise.

    Raises:
        ModelError: if the kernel is asked for a policy or an attention planner that it does not know.
    """
    policy = policy or NearestPolicy()
    travel = travel or Travel(scenario.city.roads)
    unknown = _unknown_to_kernel(policy, attention)
    if engine == "kernel" and unknown:
        raise ModelError(f"engine = kernel: {unknown}, or engine = simpy")
    if engine == "simpy" or unknown:
        world = World(scenario, trace, alerts=alerts, policy=policy, travel=travel, arm=arm, fallback=fallback,
                      attention=attention)
        world.run()
        for failure in (world.state.policy_failure, world.state.attention_failure):
            if report is not None and failure is not None:
                report(failure)
        return world.log()
    capacity = 2 * MARGIN + 4 * (trace.n_incidents + (alerts.n_alerts if alerts else 0))
    while True:
        out = make_out(capacity)
        room = make_room(scenario, trace, alerts, KERNEL_POLICIES[type(policy)])
        if play_kernel(out, room, make_desk(scenario, trace, travel, n_calls=room.calls.size)) != FULL:
            return merged_log(trace, out.rows[: int(out.number[N_ROWS])], arm=arm, until_s=scenario.duration_s)
        capacity *= 2


def _unknown_to_kernel(policy: DispatchPolicy, attention: AttentionPlanner | None) -> str | None:
    """Return what the kernel does not know, and what was expected instead; None where it knows all."""
    if type(policy) not in KERNEL_POLICIES:
        return (f"policy {type(policy).__name__} is unknown to it; expected one of "
                f"{', '.join(item.__name__ for item in KERNEL_POLICIES)}")
    if attention is not None:
        return f"attention {type(attention).__name__} is unknown to it; expected the scenario's own plan"
    return None


def make_out(capacity: int) -> Out:
    """Return an empty log and agenda."""
    number = np.zeros(8, dtype=np.int64)
    number[DUTY] = -1
    return Out(rows=np.empty(capacity, dtype=ROW), due=np.empty(capacity, dtype=DUE), number=number)
