"""The drawn scenes that are known by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from hw.drawing.backdrop import Backdrop, Photo
from hw.drawing.cast import make_cast
from hw.drawing.conditions import Condition, make_condition
from hw.drawing.limbs import SpriteStore
from hw.drawing.script import Script
from hw.drawing.scripts import SCRIPTS
from hw.drawing.stage import make_panels
from hw.drawing.weather import Weather
from hw.drawn import DrawnScene
from hw.street_corner import make_street_corner
from sim.errors import InputError, UnknownNameError

_STORY, _STAGE = 21, 22

SCENES: Mapping[str, str] = {
    **{script.name: script.about for script in SCRIPTS.values()},
    "street_corner": "eight times a tall thing is put down or taken away before a shop",
}
"""Name: what happens there."""


def make_scene(
    name: str, *, seed: int = 0, condition: str | Condition | None = None, photo: str | Path | None = None,
) -> DrawnScene:
    """Make the scene of that name.

    Args:
        name: one of SCENES.
        seed: of surfaces, clothes, passers-by, weather and noise; the story stays the same.
        condition: light and weather, by name (several joined with ``+``) or as a value; the scene's own
            day if None.
        photo: a picture file that stands for the place, taken with the scene's own view.

    Raises:
        UnknownNameError: if the scene or the condition is not known.
        InputError: if the photo cannot be read.
    """
    if name not in SCENES:
        raise UnknownNameError("drawn scene", got=name, known=SCENES)
    if isinstance(condition, str):
        condition = make_condition(condition)
    if name in SCRIPTS:
        return stage_script(SCRIPTS[name], seed=seed, condition=condition or make_condition("day"), photo=photo)
    if photo is not None:
        raise InputError(f"{name}: photo", got=photo, expected="none: this scene has its own backdrop only",
                         do="take another scene")
    return make_street_corner(seed=seed, condition=condition)


def stage_script(
    script: Script, *, seed: int = 0, condition: Condition, photo: str | Path | None = None,
) -> DrawnScene:
    """Make the scene that a script describes; the arguments are those of :func:`make_scene`."""
    rngs = [np.random.Generator(np.random.Philox(key=[seed, purpose])) for purpose in (_STORY, _STAGE)]
    cast = make_cast(script, rngs[0], is_dark=condition.ambient < 0.5)
    panels = [] if photo is not None else make_panels(script, rngs[1])
    backdrop = Backdrop(
        panels, mount=script.mount, condition=condition, lamps=script.lamps,
        photo=None if photo is None else Photo(picture=_load_photo(photo), view=script.view))
    return DrawnScene(
        name=script.name, mount=script.mount, view=script.view, size_wh=script.size_wh, duration_s=script.duration_s,
        seed=seed, condition=condition, backdrop=backdrop, actors=tuple(cast.actors), events=tuple(cast.events),
        weather=Weather(seed), store=SpriteStore(), presets=script.presets)


def _load_photo(path: str | Path) -> np.ndarray:
    picture = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR) if Path(path).is_file() else None
    if picture is None:
        raise InputError(str(path), got="no picture", expected="a picture file such as .jpg or .png",
                         do="check the path")
    return np.asarray(picture, dtype=np.uint8)
