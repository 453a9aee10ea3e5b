"""The control room with a closed pool of cameras, each silent while its own alert is in hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.agenda import Order
from sim.city import F8
from sim.engine import World
from sim.log import Name
from sim.theory.finite_source import closed_pool
from sim.theory.recursion import waits_in_pool
from watchfloor.validation.check import Check, make_exact_check
from watchfloor.validation.queues import SAME_S, measured_checks, worst_difference
from watchfloor.validation.travel import make_grid
from watchfloor.validation.worlds import MEAN_S, all_day, cases_of, instants, make_scenario, make_town, quiet_trace

NAME_COLUMN, CAMERA_COLUMN = 1, 5
"""Of a row of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolModel:
    """Cameras and inspectors; rates per mean verification."""

    n_cameras: int
    n_inspectors: int
    rate_each: float

    def draw(self, span: float, rng: np.random.Generator) -> tuple[F8, F8]:
        """Draw (silences, verifications) in seconds for a span in mean verifications; shape (cameras, k)."""
        k = int(1.5 * span * self.rate_each) + 60
        return (rng.exponential(MEAN_S / self.rate_each, (self.n_cameras, k)),
                rng.exponential(MEAN_S, (self.n_cameras, k)))

    def played(self, think_s: F8, verify_s: F8, end_s: float) -> F8:
        """Return the waits in seconds, in order of arrival, of a world in which each alert waits for the last."""
        side = math.ceil(math.sqrt(self.n_cameras))
        scenario = make_scenario(make_town(make_grid(side), range(self.n_cameras)), duration_s=end_s + MEAN_S,
                                 shifts=all_day(inspectors=self.n_inspectors))
        world = World(scenario, quiet_trace(np.zeros((0, 1), dtype=np.int32)))
        turn = np.zeros(self.n_cameras, dtype=np.int64)

        def raise_alert(camera: int, after_s: float) -> None:
            detect_s = after_s + float(think_s[camera, turn[camera]])
            if detect_s < end_s:
                one = cases_of(1, verify_s=verify_s[camera, turn[camera] : turn[camera] + 1])
                index = world.alerts.append(camera=camera, kind=0, detect_s=detect_s, level=4, cases=one)
                world.agenda.at(detect_s, Order.ALERT, index)
                turn[camera] += 1

        for camera in range(self.n_cameras):
            raise_alert(camera, 0.0)
        read = 0
        while world.agenda.peek() < math.inf:
            world.agenda.step()
            rows = world.state.rows
            for row in rows[read:]:
                if row[NAME_COLUMN] == Name.REJECT:
                    raise_alert(int(row[CAMERA_COLUMN]), float(row[0]))
            read = len(rows)
        log, n = world.log(), len(world.alerts.detect_s)
        detect_s = instants(log, Name.DETECT, "alert_id", n)
        waits_s = instants(log, Name.SHOWN, "alert_id", n) - detect_s
        return np.asarray(waits_s[np.argsort(detect_s, kind="stable")], dtype=np.float64)

    def measure(self, span: float, rng: np.random.Generator) -> dict[str, float]:
        """Return one replication's measures by the exact recursion, in mean verifications, after a warm-up."""
        think_s, verify_s = self.draw(span, rng)
        arrive_s, waits_s, served_s = waits_in_pool(think_s, verify_s, self.n_inspectors, span * MEAN_S)
        kept = arrive_s >= 0.1 * span * MEAN_S
        waits, length = waits_s[kept] / MEAN_S, 0.9 * span
        return {"mean_wait": float(waits.mean()), "mean_queue": float(waits.sum()) / length,
                "throughput": waits.size / length,
                "mean_in_system": float(waits.sum() + served_s[kept].sum() / MEAN_S) / length}


def pool_checks(name: str, model: PoolModel, *, n_played: int, most: int, rng: np.random.Generator,
                references: Mapping[str, float] | None = None) -> list[Check]:
    """Check the room with a closed pool, in the two steps of ``room_checks``; theory's own references if none."""
    exact = closed_pool(n_sources=model.n_cameras, n_servers=model.n_inspectors, rate_each=model.rate_each,
                        service_rate=1.0)
    references = references or {"mean_wait": exact.mean_wait, "mean_queue": exact.mean_queue,
                                "throughput": exact.throughput, "mean_in_system": exact.mean_in_system}
    end_s = n_played / exact.throughput * MEAN_S
    think_s, verify_s = model.draw(end_s / MEAN_S, rng)
    followed_s = waits_in_pool(think_s, verify_s, model.n_inspectors, end_s)[1]
    worst_s = worst_difference(model.played(think_s, verify_s, end_s), followed_s)
    first = make_exact_check(worst_s, part="control room", name=f"{name}: every wait is the recursion's, worst (s)",
                             reference=0.0, n=followed_s.size, source="Palm's chain, request by request",
                             within=SAME_S)
    return [first, *measured_checks(lambda n: model.measure(n / exact.throughput, rng), references,
                                    part="control room", name=name, source="machine repair (Palm)", most=most)]
