"""Quiet places to look at: the drawn scenes with everybody's everyday business and nobody's offence."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

from hw.drawing.conditions import Condition
from hw.drawing.script import Carries, Drives, Passers, Role, Script, Sits
from hw.drawing.scripts import SCRIPTS
from hw.drawn import DrawnScene
from hw.optics import View
from hw.scenes import stage_script
from sim.city import LandUse

LOOP_S = 40.0
"""After so long the everyday business of a place begins again."""

N_VARIANTS = 4
"""Views, surfaces, clothes and passers-by in which each place is drawn."""

PLACES: Mapping[LandUse, tuple[str, ...]] = {
    LandUse.HOUSING: ("playground", "square", "bus_stop"), LandUse.MARKET: ("market",), LandUse.STOP: ("bus_stop",),
    LandUse.PARK: ("playground", "square"), LandUse.BAR: ("square",), LandUse.SCHOOL: ("playground",),
    LandUse.ROAD: ("bus_stop",),
}
"""Which drawn places stand for which use of the land; cameras take them in turn."""

_TURNS_DEG = ((0.0, 0.0, 0.0), (-7.0, -2.0, -8.0), (8.0, -1.0, -4.0), (3.0, 1.0, 5.0))
"""By how much each variant pans, tilts and widens a place's own view."""


def quiet_script(name: str) -> Script:
    """Return a place's script without its story: who stays carries or sits, and passers-by pass."""
    script = SCRIPTS[name]
    return dataclasses.replace(
        script, duration_s=LOOP_S, crowds=(), presets=(), passers=tuple(map(_fewer, script.passers)),
        roles=tuple(_idle(role) for role in script.roles if _stays(role)),
        drives=tuple(drive for drive in script.drives if _is_within(drive)))


@functools.lru_cache(maxsize=24)
def quiet_scene(name: str, variant: int, condition: Condition) -> DrawnScene:
    """Return a quiet place; one is made for all cameras that show it."""
    scene = stage_script(quiet_script(name), seed=variant, condition=condition)
    return dataclasses.replace(scene, view=home_view(name, variant))


def home_view(name: str, variant: int) -> View:
    """Return where a camera looks at first."""
    view, (pan_deg, tilt_deg, hfov_deg) = SCRIPTS[name].view, _TURNS_DEG[variant]
    return View(pan_deg=view.pan_deg + pan_deg, tilt_deg=view.tilt_deg + tilt_deg, hfov_deg=view.hfov_deg + hfov_deg)


def _stays(role: Role) -> bool:
    """Say whether a role has a part outside the story: it is there from the start to the loop's end."""
    return role.knots[0][0] < 0.0 and role.knots[-1][0] >= LOOP_S


def _idle(role: Role) -> Role:
    return dataclasses.replace(role, deeds=tuple(deed for deed in role.deeds if isinstance(deed, Carries | Sits)))


def _fewer(passers: Passers) -> Passers:
    return dataclasses.replace(passers, n=max(2, passers.n - 1))


def _is_within(drive: Drives) -> bool:
    return drive.knots[-1][0] <= LOOP_S
