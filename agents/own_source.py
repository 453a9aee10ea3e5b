"""Somebody's own policy, loaded in the process that hosts it; so it imports next to nothing."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any


def load_own(target: str) -> Any:  # Any: whatever the user's callable returns; the checks tell what it must be
    """Load and call what a target names, without arguments.

    Raises:
        AttributeError: if it is not there, or the file does not hold just one policy.
    """
    source, _, name = target.partition(":")
    module = _load_file(Path(source)) if source.endswith(".py") else importlib.import_module(source)
    return getattr(module, name or _only_policy(module))()


def _load_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None, "a .py file has a loader"
    assert spec.loader is not None, "as above"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _only_policy(module: ModuleType) -> str:
    """Return the name of the one class with a method ``decide`` that a file defines."""
    found = [name for name, value in vars(module).items()
             if isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "decide")]
    if len(found) != 1:
        raise AttributeError(f"{module.__name__}.py has {', '.join(found) or 'no class'} with a method decide; "
                             f"expected one; name it as {module.__name__}.py:NAME")
    return found[0]
