"""What other installed packages offer under a group of entry points, read once: a feed's detector is made by name."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points


def installed_points(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group, as they were when first asked for with this ``sys.path``.

    Reading every installed package's metadata takes milliseconds; a room of hundreds of cameras would wait seconds.
    """
    return _read(group, tuple(sys.path))


@lru_cache(maxsize=16)
def _read(group: str, _path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=group))
