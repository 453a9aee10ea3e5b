"""The queues, patrols, ways and looks on which theory and the simulator's own parts are held together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

import numpy as np

from sim.theory import (
    CallClass,
    Metric,
    Queue,
    SineRate,
    balanced_hyperexponential,
    erlang_a,
    erlang_b,
    erlang_two,
    hypercube,
    mdc,
    mean_kth_nearest,
    mmc,
    mphc,
    nonpreemptive_waits,
    p_wait_longer,
    preemptive_times,
    sipp_staff,
)
from watchfloor.validation.check import Check, make_check
from watchfloor.validation.days import ample_room_checks, relieved_room_checks, stepped_room_checks
from watchfloor.validation.glances import busy_check, cyclic_checks, drawn_checks
from watchfloor.validation.interrupted import InterruptedRoom, interrupted_checks
from watchfloor.validation.pool import PoolModel, pool_checks
from watchfloor.validation.queues import PatrolModel, RoomModel, Service, patrol_checks, room_checks
from watchfloor.validation.travel import extra_blocks_along_streets, kth_nearest
from watchfloor.validation.watching import Scan, nearest_unit_check, watching_check
from watchfloor.validation.worlds import Beat

LEAST_SHOWN = 0.01
"""Rarer things are not simulated: their few occurrences come in clusters and prove nothing."""

BOOK_BEAT = Beat(length=21, posts=(10, 0, 20), places=(9, 11, 1, 19))
"""Three units and four kinds of place whose driving times give the preferences of Larson & Odoni's example."""

BOOK_RATES = (0.5, 0.25, 0.35, 0.4)


class _Effort(TypedDict):
    n_played: int
    most: int


def _effort(quick: bool) -> _Effort:
    """Return how many customers the world itself plays of each queue, and the recursion follows at most."""
    return {"n_played": 5_000, "most": 3_000_000} if quick else {"n_played": 50_000, "most": 200_000_000}


def queue_references(queue: Queue, *, n_servers: int, rate: float) -> dict[str, float]:
    """Return the measures of a queue that a simulation of it is held to, rates per mean service."""
    references = {"p_wait": queue.p_wait, "mean_wait": queue.mean_wait, "mean_queue": queue.mean_queue,
                  "utilisation": rate / n_servers}
    return {name: value for name, value in references.items() if value >= LEAST_SHOWN}


def _erlang(quick: bool, rng: np.random.Generator) -> list[Check]:
    checks = []
    for n_servers, rate in ((1, 0.5), (5, 3.0), (10, 9.0), (100, 90.0))[: 2 if quick else 4]:
        references = queue_references(mmc(n_servers, arrival_rate=rate, service_rate=1.0), n_servers=n_servers,
                                      rate=rate)
        for than in (0.1, 0.5):
            tail = p_wait_longer(n_servers, arrival_rate=rate, service_rate=1.0, than=than)
            if tail >= LEAST_SHOWN:
                references[f"p_wait_gt_{than}"] = tail
        checks += room_checks(f"M/M/{n_servers}, load {rate:g}", RoomModel(n_inspectors=n_servers, rates=(rate,)),
                              references, source="Erlang's C (1917)", rng=rng, **_effort(quick))
    lost = RoomModel(n_inspectors=20, rates=(18.0,), calls_lost=True)
    return checks + room_checks("M/M/20/20, load 18, alerts lost", lost, {"p_abandon": erlang_b(20, 18.0)},
                                source="Erlang's B (1917)", rng=rng, **_effort(quick))


