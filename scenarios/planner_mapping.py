"""Which column of a planner's file means what: guessed, saved beside the scenario, edited and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from scenarios.document import load_document
from scenarios.file_errors import Expected, Fault, Table, join_faults, list_faults, nearest
from scenarios.planner_tables import PlannerTable
from scenarios.planner_words import FIELDS, Privacy, judge_privacy, match_columns
from scenarios.toml_text import dump_toml
from sim.errors import InputError

SCHEMA = "watchfloor.planner-mapping/1"
_Text = Annotated[str, Field(min_length=1, max_length=500), Expected("a text that is not empty")]


class TableMapping(Table):
    """What the columns of one file mean."""

    file: _Text
    columns: dict[_Text, _Text]
    """Field to heading."""
    personal: list[_Text] = Field(default=[])
    """Headings of columns that are never read."""
    unused: list[_Text] = Field(default=[])
    """Headings of columns that nothing needs; they are not read either."""
    kinds: dict[_Text, _Text] = Field(default={})
    """What a register calls an offence to the scenario's kind."""


class MappingFile(Table):
    """A mapping file."""

    schema_: Annotated[Literal["watchfloor.planner-mapping/1"], Field(alias="schema")]
    cameras: TableMapping | None = None
    calls: TableMapping | None = None
    offences: TableMapping | None = None
    roster: TableMapping | None = None

    def table(self, name: str) -> TableMapping | None:
        """Return what it says of one of the four tables."""
        found = getattr(self, name)
        return found if isinstance(found, TableMapping) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedTable:
    """A file and what its columns mean."""

    name: str
    """cameras, calls, offences or roster."""
    table: PlannerTable
    columns: Mapping[str, str]
    """Field to heading."""
    personal: tuple[str, ...]
    unused: tuple[str, ...]
    kinds: Mapping[str, str]
    """Wording to kind, from the user's mapping."""

    def has(self, *fields: str) -> bool:
        """Say whether all the fields have a column."""
        return all(field in self.columns for field in fields)


def load_mapping(path: Path) -> MappingFile:
    """Load a mapping file.

    Raises:
        InputError: if it cannot be used; every fault has a line.
    """
    try:
        return MappingFile.model_validate(load_document(path))
    except ValidationError as error:
        raise join_faults(list_faults(error, file=path.name, model=MappingFile)) from None


def map_table(name: str, table: PlannerTable, stated: TableMapping | None, *, where: str) -> MappedTable:
    """Settle what a file's columns mean: as stated, or guessed from the headings.

    Args:
        name: a key of FIELDS.
        table: the file.
        stated: what the user's mapping says of it, if anything.
        where: the mapping file's name, for messages.

    Raises:
        InputError: if the stated mapping does not fit the file or names a column about a person.
    """
    named = [heading for heading in table.headings if heading]
    if stated:
        _check_stated(name, table, stated, where=f"{where}: {name}")
        columns = dict(stated.columns)
    else:
        columns = match_columns(name, named)
    marked = set(stated.personal) if stated else set()
    left = [heading for heading in named if heading not in columns.values()]
    personal = [heading for heading in left if heading in marked or judge_privacy(heading) is not Privacy.OPEN]
    return MappedTable(name=name, table=table, columns=columns, personal=tuple(personal),
                       unused=tuple(heading for heading in left if heading not in personal),
                       kinds=dict(stated.kinds) if stated else {})


def _check_stated(name: str, table: PlannerTable, stated: TableMapping, *, where: str) -> None:
    faults = []
    for field, heading in stated.columns.items():
        if field not in FIELDS[name]:
            faults.append(Fault(where=f"{where}.columns.{field}", expected="one of " + ", ".join(FIELDS[name]),
                                do=nearest(field, FIELDS[name])))
        elif heading not in table.headings:
            faults.append(Fault(where=f"{where}.columns.{field}", got=heading, expected=f"a heading of {table.name}",
                                do=nearest(heading, [item for item in table.headings if item])))
        elif judge_privacy(heading) is Privacy.IDENTITY or heading in stated.personal:
            faults.append(Fault(where=f"{where}.columns.{field}", got=heading,
                                expected="a column that is not about a person", do="such columns are never read"))
    if faults:
        raise join_faults(faults)


def save_mapping(path: Path, tables: Mapping[str, MappedTable], *, kinds: Mapping[str, str], replace: bool) -> None:
    """Write a mapping that load_mapping reads back.

    Args:
        path: of the file.
        tables: by name.
        kinds: what the register's wordings were taken for.
        replace: whether another mapping there may be overwritten; a user may have edited it.

    Raises:
        InputError: if another mapping is there and may not be replaced.
    """
    document: dict[str, object] = {"schema": SCHEMA}
    for name, mapped in tables.items():
        part: dict[str, object] = {"file": mapped.table.name, "personal": list(mapped.personal),
                                   "unused": list(mapped.unused), "columns": dict(mapped.columns)}
        if name == "offences" and kinds:
            part["kinds"] = dict(kinds)
        document[name] = part
    text = dump_toml(document)
    if path.exists() and not replace and path.read_text(encoding="utf-8") != text:
        raise InputError(str(path), expected="no mapping that differs from the guess",
                         do="pass it as the mapping to use it, or remove it to guess anew")
    path.write_text(text, encoding="utf-8")
