"""The pictures of an accuracy report: misses against false alarms, and finds against size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from scipy.special import betaincinv

from benchmarks.accuracy.score import KindScore
from sim.detector_model import EVERYWHERE
from watchfloor.figures import COLOURS, INK, QUIET, make_axes, svg_text

N_BINS = 8
"""Most groups of sizes whose counts are drawn beside a curve."""
DASHES = ("-", "--", "-.", ":")


def draw_det(scores: Sequence[KindScore]) -> str | None:
    """Draw misses against false alarms of one kind, a line for each condition; None where there is no event."""
    told = [score for score in scores if score.outcomes.n_events and score.det.threshold.size]
    if not told:
        return None
    figure, axes = make_axes(7.4, 4.0)
    floor = min(0.5 / score.det.camera_hours for score in told)
    for number, score in enumerate(told):
        rate = np.maximum(np.concatenate(([floor], score.det.false_per_h)), floor)
        axes.step(rate, np.concatenate(([1.0], score.det.p_miss)), where="post", **_style(number, score))
        axes.plot(rate[-1], score.det.p_miss[-1], marker="o", markersize=4, color=COLOURS[number % len(COLOURS)])
    axes.set_xscale("log")
    axes.set_xlim(floor / 2.0, max(100.0 * floor, axes.get_xlim()[1]))
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("false alarms in a camera-hour (none is drawn at half an alarm in all hours)")
    axes.set_ylabel("share of events missed")
    _legend(axes, len(told))
    return svg_text(figure)


def draw_sizes(scores: Sequence[KindScore]) -> str | None:
    """Draw the share found against pixels on target, fitted and as counted; None where no curve could be fitted."""
    told = [score for score in scores if score.lowest.size_fit is not None]
    if not told:
        return None
    figure, axes = make_axes(7.4, 4.0)
    sizes = np.concatenate([score.outcomes.event_px for score in told])
    low, high = np.nanmin(sizes), np.nanmax(sizes)
    px = np.geomspace(low / 1.5, high * 1.5, 200)
    for number, score in enumerate(told):
        fit, style = score.lowest.size_fit, _style(number, score)
        assert fit is not None
        axes.plot(px, fit.curve.p_detect(px), **style)
        if number == 0:
            axes.fill_between(px, *fit.band(px), color=style["color"], alpha=0.15, linewidth=0)
            _draw_counts(axes, score)
    axes.set_xscale("log")
    axes.set_ylim(-0.02, 1.02)
    ticks = [tick for tick in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256) if px[0] <= tick <= px[-1]]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("pixels on target (longer side, in the source picture)")
    axes.set_ylabel("share found")
    _legend(axes, len(told))
    return svg_text(figure)


def _draw_counts(axes: Axes, score: KindScore) -> None:
    """Draw what was counted, in groups of like size, with 95 % Jeffreys intervals."""
    outcomes = score.outcomes
    px, found = outcomes.event_px, outcomes.event_score >= score.lowest.row.threshold
    edges = np.geomspace(np.nanmin(px), np.nanmax(px) * 1.0001, N_BINS + 1)
    group = np.where(np.isfinite(px), np.digitize(np.nan_to_num(px), edges), -1)
    for part in (np.flatnonzero(group == number) for number in np.unique(group[group >= 0])):
        n, hits = part.size, int(found[part].sum())
        low, high = betaincinv(hits + 0.5, n - hits + 0.5, [0.025, 0.975])
        at = float(np.exp(np.log(px[part]).mean()))
        axes.plot([at, at], [low if hits else 0.0, high if hits < n else 1.0], color=INK, linewidth=0.8)
        axes.plot(at, hits / n, marker="o", markersize=4, color=INK)
        axes.annotate(f"{n}", (at, hits / n), textcoords="offset points", xytext=(4, 4), fontsize=7, color=QUIET)


def _style(number: int, score: KindScore) -> dict[str, Any]:
    return {"color": COLOURS[number % len(COLOURS)], "label": score.condition,
            "linestyle": DASHES[number // len(COLOURS) % len(DASHES)],
            "linewidth": 2.2 if score.condition == EVERYWHERE else 1.2}


def _legend(axes: Axes, n: int) -> None:
    axes.legend(fontsize=7.5, ncols=1 + (n > 6), loc="center left", bbox_to_anchor=(1.0, 0.5))
