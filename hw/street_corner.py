"""A drawn street corner: a pavement before a shop, where people leave and fetch tall luggage."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from hw.drawing.backdrop import Backdrop
from hw.drawing.conditions import Condition, make_condition
from hw.drawing.limbs import SpriteStore
from hw.drawing.people import Look
from hw.drawing.story import StoryEvent
from hw.drawing.weather import Weather
from hw.drawn import DrawnScene
from hw.optics import Mount, View
from hw.panels import Panel, Texture, lying_panel
from hw.textures import Colour, asphalt, paving, rolled_carpet, shop_front, tall_box, trolley_case
from hw.walkers import Errand, Luggage, Prop, Walker

_SIZE_WH = (640, 360)
_DURATION_S = 40.0
_MOUNT = Mount(height_m=3.0, heading_deg=90.0)
_VIEW = View(pan_deg=0.0, tilt_deg=-17.0, hfov_deg=30.0)
_LINE_M = 6.75
"""How far ahead of the camera things are put down."""
_WALL_M = 9.6
_CORNER_M = 1.35
"""Where the shop ends and the side street begins."""

_Draw = Callable[[np.random.Generator, Colour], Texture]

_THINGS: dict[str, tuple[_Draw, Colour, float, float]] = {
    "carpet": (rolled_carpet, (52, 40, 128), 0.36, 1.22),
    "green_carpet": (rolled_carpet, (60, 92, 44), 0.36, 1.22),
    "case": (trolley_case, (118, 58, 24), 0.40, 1.20),
    "black_case": (trolley_case, (52, 48, 46), 0.40, 1.20),
    "box": (tall_box, (72, 112, 150), 0.37, 1.20),
}
"""Name: how it is drawn, its colour, width and height in metres."""

_STORY: tuple[tuple[str, float, float | None, float | None], ...] = (
    ("carpet", -1.25, None, 5.0),
    ("case", 0.05, None, 15.0),
    ("box", 1.3, None, 29.0),
    ("black_case", -1.25, 10.0, 24.6),
    ("green_carpet", 0.05, 19.8, None),
    ("case", -1.25, 33.6, None),
    ("carpet", 1.3, 37.0, None),
)
"""Thing, place x in metres, second it comes to rest, second it is taken."""

_LOOKS: tuple[Look, ...] = (
    Look(height_m=1.76, skin=(140, 170, 205), hair=(30, 35, 45), jacket=(100, 62, 40), trousers=(62, 56, 52)),
    Look(height_m=1.66, skin=(128, 158, 196), hair=(40, 66, 104), jacket=(48, 52, 132), trousers=(104, 80, 60)),
    Look(height_m=1.72, skin=(110, 140, 180), hair=(24, 26, 30), jacket=(62, 84, 60), trousers=(58, 70, 84)),
    Look(height_m=1.81, skin=(146, 176, 212), hair=(92, 104, 112), jacket=(60, 58, 56), trousers=(84, 76, 70)),
    Look(height_m=1.63, skin=(132, 164, 200), hair=(36, 44, 66), jacket=(150, 146, 138), trousers=(52, 48, 50)),
    Look(height_m=1.70, skin=(118, 148, 188), hair=(28, 32, 38), jacket=(40, 110, 168), trousers=(76, 66, 58)),
)


def make_street_corner(*, seed: int = 0, condition: Condition | None = None) -> DrawnScene:
    """Make the scene: 40 s in which eight times a thing of about 60 by 200 pixels is put down or taken away.

    Args:
        seed: of the surfaces, the clothes, the passers-by and the sensor's noise; the story stays the same.
        condition: light and weather; an overcast day's soft shadows and full light if None.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, 2]))
    props = [_make_prop(number, rng) for number in range(len(_STORY))]
    errands = _make_errands(props, rng)
    walkers = errands + _make_passers(rng)
    luggage = [Luggage(prop=prop, carriers=tuple(w for w in errands if w.errand is not None and w.errand.prop is prop))
               for prop in props]
    condition = condition or dataclasses.replace(make_condition("overcast"), name="day", ambient=1.0)
    return DrawnScene(
        name="street_corner", mount=_MOUNT, view=_VIEW, size_wh=_SIZE_WH, duration_s=_DURATION_S, seed=seed,
        condition=condition, backdrop=Backdrop(_make_backdrop(rng), mount=_MOUNT, condition=condition),
        actors=(*luggage, *walkers), events=tuple(event for prop in props for event in _events_of(prop)),
        weather=Weather(seed), store=SpriteStore(),
    )


