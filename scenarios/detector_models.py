"""Detector model files: what a benchmark measured, as JSON, in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from scenarios.document import load_text
from scenarios.file_errors import Expected, Fault, Table, join_faults, list_faults, show_value
from sim.detector_model import EVERYWHERE, SCHEMA, DetectorModel, DetectorRow, is_told_apart
from sim.errors import InputError

PROVENANCE_KEYS = ("set", "sha256", "machine", "date", "code_version")

Count = Annotated[int, Field(ge=0, le=10**12), Expected("a whole number ≥ 0")]
Number = Annotated[float, Expected("a finite number")]
NotNegative = Annotated[float, Field(ge=0.0), Expected("a finite number ≥ 0")]
Above0 = Annotated[float, Field(gt=0.0), Expected("a finite number > 0")]
Share = Annotated[float, Field(ge=0.0, le=1.0), Expected("a share from 0 to 1")]
Text = Annotated[str, Field(min_length=1, max_length=2_000), Expected("a text that is not empty")]


class RowTable(Table):
    """What was counted for one kind, in one condition, at one threshold."""

    kind: Text
    condition: Text
    threshold: Number
    plateau: Share | None
    px50: Above0 | None
    slope: Number | None
    cov: list[list[Number]] | None
    """Covariance of plateau, px50 and slope, 3 by 3."""
    hits: Count
    misses: Count
    false_alarms: Count
    camera_hours: Above0
    n_cameras: Annotated[int, Field(ge=1, le=10**9), Expected("a whole number ≥ 1")]
    between_camera_sd: NotNegative | None
    f0_per_h: NotNegative | None
    f1_per_person_min: NotNegative | None
    delay_quantiles_s: list[NotNegative]


class DetectorModelFile(Table):
    """A detector model file."""

    schema_: Annotated[str, Field(alias="schema"), Expected(f'"{SCHEMA}"')]
    name: Text
    detector: Text
    version: Text
    profile: Text
    kind_map: dict[Text, Text]
    """Detector's kind to incident kind."""
    provenance: dict[Text, str]
    """At least set, sha256, machine, date and code_version."""
    rows: list[RowTable]


class _RefusedError(Exception):
    """JSON that Python would take but a model file may not hold."""


def load_detector_model(path: Path) -> DetectorModel:
    """Load a detector model.

    Raises:
        InputError: if the file is missing, not JSON, or does not hold a detector model; every fault has a line.
    """
    text = load_text(path, what="a detector model file")
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError:
        raise InputError(path.name, expected="JSON", do="it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{path.name}: line {error.lineno}, column {error.colno}", expected="JSON",
                         do=error.msg) from None
    except _RefusedError as error:
        raise InputError(path.name, expected="JSON", do=str(error)) from None
    except ValueError:  # Python's own limit on digits
        raise InputError(path.name, expected="JSON", do="a number has too many digits") from None
    return _make_model(_validate(document, where=path.name))


def save_detector_model(model: DetectorModel, path: Path) -> None:
    """Write a detector model; what is on disk is always a whole file.

    Raises:
        InputError: if the model holds what the file could not be loaded with, for example NaN.
    """
    document: dict[str, object] = {"schema": SCHEMA, **asdict(model)}
    document["kind_map"], document["provenance"] = dict(model.kind_map), dict(model.provenance)
    document = json.loads(json.dumps(document))
    _validate(document, where=path.name)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    partial.replace(path)


def _validate(document: object, *, where: str) -> DetectorModelFile:
    if not isinstance(document, dict):
        raise InputError(where, got=show_value(document), expected="a table with the keys of a detector model")
    if document.get("schema", SCHEMA) != SCHEMA:
        raise InputError(f"{where}: schema", got=show_value(document["schema"]), expected=f'"{SCHEMA}"')
    try:
        file = DetectorModelFile.model_validate(document)
    except ValidationError as error:
        raise join_faults(list_faults(error, file=where, model=DetectorModelFile)) from None
    faults = [*_table_faults(file, where), *(fault for index, row in enumerate(file.rows)
                                             for fault in _row_faults(row, f"{where}: rows[{index}]"))]
    if faults:
        raise join_faults(faults)
    return file


def _table_faults(file: DetectorModelFile, where: str) -> Iterator[Fault]:
    for key in PROVENANCE_KEYS:
        if key not in file.provenance:
            yield Fault(where=f"{where}: provenance.{key}", expected="a text", do="the key is missing: add it")
    seen: dict[tuple[str, str, float], int] = {}
    for index, row in enumerate(file.rows):
        first = seen.setdefault((row.kind, row.condition, row.threshold), index)
        if first != index:
            yield Fault(where=f"{where}: rows[{index}]", expected=f"another kind, condition or threshold than "
                                                                  f"rows[{first}]", do="merge their counts")
    for kind in file.kind_map:
        conditions = {row.condition for row in file.rows if row.kind == kind}
        unknown = sorted(condition for condition in conditions if not is_told_apart(condition))
        if len(unknown) > 1 and EVERYWHERE not in conditions:
            yield Fault(where=f"{where}: rows of {kind}", got=", ".join(unknown),
                        expected=f'a row of the condition "{EVERYWHERE}", for the simulator cannot tell these apart',
                        do="add their counts up in one")


def _row_faults(row: RowTable, where: str) -> Iterator[Fault]:
    if row.cov is not None and [len(line) for line in row.cov] != [3, 3, 3]:
        yield Fault(where=f"{where}.cov", got=show_value(row.cov), expected="3 lists of 3 numbers, or null")
    if row.delay_quantiles_s != sorted(row.delay_quantiles_s):
        yield Fault(where=f"{where}.delay_quantiles_s", expected="delays in rising order")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"the key {twice} stands twice in one table")
    return found


def _refuse(constant: str) -> float:
    raise _RefusedError(f"{constant} is not a finite number")


def _make_model(file: DetectorModelFile) -> DetectorModel:
    return DetectorModel(name=file.name, detector=file.detector, version=file.version, profile=file.profile,
                         kind_map=dict(file.kind_map), provenance=dict(file.provenance),
                         rows=tuple(_make_row(row) for row in file.rows))


def _make_row(row: RowTable) -> DetectorRow:
    values = row.model_dump(exclude={"cov", "delay_quantiles_s"})
    cov = None if row.cov is None else tuple(tuple(line) for line in row.cov)
    return DetectorRow(**values, cov=cov, delay_quantiles_s=tuple(row.delay_quantiles_s))
