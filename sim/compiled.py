"""Compiled functions, with a cache that forgets them when any source of ``sim`` changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

Records: TypeAlias = NDArray[Any]
"""An array of records; numba knows and checks its fields, mypy cannot."""
Function = TypeVar("Function", bound=Callable[..., object])
_OPT = 1
"""LLVM's level of optimisation, unless $NUMBA_OPT names another: at 3 the engine compiles an eighth longer and plays no
faster."""


def sources_digest(folder: Path) -> str:
    """Return the sha256 of every Python source in a folder and below, names included."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


@cache
def cache_folder() -> Path:
    """Return where compiled code is kept: $NUMBA_CACHE_DIR, or the user's cache under the digest of all of ``sim``."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    return user_cache_path("watchfloor") / "compiled" / sources_digest(Path(__file__).parent)[:16]


def constant(value: int) -> int:
    """Return a whole number as numpy's: of a plain one numba would compile each function anew for each value."""
    return cast(int, np.int64(value))


def compiled(function: Function) -> Function:
    """Compile a function with numba, cached on disk.

    numba alone keeps a stale result when a helper in another file changes, so the folder of the cache is named
    after the digest of all of ``sim``.
    """
    return _compiled(function, cache=True)


def compiled_in_place(function: Function) -> Function:
    """Compile a function that compiled ones call and that makes no array: one that plays, on arrays kept by its caller.

    Without numba's runtime no array is counted in and out of each call, which took four fifths of the time; what such
    functions call is put in place, and nothing is made for calls from Python. A function that makes an array after all
    does not compile.
    """
    return _compiled(function, cache=False, _nrt=False, forceinline=True, no_cpython_wrapper=True,
                     no_cfunc_wrapper=True)


def compiled_entry(function: Function) -> Function:
    """Compile the function through which Python calls those that are compiled in place; cached on disk."""
    return _compiled(function, cache=True, _nrt=False)


def _compiled(function: Function, **options: bool) -> Function:
    config: Any = numba.config  # what it holds is set at import, unknown to the stubs
    config.CACHE_DIR = str(cache_folder())
    if "NUMBA_OPT" not in os.environ:
        config.OPT = type(config.OPT)(_OPT)
    compile_with: Callable[..., Callable[[Function], object]] = numba.njit  # its stubs do not know every option
    return cast(Function, compile_with(error_model="numpy", **options)(function))
