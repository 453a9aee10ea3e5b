"""Alerts about one thing become one: by camera and time, or by place and time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.compiled import compiled


def merged_groups(camera: I4, detect_s: F8, *, window_s: float) -> tuple[I4, I4]:
    """Join alerts of one camera that follow the first of a group within a window.

    Args:
        camera: cameras, in order of ``detect_s``.
        detect_s: instants in seconds, ascending.
        window_s: counted from the group's first alert.

    Returns:
        (index of each group's first alert, group of each alert).
    """
    firsts, group = np.empty(camera.size, dtype=np.int32), np.empty(camera.size, dtype=np.int32)
    n = _merge(camera, detect_s, window_s, firsts, group, int(camera.max(initial=0)) + 1)
    return firsts[:n].copy(), group


@compiled
def _merge(camera: I4, detect_s: F8, window_s: float, firsts: I4, group: I4, n_cameras: int) -> int:
    open_group = np.full(n_cameras, -1, dtype=np.int32)
    n = 0
    for index in range(camera.size):
        last = open_group[camera[index]]
        if last < 0 or detect_s[index] - detect_s[firsts[last]] > window_s:
            last = n
            firsts[n] = index
            open_group[camera[index]] = n
            n += 1
        group[index] = last
    return n


def merged_groups_near(
    about: I4, x_m: F8, y_m: F8, detect_s: F8, *, window_s: float, radius_m: float
) -> tuple[I4, I4]:
    """Join alerts about the same that follow the first of a group within a window, from cameras near that first one.

    Args:
        about: incidents, or one number for all false alerts, in order of ``detect_s``.
        x_m: the camera's place.
        y_m: likewise.
        detect_s: instants in seconds, ascending.
        window_s: counted from the group's first alert.
        radius_m: from the camera of the group's first alert.

    Returns:
        (index of each group's first alert, group of each alert); where several groups would do, the earliest.
    """
    firsts, group = np.empty(about.size, dtype=np.int32), np.empty(about.size, dtype=np.int32)
    n = _merge_near(about, x_m, y_m, detect_s, window_s, radius_m, firsts, group)
    return firsts[:n].copy(), group


@compiled
def _merge_near(about: I4, x_m: F8, y_m: F8, detect_s: F8, window_s: float, radius_m: float, firsts: I4,
                group: I4) -> int:
    n, oldest = 0, 0
    for index in range(about.size):
        while oldest < n and detect_s[index] - detect_s[firsts[oldest]] > window_s:
            oldest += 1
        joins = n
        for candidate in range(oldest, n):
            first = firsts[candidate]
            east_m, north_m = x_m[index] - x_m[first], y_m[index] - y_m[first]
            if about[first] == about[index] and east_m * east_m + north_m * north_m <= radius_m * radius_m:
                joins = candidate
                break
        if joins == n:
            firsts[n] = index
            n += 1
        group[index] = joins
    return n


@compiled
def shown_until(stands: NDArray[np.intp], detect_s: F8, ends_s: F8) -> F8:
    """Return when each alert stops being worth showing: a repeat prolongs what is still shown, and revives nothing.

    Args:
        stands: for each alert, in order of ``detect_s``, the first one of its group.
        detect_s: instants in seconds, ascending.
        ends_s: when each would stop alone.
    """
    until_s = ends_s.copy()
    for index in range(stands.size):
        first = stands[index]
        if detect_s[index] <= until_s[first]:
            until_s[first] = max(until_s[first], ends_s[index])
    return until_s
