"""The scenarios that are shipped, and finding one by name or by path."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.told import WRITTEN_IN, told_in
from sim.errors import UnknownNameError

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A scenario that comes with the program."""

    name: str
    title: str
    titles: Mapping[str, str]
    """The title by language."""
    path: Path


def list_shipped() -> tuple[Shipped, ...]:
    """Return the shipped scenarios in order of name."""
    told = {path: told_in(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(_FOLDER.glob("*.toml"))}
    return tuple(Shipped(name=path.stem, title=one.titles[WRITTEN_IN], titles=one.titles, path=path)
                 for path, one in told.items())


def find_scenario(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the file of a scenario: a shipped one by name, any other by its path.

    What ends in ``.toml`` or holds a slash is a path; anything else is a name.

    Raises:
        UnknownNameError: if no shipped scenario has the name.
    """
    path = Path(name_or_path)
    if isinstance(name_or_path, os.PathLike) or path.suffix == ".toml" or len(path.parts) > 1:
        return path
    shipped = {item.stem: item for item in _FOLDER.glob("*.toml")}
    if str(name_or_path) not in shipped:
        raise UnknownNameError("scenario", got=str(name_or_path), known=shipped)
    return shipped[str(name_or_path)]
