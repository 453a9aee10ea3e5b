"""The control room over days whose arrivals swing, with and without enough inspectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.demand import HOUR_S
from sim.log import Name
from sim.roomwork import ShiftEnd
from sim.scenario import Scenario, Shift
from sim.theory.rates import SineRate
from sim.theory.time_varying import StaffChange, StaffedDay, staffed_day
from watchfloor.validation.check import Check, make_check, make_exact_check
from watchfloor.validation.worlds import instants, play_room, room_waits_s

DAY_H = 24
PART = "shift change"
N_EXACT_DAYS = 2
"""Of which the last is compared: the empty start is forgotten within hours."""


def draw_arrivals_s(rate: SineRate, *, n_days: int, rng: np.random.Generator) -> F8:
    """Draw a Poisson stream whose rate per hour swings through the day, by thinning; seconds, ascending."""
    peak = rate.mean * (1.0 + rate.amplitude)
    t_h = np.sort(rng.random(rng.poisson(peak * n_days * DAY_H))) * (n_days * DAY_H)
    at = rate.mean * (1.0 + rate.amplitude * np.sin(rate.angular * t_h))
    return np.asarray(t_h[rng.random(t_h.size) * peak < at] * HOUR_S, dtype=np.float64)


def hourly_shifts(staff: Sequence[int]) -> tuple[Shift, ...]:
    """Return 24 shifts of an hour, so that everybody is relieved at every full hour."""
    return tuple(Shift(name=f"{hour} h", start_h=float(hour), length_h=1.0, inspectors=n, units=0)
                 for hour, n in enumerate(staff))


def layered_shifts(staff: Sequence[int]) -> tuple[Shift, ...]:
    """Return shifts in which only the difference comes or goes at a full hour, and everybody else stays."""
    shifts = []
    for layer in range(max(staff)):
        is_on = [n > layer for n in staff]
        starts = [hour for hour in range(DAY_H) if is_on[hour] and not is_on[hour - 1]]
        for hour in starts or [0]:
            length = next((h for h in range(1, DAY_H) if not is_on[(hour + h) % DAY_H]), DAY_H)
            shifts.append(Shift(name=f"{layer + 1}. from {hour} h", start_h=float(hour), length_h=float(length),
                                inspectors=1, units=0))
    return tuple(shifts)


def relieved_room_checks(
    name: str, rate: SineRate, *, service_per_h: float, staff: Sequence[int], n_days: int, rng: np.random.Generator,
    hours: Sequence[int] = range(DAY_H), must_be_tight: bool = True,
) -> list[Check]:
    """Check how often alerts wait, hour by hour, where all staff changes every hour and who is busy finishes.

    Each hour has to be within 4 standard errors; the whole day's half width has to be within 2 % too.
    """
    exact = staffed_day(rate, service_rate=service_per_h, staff=staff, change=StaffChange.FINISH,
                        n_days=N_EXACT_DAYS)
    played = _play_days(rate, service_per_h=service_per_h, shifts=hourly_shifts(staff), staff=staff, n_days=n_days,
                        rng=rng, shift_end=ShiftEnd.FINISH)
    return _delay_checks(name, played, exact.p_delay, hours=hours, must_be_tight=must_be_tight,
                         source="forward equations, busy staff finishes")


def stepped_room_checks(
    name: str, rate: SineRate, *, service_per_h: float, staff: Sequence[int], n_days: int, rng: np.random.Generator,
    hours: Sequence[int] = range(DAY_H), must_be_tight: bool = True, published: StaffedDay | None = None,
) -> list[Check]:
    """Check delays and numbers, hour by hour, where the staff steps up and down by its difference alone.

    The cases of those who leave go back to the head of the queue, and what is left of them is done by others.

    Args:
        name: of the checks.
        rate: alerts an hour.
        service_per_h: verifications an hour of one inspector.
        staff: inspectors in each hour of the day.
        n_days: to play; the first is left out.
        rng: for the draws.
        hours: to check.
        must_be_tight: whether the whole day's half width has to be within 2 %.
        published: what the day is held to; worked out here if None.
    """
    exact = published or staffed_day(rate, service_rate=service_per_h, staff=staff, change=StaffChange.PREEMPT,
                                     n_days=N_EXACT_DAYS)
    played = _play_days(rate, service_per_h=service_per_h, shifts=layered_shifts(staff), staff=staff, n_days=n_days,
                        rng=rng, shift_end=ShiftEnd.PREEMPT)
    source = "forward equations, cases put back"
    checks = _delay_checks(name, played, exact.p_delay, hours=hours, must_be_tight=must_be_tight, source=source)
    for what, found, references in (("mean waiting", played.mean_queue, exact.mean_queue),
                                    ("mean in system", played.mean_in_system, exact.mean_in_system)):
        checks += [make_check(found[:, h].tolist(), part=PART, name=f"{name}: {what} {h} h", n=found.shape[0],
                              reference=float(references[h]), source=source, must_be_tight=False) for h in hours]
        checks.append(make_check(found.mean(axis=1).tolist(), part=PART, name=f"{name}: {what} whole day",
                                 reference=float(references.mean()), n=found.shape[0], source=source,
                                 must_be_tight=must_be_tight))
    return checks


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedDays:
    """What the room did in each hour of each day after the first; shape (days, 24)."""

    came: F8
    waited: F8
    """Alerts that came in the hour and had to wait."""
    expected: F8
    """(24,) alerts."""
    mean_queue: F8
    mean_in_system: F8


def _play_days(
    rate: SineRate, *, service_per_h: float, shifts: Sequence[Shift], staff: Sequence[int], n_days: int,
    rng: np.random.Generator, shift_end: ShiftEnd,
) -> PlayedDays:
    def with_rule(scenario: Scenario) -> Scenario:
        return replace(scenario, shift_end=shift_end)

    detect_s = draw_arrivals_s(rate, n_days=n_days, rng=rng)
    n = detect_s.size
    log = play_room(detect_s=detect_s, verify_s=rng.exponential(HOUR_S / service_per_h, n), n_inspectors=0,
                    shifts=shifts, adapt=with_rule)
    waits_s = instants(log, Name.SHOWN, "alert_id", n) - detect_s
    decided_s = np.fmin(instants(log, Name.CONFIRM, "alert_id", n), instants(log, Name.REJECT, "alert_id", n))
    hour = (detect_s // HOUR_S).astype(np.int64)

    def by_hour(hours: NDArray[np.int64], weights: F8 | None = None) -> F8:
        counted = np.bincount(hours, weights=weights, minlength=n_days * DAY_H)[: n_days * DAY_H]
        return np.asarray(counted.reshape(n_days, DAY_H)[1:], dtype=np.float64)

    edges_s = np.arange(n_days * DAY_H + 1) * HOUR_S
    t_s = np.concatenate((edges_s, detect_s, decided_s[np.isfinite(decided_s)]))
    change = np.concatenate((np.zeros(edges_s.size), np.ones(n), -np.ones(int(np.isfinite(decided_s).sum()))))
    order = np.argsort(t_s, kind="stable")
    number, t_s = np.cumsum(change[order])[:-1], t_s[order]
    spans_s, span_hour = np.diff(t_s), (t_s[:-1] // HOUR_S).astype(np.int64)
    inside = span_hour < n_days * DAY_H
    number, spans_s, span_hour = number[inside], spans_s[inside], span_hour[inside]
    queue = np.maximum(number - np.asarray(staff)[span_hour % DAY_H], 0.0)  # nobody is idle while an alert waits
    expected = np.array([rate.total_until(h + 1.0) - rate.total_until(float(h)) for h in range(DAY_H)])
    return PlayedDays(
        came=by_hour(hour), waited=by_hour(hour[waits_s > 0.0]), expected=expected,
        mean_queue=by_hour(span_hour, queue * spans_s) / HOUR_S,
        mean_in_system=by_hour(span_hour, number * spans_s) / HOUR_S)


def _delay_checks(
    name: str, played: PlayedDays, p_delay: F8, *, hours: Sequence[int], must_be_tight: bool, source: str
) -> list[Check]:
    expected = played.expected
    checks = [make_check((played.waited[:, h] / expected[h]).tolist(), part=PART, name=f"{name}: p_delay {h} h",
                         reference=float(p_delay[h]), n=int(played.came[:, h].sum()), source=source,
                         must_be_tight=False) for h in hours]
    whole = float(p_delay @ expected / expected.sum())
    by_day = (played.waited.sum(axis=1) / expected.sum()).tolist()
    return [*checks, make_check(by_day, part=PART, name=f"{name}: p_delay whole day", reference=whole,
                                n=int(played.came.sum()), source=source, must_be_tight=must_be_tight)]


def ample_room_checks(
    name: str, rate: SineRate, *, service_per_h: float, hours: Sequence[float], n_days: int, n_played_days: int,
    rng: np.random.Generator, references: Sequence[float] | None = None,
) -> list[Check]:
    """Check how many inspectors are busy through the day where there are enough for everybody.

    Nobody may wait in the days that are played; so the number busy is that of services under way, which is counted
    over many more days. It is Poisson, so its variance is checked against its mean too.
    """
    part, source = "control room", "Eick, Massey & Whitt 1993"
    load = [rate.load_at(t, service_rate=service_per_h) for t in hours]
    detect_s = draw_arrivals_s(rate, n_days=n_played_days, rng=rng)
    enough = math.ceil(max(load) + 10.0 * math.sqrt(max(load)))
    waits_s = room_waits_s(detect_s=detect_s, verify_s=rng.exponential(HOUR_S / service_per_h, detect_s.size),
                           n_inspectors=enough)
    first = make_exact_check(float(waits_s.max()), part=part, name=f"{name}: longest wait (s)", reference=0.0,
                             n=detect_s.size, source=source, within=0.0)
    begin_s = draw_arrivals_s(rate, n_days=n_days, rng=rng)
    done_s = np.sort(begin_s + rng.exponential(HOUR_S / service_per_h, begin_s.size))
    checks = [first]
    for index, hour in enumerate(hours):
        at_s = (np.arange(2, n_days) * DAY_H + hour) * HOUR_S
        busy = np.searchsorted(begin_s, at_s, side="right") - np.searchsorted(done_s, at_s, side="right")
        mean = load[index] if references is None else references[index]
        checks.append(make_check(busy.astype(np.float64), part=part, name=f"{name}: mean busy {hour:g} h",
                                 reference=mean, n=at_s.size, source=source))
        checks.append(make_check(((busy - mean) ** 2).tolist(), part=part, name=f"{name}: variance {hour:g} h",
                                 reference=mean, n=at_s.size, source=source, must_be_tight=False))
    return checks
