"""What queueing theory says beside what was simulated, and why the two differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.errors import ModelError
from sim.estimate import Estimate
from sim.roster import duty_hours
from sim.scenario import Scenario, Spread
from sim.theory import erlang_a, mmc, p_wait_longer
from watchfloor.phrase import Phrase
from watchfloor.study.hypercube_beside import drives_by_theory
from watchfloor.study.judge import mean_day
from watchfloor.study.plan import Plan
from watchfloor.study.runner import Runner

Z95 = 1.6448536269514722
"""Standard normal quantile of 95 %."""
Z90 = 1.2815515655446004


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One quantity, twice."""

    name: str
    theory: float
    simulated: Estimate
    why: str
    """They differ, in a sentence."""


def theory_beside(runner: Runner, plan: Plan, n_replications: int) -> tuple[Beside, ...]:
    """Return theory's answers for a roster beside the simulated ones."""
    scenario = runner.scenarios.of(plan)
    hours = scenario.duration_s / 3600.0
    units = duty_hours(scenario, "units") / hours
    inspectors = duty_hours(scenario, "inspectors") / hours

    def mean(measure: str) -> Estimate:
        return mean_day(runner.days(plan, measure, n_replications))

    judged_h = min(24.0, runner.setting.horizon.judged_s / 3600.0)
    calls_per_h = mean("dispatches").mean / judged_h
    patrols, watching = scenario.patrols, scenario.watching
    travel_h = 2.0 * _finite(mean("p50:travel_time_s").mean) / 3600.0
    service_h = travel_h + sum(mean_s(item) for item in (
        patrols.acknowledge, patrols.turnout, patrols.scene, patrols.paperwork)) / 3600.0
    handling_h = (mean_s(watching.verify) + watching.p_confirm * mean_s(watching.record)) / 3600.0
    cases_per_h = mean("found").mean / max(watching.p_confirm, 1e-9) / judged_h
    rows = [
        Beside(name=Phrase("units' time on cases, share (offered load)"), theory=calls_per_h * service_h / units,
               simulated=mean("unit_utilisation"),
               why=Phrase("theory takes the mean of each step and a drive there and back at the median; the simulated "
                          "one holds the real drives and days that end early")),
        Beside(name=Phrase("inspectors' time on cases, share (offered load)"),
               theory=cases_per_h * handling_h / inspectors, simulated=mean("inspector_utilisation"),
               why=Phrase("theory knows only found offences; the simulated one also holds cases that were looked at "
                          "and rejected")),
    ]
    wait = _dispatch_delay(calls_per_h, service_h, max(1, int(units)), scenario)
    if wait is not None:
        rows.append(Beside(
            name=Phrase("p90 dispatch delay, s (Erlang C and the handover)"), theory=wait,
            simulated=mean("p90:dispatch_delay_s"),
            why=Phrase("theory takes calls evenly through the day and units that are all alike; in the simulation "
                       "calls crowd at some hours and shifts differ")))
    drives = drives_by_theory(scenario, n_units=max(1, int(units)), calls_per_h=calls_per_h, service_h=service_h)
    if drives is not None:
        rows.append(Beside(
            name=Phrase("median driving time, s (hypercube)"), theory=drives.median_s,
            simulated=mean("p50:travel_time_s"),
            why=Phrase("theory sends units by a fixed order of districts and has them drive from anywhere on their "
                       "beat, {own} % of them within their own; in the simulation the nearest free one goes, from "
                       "where it is, and rates change by the hour", own=round(100.0 * drives.own_share))))
    lost = _unseen(cases_per_h, handling_h, max(1, int(inspectors)), scenario)
    if lost is not None and mean("alerts").mean > 0.0:
        rows.append(Beside(
            name=Phrase("alerts nobody could look at, share (Erlang A)"), theory=lost,
            simulated=Estimate(mean=mean("alerts_unseen").mean / mean("alerts").mean, half_width=None,
                               n=n_replications),
            why=Phrase("theory lets an alert's patience be exponential; in the simulation it is what its offence "
                       "lasts")))
    return tuple(rows)


def mean_s(spread: Spread) -> float:
    """Return the mean of a lognormal duration: median · exp(σ²/2), σ = ln(p95 / median) / 1.645."""
    sigma = math.log(spread.p95_s / spread.median_s) / Z95
    return spread.median_s * math.exp(sigma**2 / 2.0)


def _dispatch_delay(calls_per_h: float, service_h: float, units: int, scenario: Scenario) -> float | None:
    """Return the 90 % quantile of handover and wait, the wait by Erlang C; None where the queue never settles."""
    if calls_per_h <= 0.0:
        return None
    try:
        queue = mmc(units, arrival_rate=calls_per_h, service_rate=1.0 / service_h)
    except ModelError:
        return None
    handover = scenario.patrols.handover
    sigma = math.log(handover.p95_s / handover.median_s) / Z95
    of_handover = handover.median_s * math.exp(Z90 * sigma)
    if queue.p_wait <= 0.1:
        return of_handover
    waits = np.linspace(0.0, 24.0, 100_000)
    tail = np.array([p_wait_longer(units, arrival_rate=calls_per_h, service_rate=1.0 / service_h, than=float(wait))
                     for wait in waits[::100]])
    return of_handover + 3600.0 * float(waits[::100][int(np.argmax(tail <= 0.1))])


def _unseen(cases_per_h: float, handling_h: float, inspectors: int, scenario: Scenario) -> float | None:
    patience_h = mean_s(scenario.alerting.false_alert_life) / 3600.0
    if cases_per_h <= 0.0:
        return None
    return erlang_a(inspectors, arrival_rate=cases_per_h, service_rate=1.0 / handling_h,
                    abandon_rate=1.0 / patience_h).p_abandon


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
