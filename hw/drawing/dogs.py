"""A dog's limbs at each moment of its trot."""

from __future__ import annotations

import functools
import math

from hw.drawing.canvas import Colour
from hw.drawing.limbs import Body, Limb
from hw.drawing.people import N_PHASES

DOG_STRIDE_M = 0.75
"""Ground covered in a whole stride."""


@functools.lru_cache(maxsize=2000)
def dog_body(colour: Colour, shoulder_m: float, phase_index: int, stride: float) -> Body:
    """Return a dog's limbs, in metres ahead, to the left and up.

    Args:
        colour: of the coat.
        shoulder_m: height at the shoulder.
        phase_index: of the stride, 0 to N_PHASES − 1.
        stride: 0 stands, 1 trots.
    """
    h = shoulder_m
    dark = (round(colour[0] * 0.6), round(colour[1] * 0.6), round(colour[2] * 0.6))
    turn = math.tau * phase_index / N_PHASES
    wag = 0.12 * math.sin(2.0 * turn)
    limbs = [
        Limb((-0.55 * h, 0.0, 0.82 * h), (0.45 * h, 0.0, 0.86 * h), 0.2 * h, 0.24 * h, colour),
        Limb((0.5 * h, 0.0, 0.95 * h), (0.72 * h, 0.0, 1.22 * h), 0.17 * h, 0.13 * h, colour),
        Limb((0.72 * h, 0.0, 1.25 * h), (0.84 * h, 0.0, 1.24 * h), 0.15 * h, 0.13 * h, colour),
        Limb((0.86 * h, 0.0, 1.2 * h), (1.05 * h, 0.0, 1.15 * h), 0.09 * h, 0.06 * h, dark),
        Limb((-0.6 * h, 0.0, 0.95 * h), (-0.95 * h, wag * h, 1.2 * h), 0.06 * h, 0.03 * h, colour),
    ]
    for ahead, offset in ((0.36, 0.0), (-0.48, math.pi)):
        for side, also in ((1.0, 0.0), (-1.0, math.pi)):
            swing = 0.5 * stride * math.sin(turn + offset + also)
            lift = 0.5 * stride * max(0.0, math.cos(turn + offset + also))
            top = (ahead * h, 0.12 * h * side, 0.75 * h)
            knee = (top[0] + 0.38 * h * math.sin(swing), top[1], top[2] - 0.38 * h * math.cos(swing))
            paw_swing = swing - lift
            paw = (knee[0] + 0.36 * h * math.sin(paw_swing), top[1], knee[2] - 0.36 * h * math.cos(paw_swing))
            limbs += [Limb(top, knee, 0.1 * h, 0.06 * h, colour), Limb(knee, paw, 0.055 * h, 0.045 * h, colour)]
    return tuple(limbs)
