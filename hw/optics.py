"""A calibrated pinhole camera: where a point of the world falls in the picture, and how large things appear."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where a camera looks and how wide."""

    pan_deg: float
    """Counter-clockwise from the mount's heading."""
    tilt_deg: float
    """Above the horizon; negative looks down."""
    hfov_deg: float
    """Horizontal field of view, over 0 and under 180."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """Where a camera hangs in the scene's metric plane: x east, y north, z up."""

    x_m: float = 0.0
    y_m: float = 0.0
    height_m: float
    heading_deg: float
    """Direction of pan 0, counter-clockwise from east."""


def focal_px(width_px: int, hfov_deg: float) -> float:
    """Return the focal length in pixels: width / (2 tan(hfov / 2))."""
    return width_px / (2.0 * math.tan(math.radians(hfov_deg) / 2.0))


def pixels_on_target(object_m: float, distance_m: float, *, width_px: int, hfov_deg: float) -> float:
    """Return how many pixels an object seen square-on covers: focal length · size / distance."""
    return focal_px(width_px, hfov_deg) * object_m / distance_m


@dataclass(frozen=True, slots=True)
class Projection:
    """The linear map of one mount, view and picture size; pixel (0, 0) is the centre of the top left pixel."""

    matrix: F8
    """(3, 4): homogeneous world point to homogeneous pixel; the last row gives depth in metres."""
    position_m: F8
    """(3,) of the lens."""

    @classmethod
    def of(cls, mount: Mount, view: View, size_wh: tuple[int, int]) -> Projection:
        """Build the projection of a camera without lens distortion."""
        yaw = math.radians(mount.heading_deg + view.pan_deg)
        tilt = math.radians(view.tilt_deg)
        ahead = np.array([math.cos(yaw) * math.cos(tilt), math.sin(yaw) * math.cos(tilt), math.sin(tilt)])
        right = np.array([math.sin(yaw), -math.cos(yaw), 0.0])
        down = np.cross(ahead, right)
        focal = focal_px(size_wh[0], view.hfov_deg)
        middle_x, middle_y = (size_wh[0] - 1) / 2.0, (size_wh[1] - 1) / 2.0
        rows = np.array([focal * right + middle_x * ahead, focal * down + middle_y * ahead, ahead])
        position = np.array([mount.x_m, mount.y_m, mount.height_m])
        return cls(matrix=np.hstack([rows, -rows @ position[:, None]]), position_m=position)

    def depth_m(self, xyz_m: F8) -> F8:
        """Return distance along the optical axis; points (n, 3) give (n,)."""
        return np.asarray(xyz_m @ self.matrix[2, :3] + self.matrix[2, 3])

    def project(self, xyz_m: F8) -> F8:
        """Return pixel positions (n, 2) of points (n, 3), which must lie in front of the camera."""
        homogeneous = xyz_m @ self.matrix[:, :3].T + self.matrix[:, 3]
        return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:])

    def plane(self, origin_m: F8, along_u_m: F8, along_v_m: F8) -> F8:
        """Return the (3, 3) map from plane coordinates (u, v, 1) of origin + u · along_u + v · along_v to pixels."""
        linear = self.matrix[:, :3]
        return np.column_stack([linear @ along_u_m, linear @ along_v_m, linear @ origin_m + self.matrix[:, 3]])

    def shifted(self, x_px: float, y_px: float) -> Projection:
        """Return the projection into a window of the picture whose top left pixel is (x_px, y_px)."""
        shift = np.array([[1.0, 0.0, -x_px], [0.0, 1.0, -y_px], [0.0, 0.0, 1.0]])
        return Projection(matrix=shift @ self.matrix, position_m=self.position_m)

    def scaled(self, factor: int) -> Projection:
        """Return the projection into the same picture with ``factor`` times as many pixels each way."""
        offset = (factor - 1) / 2.0
        scale = np.array([[factor, 0.0, offset], [0.0, factor, offset], [0.0, 0.0, 1.0]])
        return Projection(matrix=scale @ self.matrix, position_m=self.position_m)
