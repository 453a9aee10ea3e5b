"""Queueing and geometry in closed form or exact numbers: what the simulator must reproduce.

Nothing here knows of cities, cameras or patrols. Rates are per unit of time, whatever unit the caller takes, and
times come out in that unit.
"""

from sim.theory.distance import (
    Metric,
    mean_between_uniform,
    mean_from_centre,
    mean_kth_nearest,
    mean_nearest_when_busy,
    p_nearest_farther,
)
from sim.theory.erlang import ImpatientQueue, Queue, erlang_a, erlang_b, erlang_c, mmc, p_wait_longer
from sim.theory.finite_source import ClosedPool, closed_pool
from sim.theory.general_service import TwoPhases, balanced_hyperexponential, erlang_two, lee_longton_wait, mdc, mphc
from sim.theory.hypercube import CallClass, Hypercube, hypercube
from sim.theory.hypercube_approximation import ApproximateWorkloads, approximate_workloads, correction
from sim.theory.priority import nonpreemptive_waits, preemptive_times
from sim.theory.rates import SineRate
from sim.theory.staffing import (
    halfin_whitt,
    lag_sipp_staff,
    offered_load_staff,
    servers_for_delay,
    sipp_staff,
    square_root_servers,
)
from sim.theory.time_varying import StaffChange, StaffedDay, staffed_day

__all__ = [
    "ApproximateWorkloads", "CallClass", "ClosedPool", "Hypercube", "ImpatientQueue", "Metric", "Queue", "SineRate",
    "StaffChange", "StaffedDay", "TwoPhases", "approximate_workloads", "balanced_hyperexponential", "closed_pool",
    "correction", "erlang_a", "erlang_b", "erlang_c", "erlang_two", "halfin_whitt", "hypercube", "lag_sipp_staff",
    "lee_longton_wait", "mdc", "mean_between_uniform", "mean_from_centre", "mean_kth_nearest",
    "mean_nearest_when_busy", "mmc", "mphc", "nonpreemptive_waits", "offered_load_staff", "p_nearest_farther",
    "p_wait_longer", "preemptive_times", "servers_for_delay", "sipp_staff", "square_root_servers", "staffed_day",
]
