"""The control room over days whose arrivals swing, with and without enough inspectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sim.city import F8
from sim.demand import HOUR_S
from sim.scenario import Scenario, Shift
from sim.theory.rates import SineRate
from sim.theory.time_varying import StaffChange, staffed_day
from watchfloor.validation.check import Check, make_check, make_exact_check
from watchfloor.validation.worlds import room_waits_s

DAY_H = 24


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
    exact = staffed_day(rate, service_rate=service_per_h, staff=staff, change=StaffChange.FINISH)
    return _hourly_checks(
        name, rate, service_per_h=service_per_h, shifts=hourly_shifts(staff), n_days=n_days, rng=rng, hours=hours,
        must_be_tight=must_be_tight, p_delay=exact.p_delay, source="forward equations, busy staff finishes")


def stepped_room_checks(
    name: str, rate: SineRate, *, service_per_h: float, staff: Sequence[int], n_days: int, rng: np.random.Generator,
    hours: Sequence[int] = range(DAY_H), must_be_tight: bool = True, references: Sequence[float] | None = None,
    adapt: Callable[[Scenario], Scenario] | None = None,
) -> list[Check]:
    """Check how often alerts wait, hour by hour, where the staff steps up and down by its difference alone.

    Theory puts the cases of those who leave back to the head of the queue and goes on with them; ``adapt`` sets the
    scenario's rule for that. Where the staff never falls there is nothing to put back, and any rule will do.
    """
    exact = staffed_day(rate, service_rate=service_per_h, staff=staff, change=StaffChange.PREEMPT)
    return _hourly_checks(
        name, rate, service_per_h=service_per_h, shifts=layered_shifts(staff), n_days=n_days, rng=rng, hours=hours,
        must_be_tight=must_be_tight, adapt=adapt, source="forward equations, cases put back",
        p_delay=exact.p_delay if references is None else np.asarray(references, dtype=np.float64))


def _hourly_checks(
    name: str, rate: SineRate, *, service_per_h: float, shifts: Sequence[Shift], p_delay: F8, source: str, n_days: int,
    rng: np.random.Generator, hours: Sequence[int], must_be_tight: bool,
    adapt: Callable[[Scenario], Scenario] | None = None,
) -> list[Check]:
    detect_s = draw_arrivals_s(rate, n_days=n_days, rng=rng)
    waits_s = room_waits_s(detect_s=detect_s, verify_s=rng.exponential(HOUR_S / service_per_h, detect_s.size),
                           n_inspectors=0, shifts=shifts, adapt=adapt)
    hour = (detect_s // HOUR_S).astype(np.int64)
    came = np.bincount(hour, minlength=n_days * DAY_H).reshape(n_days, DAY_H)[1:]
    waited = np.bincount(hour[waits_s > 0.0], minlength=n_days * DAY_H).reshape(n_days, DAY_H)[1:]
    expected = np.array([rate.total_until(h + 1.0) - rate.total_until(float(h)) for h in range(DAY_H)])
    part = "shift change"
    checks = [make_check((waited[:, h] / expected[h]).tolist(), part=part, name=f"{name}: p_delay {h} h",
                         reference=float(p_delay[h]), n=int(came[:, h].sum()), source=source,
                         must_be_tight=False) for h in hours]
    whole = float(p_delay @ expected / expected.sum())
    by_day = (waited.sum(axis=1) / expected.sum()).tolist()
    return [*checks, make_check(by_day, part=part, name=f"{name}: p_delay whole day", reference=whole,
                                n=int(came.sum()), source=source, must_be_tight=must_be_tight)]


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
