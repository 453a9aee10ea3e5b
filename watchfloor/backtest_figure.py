"""The picture of a backtest: what came, day by day, on the intervals predicted for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from watchfloor.figures import COLOURS, INK

SHADES = (0.45, 0.28, 0.15)
"""Of the intervals, narrow to wide."""

Bands = Sequence[Sequence[tuple[int, int]]]


def draw_backtest(path: Path, *, first_day: dt.date, levels: Sequence[float],
                  panels: Sequence[tuple[str, Sequence[int], Bands]]) -> None:
    """Draw a panel for each kind and save them as SVG.

    Args:
        path: of the picture.
        first_day: of the held-out days.
        levels: of the intervals, narrow to wide.
        panels: (title, counts of each day, intervals of each day by level).
    """
    figure = Figure(figsize=(9.0, 1.9 * len(panels) + 0.6))
    for place, (title, counts, bands) in enumerate(panels, start=1):
        axes = figure.add_subplot(len(panels), 1, place)
        days = [first_day + dt.timedelta(days=index) for index in range(len(counts))]
        at = np.arange(len(days))
        for level, shade, band in zip(levels[::-1], SHADES[::-1], bands[::-1], strict=True):
            low, high = np.array(band, dtype=np.float64).T
            axes.fill_between(at, low - 0.5, high + 0.5, step="mid", color=COLOURS[0], alpha=shade, linewidth=0,
                              label=f"{level:.0%}")
        axes.plot(at, counts, ".", color=INK, markersize=4, label="came")
        starts = [index for index, day in enumerate(days) if not index or day.weekday() == 0]
        axes.set_xticks(starts, [f"{days[index]:%d.%m}" for index in starts], fontsize=7)
        axes.set_xlim(-0.5, len(days) - 0.5)
        axes.set_ylim(bottom=-0.6)  # a count of 0 shows whole
        axes.set_title(title, loc="left", fontsize=9)
        if place == 1:
            axes.legend(fontsize=7, ncols=len(levels) + 1, loc="lower right", bbox_to_anchor=(1.0, 1.0))
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
