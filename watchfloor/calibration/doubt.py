"""What the finds cannot identify: other guesses of how well people watch, refitted, meet the same targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.targets import Targets
from watchfloor.calibration.played import Player
from watchfloor.show import Show


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """How far the data leave the true rates open."""

    n_parameters: int


def examine_doubt(player: Player, targets: Targets, rates: Mapping[str, float], *, scenario: str, show: Show) -> Doubt:
    """Refit under other guesses of the parameters that nobody measured."""
    return Doubt(n_parameters=0)


def show_doubt(doubt: Doubt, show: Show) -> None:
    """Print it."""
