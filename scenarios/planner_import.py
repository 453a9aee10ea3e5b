"""Makes a scenario from a planner's own files: cameras, calls, offences and roster, without reading who is in them."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.cameras_file import save_cameras
from scenarios.load import check_scenario
from scenarios.planner_calls import read_calls
from scenarios.planner_cameras import CameraFacts, read_planner_cameras, with_districts
from scenarios.planner_facts import Findings, RowProblem
from scenarios.planner_mapping import MappedTable, load_mapping, map_table, save_mapping
from scenarios.planner_offences import read_offences
from scenarios.planner_roster import read_roster
from scenarios.planner_scenario import REAL_CITY_NAME, Facts, list_base_kinds, make_document
from scenarios.planner_tables import open_table
from scenarios.toml_text import dump_toml
from sim.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedColumn:
    """A column that was not read because it is, or may be, about a person."""

    file: str
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import made and what its user should look at."""

    path: Path
    """The scenario."""
    mapping_path: Path
    """Which column was taken for what; edit it and pass it back."""
    problems_path: Path | None
    """The problems as CSV; None if there are none."""
    tables: tuple[MappedTable, ...]
    dropped: tuple[DroppedColumn, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...]


def import_planner_data(output: Path, *, cameras: Path | None = None, calls: Path | None = None,
                        offences: Path | None = None, roster: Path | None = None, mapping: Path | None = None,
                        city_map: Path | None = None, districts: Path | None = None) -> Imported:
    """Write a scenario from a planner's files, and the mapping of their columns beside it.

    Columns about persons are not read: no cell of theirs is looked at, kept or shown. A missing stamp is reported and
    left out of what is measured; nothing is guessed in its place.

    Args:
        output: of the scenario, ending in .toml.
        cameras: XLSX or CSV, as are the next three; at least one of the four must be given.
        calls: calls from the public.
        offences: the register of offences.
        roster: who is on duty when.
        mapping: an edited mapping; where it says nothing of a file, its columns are guessed.
        city_map: an OpenStreetMap file, for a real city with the cameras at their places.
        districts: GeoJSON polygons for that city.

    Raises:
        InputError: if a file cannot be used, or a mapping that the user may have edited would be overwritten. Where
            the columns do not say enough, the guessed mapping has been saved, to be corrected and passed back.
    """
    given = {"cameras": cameras, "calls": calls, "offences": offences, "roster": roster}
    _check_arguments(output, given, city_map=city_map, districts=districts)
    stated = load_mapping(mapping) if mapping else None
    mapping_name = mapping.name if mapping else "mapping"
    tables = {name: map_table(name, open_table(path, table=name), stated.table(name) if stated else None,
                              where=mapping_name)
              for name, path in given.items() if path is not None}
    findings = Findings()
    mapping_path = output.with_suffix(".mapping.toml")
    try:
        facts = _read(tables, findings, where=mapping_name)
    except InputError:
        if not mapping_path.exists():  # so that there is one to correct
            save_mapping(mapping_path, tables, kinds={}, replace=False)
        raise
    save_mapping(mapping_path, tables, kinds=facts.offences.wordings if facts.offences else {},
                 replace=mapping is not None and mapping.resolve() == mapping_path.resolve())
    city_files = _city_files(output, facts.cameras, findings, city_map=city_map, districts=districts)
    document = make_document(facts, name=_scenario_name(output), city_files=city_files, findings=findings)
    output.write_text(dump_toml(document), encoding="utf-8")
    findings.notes += [f"{warning.key}: {warning.text}" for warning in check_scenario(output).warnings]
    return Imported(
        path=output, mapping_path=mapping_path, problems_path=_save_problems(output, findings),
        tables=tuple(tables.values()), problems=tuple(findings.problems), notes=tuple(findings.notes),
        dropped=tuple(DroppedColumn(file=table.table.name, heading=heading)
                      for table in tables.values() for heading in table.personal))


def _check_arguments(output: Path, given: Mapping[str, Path | None], *, city_map: Path | None,
                     districts: Path | None) -> None:
    if output.suffix != ".toml":
        raise InputError("output", got=str(output), expected="a path that ends in .toml")
    if not output.parent.is_dir():
        raise InputError("output", got=str(output), expected="a path in a folder that is there")
    if all(path is None for path in given.values()):
        raise InputError("import", expected="at least one of " + ", ".join(given))
    if districts is not None and city_map is None:
        raise InputError("districts", got=str(districts), expected="a map with it", do="give the city's map as well")


def _read(tables: Mapping[str, MappedTable], findings: Findings, *, where: str) -> Facts:
    found = tables.get
    cameras, calls, offences, roster = found("cameras"), found("calls"), found("offences"), found("roster")
    return Facts(
        cameras=read_planner_cameras(cameras, findings) if cameras else None,
        calls=read_calls(calls, findings) if calls else None,
        offences=(read_offences(offences, findings, known_kinds=list_base_kinds(), where=where)
                  if offences else None),
        roster=read_roster(roster, findings) if roster else None)


def _city_files(output: Path, cameras: CameraFacts | None, findings: Findings, *, city_map: Path | None,
                districts: Path | None) -> dict[str, str] | None:
    """Return the real city's files as paths from the scenario, the cameras written beside it; None without a map."""
    if city_map is None:
        return None
    files = {"file": _relative(city_map, output)}
    if cameras is not None:
        if not cameras.rows:
            raise InputError("cameras", expected="columns lon and lat, or coordinates, for a real city",
                             do="name them in the saved mapping and pass that back, or leave out the map")
        beside = output.with_suffix(".cameras.csv")
        save_cameras(beside, cameras.rows if districts is not None else with_districts(
            cameras.rows, whole_name=REAL_CITY_NAME, findings=findings))
        files["cameras"] = beside.name
    if districts is not None:
        files["districts"] = _relative(districts, output)
    return files


def _relative(path: Path, output: Path) -> str:
    return Path(os.path.relpath(path.resolve(), output.parent.resolve())).as_posix()


def _scenario_name(output: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", output.stem.lower()).strip("_")[:60]
    return plain if plain[:1].isalpha() else f"planner_{plain}".rstrip("_")[:60]


def _save_problems(output: Path, findings: Findings) -> Path | None:
    path = output.with_suffix(".problems.csv")
    if not findings.problems:
        path.unlink(missing_ok=True)
        return None
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["file", "row", "column", "what"])
        writer.writerows([problem.file, problem.row, problem.column, problem.what] for problem in findings.problems)
    return path
