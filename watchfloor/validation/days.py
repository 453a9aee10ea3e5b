"""The control room over days whose arrivals swing, with and without enough inspectors."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.city import F8
from sim.demand import HOUR_S
from sim.scenario import Shift
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


def relieved_room_checks(
    name: str, rate: SineRate, *, service_per_h: float, staff: Sequence[int], n_days: int, rng: np.random.Generator,
    hours: Sequence[int] = range(DAY_H), must_be_tight: bool = True,
) -> list[Check]:
    """Check how often alerts wait, hour by hour, where all staff changes every hour and who is busy finishes.

    Each hour has to be within 4 standard errors; the whole day's half width has to be within 2 % too.
    """
    detect_s = draw_arrivals_s(rate, n_days=n_days, rng=rng)
    waits_s = room_waits_s(detect_s=detect_s, verify_s=rng.exponential(HOUR_S / service_per_h, detect_s.size),
                           n_inspectors=0, shifts=hourly_shifts(staff))
    hour = (detect_s // HOUR_S).astype(np.int64)
    came = np.bincount(hour, minlength=n_days * DAY_H).reshape(n_days, DAY_H)[1:]
    waited = np.bincount(hour[waits_s > 0.0], minlength=n_days * DAY_H).reshape(n_days, DAY_H)[1:]
    exact = staffed_day(rate, service_rate=service_per_h, staff=staff, change=StaffChange.FINISH)
    expected = np.array([rate.total_until(h + 1.0) - rate.total_until(float(h)) for h in range(DAY_H)])
    part, source = "shift change", "forward equations, busy staff finishes"
    checks = [make_check((waited[:, h] / expected[h]).tolist(), part=part, name=f"{name}: p_delay {h} h",
                         reference=float(exact.p_delay[h]), n=int(came[:, h].sum()), source=source,
                         must_be_tight=False) for h in hours]
    whole = float(exact.p_delay @ expected / expected.sum())
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
