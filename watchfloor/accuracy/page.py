"""The report of a detector's accuracy: one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from benchmarks.accuracy.density import OBJECTS_M, density_rows
from benchmarks.accuracy.score import ALPHAS, RATES_PER_H, KindScore
from sim.detector_model import EVERYWHERE
from watchfloor.accuracy.figures import draw_det, draw_size_grid, draw_sizes
from watchfloor.accuracy.tables import (
    EFFICIENCY_COLUMNS,
    condition_row,
    cost_text,
    efficiency_rows,
    interval_text,
    rate_text,
    threshold_row,
    too_short,
)
from watchfloor.accuracy.thumbnails import make_false_thumbnails, make_miss_thumbnails
from watchfloor.wording import words

if TYPE_CHECKING:
    from watchfloor.bench_accuracy import AccuracyResult


def write_page(path: Path, result: AccuracyResult, *, command: str) -> None:
    """Write the report."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("watchfloor", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    by_kind: dict[str, list[KindScore]] = {}
    for score in result.scores:
        by_kind.setdefault(score.kind, []).append(score)
    page = environment.get_template("accuracy.html").render(
        result=result, command=command, headlines=[headline(scores[0]) for scores in by_kind.values()],
        sections=[_section(result, kind, scores) for kind, scores in by_kind.items()], words=words,
        condition_row=condition_row, too_short=too_short, alphas=ALPHAS, objects=OBJECTS_M,
        cost=cost_text(result),
        efficiency_columns=EFFICIENCY_COLUMNS, rates=RATES_PER_H)
    path.write_text(page, encoding="utf-8")


def headline(score: KindScore) -> str:
    """Return the answer in one sentence."""
    row, n = score.lowest.row, score.outcomes.n_events
    low, high = score.lowest.false_per_h_90
    false = (f"{row.false_alarms} false alarms in {row.camera_hours:.2f} camera-hours, so {rate_text(low)} to "
             f"{rate_text(high)} in a camera-hour (90 %)")
    if score.lowest.recall_95 is None:
        return (f"{words(score.kind).capitalize()}: nothing of the kind happens in the set, so recall is not known; "
                f"{false}.")
    least, most = score.lowest.recall_95
    size = ""
    if score.lowest.size_fit is not None and row.hits and row.misses:
        fit = score.lowest.size_fit
        size = (f" Half of what it finds at best is found at {fit.curve.px50:.1f} pixels on target "
                f"({fit.px50_interval[0]:.1f} to {fit.px50_interval[1]:.1f}).")
    return (f"{words(score.kind).capitalize()}: {row.hits} of {n} found, a share of {least:.2f} to {most:.2f} (95 %); "
            f"{false}.{size}")


def _section(result: AccuracyResult, kind: str, scores: Sequence[KindScore]) -> dict[str, object]:
    whole = next((score for score in scores if score.condition == EVERYWHERE), scores[0])
    threshold = whole.lowest.row.threshold
    det, sizes, grid = draw_det(scores), draw_sizes(scores), draw_size_grid(scores)
    return {
        "kind": kind, "whole": whole, "scores": scores,
        "det": Markup(det) if det else None, "sizes": Markup(sizes) if sizes else None,
        "grid": Markup(grid) if grid else None,
        "thresholds": [threshold_row(item, whole.outcomes.event_px) for item in whole.thresholds],
        "rates": [(f"{rate:g}", interval_text(whole.p_miss_at[rate]), interval_text(whole.naudc[rate]),
                   whole.det.threshold_for(rate)) for rate in RATES_PER_H],
        "efficiency": efficiency_rows(scores),
        "density": density_rows(whole.lowest.size_fit.curve) if whole.lowest.size_fit else (),
        "misses": make_miss_thumbnails(result.run.watched, whole.outcomes, threshold),
        "false": make_false_thumbnails(result.run.watched, whole.outcomes, threshold),
    }
