"""Alerts about one thing become one: by camera and time, or by place and time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.compiled import compiled

I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]


@compiled
def first_by_camera(camera: I4, detect_s: F8, may_join: Flags, window_s: float) -> I8:
    """Join alerts of one camera that follow the first of a group within a window.

    Args:
        camera: cameras, in order of ``detect_s``.
        detect_s: instants in seconds, ascending.
        may_join: whether each may join others at all.
        window_s: counted from the group's first alert.

    Returns:
        For each alert the first one of its group.
    """
    latest = np.full(camera.max() + 1 if camera.size else 0, -1, dtype=np.int64)
    first = np.arange(camera.size)
    for index in range(camera.size):
        if may_join[index]:
            group = latest[camera[index]]
            if group >= 0 and detect_s[index] - detect_s[group] <= window_s:
                first[index] = group
            else:
                latest[camera[index]] = index
    return first


@compiled
def first_nearby(about: I4, x_m: F8, y_m: F8, detect_s: F8, window_s: float, radius_m: float) -> I8:
    """Join alerts about the same that follow the first of a group within a window, from cameras near that first one.

    Args:
        about: incidents, or one number for all false alerts, in order of ``detect_s``.
        x_m: the camera's place.
        y_m: likewise.
        detect_s: instants in seconds, ascending.
        window_s: counted from the group's first alert.
        radius_m: from the camera of the group's first alert.

    Returns:
        For each alert the first one of its group; where several groups would do, that of the earliest.
    """
    first, groups = np.arange(about.size), np.empty(about.size, dtype=np.int64)
    n, oldest = 0, 0
    for index in range(about.size):
        while oldest < n and detect_s[index] - detect_s[groups[oldest]] > window_s:
            oldest += 1
        for group in groups[oldest:n]:
            east_m, north_m = x_m[index] - x_m[group], y_m[index] - y_m[group]
            if about[group] == about[index] and east_m * east_m + north_m * north_m <= radius_m * radius_m:
                first[index] = group
                break
        if first[index] == index:
            groups[n] = index
            n += 1
    return first


@compiled
def joined_alerts(first: I8, detect_s: F8, ends_s: F8) -> tuple[I8, F8, I4]:
    """Return the first alert of each group, when it stops being worth showing, and how many alerts it stands for.

    A repeat prolongs what is still shown, and revives nothing.

    Args:
        first: for each alert, in order of ``detect_s``, the first one of its group.
        detect_s: instants in seconds, ascending.
        ends_s: when each would stop alone.
    """
    kept, until_s = np.empty(first.size, dtype=np.int64), np.empty(first.size)
    merged, group_of = np.zeros(first.size, dtype=np.int32), np.empty(first.size, dtype=np.int64)
    n = 0
    for index in range(first.size):
        if first[index] == index:
            kept[n], until_s[n], group_of[index] = index, ends_s[index], n
            n += 1
        group = group_of[first[index]]
        merged[group] += 1
        if detect_s[index] <= until_s[group]:
            until_s[group] = max(until_s[group], ends_s[index])
    return kept[:n], until_s[:n], merged[:n]