def _patience(quick: bool, rng: np.random.Generator) -> list[Check]:
    checks = []
    for n_servers, rate, leave in ((10, 9.0, 0.5), (10, 12.0, 0.5), (100, 120.0, 1.0))[: 2 if quick else 3]:
        queue = erlang_a(n_servers, arrival_rate=rate, service_rate=1.0, abandon_rate=leave)
        references = {"p_wait": queue.p_wait, "p_abandon": queue.p_abandon, "mean_wait": queue.mean_wait,
                      "mean_queue": queue.mean_queue, "utilisation": queue.utilisation}
        checks += room_checks(
            f"M/M/{n_servers}+M, load {rate:g}, offences end", RoomModel(
                n_inspectors=n_servers, rates=(rate,), abandon_rate=leave),
            references, source="Palm 1946; Garnett et al. 2002", rng=rng, **_effort(quick))
    return checks


def _handling_times(quick: bool, rng: np.random.Generator) -> list[Check]:
    checks = []
    for service, load in ((Service.FIXED, 0.8), (Service.ERLANG_TWO, 0.8), (Service.HYPEREXPONENTIAL, 0.7)):
        n_servers = 5 if service is not Service.HYPEREXPONENTIAL else 10
        rate = load * n_servers
        queue, source = _general(service, n_servers, rate)
        checks += room_checks(f"M/{service}/{n_servers}, load {rate:g}",
                              RoomModel(n_inspectors=n_servers, rates=(rate,), service=service),
                              queue_references(queue, n_servers=n_servers, rate=rate), source=source, rng=rng,
                              **_effort(quick))
    return checks


def _general(service: Service, n_servers: int, rate: float) -> tuple[Queue, str]:
    if service is Service.FIXED:
        return mdc(n_servers, arrival_rate=rate, service_time=1.0), "Crommelin 1932"
    phases = erlang_two(1.0) if service is Service.ERLANG_TWO else balanced_hyperexponential(1.0, scv=4.0)
    return mphc(n_servers, arrival_rate=rate, service=phases), "exact chain"


def _triage(quick: bool, rng: np.random.Generator) -> list[Check]:
    checks: list[Check] = []
    for n_servers, rates in ((1, (0.3, 0.4)), (3, (0.5, 0.8, 1.0)), (10, (2.0, 3.0, 3.5)))[: 2 if quick else 3]:
        waits = nonpreemptive_waits(n_servers, arrival_rates=rates, service_rate=1.0)
        references = {f"mean_wait_{index + 1}": wait for index, wait in enumerate(waits)}
        checks += room_checks(f"M/M/{n_servers}, {len(rates)} levels", RoomModel(n_inspectors=n_servers, rates=rates),
                              references, source="Cobham 1954", rng=rng, **_effort(quick))
        times = preemptive_times(n_servers, arrival_rates=rates, service_rate=1.0)
        checks += interrupted_checks(
            f"M/M/{n_servers}, {len(rates)} levels, preemptive resume",
            InterruptedRoom(n_inspectors=n_servers, rates=rates),
            {f"mean_time_{index + 1}": time for index, time in enumerate(times)},
            source="differences of Erlang's C (1917)", rng=rng, **_effort(quick))
    return checks


def _closed(quick: bool, rng: np.random.Generator) -> list[Check]:
    model = PoolModel(n_cameras=10, n_inspectors=2, rate_each=0.1)
    return pool_checks("10 cameras, 2 inspectors", model, rng=rng, **_effort(quick))


def _days(quick: bool, rng: np.random.Generator) -> list[Check]:
    rate = SineRate(mean=120.0, amplitude=0.6)
    staff = sipp_staff(rate, service_rate=12.0, p_wait=0.2)
    checks = relieved_room_checks("120 an hour ± 60 %", rate, service_per_h=12.0, staff=staff,
                                  n_days=8 if quick else 1_500, rng=rng, hours=(0, 6, 12, 18),
                                  must_be_tight=not quick)
    checks += stepped_room_checks("120 an hour ± 60 %, put back", rate, service_per_h=12.0, staff=staff,
                                  n_days=8 if quick else 2_400, rng=rng, hours=(0, 6, 12, 18),
                                  must_be_tight=not quick)
    return checks + ample_room_checks("20 an hour ± 50 %, 40 min", SineRate(mean=20.0, amplitude=0.5),
                                      service_per_h=1.5, hours=(0.0, 7.0, 19.0), n_days=2_500,
                                      n_played_days=5 if quick else 50, rng=rng)


