"""Exercises as TOML files: read, written, and listed in a centre's folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios.toml_text import dump_toml
from sim.errors import InputError, UnknownNameError
from watchfloor.training.checklist import PROCEDURE
from watchfloor.training.exercise import MAX_TILES, Exercise, Target

SCHEMA = "watchfloor.exercise/1"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _TargetTable(_Strict):
    kind: str
    camera_id: Annotated[int, Field(ge=0)]
    at_s: Annotated[float, Field(ge=0.0)]
    visible_s: Annotated[float, Field(gt=0.0)]
    distance_m: Annotated[float, Field(gt=0.0)]
    aside_deg: Annotated[float, Field(ge=-180.0, le=180.0)] = 0.0
    expects: list[str] | None = None


class _ExerciseFile(_Strict):
    schema_: Annotated[Literal["watchfloor.exercise/1"], Field(alias="schema")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    scenario: str
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    duration_s: Annotated[float, Field(ge=60.0, le=86400.0)]
    cameras: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=MAX_TILES)]
    targets: Annotated[list[_TargetTable], Field(max_length=1000)] = []
    freezes_s: list[float] = []
    start_s: Annotated[float, Field(ge=0.0)] = 0.0
    p_detect: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    false_per_camera_h: Annotated[float, Field(ge=0.0)] = 0.0
    pass_d_prime: float | None = None
    warm_up_s: Annotated[float, Field(ge=0.0, le=600.0)] = 0.0


def tables_of(exercise: Exercise) -> dict[str, Any]:
    """Return an exercise as the tables of its file; what is None or as it would be anyway is left out."""
    plain = {key: _listed(value) for key, value in asdict(exercise).items() if value is not None and key != "targets"}
    targets = [{key: _listed(value) for key, value in asdict(target).items()
                if value is not None and (key, value) != ("aside_deg", 0.0)} for target in exercise.targets]
    return {"schema": SCHEMA, **plain, "targets": targets}


def exercise_of(tables: Mapping[str, Any], *, where: str) -> Exercise:
    """Return the exercise that a file's tables, or a page's JSON, describe.

    Args:
        tables: as ``tables_of`` returns them.
        where: told in errors.

    Raises:
        InputError: if they describe no exercise.
        UnknownNameError: if something is expected that is on no checklist.
    """
    try:
        file = _ExerciseFile.model_validate(dict(tables))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{where}: {'.'.join(map(str, first['loc']))}", got=str(first["input"])[:60],
                         expected=first["msg"]) from None
    items = [step.item for step in PROCEDURE]
    for number, target in enumerate(file.targets):
        for item in target.expects or ():
            if item not in items:
                raise UnknownNameError(f"{where}: targets[{number}].expects", got=item[:40], known=items)
    values = file.model_dump(exclude={"schema_", "targets"})
    targets = tuple(Target(**{**target.model_dump(),
                              "expects": None if target.expects is None else tuple(target.expects)})
                    for target in sorted(file.targets, key=lambda target: target.at_s))
    return Exercise(**{**values, "cameras": tuple(file.cameras), "freezes_s": tuple(file.freezes_s)}, targets=targets)


def write_exercise(exercise: Exercise, path: Path) -> None:
    """Write an exercise as TOML.

    Raises:
        InputError: if the file's name does not end in ``.toml``.
    """
    if path.suffix != ".toml":
        raise InputError("exercise", got=str(path), expected="a file whose name ends in .toml")
    tables = tables_of(exercise)
    targets = tables.pop("targets")
    path.write_text("".join([dump_toml(tables), *("\n[[targets]]\n" + dump_toml(target) for target in targets)]),
                    encoding="utf-8")


def load_exercise(path: Path) -> Exercise:
    """Load an exercise from its TOML file.

    Raises:
        InputError: if the file cannot be read or is no exercise.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="an exercise file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path.name, got=str(error), expected="an exercise in TOML") from error
    return exercise_of(tables, where=path.name)


def is_exercise_file(path: Path) -> bool:
    """Say whether a file calls itself an exercise; a scenario's file says that it is one."""
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8")).get("schema", "")).startswith("watchfloor.exercise")
    except (OSError, ValueError):
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedExercise:
    """An exercise in a folder."""

    stem: str
    """Of its file."""
    exercise: Exercise | None
    problem: str | None
    """Why it cannot be played, where it cannot be read."""


def list_exercises(folder: Path) -> tuple[ListedExercise, ...]:
    """Return the exercises in a folder by the names of their files; those that are damaged with the reason."""
    found = []
    for path in sorted(folder.glob("[!.]*.toml")):
        if is_exercise_file(path):
            try:
                found.append(ListedExercise(stem=path.stem, exercise=load_exercise(path), problem=None))
            except InputError as error:
                found.append(ListedExercise(stem=path.stem, exercise=None, problem=str(error)))
    return tuple(found)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
