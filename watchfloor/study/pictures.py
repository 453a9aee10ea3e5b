"""The pictures of a study, as PNG that stands inside the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from watchfloor.figures import COLOURS, INK, QUIET
from watchfloor.language import Language
from watchfloor.phrase import Phrase
from watchfloor.study.examine import CurvePoint
from watchfloor.study.measure_words import measure_text
from watchfloor.study.result import StudyResult
from watchfloor.study.target import Sense, Target
from watchfloor.study.wording import WHO

DPI = 160
FAR = 3.0
"""Times a limit: values beyond it are cut off, or the limit itself could not be read."""
GROUPED_FROM = 10_000.0
"""On an axis, from which on a number is written out in groups of three digits."""
ALONG = ("inspectors", "units")


class Ticks(ScalarFormatter):
    """Numbers along an axis as a language writes them.

    Args:
        language: whose decimal mark stands in them.
    """

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language
        self.set_scientific(False)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return a tick's label."""
        if abs(x) >= GROUPED_FROM:
            return self._language.number(x)
        return super().__call__(x, pos).replace(".", self._language.decimal_mark)


def png(figure: Figure, language: Language) -> str:
    """Return a figure as the text of an image's source, its numbers as the language writes them."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(Ticks(language))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def draw_curve(result: StudyResult, language: Language) -> str:
    """Draw each target's measure, and the share of good days, against inspectors and against units."""
    rows = len(result.targets) + 1
    figure = Figure(figsize=(8.6, 2.35 * rows + 0.3))
    for row in range(rows):
        for column, along in enumerate(ALONG):
            axes = figure.add_subplot(rows, 2, 2 * row + column + 1)
            points = [point for point in result.curve if point.along == along]
            if row < len(result.targets):
                _draw_target(axes, points, result.targets[row], along, language)
            else:
                _draw_days(axes, points, result, along, language)
            _mark(axes, result, along, language)
            if column:
                axes.set_ylabel("")
            if row == rows - 1:
                axes.set_xlabel(language.say(Phrase("{who} on the busiest shift", who=WHO[along])))
    figure.tight_layout()
    return png(figure, language)


def _draw_target(axes: Axes, points: Sequence[CurvePoint], target: Target, along: str, language: Language) -> None:
    estimates = [point.verdict.values[str(target)] for point in points]
    at = np.array([getattr(point.staff, along) for point in points])
    mean = np.array([item.mean for item in estimates])
    half = np.array([item.half_width or 0.0 for item in estimates])
    axes.fill_between(at, mean - half, mean + half, color=COLOURS[0], alpha=0.22, linewidth=0)
    axes.plot(at, mean, color=COLOURS[0], marker="o", markersize=3, linewidth=1.4)
    axes.axhline(target.limit, color=COLOURS[1], linewidth=1.2, linestyle="--")
    if target.sense is Sense.AT_MOST and target.limit > 0.0:
        axes.set_ylim(0.0, min(FAR * target.limit, 1.1 * max(target.limit, float(np.nanmax(mean + half, initial=0.0)))))
    wanted = Phrase("wanted {sense} {limit}", sense="≤" if target.sense is Sense.AT_MOST else "≥", limit=target.limit)
    axes.annotate(language.say(wanted), (1.0, target.limit), xycoords=("axes fraction", "data"),
                  fontsize=7, color=COLOURS[1], ha="right", va="bottom")
    axes.set_ylabel(wrap(language.say(measure_text(target.measure))))


def _draw_days(axes: Axes, points: Sequence[CurvePoint], result: StudyResult, along: str, language: Language) -> None:
    shares = [point.verdict.days for point in points]
    at = np.array([getattr(point.staff, along) for point in points])
    axes.fill_between(at, [100 * item.low for item in shares], [100 * item.high for item in shares],
                      color=COLOURS[2], alpha=0.22, linewidth=0)
    axes.plot(at, [100 * item.share for item in shares], color=COLOURS[2], marker="o", markersize=3, linewidth=1.4)
    axes.axhline(100 * result.share_of_days, color=COLOURS[1], linewidth=1.2, linestyle="--")
    axes.set_ylim(-4, 104)
    axes.set_ylabel(wrap(language.say("days that meet all targets (%)")))


def _mark(axes: Axes, result: StudyResult, along: str, language: Language) -> None:
    """Mark the present number, and leave room on the right."""
    now = getattr(result.present.staff, along)
    axes.axvline(now, color=QUIET, linewidth=0.8, linestyle=":")
    axes.annotate(language.say("now"), (now, 1.0), xycoords=("data", "axes fraction"), fontsize=7, color=INK,
                  ha="center", va="bottom")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def wrap(text: str, width: int = 26) -> str:
    """Return a text in lines of at most so many letters, words kept whole."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])
