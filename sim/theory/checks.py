"""The conditions under which the formulas of this package hold."""

from __future__ import annotations

import math

from sim.errors import ModelError


def check_positive(**values: float) -> None:
    """Check that rates and times are finite and above zero.

    Raises:
        ModelError: naming the first that is not.
    """
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0.0):
            raise ModelError(f"{name} = {value}; expected a finite number > 0")


def check_count(**values: int) -> None:
    """Check that numbers of servers or sources are at least one.

    Raises:
        ModelError: naming the first that is not.
    """
    for name, value in values.items():
        if value < 1:
            raise ModelError(f"{name} = {value}; expected a whole number ≥ 1")


def check_stable(offered_load: float, n_servers: int) -> None:
    """Check that the servers can keep up, so that a stationary queue exists.

    Raises:
        ModelError: if the load is not less than the number of servers.
    """
    check_positive(offered_load=offered_load)
    check_count(n_servers=n_servers)
    if offered_load >= n_servers:
        raise ModelError(f"offered_load = {offered_load}; expected less than {n_servers} servers can carry; "
                         "give callers patience (erlang_a) or add servers")
