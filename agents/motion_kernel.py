"""The motion gate's arithmetic on one picture, compiled: its distance from two backgrounds, and what is connected.

The steps are those of array operations, taken pixel by pixel in one pass, so that a picture's pixels are read once.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled_entry, compiled_in_place

Grid: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.uint8]

Labels: TypeAlias = NDArray[np.int32]
Table: TypeAlias = NDArray[np.float64]

LEFT, TOP, RIGHT, BOTTOM, N_PX, CONTRAST, N_MOVING = range(7)
"""Columns of the table that :func:`find_moving` fills; edges and areas in cells of the grid."""
N_COLUMNS = 7
_AROUND = 2
"""Cells around a mask up to which its closing reaches."""
_NONE = -1


@cache
def compile_kernel() -> None:
    """Compile both functions, or fetch them compiled, so that no camera waits for it at its first picture."""
    picture, grid, room = np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.float32), np.zeros(1, np.float32)
    labels, table = np.zeros((1, 1), np.int32), np.zeros((1, N_COLUMNS))
    measure_steps(picture.reshape(-1), room, room.copy(), room.copy(), room.copy(), 1)
    find_moving(picture, grid, grid.copy(), room, room.copy(), 1, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, grid.copy(),
                picture.copy(), picture.copy(), labels, labels.reshape(-1).copy(), table)


def most_labels(shape: tuple[int, int]) -> int:
    """Return how many labels a mask can need: of four cells that touch only one is labelled anew."""
    return ((shape[0] + 1) // 2) * ((shape[1] + 1) // 2)


@compiled_in_place
def _middle(values: Grid) -> np.float32:
    """Return the value that would be in the middle if they were sorted, moving them about (Hoare's selection)."""
    low, high, wanted = 0, values.size - 1, values.size // 2
    while low < high:
        pivot, left, right = values[(low + high) // 2], low, high
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if wanted <= right:
            high = right
        elif wanted >= left:
            low = left
        else:
            break
    return np.float32(values[wanted])


@compiled_entry
def measure_steps(picture: Mask, fast: Grid, slow: Grid, last: Grid, room: Grid, every: int,
                  ) -> tuple[float, float, float]:
    """Measure how a picture differs from what was before, on each ``every``-th cell in reading order.

    Args:
        picture: grey levels, one after another.
        fast: the background's sample.
        slow: the same.
        last: the sample of the picture before; becomes this one's.
        room: space for as many values.
        every: cells from one sample to the next.

    Returns:
        The median differences from both backgrounds, and the median absolute difference from the picture before, a
        step of the whole picture taken out; grey levels.
    """
    for index in range(last.size):
        room[index] = np.float32(picture[index * every]) - fast[index]
    from_fast = _middle(room)
    for index in range(last.size):
        room[index] = np.float32(picture[index * every]) - slow[index]
    from_slow = _middle(room)
    for index in range(last.size):
        now = np.float32(picture[index * every])
        room[index], last[index] = now - last[index], now
    step = _middle(room)
    for index in range(last.size):  # the order in which _middle left them does not matter to it
        room[index] = abs(room[index] - step)
    return float(from_fast), float(from_slow), float(_middle(room))


@compiled_entry
def find_moving(
    picture: Mask, fast: Grid, slow: Grid, fast_sample: Grid, slow_sample: Grid, every: int, from_fast: float,
    from_slow: float, fast_share: float, slow_share: float, threshold: float, least_px: float, contrast: Grid,
    mask: Mask, closed: Mask, labels: Labels, parents: Labels, table: Table,
) -> int:
    """Find the parts of a picture that differ from both backgrounds, and let the backgrounds follow it.

    Args:
        picture: grey levels, shape (height, width).
        fast: background of the same shape; takes over ``fast_share`` of the picture.
        slow: the same with ``slow_share``.
        fast_sample: becomes each ``every``-th cell of ``fast``: read by itself at the next picture, it is in fewer
            lines of memory than the background, which other cameras will have pushed out of the processor by then.
        slow_sample: the same of ``slow``.
        every: cells from one sample to the next, in reading order.
        from_fast: step of the whole picture's brightness from ``fast``, in grey levels, which is taken out.
        from_slow: the same from ``slow``.
        fast_share: 0 to 1.
        slow_share: 0 to 1.
        threshold: grey levels above which a cell moves.
        least_px: cells that a part must have, once holes a cell wide are closed.
        contrast: space of the picture's shape; becomes the distance from the nearer background where a cell moves.
        mask: the same; becomes 1 where a cell moves.
        closed: the same.
        labels: the same.
        parents: space for :func:`most_labels` values.
        table: as many rows of ``N_COLUMNS``; the first become the parts: box, cells, the mean contrast of the cells
            that move, and how many these are.

    Returns:
        How many parts there are.
    """
    box = _compare(picture, fast, slow, np.float32(from_fast), np.float32(from_slow), np.float32(fast_share),
                   np.float32(slow_share), np.float32(threshold), contrast, mask)
    fast_cells, slow_cells = fast.reshape(-1), slow.reshape(-1)
    for index in range(fast_sample.size):
        fast_sample[index], slow_sample[index] = fast_cells[index * every], slow_cells[index * every]
    if box[2] <= box[0]:
        return 0
    height, width = mask.shape
    top, left = max(0, box[0] - _AROUND), max(0, box[1] - _AROUND)
    bottom, right = min(height, box[2] + _AROUND), min(width, box[3] + _AROUND)
    inside = closed[top:bottom, left:right]
    _close(mask[top:bottom, left:right], inside, labels[top:bottom, left:right])
    n_labels = _label(inside, mask[top:bottom, left:right], contrast[top:bottom, left:right],
                      labels[top:bottom, left:right], parents, table)
    return _join(parents, n_labels, (top, left), least_px, table)


@compiled_in_place
def _compare(
    picture: Mask, fast: Grid, slow: Grid, from_fast: np.float32, from_slow: np.float32, fast_share: np.float32,
    slow_share: np.float32, threshold: np.float32, contrast: Grid, mask: Mask,
) -> tuple[int, int, int, int]:
    """Fill contrast and mask; return the top, left, bottom and right of what moves."""
    height, width = mask.shape
    top, left, bottom, right = height, width, 0, 0
    for y in range(height):
        n_moving = 0
        for x in range(width):
            now = np.float32(picture[y, x])
            away_fast, away_slow = now - fast[y, x], now - slow[y, x]
            fast[y, x] += away_fast * fast_share
            slow[y, x] += away_slow * slow_share
            away = min(abs(away_fast - from_fast), abs(away_slow - from_slow))
            contrast[y, x] = away
            moves = np.uint8(away > threshold)
            mask[y, x] = moves
            n_moving += int(moves)
        if n_moving:
            top, bottom = min(top, y), y + 1
            for x in range(width):
                if mask[y, x]:
                    left = min(left, x)
                    break
            for x in range(width - 1, -1, -1):
                if mask[y, x]:
                    right = max(right, x + 1)
                    break
    return top, left, bottom, right


@compiled_in_place
def _close(mask: Mask, closed: Mask, room: Labels) -> None:
    """Close holes a cell wide: each cell becomes the most of the nine around it, then the least."""
    height, width = mask.shape
    for y in range(height):
        for x in range(width):
            room[y, x] = mask[y, x] | mask[y, max(x - 1, 0)] | mask[y, min(x + 1, width - 1)]
    for y in range(height):
        above, below = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            closed[y, x] = room[y, x] | room[above, x] | room[below, x]
    for y in range(height):
        for x in range(width):
            room[y, x] = closed[y, x] & closed[y, max(x - 1, 0)] & closed[y, min(x + 1, width - 1)]
    for y in range(height):
        above, below = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            closed[y, x] = room[y, x] & room[above, x] & room[below, x]


@compiled_in_place
def _root(parents: Labels, label: int) -> int:
    while parents[label] != label:
        parents[label] = parents[parents[label]]
        label = parents[label]
    return label


@compiled_in_place
def _label(closed: Mask, mask: Mask, contrast: Grid, labels: Labels, parents: Labels, table: Table) -> int:
    """Label cells so that those that touch, corners too, have one root (Rosenfeld and Pfaltz 1966); return how many.

    The table gets a row for each label: its cells, their box, the contrast of those that move, and how many they are.
    """
    height, width = closed.shape
    n_labels = 0
    for y in range(height):
        for x in range(width):
            if not closed[y, x]:
                labels[y, x] = _NONE
                continue
            own = _NONE
            if x > 0 and labels[y, x - 1] >= 0:
                own = _root(parents, labels[y, x - 1])
            if y > 0:
                for near in range(max(0, x - 1), min(width, x + 2)):
                    if labels[y - 1, near] >= 0:
                        other = _root(parents, labels[y - 1, near])
                        if own >= 0 and other != own:
                            parents[max(own, other)] = min(own, other)
                        own = min(own, other) if own >= 0 else other
            if own < 0:
                own = n_labels
                n_labels += 1
                parents[own] = own
                table[own, LEFT], table[own, TOP], table[own, RIGHT], table[own, BOTTOM] = x, y, x, y
                table[own, N_PX], table[own, CONTRAST], table[own, N_MOVING] = 0.0, 0.0, 0.0
            labels[y, x] = own
            _add(table, own, x, y, x + 1, y + 1, 1.0, contrast[y, x] * mask[y, x], mask[y, x])
    return n_labels


@compiled_in_place
def _join(parents: Labels, n_labels: int, at: tuple[int, int], least_px: float, table: Table) -> int:
    """Add each label's row to its root's; leave only the parts that are large enough, and return how many."""
    for label in range(n_labels - 1, -1, -1):  # a root's label is the least of its part
        if parents[label] != label:
            _add(table, parents[label], table[label, LEFT], table[label, TOP], table[label, RIGHT],
                 table[label, BOTTOM], table[label, N_PX], table[label, CONTRAST], table[label, N_MOVING])
    n_parts = 0
    for label in range(n_labels):
        if parents[label] == label and table[label, N_PX] >= least_px:
            for column in range(table.shape[1]):
                table[n_parts, column] = table[label, column]
            table[n_parts, LEFT] += at[1]
            table[n_parts, RIGHT] += at[1]
            table[n_parts, TOP] += at[0]
            table[n_parts, BOTTOM] += at[0]
            table[n_parts, CONTRAST] /= max(1.0, table[n_parts, N_MOVING])
            n_parts += 1
    return n_parts


@compiled_in_place
def _add(table: Table, row: int, left: float, top: float, right: float, bottom: float, n_px: float, contrast: float,
         n_moving: float) -> None:
    table[row, LEFT], table[row, TOP] = min(table[row, LEFT], left), min(table[row, TOP], top)
    table[row, RIGHT], table[row, BOTTOM] = max(table[row, RIGHT], right), max(table[row, BOTTOM], bottom)
    table[row, N_PX] += n_px
    table[row, CONTRAST] += contrast
    table[row, N_MOVING] += n_moving
