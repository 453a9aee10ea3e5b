"""Pictures of effects: a waterfall of what-ifs, a tornado of assumptions, and the front of cost against service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.estimate import Estimate
from watchfloor.figures import COLOURS, INK, QUIET
from watchfloor.language import Language
from watchfloor.phrase import Phrase
from watchfloor.study.measure_words import measure_text, measure_title
from watchfloor.study.pareto import ParetoPoint
from watchfloor.study.pictures import png, wrap
from watchfloor.study.sensitivity import Effect
from watchfloor.study.whatif import WhatIf

MAX_EFFECTS = 15
"""Rows of the tornado; the table holds all."""
FRONT = ("p90:response_time_s", "found_share", "unfounded_stops")
"""Drawn against cost: the first two are wanted low and high, and finds never stand without the third."""
LOG_FROM = 20.0
"""Times the smallest value, from which on the largest is drawn on a logarithmic axis."""


def draw_waterfall(what_ifs: Sequence[WhatIf], measures: Sequence[str], language: Language) -> str:
    """Draw each change's differences from the same base, with their intervals; they are not added up."""
    figure = Figure(figsize=(8.6, 0.34 * len(what_ifs) + 1.2))
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    for axes, measure in zip(panels, measures, strict=True):
        base = what_ifs[0].base[measure].mean
        for row, item in enumerate(what_ifs):
            difference = item.differences[measure]
            if difference.n:
                axes.barh(row, difference.mean, 0.6, left=base, xerr=difference.half_width or 0.0, ecolor=INK,
                          color=COLOURS[0] if difference.mean >= 0 else COLOURS[1], error_kw={"linewidth": 0.8})
        axes.axvline(base, color=QUIET, linewidth=0.9)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(wrap(language.say(Phrase("{measure}: {base} without any change", measure=measure_title(measure),
                                                 base=float(f"{base:.3g}"))), width=60 // len(measures)), fontsize=8)
    panels[0].set_yticks(range(len(what_ifs)), [wrap(language.say(item.name), width=44) for item in what_ifs],
                         fontsize=8)
    panels[0].invert_yaxis()
    return png(figure, language)


def draw_tornado(effects: Mapping[str, Sequence[Effect]], step: float, language: Language) -> str:
    """Draw the assumptions that move each measure the most, one above another."""
    heights = [0.3 * min(len(moved), MAX_EFFECTS) + 1.2 for moved in effects.values()]
    figure = Figure(figsize=(8.6, sum(heights)))
    panels = figure.subplots(len(effects), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (measure, moved) in zip(panels, effects.items(), strict=True):
        _draw_moved(axes, moved[:MAX_EFFECTS], measure, step, language)
    return png(figure, language)


def _draw_moved(axes: Axes, shown: Sequence[Effect], measure: str, step: float, language: Language) -> None:
    for ends, colour, label in (([item.down for item in shown], COLOURS[1],
                                 language.say(Phrase("{step} % lower", step=100 * step))),
                                ([item.up for item in shown], COLOURS[0],
                                 language.say(Phrase("{step} % higher", step=100 * step)))):
        axes.barh(np.arange(len(shown)), [_mean(item) for item in ends], 0.62, color=colour, alpha=0.85, label=label,
                  xerr=[_half(item) for item in ends], ecolor=INK, error_kw={"linewidth": 0.7})
    axes.axvline(0.0, color=QUIET, linewidth=0.9)
    axes.set_yticks(range(len(shown)), [language.say(item.name) for item in shown], fontsize=8)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(language.say(Phrase("change of {measure}", measure=measure_text(measure))))
    axes.legend(fontsize=8, loc="lower right")


def draw_front(points: Sequence[ParetoPoint], currency: str, language: Language) -> str:
    """Draw cost against response, found share and unfounded stops; the units' load is the colour."""
    figure = Figure(figsize=(8.6, 2.9))
    axes = figure.subplots(1, len(FRONT))
    for place, measure in zip(axes, FRONT, strict=True):
        values = [point.values[measure].mean for point in points]
        drawn = place.scatter([point.cost_per_day for point in points], values, s=22, cmap="viridis",
                              c=[point.values["unit_utilisation"].mean for point in points])
        if measure.endswith("_s") and max(values) > LOG_FROM * min(values) > 0.0:
            place.set_yscale("log")
        place.set_title(wrap(language.say(measure_text(measure))), fontsize=8, color=INK, loc="left")
        place.xaxis.set_major_locator(MaxNLocator(3))
        place.tick_params(labelsize=7)
    axes[1].set_xlabel(language.say(Phrase("cost a day ({currency})", currency=currency)))
    figure.tight_layout()
    bar = figure.colorbar(drawn, ax=list(axes), shrink=0.85)
    bar.set_label(wrap(language.say(measure_text("unit_utilisation"))), fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return png(figure, language)


def _mean(estimate: Estimate | None) -> float:
    return estimate.mean if estimate is not None and estimate.n else 0.0


def _half(estimate: Estimate | None) -> float:
    return (estimate.half_width or 0.0) if estimate is not None and estimate.n else 0.0
