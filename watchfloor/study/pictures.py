"""The pictures of a study, as PNG that stands inside the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from watchfloor.figures import COLOURS, INK, QUIET
from watchfloor.study.examine import CurvePoint
from watchfloor.study.result import StudyResult
from watchfloor.study.target import Sense, Target
from watchfloor.study.wording import measure_text

DPI = 160
FAR = 3.0
"""Times a limit: values beyond it are cut off, or the limit itself could not be read."""
ALONG = ("inspectors", "units")


def png(figure: Figure) -> str:
    """Return a figure as the text of an image's source."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def draw_curve(result: StudyResult) -> str:
    """Draw each target's measure, and the share of good days, against inspectors and against units."""
    rows = len(result.targets) + 1
    figure = Figure(figsize=(8.6, 2.35 * rows + 0.3))
    for row in range(rows):
        for column, along in enumerate(ALONG):
            axes = figure.add_subplot(rows, 2, 2 * row + column + 1)
            points = [point for point in result.curve if point.along == along]
            if row < len(result.targets):
                _draw_target(axes, points, result.targets[row], along, with_label=not column)
            else:
                _draw_days(axes, points, result, along, with_label=not column)
            _mark(axes, result, along)
            if row == rows - 1:
                axes.set_xlabel(f"{along} on the busiest shift")
    figure.tight_layout()
    return png(figure)


def _draw_target(axes: Axes, points: Sequence[CurvePoint], target: Target, along: str, *, with_label: bool) -> None:
    estimates = [point.verdict.values[str(target)] for point in points]
    at = np.array([getattr(point.staff, along) for point in points])
    mean = np.array([item.mean for item in estimates])
    half = np.array([item.half_width or 0.0 for item in estimates])
    axes.fill_between(at, mean - half, mean + half, color=COLOURS[0], alpha=0.22, linewidth=0)
    axes.plot(at, mean, color=COLOURS[0], marker="o", markersize=3, linewidth=1.4)
    axes.axhline(target.limit, color=COLOURS[1], linewidth=1.2, linestyle="--")
    if target.sense is Sense.AT_MOST and target.limit > 0.0:
        axes.set_ylim(0.0, min(FAR * target.limit, 1.1 * max(target.limit, float(np.nanmax(mean + half, initial=0.0)))))
    axes.annotate(f"wanted {target.sense} {target.limit:g}", (1.0, target.limit), xycoords=("axes fraction", "data"),
                  fontsize=7, color=COLOURS[1], ha="right", va="bottom")
    if with_label:
        axes.set_ylabel(_wrap(measure_text(target.measure)))


def _draw_days(axes: Axes, points: Sequence[CurvePoint], result: StudyResult, along: str, *, with_label: bool) -> None:
    shares = [point.verdict.days for point in points]
    at = np.array([getattr(point.staff, along) for point in points])
    axes.fill_between(at, [100 * item.low for item in shares], [100 * item.high for item in shares],
                      color=COLOURS[2], alpha=0.22, linewidth=0)
    axes.plot(at, [100 * item.share for item in shares], color=COLOURS[2], marker="o", markersize=3, linewidth=1.4)
    axes.axhline(100 * result.share_of_days, color=COLOURS[1], linewidth=1.2, linestyle="--")
    axes.set_ylim(-4, 104)
    if with_label:
        axes.set_ylabel("days that meet\nall targets (%)")


def _mark(axes: Axes, result: StudyResult, along: str) -> None:
    """Mark the present number, and leave room on the right."""
    axes.axvline(getattr(result.present.staff, along), color=QUIET, linewidth=0.8, linestyle=":")
    axes.annotate("now", (getattr(result.present.staff, along), 1.0), xycoords=("data", "axes fraction"), fontsize=7,
                  color=INK, ha="center", va="bottom")
    axes.set_xlim(left=0)


def _wrap(text: str, width: int = 26) -> str:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])
