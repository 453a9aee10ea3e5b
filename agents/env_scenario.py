"""The scenario of an environment: by name, file or value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from scenarios import load_scenario
from sim.errors import InputError
from sim.scenario import Scenario

ScenarioName: TypeAlias = str | Path | Scenario


def open_scenario(scenario: ScenarioName, hours: float | None) -> Scenario:
    """Return the scenario that an environment plays.

    Raises:
        UnknownNameError: if no shipped scenario has the name.
        InputError: if the file or the hours cannot be used.
    """
    if hours is not None and not 0.0 < hours <= 10_000.0:
        raise InputError("hours", got=hours, expected="more than 0, at most 10,000")
    if isinstance(scenario, Scenario):
        return scenario if hours is None else replace(scenario, duration_s=hours * 3600.0)
    return load_scenario(scenario, overrides={} if hours is None else {"time.duration_h": hours})
