"""Training a network from the command line, where the packages of the extra ``rl`` are installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agents.env_dispatch import DispatchEnv
from sim.errors import InputError
from watchfloor.show import Show

if TYPE_CHECKING:
    from agents.network_training import TrainedNetwork

PACKAGES = ("torch", "stable_baselines3", "sb3_contrib")
KEPT = "network.pt"


def check_packages() -> None:
    """Check that the packages are there.

    Raises:
        InputError: naming those that are not, and how to get them.
    """
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError("--algo maskable_ppo", got=f"no {', '.join(missing)}", expected="its packages",
                         do="pip install 'watchfloor[rl]', or leave --algo away")


def learn_network(
    make_env: Callable[[], DispatchEnv], folder: Path, *, budget_s: float, seed: int, key: str, show: Show,
) -> TrainedNetwork:
    """Train until the budget is spent; the state after each update is kept, and the same command goes on from it.

    Raises:
        InputError: if the packages are not installed.
        KeyboardInterrupt: after Ctrl-C, saying what was kept.
    """
    check_packages()
    from agents.network_training import train_network  # an extra, and slow to import

    try:
        with show.progress("train", "updates") as advance:
            trained = train_network(make_env, budget_s=budget_s, seed=seed, kept=folder / KEPT, key=key,
                                    advance=advance)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"the last update is kept in {folder / KEPT}; the same command goes on from there"
                                ) from None
    show.line(f"the budget of {budget_s:g} s is spent; the same command goes on")
    return trained
