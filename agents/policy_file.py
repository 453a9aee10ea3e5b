"""Saved policies: the weights that were learned, from what, and how much they are worth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from platformdirs import user_data_path

from agents.network_policy import NetworkChoice, UnitNetwork
from agents.policies import CoverageChoice
from sim.errors import InputError
from sim.scenario import Scenario

SCHEMA = "watchfloor.policy/1"
COVERAGE, NETWORK = "coverage", "network"

TrainedChoice: TypeAlias = CoverageChoice | NetworkChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPolicy:
    """A learned policy with its provenance."""

    choice: TrainedChoice
    scenario: str
    """On which it was trained."""
    scenario_digest: str
    city_digest: str
    n_junctions: int
    n_generations: int
    """Of which it is the last, or updates of a network."""
    seed: int
    evaluation: Mapping[str, Mapping[str, float | None]]
    """Late share on held-out replications by policy: mean, half_width, and those of the paired difference to nearest.
    """


def trained_folder() -> Path:
    """Return where policies that were trained under a name are kept, for the present user."""
    return user_data_path("watchfloor") / "policies"


def trained_names() -> tuple[str, ...]:
    """Return the names under which policies were trained, in order."""
    return tuple(sorted(path.stem for path in trained_folder().glob("*.json")))


def trained_file(text: str) -> Path | None:
    """Return the file that a name or a path means; None if it is neither."""
    if text in trained_names():
        return trained_folder() / f"{text}.json"
    path = Path(text)
    return path if path.suffix == ".json" or path.is_file() else None


def save_policy(policy: SavedPolicy, path: Path) -> None:
    """Write a policy as JSON."""
    kind = NETWORK if isinstance(policy.choice, NetworkChoice) else COVERAGE
    content = {"schema": SCHEMA, "kind": kind, **asdict(policy)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_policy(path: Path) -> SavedPolicy:
    """Read a policy back.

    Raises:
        InputError: if the file is not one that ``save_policy`` wrote.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a saved policy", do="check the path") from error
    except ValueError as error:
        raise InputError(str(path), got="not JSON", expected="a saved policy", do="train it again") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA or content.get("kind") not in {COVERAGE, NETWORK}:
        raise InputError(f"{path}: schema", got=schema or "none", expected=f"{SCHEMA}, kind {COVERAGE} or {NETWORK}",
                         do="train it with this version")
    try:
        return _read(content)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(str(path), got=f"incomplete or wrong ({error})", expected=f"every field of {SCHEMA}",
                         do="train it again") from error


def _read(content: Mapping[str, Any]) -> SavedPolicy:  # Any: JSON as it was read
    read = _read_network if content["kind"] == NETWORK else _read_coverage
    return SavedPolicy(
        choice=read(content["choice"]), scenario=str(content["scenario"]),
        scenario_digest=str(content["scenario_digest"]), city_digest=str(content["city_digest"]),
        n_junctions=int(content["n_junctions"]), n_generations=int(content["n_generations"]),
        seed=int(content["seed"]), evaluation=content["evaluation"])


def _read_coverage(told: Mapping[str, Any]) -> CoverageChoice:  # as above
    weights = tuple(float(weight) for weight in told["weights"])
    if not weights or min(weights) < 0.0:
        raise ValueError(f"weights = {weights}")
    return CoverageChoice(weights=weights, travel_weight=float(told["travel_weight"]), posts=bool(told["posts"]),
                          late_after_s=float(told["late_after_s"]))


def _read_network(told: Mapping[str, Any]) -> NetworkChoice:  # as above
    network = told["network"]

    def vector(name: str) -> tuple[float, ...]:
        return tuple(float(value) for value in network[name])

    def matrix(name: str) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(float(value) for value in row) for row in network[name])
    return NetworkChoice(late_after_s=float(told["late_after_s"]), network=UnitNetwork(
        embed=matrix("embed"), embed_bias=vector("embed_bias"), join=matrix("join"), join_bias=vector("join_bias"),
        score=vector("score")))


def check_fits(policy: SavedPolicy, scenario: Scenario, *, where: str) -> None:
    """Check that a policy was trained on the city that it is to serve.

    Raises:
        InputError: if it was trained on another one; the message says which.
    """
    if policy.city_digest != scenario.city.digest():
        raise InputError(
            f"{where}: scenario", got=f"{policy.scenario}, a city of {policy.n_junctions:,} junctions",
            expected=f"the city of {scenario.name}, {scenario.city.roads.n_junctions:,} junctions",
            do=f"train one with: watchfloor train-policy dispatch {scenario.name}")
