"""Inspector model files: how a centre's own people watch, as JSON, in and out, and laid over a scenario's document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from scenarios.document import load_text
from scenarios.file_errors import Expected, Table, join_faults, list_faults
from sim.errors import InputError
from sim.inspector_model import DRAWN, SCHEMA, InspectorDraws, InspectorModel, Measured

Count = Annotated[int, Field(ge=0, le=10**12), Expected("a whole number ≥ 0")]
NotNegative = Annotated[float, Field(ge=0.0, le=1e6), Expected("a number ≥ 0")]
Text = Annotated[str, Field(min_length=1, max_length=200), Expected("a text that is not empty")]

OF_WATCHING = ("look_s", "px_half", "px_slope", "verify_median_s", "verify_p95_s", "p_confirm", "p_false_confirm",
               "compliance_slope", "compliance_middle")
"""Parameters that lie in a scenario's table ``watching``, under the same names."""
_MOST = {"p_noticed_at_best": 1.0, "p_confirm": 1.0, "p_false_confirm": 1.0, "vigilance_delta": 0.99}


Draw = Annotated[list[NotNegative], Field(min_length=len(DRAWN), max_length=len(DRAWN)),
                 Expected(f"{len(DRAWN)} numbers ≥ 0")]
"""Of the posterior, in the order of DRAWN."""


class MeasuredTable(Table):
    """A parameter with its interval."""

    value: NotNegative
    low: NotNegative
    high: NotNegative
    is_informed: bool


class InspectorModelFile(Table):
    """An inspector model file."""

    schema_: Annotated[str, Field(alias="schema"), Expected(f'"{SCHEMA}"')]
    name: Text
    n_trainees: Annotated[int, Field(ge=5), Expected("at least 5, so that nobody can be told from the rest")]
    n_sessions: Count
    n_responses: Count
    date: Text
    look_s: MeasuredTable
    p_noticed_at_best: MeasuredTable
    px_half: MeasuredTable
    px_slope: MeasuredTable
    verify_median_s: MeasuredTable
    verify_p95_s: MeasuredTable
    p_confirm: MeasuredTable
    p_false_confirm: MeasuredTable
    compliance_slope: MeasuredTable
    compliance_middle: MeasuredTable
    vigilance_delta: MeasuredTable
    between_sd: MeasuredTable
    draws: Annotated[list[Draw], Field(max_length=10_000, default_factory=list), Expected("a list of draws")]


def load_inspector_model(path: Path) -> InspectorModel:
    """Load an inspector model file.

    Raises:
        InputError: if it cannot be used; every fault has a line of its own.
    """
    try:
        document = json.loads(load_text(path, what="an inspector model"))
        file = InspectorModelFile.model_validate(document)
    except ValidationError as error:
        raise join_faults(list_faults(error, file=path.name, model=InspectorModelFile)) from None
    except ValueError as error:
        raise InputError(str(path), got=str(error), expected="an inspector model in JSON") from error
    if file.schema_ != SCHEMA:
        raise InputError(f"{path.name}: schema", got=file.schema_, expected=SCHEMA)
    values: dict[str, Any] = {name: Measured(**value) if isinstance(value, dict) else value
                              for name, value in file.model_dump(exclude={"schema_", "draws"}).items()}
    return InspectorModel(**values, draws=tuple(map(tuple, file.draws)))


def write_inspector_model(model: InspectorModel, path: Path) -> None:
    """Write an inspector model file."""
    path.write_text(json.dumps({"schema": SCHEMA, **asdict(model)}, indent=1) + "\n", encoding="utf-8")


def load_inspector_draws(path: Path) -> InspectorDraws | None:
    """Load what an inspector model leaves open, as a scenario plays it; None where its file has no draws.

    Raises:
        InputError: if the file cannot be used.
    """
    model = load_inspector_model(path)
    if not model.draws:
        return None
    values = {name: _played(name, getattr(model, name).value) for name in DRAWN}
    rows = tuple(tuple(_played(name, value) for name, value in zip(DRAWN, row, strict=True)) for row in model.draws)
    return InspectorDraws(values=values, rows=rows)


def _played(name: str, value: float) -> float:
    """Return a parameter as a scenario may hold it."""
    return min(_MOST.get(name, value), value)


def with_inspector_model(document: Mapping[str, Any], *, folder: Path) -> Mapping[str, Any]:
    """Return a scenario's document with the parameters of the inspector model that it names laid over its own.

    Args:
        document: as the file says it; ``watching.inspector_model`` names a file beside it.
        folder: of the scenario's file.

    Raises:
        InputError: if the model's file cannot be used.
    """
    watching = document.get("watching")
    if not isinstance(watching, dict) or not isinstance(watching.get("inspector_model"), str):
        return document
    model = load_inspector_model(folder / watching["inspector_model"])
    measured = {name: getattr(model, name).value for name in OF_WATCHING}
    best = _played("p_noticed_at_best", model.p_noticed_at_best.value)
    kinds = {name: {**table, "p_noticed_at_best": best} for name, table in document.get("kinds", {}).items()}
    laid: dict[str, Any] = {**document, "watching": {**watching, **measured}, "kinds": kinds}
    if isinstance(document.get("vigilance"), dict):
        delta = _played("vigilance_delta", model.vigilance_delta.value)
        laid["vigilance"] = {**document["vigilance"], "delta": delta}
    return laid
