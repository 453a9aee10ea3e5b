"""What makes one stretch of time unlike another: overlays, scripts, outages, near repeats and drift, as values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time, once or again and again."""

    from_s: float
    """Scenario second at which it begins."""
    to_s: float
    every_s: float | None = None
    """Time from one beginning to the next; None for a window that comes once."""

    def holds(self, t_s: F8) -> Flags:
        """Say for each instant ≥ 0 whether it lies inside; the end does not."""
        since_s = t_s - self.from_s
        if self.every_s is not None:
            since_s = np.mod(since_s, self.every_s)
        return np.asarray((since_s >= 0.0) & (since_s < self.to_s - self.from_s), dtype=np.bool_)

    def spans(self, duration_s: float) -> list[tuple[float, float]]:
        """Return its (from_s, to_s) that touch the time from 0 to ``duration_s``, in order."""
        if self.every_s is None:
            return [(self.from_s, self.to_s)] if self.to_s > 0.0 and self.from_s < duration_s else []
        length_s = self.to_s - self.from_s
        first = -((length_s + self.from_s % self.every_s) // self.every_s)
        spans, begins_s = [], self.from_s % self.every_s + first * self.every_s
        while begins_s < duration_s:
            if begins_s + length_s > 0.0:
                spans.append((begins_s, begins_s + length_s))
            begins_s += self.every_s
        return spans


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRepeat:
    """An incident may be followed by another of its kind nearby and soon."""

    probability: float
    """That an incident has one offspring; below 1."""
    window_s: float
    """The offspring comes within this time of its parent's start."""
    radius_m: float
    """And within this distance of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What an operation, a market day, a festival or the weather changes while it lasts."""

    name: str
    windows: tuple[Window, ...]
    districts: tuple[int, ...] = ()
    """Where it holds; empty for everywhere."""
    land_uses: tuple[int, ...] = ()
    """On land of which use it holds; empty for any."""
    factors: tuple[float, ...]
    """Of the rate of incidents, by kind."""
    visibility: float = 1.0
    """Multiplies pixels on target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedIncident:
    """An incident that happens in every replication."""

    kind: int
    at_s: float
    visible_s: float
    x_m: float
    y_m: float
    junction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Cameras that give no picture for a while; exactly one of district, share and sites is given."""

    windows: tuple[Window, ...]
    district: int | None = None
    share: float | None = None
    """Of all cameras, drawn anew in each replication."""
    sites: tuple[int, ...] = ()
    """Sites on one link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFailures:
    """Cameras that fail and are mended, each on its own."""

    up_mean_s: float
    """Mean time from one repair to the next failure (exponential)."""
    repair_mean_s: float
    """Mean time without a picture (exponential)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How a detector changes from day to day after it was measured."""

    false_factor_per_day: float
    recall_factor_per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCount:
    """Kinds that an operation's report counts together."""

    name: str
    kinds: tuple[str, ...]
    n_stopped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an operation's report counted in a whole region, whoever found it; no run depends on it."""

    n_stopped: int
    named: tuple[NamedCount, ...]
