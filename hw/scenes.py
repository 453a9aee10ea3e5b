"""The drawn scenes that are known by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
from hw.optics import View
from hw.street_corner import make_street_corner
from sim.errors import InputError, UnknownNameError

_STORY, _STAGE = 21, 22
_HIGHEST_M = 100.0

SCENES: Mapping[str, str] = {
    **{script.name: script.about for script in SCRIPTS.values()},
    "street_corner": "eight times a tall thing is put down or taken away before a shop",
}
"""Name: what happens there."""


def make_scene(
    name: str, *, seed: int = 0, condition: str | Condition | None = None, photo: str | Path | None = None,
    height_m: float | None = None, view: View | None = None,
) -> DrawnScene:
    """Make the scene of that name.

    Args:
        name: one of SCENES.
        seed: of surfaces, clothes, passers-by, weather and noise; the story stays the same.
        condition: light and weather, by name (several joined with ``+``) or as a value; the scene's own
            day if None.
        photo: a picture file that stands for the place, taken with the scene's height and view.
        height_m: at which the camera hangs; the scene's own if None.
        view: where it looks unless told otherwise; the scene's own if None.

    Raises:
        UnknownNameError: if the scene or the condition is not known.
        InputError: if the photo cannot be read, or no camera can hang there.
    """
    if name not in SCENES:
        raise UnknownNameError("drawn scene", got=name, known=SCENES)
    if isinstance(condition, str):
        condition = make_condition(condition)
    if name in SCRIPTS:
        script = _hung(SCRIPTS[name], height_m, view)
        return stage_script(script, seed=seed, condition=condition or make_condition("day"), photo=photo)
    for what, got in (("photo", photo), ("height", height_m), ("view", view)):
        if got is not None:
            raise InputError(f"{name}: {what}", got=got, expected="none: this scene has its own backdrop and camera",
                             do="take another scene")
    return make_street_corner(seed=seed, condition=condition)


def _hung(script: Script, height_m: float | None, view: View | None) -> Script:
    """Return a script with its camera at another height, or looking elsewhere."""
    if height_m is not None and not 0.5 <= height_m <= _HIGHEST_M:
        raise InputError(f"{script.name}: height", got=height_m, expected=f"0.5 to {_HIGHEST_M:g} m")
    height_m = script.mount.height_m if height_m is None else height_m
    return replace(script, mount=replace(script.mount, height_m=height_m), view=view or script.view)


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
