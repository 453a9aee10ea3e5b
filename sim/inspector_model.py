"""How people were seen to watch, measured in training sessions: what a scenario may name instead of assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SCHEMA = "watchfloor.inspector-model/1"
DRAWN = ("look_s", "p_noticed_at_best", "px_half", "px_slope", "vigilance_delta", "verify_median_s", "verify_p95_s",
         "p_confirm", "p_false_confirm", "compliance_slope", "compliance_middle")
"""Parameters of a draw, in their order."""


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
    draws: tuple[tuple[float, ...], ...] = ()
    """Of the posterior, each in the order of DRAWN; none where only the intervals are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorDraws:
    """What a scenario's numbers of watching may be instead, as far as training sessions left it open."""

    values: Mapping[str, float]
    """That the model gave the scenario, by the names in DRAWN; whoever chose another number keeps it."""
    rows: tuple[tuple[float, ...], ...]
    """Draws of the posterior, in the order of DRAWN; at least one."""
