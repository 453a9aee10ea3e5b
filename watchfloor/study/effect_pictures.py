"""Pictures of effects: a waterfall of what-ifs, a tornado of assumptions, and the front of cost against service."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.estimate import Estimate
from watchfloor.figures import COLOURS, INK, QUIET
from watchfloor.study.pareto import ParetoPoint
from watchfloor.study.pictures import png
from watchfloor.study.sensitivity import Effect
from watchfloor.study.whatif import WhatIf
from watchfloor.study.wording import measure_text

MAX_EFFECTS = 15
"""Rows of the tornado; the table holds all."""


def draw_waterfall(what_ifs: Sequence[WhatIf], measure: str) -> str:
    """Draw each change's difference from the same base, with its interval; they are not added up."""
    base = what_ifs[0].base[measure].mean
    figure = Figure(figsize=(8.6, 0.34 * len(what_ifs) + 1.2))
    axes = figure.add_subplot()
    for row, item in enumerate(what_ifs):
        difference = item.differences[measure]
        if difference.n:
            axes.barh(row, difference.mean, 0.6, left=base, color=COLOURS[0] if difference.mean >= 0 else COLOURS[1],
                      xerr=difference.half_width or 0.0, ecolor=INK, error_kw={"linewidth": 0.8})
    axes.axvline(base, color=QUIET, linewidth=0.9)
    axes.set_yticks(range(len(what_ifs)), [item.name for item in what_ifs], fontsize=8)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"{measure_text(measure)}: {base:.3g} without any change")
    return png(figure)


def draw_tornado(effects: Sequence[Effect], measure: str, step: float) -> str:
    """Draw the assumptions that move a measure the most."""
    shown = effects[:MAX_EFFECTS]
    figure = Figure(figsize=(8.6, 0.3 * len(shown) + 1.2))
    axes = figure.add_subplot()
    for ends, colour, label in (([item.down for item in shown], COLOURS[1], f"{100 * step:g} % lower"),
                                ([item.up for item in shown], COLOURS[0], f"{100 * step:g} % higher")):
        axes.barh(np.arange(len(shown)), [_mean(item) for item in ends], 0.62, color=colour, alpha=0.85, label=label,
                  xerr=[_half(item) for item in ends], ecolor=INK, error_kw={"linewidth": 0.7})
    axes.axvline(0.0, color=QUIET, linewidth=0.9)
    axes.set_yticks(range(len(shown)), [item.name for item in shown], fontsize=8)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"change of {measure_text(measure)}")
    axes.legend(fontsize=8, loc="lower right")
    return png(figure)


def draw_front(points: Sequence[ParetoPoint], currency: str) -> str:
    """Draw cost against response and against found share; the units' load is the colour."""
    figure = Figure(figsize=(8.6, 3.0))
    for place, measure in enumerate(("p90:response_time_s", "found_share")):
        axes = figure.add_subplot(1, 2, place + 1)
        drawn = axes.scatter([point.cost_per_day for point in points], [point.values[measure].mean for point in points],
                             c=[point.values["unit_utilisation"].mean for point in points], cmap="viridis", s=26)
        if not place:
            axes.set_yscale("log")
        axes.set_xlabel(f"cost a day ({currency})")
        axes.set_ylabel(measure_text(measure))
        axes.ticklabel_format(axis="x", style="sci", scilimits=(0, 6))
    figure.tight_layout()
    figure.colorbar(drawn, ax=figure.axes, label="units' time on cases, share", shrink=0.85)
    return png(figure)


def _mean(estimate: Estimate | None) -> float:
    return estimate.mean if estimate is not None and estimate.n else 0.0


def _half(estimate: Estimate | None) -> float:
    return (estimate.half_width or 0.0) if estimate is not None and estimate.n else 0.0
