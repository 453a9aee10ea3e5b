"""The guard at the door: the five sister packages must come from watchfloor's own installation.

``sim``, ``hw`` and ``agents`` are common words; another package may have put its own beside ours, or before it.
This module imports nothing of watchfloor's until it has looked, so that a foreign package is never run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.errors import InputError

SISTERS = ("sim", "scenarios", "hw", "agents", "benchmarks")
HOME = Path(__file__).resolve().parent.parent
"""Folder that holds watchfloor and, rightly, its sisters."""


def find_origin(package: str) -> Path | None:
    """Return the folder from which a package would be imported, without importing it; None where there is none."""
    try:
        spec = find_spec(package)
    except ValueError:  # already imported by something that set no spec
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve()
    return Path(spec.origin).resolve() if spec.origin else None


def find_origins() -> Mapping[str, Path | None]:
    """Return where each sister package would come from."""
    return {package: find_origin(package) for package in SISTERS}


def check_own_packages() -> None:
    """Check that the sisters come from the folder that watchfloor came from; editable installations included.

    Raises:
        InputError: if one comes from elsewhere or is missing; it says which, from where, and how to mend it.
    """
    for package, origin in find_origins().items():
        if origin == HOME / package:
            continue
        error = _own_input_error()
        if origin is None:
            raise error(f"package {package}", got="missing", expected=f"it in {HOME}",
                        do="install watchfloor anew: pip install --force-reinstall --no-deps watchfloor")
        raise error(f"package {package}", got=origin, expected=f"watchfloor's own in {HOME}",
                    do="another package of that name stands before it: uninstall that package, take its folder from "
                       "PYTHONPATH, or install watchfloor in a fresh environment (python -m venv)")


def _own_input_error() -> type[InputError]:
    """Import InputError from our own ``sim``, whichever one the path would give."""
    sys.path.insert(0, str(HOME))
    try:
        from sim.errors import InputError
    finally:
        sys.path.remove(str(HOME))
    return InputError
