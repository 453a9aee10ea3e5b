"""The picture while it is painted: brightness alone or colour, with layers laid over one another."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.drawing.eye import Eye
from hw.frame import Picture

U1 = NDArray[np.uint8]
Colour = tuple[int, int, int]
"""Blue, green, red."""


def luma_of(colour: Colour) -> float:
    """Return a colour's brightness (ITU-R BT.601)."""
    return 0.114 * colour[0] + 0.587 * colour[1] + 0.299 * colour[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """What is painted on, and through which eye."""

    picture: Picture
    """(height, width) or (height, width, 3), painted in place."""
    eye: Eye

    @property
    def is_luma(self) -> bool:
        """Say whether only brightness is painted."""
        return self.picture.ndim == 2

    def tone(self, colour: Colour) -> tuple[float, ...]:
        """Return a colour as this picture has it."""
        return (luma_of(colour),) if self.is_luma else colour

    def lay(self, layer: U1, alpha: U1, left: int, top: int, *, light: float = 1.0) -> None:
        """Lay a premultiplied layer over the picture.

        Args:
            layer: (h, w) or (h, w, 3), as the picture is; within the picture.
            alpha: (h, w) opacity.
            left: column of the layer's first pixel.
            top: its row.
            light: the layer's brightness is multiplied with this.
        """
        window = self.picture[top : top + alpha.shape[0], left : left + alpha.shape[1]]
        clear = cv2.bitwise_not(alpha)
        if not self.is_luma:
            clear = cv2.cvtColor(clear, cv2.COLOR_GRAY2BGR)
        under = cv2.multiply(window, clear, scale=1.0 / 255.0)
        lit = layer if light == 1.0 else cv2.convertScaleAbs(layer, alpha=light)
        cv2.add(under, lit, dst=under)
        window[:] = under

    def mix(self, share: NDArray[np.float32], colour: Colour, left: int, top: int, *, light: float = 1.0) -> None:
        """Cover pixels with a colour by a share (h, w) of 0 to 1 each."""
        window = self.picture[top : top + share.shape[0], left : left + share.shape[1]]
        if self.is_luma:
            mixed = window + share * (np.float32(light * luma_of(colour)) - window)
        else:
            paint = np.array(colour, dtype=np.float32) * np.float32(light)
            mixed = window + share[:, :, None] * (paint - window)
        window[:] = np.clip(mixed + np.float32(0.5), 0, 255).astype(np.uint8)

    def darken(self, opacity: U1, left: int, top: int) -> None:
        """Take light away: 255 takes all of it."""
        window = self.picture[top : top + opacity.shape[0], left : left + opacity.shape[1]]
        clear = cv2.bitwise_not(opacity)
        if not self.is_luma:
            clear = cv2.cvtColor(clear, cv2.COLOR_GRAY2BGR)
        window[:] = cv2.multiply(window, clear, scale=1.0 / 255.0)
