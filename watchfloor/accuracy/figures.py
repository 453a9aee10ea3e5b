"""The pictures of an accuracy report: misses against false alarms, and finds against size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from benchmarks.accuracy.score import KindScore
from benchmarks.accuracy.sizes import SizeCell, count_sizes, size_edges
from sim.detector_model import EVERYWHERE
from watchfloor.figures import COLOURS, INK, QUIET, make_axes, svg_text

FEW_EVENTS = 20
"""A cell of fewer is set in brackets."""
DASHES = ("-", "--", "-.", ":")


def draw_det(scores: Sequence[KindScore]) -> str | None:
    """Draw misses (left) and finds (right) against false alarms of one kind, a line for each condition.

    None where there is no event.
    """
    told = [score for score in scores if score.outcomes.n_events and score.det.threshold.size]
    if not told:
        return None
    figure, axes = make_axes(7.4, 4.0)
    floor = min(0.5 / score.det.camera_hours for score in told)
    for number, score in enumerate(told):
        rate = np.maximum(np.concatenate(([floor], score.det.false_per_h)), floor)
        axes.step(rate, np.concatenate(([1.0], score.det.p_miss)), where="post", **_style(number, score))
        axes.plot(rate[-1], score.det.p_miss[-1], marker="o", markersize=4, color=COLOURS[number % len(COLOURS)])
    rows = [item.row for item in told[0].thresholds]
    axes.plot([max(row.false_alarms / row.camera_hours, floor) for row in rows],
              [row.misses / (row.hits + row.misses) for row in rows], "|", markersize=7, color=COLOURS[0])
    finds = axes.secondary_yaxis("right", functions=(_other_share, _other_share))
    finds.set_ylabel("share of events found")
    axes.set_xscale("log")
    axes.set_xlim(floor / 2.0, max(100.0 * floor, axes.get_xlim()[1]))
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("false alarms in a camera-hour (none is drawn at half an alarm in all hours)")
    axes.set_ylabel("share of events missed")
    _legend(axes, len(told), beside=1.13)
    return svg_text(figure)


def _other_share(share: ArrayLike) -> NDArray[np.float64]:
    return 1.0 - np.asarray(share, dtype=np.float64)


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


def draw_size_grid(scores: Sequence[KindScore]) -> str | None:
    """Draw the share found of each size in each condition as a heat map; None where no event's size is known."""
    told = [score for score in scores if np.isfinite(score.outcomes.event_px).any()]
    if not told:
        return None
    edges = size_edges(np.concatenate([score.outcomes.event_px for score in told]))
    rows = [count_sizes(score.outcomes, score.lowest.row.threshold, edges) for score in told]
    share = np.array([[cell.hits / cell.n_events if cell.n_events else np.nan for cell in row] for row in rows])
    figure, axes = make_axes(7.4, 0.3 * len(rows) + 1.3)
    picture = axes.imshow(share, cmap="cividis", vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), value in np.ndenumerate(share):
        cell = rows[row][column]
        if cell.n_events:
            text = f"{cell.hits}/{cell.n_events}"
            axes.text(column, row, text if cell.n_events >= FEW_EVENTS else f"({text})", ha="center", va="center",
                      fontsize=7.5, color=INK if value > 0.6 else "white")
    axes.set_xticks(range(share.shape[1]), [_middle(column) for column in zip(*rows, strict=True)])
    axes.set_yticks(range(len(rows)), [score.condition for score in told])
    axes.grid(visible=False)
    axes.set_xlabel("pixels on target")
    figure.colorbar(picture, ax=axes, label="share found", fraction=0.03, pad=0.02)
    return svg_text(figure)


def _middle(cells: Sequence[SizeCell]) -> str:
    """Return the size of a column of cells, as a word."""
    known = [cell.px for cell in cells if cell.px is not None]
    return f"{np.mean(known):.2g}" if known else "–"


def _draw_counts(axes: Axes, score: KindScore) -> None:
    """Draw what was counted, in groups of like size, with 95 % Jeffreys intervals."""
    for cell in count_sizes(score.outcomes, score.lowest.row.threshold, size_edges(score.outcomes.event_px)):
        if cell.px is None:
            continue
        axes.plot([cell.px, cell.px], cell.recall_95, color=INK, linewidth=0.8)
        axes.plot(cell.px, cell.hits / cell.n_events, marker="o", markersize=4, color=INK)
        axes.annotate(f"{cell.n_events}", (cell.px, cell.hits / cell.n_events), textcoords="offset points",
                      xytext=(4, 4), fontsize=7, color=QUIET)


def _style(number: int, score: KindScore) -> dict[str, Any]:
    return {"color": COLOURS[number % len(COLOURS)], "label": score.condition,
            "linestyle": DASHES[number // len(COLOURS) % len(DASHES)],
            "linewidth": 2.2 if score.condition == EVERYWHERE else 1.2}


def _legend(axes: Axes, n: int, *, beside: float = 1.0) -> None:
    axes.legend(fontsize=7.5, ncols=1 + (n > 6), loc="center left", bbox_to_anchor=(beside, 0.5))
