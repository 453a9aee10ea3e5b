"""What judged alerts and a look into silent footage say of a detector, without any truth beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import betaincinv, gammaincinv


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One kind's alerts as people judged them."""

    kind: str
    n_true: int
    n_false: int
    n_unsure: int
    n_open: int
    precision_95: tuple[float, float] | None
    """Jeffreys; None before any was judged."""
    false_per_h_90: tuple[float, float] | None
    """Exact Poisson, only once every alert of the kind is judged; those that people are unsure of are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What a random look into silent footage found."""

    n_pieces: int
    n_with_event: int
    looked_h: float
    missed_per_h_90: tuple[float, float] | None
    """Pieces with a missed event in an hour of silent footage, exact Poisson."""


def sum_up_alerts(kind: str, verdicts: Iterable[str | None], *, camera_hours: float) -> Reviewed:
    """Sum up the verdicts on one kind's alerts; None is an alert that nobody judged yet."""
    told = list(verdicts)
    true, false, unsure = (told.count(word) for word in ("true", "false", "unsure"))
    is_whole = None not in told
    return Reviewed(
        kind=kind, n_true=true, n_false=false, n_unsure=unsure, n_open=told.count(None),
        precision_95=_jeffreys(true, false) if true + false else None,
        false_per_h_90=_garwood(false, camera_hours) if is_whole and camera_hours > 0.0 else None)


def sum_up_audit(verdicts: Iterable[str | None], *, length_s: float) -> Audited:
    """Sum up the verdicts on pieces of silent footage; ``true`` means that something was missed there."""
    told = [verdict for verdict in verdicts if verdict in ("true", "false")]
    looked_h, found = len(told) * length_s / 3600.0, told.count("true")
    return Audited(n_pieces=len(told), n_with_event=found, looked_h=looked_h,
                   missed_per_h_90=_garwood(found, looked_h) if told else None)


def _jeffreys(n_true: int, n_false: int) -> tuple[float, float]:
    low, high = (float(betaincinv(n_true + 0.5, n_false + 0.5, at)) for at in (0.025, 0.975))
    return (low if n_true else 0.0), (high if n_false else 1.0)


def _garwood(count: int, hours: float) -> tuple[float, float]:
    low = float(gammaincinv(count, 0.05)) / hours if count else 0.0
    return low, float(gammaincinv(count + 1, 0.95)) / hours