def book_references() -> dict[str, float]:
    """Return the hypercube's measures of Larson & Odoni's example that a simulation of it is held to."""
    preferences = BOOK_BEAT.preference().tolist()
    exact = hypercube([CallClass(rate=rate, preference=tuple(order))
                       for rate, order in zip(BOOK_RATES, preferences, strict=True)], service_rate=1.0)
    references = {"p_queue": exact.p_queue}
    for unit, workload in enumerate(exact.workload.tolist()):
        references[f"workload_{unit + 1}"] = workload
    for state, p in enumerate(exact.p_state.tolist()):
        references[f"p_{state:03b}"] = p
    for name, shares in (("at_once", exact.served_at_once), ("from_queue", exact.served_from_queue)):
        for (unit, place), share in np.ndenumerate(shares):
            references[f"{name}_{unit + 1}_{place + 1}"] = float(share)
    return references


def _patrols(quick: bool, rng: np.random.Generator) -> list[Check]:
    references = book_references()
    if quick:
        references = {name: value for name, value in references.items() if name.startswith(("workload", "p_"))}
    return patrol_checks("3 units, 4 places", PatrolModel(beat=BOOK_BEAT, rates=BOOK_RATES), references,
                         source="Larson & Odoni 1981, 5.4.4", rng=rng, **_effort(quick))


def _travel(quick: bool, rng: np.random.Generator) -> list[Check]:
    checks = [nearest_unit_check(side=201 if quick else 401, n_units=200 if quick else 400,
                                 n_calls=1_500 if quick else 4_000, rng=rng, must_be_tight=not quick)]
    n = 20_000 if quick else 100_000
    distances = kth_nearest(side=201, n_rounds=n, units_per_junction=0.002, k=5, rng=rng)
    checks += [make_check(distances[:, k - 1], part="travel", name=f"way to the {k}. nearest × √density",
                          reference=mean_kth_nearest(k, units_per_area=1.0, metric=Metric.MANHATTAN), n=n,
                          source="Larson & Odoni 1981, 3.8") for k in range(1, 6)]
    n_places = 1_000 if quick else 8_000
    extra = extra_blocks_along_streets(side=41, window=30, n_places=n_places, n_units=50, rng=rng)
    return [*checks, make_check(extra, part="travel", name="one-way streets, extra blocks", reference=2.0,
                                n=50 * n_places, source="Larson & Odoni 1981, 3.16", must_be_tight=not quick)]


def _watching(quick: bool, rng: np.random.Generator) -> list[Check]:
    return [watching_check(scan, n_cameras=n_cameras, look_s=look_s, visible_s=visible_s,
                           n=5_000 if quick else 120_000, rng=rng, must_be_tight=not quick)
            for n_cameras, look_s, visible_s in ((16, 4.0, 30.0), (200, 2.0, 45.0)) for scan in Scan]


def _looks(quick: bool, rng: np.random.Generator) -> list[Check]:
    n = 2_500 if quick else 40_000
    checks = [check for scan in (Scan.CYCLIC_FIXED, Scan.CYCLIC_EXPONENTIAL)
              for check in cyclic_checks(scan, n_cameras=16, look_s=4.0, visible_s=30.0, n=n, rng=rng,
                                         must_be_tight=not quick)]
    checks.append(busy_check(n_cameras=12, n_inspectors=2, n=n // 2, rng=rng))
    return checks + drawn_checks(n_cameras=16, look_s=4.0, visible_s=30.0, n=n, rng=rng, must_be_tight=not quick)


PARTS: tuple[Callable[[bool, np.random.Generator], list[Check]], ...] = (
    _erlang, _patience, _handling_times, _triage, _closed, _days, _patrols, _travel, _watching, _looks)
