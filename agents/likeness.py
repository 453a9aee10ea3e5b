"""Whether two pictures show the same, by their texture: plain ground is equally grey wherever a camera looks."""

from __future__ import annotations

import cv2
import numpy as np

from agents.alignment import Plane

_REDUCTION = 4
_FINE_PX = 9
"""What is larger than this in the reduced picture is light, not texture."""
_CLIP_GREY = 16.0
_BLOCKS_WH = (16, 10)
_LEAST_GREY = 2.0
"""Deviation of a block's texture, in the reduced picture, below which it is plain."""
_LEAST_SHARE = 0.2
_MISSED = 0.35
"""A block whose texture is found again to less than this share shows something else."""
_RELIT = (0.5, 2.0)
"""Least and greatest factor by which light changes a texture that stays."""
_NOISE_GREY = 0.5
"""A texture of this deviation is noise, which light does not explain."""


def missed_share(picture: Plane, usual: Plane) -> float | None:
    """Return the share of the textured blocks of a usual picture whose texture is not found in another picture.

    Block by block it is the slope of the regression of one texture on the other: near 1 for the same place, however
    noisy the picture, near 0 for another.

    Returns:
        None if too little of the usual picture has texture.
    """
    now, before = _texture(picture), _texture(usual)
    common, own = (cv2.resize(product, _BLOCKS_WH, interpolation=cv2.INTER_AREA)
                   for product in (now * before, before * before))
    textured = own >= _LEAST_GREY**2
    if textured.mean() < _LEAST_SHARE:
        return None
    return float((common[textured] < _MISSED * own[textured]).mean())


def relit_share(now: Plane, usual: Plane) -> float:
    """Return the share of a small place's change that light explains: the same texture, paler or stronger.

    Least squares for a factor, a step and a shift of a fraction of a pixel, which a codec makes at edges. It is 0 where
    the texture has all but gone or come: then something was taken or put there.

    Args:
        now: grey levels of the place with its surroundings, three pixels wide and high at least.
        usual: the same as usual.
    """
    within, rows, columns = usual[1:-1, 1:-1], usual[:, 1:-1], usual[1:-1]
    terms = np.empty((4, within.size), np.float32)
    for term, plane in zip(terms, (within - within.mean(), columns[:, 2:] - columns[:, :-2], rows[2:] - rows[:-2], 1.0),
                           strict=True):
        term.reshape(within.shape)[:] = plane
    lit = now[1:-1, 1:-1].ravel()
    normal = (terms @ terms.T).astype(np.float64)
    normal[[0, 1, 2], [0, 1, 2]] += _NOISE_GREY**2 * lit.size
    fitted = np.linalg.solve(normal, (terms @ lit).astype(np.float64))
    change = lit - within.ravel()
    rest = lit - fitted.astype(np.float32) @ terms
    if not _RELIT[0] <= fitted[0] <= _RELIT[1] or not change.any():
        return 0.0
    return 1.0 - float(rest @ rest) / float(change @ change)


def _texture(picture: Plane) -> Plane:
    height, width = picture.shape
    small = cv2.resize(picture, (max(_BLOCKS_WH[0], width // _REDUCTION), max(_BLOCKS_WH[1], height // _REDUCTION)),
                       interpolation=cv2.INTER_AREA)
    texture: Plane = np.clip(small - cv2.blur(small, (_FINE_PX, _FINE_PX)), -_CLIP_GREY, _CLIP_GREY)
    return texture