def _make_prop(number: int, rng: np.random.Generator) -> Prop:
    thing, x_m, rest_s, gone_s = _STORY[number]
    draw, colour, width_m, height_m = _THINGS[thing]
    return Prop(actor_id=number + 1, texture=draw(rng, colour), width_m=width_m, height_m=height_m, x_m=x_m,
                y_m=_LINE_M, rest_s=rest_s, gone_s=gone_s)


def _events_of(prop: Prop) -> list[StoryEvent]:
    events = []
    if prop.rest_s is not None and prop.release_s is not None:
        events.append(StoryEvent(kind="object_placed", start_s=prop.rest_s, end_s=prop.release_s,
                                 actor_ids=(prop.actor_id,)))
    if prop.gone_s is not None:
        events.append(StoryEvent(kind="object_removed", start_s=prop.gone_s, end_s=prop.gone_s,
                                 actor_ids=(prop.actor_id,)))
    return events


def _make_errands(props: Sequence[Prop], rng: np.random.Generator) -> list[Walker]:
    acts: tuple[Literal["placed", "removed"], ...] = ("placed", "removed")
    errands = [Errand(act=act, prop=prop) for prop in props for act in acts]
    due = sorted((errand for errand in errands if errand.t_s < _DURATION_S), key=lambda errand: errand.t_s)
    looks = rng.permutation(len(_LOOKS))
    return [
        Walker.on_errand(errand, actor_id=20 + number, look=_LOOKS[looks[number % len(_LOOKS)]],
                         direction=1 if errand.prop.x_m < 0.5 else -1, speed_mps=float(rng.uniform(1.35, 1.5)))
        for number, errand in enumerate(due)
    ]


def _make_passers(rng: np.random.Generator) -> list[Walker]:
    """Return people who only pass, along the wall."""
    return [
        Walker(actor_id=40 + number,
               look=dataclasses.replace(_LOOKS[int(rng.integers(len(_LOOKS)))], height_m=float(rng.uniform(1.6, 1.85))),
               direction=1 if number % 2 else -1, speed_mps=float(rng.uniform(1.1, 1.4)),
               y_m=_WALL_M - float(rng.uniform(0.5, 1.0)), pass_s=6.5 + 7.5 * number + float(rng.uniform(-1.5, 1.5)))
        for number in range(5)
    ]


def _make_backdrop(rng: np.random.Generator) -> list[Panel]:
    road = asphalt(rng, width_m=24.0, depth_m=16.0, px_per_m=60)
    far = shop_front(rng, width_m=20.0, height_m=5.0, px_per_m=60)
    pavement = paving(rng, width_m=20.0, depth_m=5.4, px_per_m=170)
    front = shop_front(rng, width_m=9.0, height_m=4.0, px_per_m=170)
    kerb = paving(rng, width_m=20.0, depth_m=0.16, px_per_m=60)
    down = np.array([0.0, 0.0, -1.0])
    return [
        Panel(corner_m=np.array([-10.0, 26.0, 5.0]), across_m=np.array([20.0, 0.0, 0.0]),
              down_m=5.0 * down, texture=far),
        lying_panel((0.0, 18.0), road, width_m=24.0, depth_m=16.0),
        lying_panel((0.0, 1.0), road, width_m=24.0, depth_m=8.0),
        lying_panel((0.0, 5.0), kerb, width_m=20.0, depth_m=0.16, z_m=0.0),
        lying_panel((0.0, 7.75), pavement, width_m=20.0, depth_m=5.4),
        Panel(corner_m=np.array([_CORNER_M - 9.0, _WALL_M, 4.0]), across_m=np.array([9.0, 0.0, 0.0]),
              down_m=4.0 * down, texture=front),
    ]
