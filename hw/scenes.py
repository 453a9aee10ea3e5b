"""The drawn scenes that are known by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hw.drawn import DrawnScene
from hw.street_corner import make_street_corner
from sim.errors import UnknownNameError

SCENES: Mapping[str, Callable[..., DrawnScene]] = {"street_corner": make_street_corner}
"""Name: what makes the scene from a seed."""


def make_scene(name: str, *, seed: int = 0) -> DrawnScene:
    """Make the scene of that name.

    Raises:
        UnknownNameError: if there is none.
    """
    if name not in SCENES:
        raise UnknownNameError("drawn scene", got=name, known=SCENES)
    return SCENES[name](seed=seed)
