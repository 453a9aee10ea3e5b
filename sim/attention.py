"""Watching in closed form: when an inspector's looks fall on a camera, and which look notices.

An inspector's *watch clock* runs only while they are free to watch. On it, looks come at fixed opportunities:
every ``period_s`` from ``phase_s``, each of length ``look_s``. Round robin shows each of n cameras once in n
looks; a risk-weighted plan draws the next camera at each look, so every look is an opportunity, taken with the
camera's probability. In both, the number of opportunities until one notices is geometric, and one Exp(1) budget
per incident and camera decides it. So no look is an event.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.city import F8, I4
from sim.compiled import compiled
from sim.scenario import PlanKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionPlan:
    """Which inspector looks at which camera, and how often, for one set of inspectors on duty."""

    look_s: float
    owner: I4
    """(c,) position of the camera's inspector among those on duty; −1 where nobody watches it."""
    phase_s: F8
    """(c,) first opportunity on the owner's watch clock."""
    period_s: F8
    """(c,) time between opportunities on the watch clock."""
    p_taken: F8
    """(c,) probability that an opportunity is a look at this camera."""


def plan_attention(kind: PlanKind, *, exposure: F8, watched: I4, n_inspectors: int, look_s: float) -> AttentionPlan:
    """Divide the watched cameras among the inspectors on duty, in blocks of neighbours.

    Args:
        kind: how looks are divided inside a block.
        exposure: (c,) relative rate of incidents in view of each camera; under RATES, of looks at it.
        watched: indices of the cameras on the plan, in the order in which they are shown.
        n_inspectors: how many are on duty; 0 gives a plan that looks at nothing.
        look_s: length of a look.
    """
    n = exposure.size
    owner = np.full(n, -1, dtype=np.int32)
    phase, period, taken = np.zeros(n), np.full(n, look_s), np.zeros(n)
    if n_inspectors and watched.size:
        block = (np.arange(watched.size, dtype=np.int64) * n_inspectors // watched.size).astype(np.int32)
        owner[watched] = block
        for inspector in range(n_inspectors):
            mine = watched[block == inspector]
            if kind is PlanKind.ROUND_ROBIN:
                phase[mine] = np.arange(mine.size) * look_s
                period[mine] = mine.size * look_s
                taken[mine] = 1.0
            elif kind is PlanKind.RATES:
                total = float(exposure[mine].sum())
                taken[mine] = exposure[mine] / total if total > 0.0 else 0.0
            elif mine.size:
                weight = exposure[mine] + exposure[mine].mean() * 0.05 + 1e-12
                taken[mine] = weight / weight.sum()
    return AttentionPlan(look_s=look_s, owner=owner, phase_s=phase, period_s=period, p_taken=taken)


P_NEGLIGIBLE = 1e-9
"""A look that notices with less than this is taken never to: it would need centuries."""


SAME_S = 1e-6
"""Instants of a watch clock closer than this are one: it stands at a look's edge after every case, up to rounding."""


@compiled
def budget_per_look(p_success: float) -> float:
    """Return how much of an Exp(1) budget one opportunity uses: −ln(1 − p)."""
    return math.inf if p_success >= 1.0 else -math.log1p(-p_success)


@compiled
def first_opportunity(watch_s: float, phase_s: float, period_s: float, look_s: float) -> int:
    """Return the index of the opportunity that is under way at a watch-clock time, or else of the next one."""
    return max(0, math.floor((watch_s + SAME_S - phase_s - look_s) / period_s) + 1)


@compiled
def noticed_at(
    watch_s: float, budget: float, phase_s: float, period_s: float, look_s: float, p_success: float
) -> float:
    """Return the watch-clock time of the look that notices, for something visible from ``watch_s`` on.

    With success probability p at each opportunity, the number of failures before the first success is
    floor(budget / −ln(1 − p)), geometric as it should be; infinite where p is negligible.
    """
    if p_success < P_NEGLIGIBLE:
        return math.inf
    failures = math.floor(budget / budget_per_look(p_success))
    index = first_opportunity(watch_s, phase_s, period_s, look_s) + failures
    return max(watch_s, phase_s + index * period_s)


@compiled
def budget_left(
    budget: float, from_s: float, to_s: float, phase_s: float, period_s: float, look_s: float, p_success: float
) -> float:
    """Return what is left of a budget after watching from ``from_s`` to ``to_s`` without noticing."""
    if p_success < P_NEGLIGIBLE:
        return budget
    first = first_opportunity(from_s, phase_s, period_s, look_s)
    after = math.ceil((to_s - SAME_S - phase_s) / period_s)
    return max(0.0, budget - max(0, after - first) * budget_per_look(p_success))


@compiled
def budget_anew(budget: float, p_success: float) -> float:
    """Return a fresh Exp(1) budget for a look that would have noticed but could not.

    What a budget leaves after the failures that it counts is independent of their number, and 1 − e^(−what is left)
    is uniform on (0, p): so it is luck that nobody has used yet.
    """
    if p_success < P_NEGLIGIBLE:
        return budget
    per_look = budget_per_look(p_success)
    unused = budget if math.isinf(per_look) else budget - math.floor(budget / per_look) * per_look
    used = min(1.0 - 1e-15, max(0.0, -math.expm1(-unused) / p_success))
    return -math.log1p(-used)


@compiled
def watched_s(since_spell_s: float, span_s: float, delta: float, tau_s: float) -> float:
    """Return how far the watch clock runs in a stretch of watching.

    Lapses make looks come slower: at a time s into the spell the clock runs at v(s) = 1 − δ(1 − e^(−s/τ)).

    Args:
        since_spell_s: from the start of the spell to that of the stretch.
        span_s: length of the stretch.
        delta: share of the looks that is lost in the end, 0 ≤ δ < 1.
        tau_s: how fast it is lost.
    """
    return span_s * (1.0 - delta) - delta * tau_s * math.exp(-since_spell_s / tau_s) * math.expm1(-span_s / tau_s)


@compiled
def span_for(since_spell_s: float, watch_s: float, delta: float, tau_s: float) -> float:
    """Return how long it takes until the watch clock has run ``watch_s``, the inverse of ``watched_s``.

    Newton's steps on a concave function from below never pass the answer, so more of them only come closer.
    """
    if watch_s <= 0.0:
        return 0.0
    if math.isinf(watch_s):
        return watch_s
    slow = 1.0 - delta
    gain = delta * math.exp(-since_spell_s / tau_s)
    span_s = max(watch_s / (slow + gain), (watch_s - gain * tau_s) / slow)
    for _ in range(8):
        decay = math.expm1(-span_s / tau_s)
        missing_s = watch_s - (slow * span_s - gain * tau_s * decay)
        if missing_s <= 0.0:
            break
        span_s += missing_s / (slow + gain * (1.0 + decay))
    return span_s


def p_found_cyclic_exponential(*, n_cameras: int, look_s: float, visible_mean_s: float) -> float:
    """Return the chance that a cyclic scan meets an exponential visible time.

    The start is uniform on the cycle of n looks: (d + T(1 − e^(−(n−1)d/T))) / (n d).
    """
    rest = (n_cameras - 1) * look_s
    return (look_s - visible_mean_s * math.expm1(-rest / visible_mean_s)) / (n_cameras * look_s)


def p_found_cyclic_fixed(*, n_cameras: int, look_s: float, visible_s: float) -> float:
    """Return the chance that a cyclic scan meets a fixed visible time: min(1, (d + V) / (n d))."""
    return min(1.0, (look_s + visible_s) / (n_cameras * look_s))


def p_found_random_exponential(*, n_cameras: int, look_s: float, visible_mean_s: float) -> float:
    """Return the chance that looks at uniformly drawn cameras meet an exponential visible time.

    The look under way is this camera's with probability 1/n; after it, each look is a new draw that the visible
    time must outlast.
    """
    p = 1.0 / n_cameras
    rest = visible_mean_s / look_s * -math.expm1(-look_s / visible_mean_s)
    lasts = math.exp(-look_s / visible_mean_s)
    return p + (1.0 - p) * rest * p / (1.0 - (1.0 - p) * lasts)
