"""An arrival rate that swings like a sine, and the load it offers to servers without number."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import ModelError
from sim.theory.checks import check_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class SineRate:
    """λ(t) = mean · (1 + amplitude · sin(2πt / period)).

    Raises:
        ModelError: if the mean or the period is not above zero, or the amplitude not between 0 and 1.
    """

    mean: float
    """Arrivals per unit of time."""
    amplitude: float
    """Relative, 0 to 1."""
    period: float = 24.0
    """In the same unit of time."""

    def __post_init__(self) -> None:
        check_positive(mean=self.mean, period=self.period)
        if not 0.0 <= self.amplitude <= 1.0:
            raise ModelError(f"SineRate: amplitude = {self.amplitude}; expected 0 to 1")

    @property
    def angular(self) -> float:
        """Radians per unit of time."""
        return 2.0 * math.pi / self.period

    def at(self, t: float) -> float:
        """Return λ(t)."""
        return self.mean * (1.0 + self.amplitude * math.sin(self.angular * t))

    def total_until(self, t: float) -> float:
        """Return the expected arrivals from 0 to t."""
        return self.mean * (t + self.amplitude * (1.0 - math.cos(self.angular * t)) / self.angular)

    def mean_between(self, start: float, end: float) -> float:
        """Return the mean rate between two instants."""
        return (self.total_until(end) - self.total_until(start)) / (end - start)

    def load_at(self, t: float, *, service_rate: float) -> float:
        """Return m(t), the mean number in service of M_t/M/∞ in its periodic regime.

        m(t) = λ̄/μ · (1 + β / (1 + (γ/μ)²) · (sin γt − γ/μ · cos γt)) (Eick, Massey & Whitt 1993); the
        number is Poisson, so its variance is its mean.
        """
        ratio = self.angular / service_rate
        swing = math.sin(self.angular * t) - ratio * math.cos(self.angular * t)
        return self.mean / service_rate * (1.0 + self.amplitude / (1.0 + ratio**2) * swing)

    def load_mean_between(self, start: float, end: float, *, service_rate: float) -> float:
        """Return the mean of m(t) between two instants, by its antiderivative."""
        ratio = self.angular / service_rate

        def total(t: float) -> float:
            swing = (-math.cos(self.angular * t) - ratio * math.sin(self.angular * t)) / self.angular
            return t + self.amplitude / (1.0 + ratio**2) * swing

        return self.mean / service_rate * (total(end) - total(start)) / (end - start)

    def load_lag(self, *, service_rate: float) -> float:
        """Return by how much m(t) peaks after λ(t): atan(γ/μ) / γ (Eick, Massey & Whitt 1993)."""
        return math.atan(self.angular / service_rate) / self.angular
