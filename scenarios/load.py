"""Scenario files in, frozen scenarios out; and the check that says what a file's author should look at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from scenarios.catalog import find_scenario
from scenarios.caution import Caution
from scenarios.consistency import find_cautions, find_contradictions
from scenarios.consistency_occasions import find_place_cautions
from scenarios.consistency_room import find_picture_cautions
from scenarios.convert import load_real_city, make_scenario
from scenarios.document import Value, load_document, override
from scenarios.file_errors import join_faults, list_faults
from scenarios.inherit import load_extended
from scenarios.inspector_models import with_inspector_model
from scenarios.schema import ScenarioFile
from scenarios.schema_city import OsmCityTable
from scenarios.targets import Targets, make_targets
from scenarios.told import Told, told_in
from sim.scenario import Scenario, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of a scenario file found; the file can be used."""

    path: Path
    name: str
    title: str
    digest: str
    statements: tuple[Statement, ...]
    """Where each table's numbers come from."""
    warnings: tuple[Caution, ...]


def load_scenario(name_or_path: str | os.PathLike[str], *, overrides: Mapping[str, Value] | None = None) -> Scenario:
    """Load a scenario and build its city.

    Args:
        name_or_path: a shipped scenario's name, for example ``kostanay``, or the path of a file.
        overrides: values by dotted key to lay over the file's, for example ``{"roster.night.inspectors": 4}``.

    Raises:
        UnknownNameError: if no shipped scenario has the name.
        InputError: if the file or an override cannot be used; every fault has a line of its own.
    """
    path = find_scenario(name_or_path)
    return make_scenario(_load_file(path, overrides or {}), folder=path.parent, where=path.name)


def check_scenario(name_or_path: str | os.PathLike[str], *, overrides: Mapping[str, Value] | None = None) -> Checked:
    """Check a scenario file, with what its tables say of the city.

    Raises:
        UnknownNameError: as load_scenario.
        InputError: as load_scenario.
    """
    path = find_scenario(name_or_path)
    file = _load_file(path, overrides or {})
    scenario = make_scenario(file, folder=path.parent, where=path.name)
    cautions = (*find_cautions(file), *find_place_cautions(scenario))
    if isinstance(file.city, OsmCityTable):
        real = load_real_city(file.city, folder=path.parent)
        cautions += real.cautions + tuple(find_picture_cautions(file, real.city.cameras.n_cameras))
        if not real.city.cameras.n_cameras:
            cautions += (Caution(key="city", text="there is no camera, so nothing is found by watching"),)
    return Checked(path=path, name=file.name, title=file.title, digest=scenario.digest,
                   statements=scenario.statements, warnings=cautions)


def load_targets(name_or_path: str | os.PathLike[str]) -> Targets:
    """Load what a scenario is fitted to.

    Raises:
        UnknownNameError: as load_scenario.
        InputError: as load_scenario, and if the file has no targets.
    """
    path = find_scenario(name_or_path)
    return make_targets(_load_file(path, {}), where=path.name)


def load_told(name_or_path: str | os.PathLike[str]) -> Told:
    """Load a scenario's title and story in every language in which its file tells them.

    Raises:
        UnknownNameError: as load_scenario.
        InputError: if the file cannot be read.
    """
    return told_in(load_document(find_scenario(name_or_path)))


def json_schema() -> dict[str, object]:
    """Return the JSON schema of a scenario file, for editors."""
    return ScenarioFile.model_json_schema(by_alias=True)


def _load_file(path: Path, overrides: Mapping[str, Value]) -> ScenarioFile:
    document = override(load_extended(path), overrides, file=path.name)
    measured = with_inspector_model(document, folder=path.parent)
    if measured is not document:
        document = override(measured, overrides, file=path.name)
    try:
        file = ScenarioFile.model_validate(document)
    except ValidationError as error:
        raise join_faults(list_faults(error, file=path.name, model=ScenarioFile)) from None
    faults = find_contradictions(file, where=path.name)
    if faults:
        raise join_faults(faults)
    return file
