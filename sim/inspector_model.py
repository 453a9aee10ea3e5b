"""How people were seen to watch, measured in training sessions: what a scenario may name instead of assumptions."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "watchfloor.inspector-model/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A parameter with the interval that holds it with 95 % probability."""

    value: float
    low: float
    high: float
    is_informed: bool = True
    """Whether the sessions say it; else it is little but what was assumed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorModel:
    """Pooled parameters of a centre's inspectors, under the names that a scenario gives them."""

    name: str
    n_trainees: int
    n_sessions: int
    n_responses: int
    date: str
    look_s: Measured
    p_noticed_at_best: Measured
    """Of every kind."""
    px_half: Measured
    px_slope: Measured
    verify_median_s: Measured
    verify_p95_s: Measured
    p_confirm: Measured
    p_false_confirm: Measured
    compliance_slope: Measured
    compliance_middle: Measured
    vigilance_delta: Measured
    """For a time constant of 900 s."""
    between_sd: Measured
    """Spread between inspectors of the logarithm of how often they notice."""
