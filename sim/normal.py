"""The standard normal's quantiles, for compiled code."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled

F8 = NDArray[np.float64]
_MIDDLE_Q = 0.425
"""Farther than this from one half begin the sides."""

_MIDDLE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080),
    (5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867,
     5394.1960214247511077, 687.18700749205790830, 42.313330701600911252, 1.0))
_SIDE = (
    (7.74545014278341407640e-4, 0.0227238449892691845833, 0.241780725177450611770, 1.27045825245236838258,
     3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 0.0151986665636164571966, 0.148103976427480074590,
     0.689767334985100004550, 1.67638483018380384940, 2.05319162663775882187, 1.0))
_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.00124266094738807843860, 0.0265321895265761230930,
     0.296560571828504891230, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     0.0148753612908506148525, 0.136929880922735805310, 0.599832206555887937690, 1.0))
"""Numerator and denominator, the highest power first, of the middle, the sides and the tails."""


@compiled
def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], x: float) -> float:
    over, under = 0.0, 0.0
    for place in range(8):
        over = over * x + polynomials[0][place]
        under = under * x + polynomials[1][place]
    return over / under


@compiled
def normal_quantile(u: float) -> float:
    """Return the standard normal's quantile for u in (0, 1), to sixteen digits (AS 241, Wichura 1988)."""
    q = u - 0.5
    if math.fabs(q) <= _MIDDLE_Q:
        return q * _ratio(_MIDDLE, 0.180625 - q * q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    z = _ratio(_SIDE, r - 1.6) if r <= 5.0 else _ratio(_TAIL, r - 5.0)
    return -z if q < 0.0 else z


@compiled
def fill_normal(u: F8, z: F8) -> None:
    """Write the quantiles of many: those of the middle, 85 of 100, without a branch, so several at a time."""
    for index in range(u.size):
        q = u[index] - 0.5
        z[index] = q * _ratio(_MIDDLE, 0.180625 - q * q)
    for index in range(u.size):
        if math.fabs(u[index] - 0.5) > _MIDDLE_Q:
            z[index] = normal_quantile(u[index])
