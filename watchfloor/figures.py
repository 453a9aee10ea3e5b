"""The pictures of a report, as SVG text that stands inside the page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.cases import Cases
from sim.city import City
from sim.demand import HOUR_S
from sim.scenario import Scenario
from watchfloor.compare import Comparison
from watchfloor.language import ENGLISH, Language
from watchfloor.phrase import Phrase
from watchfloor.wording import ARMS, words

INK, QUIET, RULE = "#1d2733", "#6b7785", "#dfe4ea"
COLOURS = ("#1f5fa8", "#d9822b", "#3a9a6b", "#b5403a")
"""By arm, in order; apart in lightness too, for readers who do not see hues."""
LINE_WIDTHS = (3.2, 1.4)
"""The base arm's is wide, so that it shows under another of the same height."""

mpl.rcParams.update({
    "font.family": "sans-serif", "font.size": 9, "axes.edgecolor": RULE, "axes.labelcolor": INK, "text.color": INK,
    "xtick.color": QUIET, "ytick.color": QUIET, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": RULE, "grid.linewidth": 0.6, "axes.axisbelow": True, "svg.fonttype": "path",
    "svg.hashsalt": "watchfloor", "legend.frameon": False,
})


def svg_text(figure: Figure) -> str:
    """Return a picture as SVG that stands inside a page."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg"):]


def make_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """Make a picture of one diagram, in inches."""
    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def draw_map(
    scenario: Scenario, cases: Cases, xy_m: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    language: Language = ENGLISH,
) -> str:
    """Draw the city, its cameras, and the offences in view: found and missed.

    Args:
        scenario: whose city it is.
        cases: one arm's.
        xy_m: (incidents, 2) true places.
        language: of the words on it.
    """
    city = scenario.city
    figure, axes = make_axes(9.2, 7.6)
    axes.add_collection(LineCollection(list(_segments(city)), colors="#c9d1da", linewidths=0.35, rasterized=True))
    if city.river_xy_m.size:
        axes.plot(city.river_xy_m[:, 0], city.river_xy_m[:, 1], color="#a9cfe8", linewidth=5, solid_capstyle="round",
                  zorder=0)
    axes.scatter(city.cameras.x_m, city.cameras.y_m, s=1.2, color="#8291a1", linewidths=0, rasterized=True,
                 label=language.say(Phrase("{number} cameras", number=city.cameras.n_cameras)))
    true = cases.is_true
    found = np.isfinite(cases.t_s["confirm_s"])
    for chosen, colour, size, label in ((true & ~found, "#e0a23c", 7, Phrase("in view, missed")),
                                        (true & found, "#1f5fa8", 12, Phrase("found"))):
        at = xy_m[cases.incident_id[chosen]]
        axes.scatter(at[:, 0], at[:, 1], s=size, color=colour, linewidths=0.2, edgecolors="white", rasterized=True,
                     label=f"{language.say(label)} ({language.number(int(chosen.sum()))})")
    axes.set_aspect("equal")
    axes.axis("off")
    for limit, along in ((axes.set_xlim, city.roads.x_m), (axes.set_ylim, city.roads.y_m)):
        limit(float(along.min()) - 600.0, float(along.max()) + 600.0)
    axes.legend(loc="upper left", markerscale=2, fontsize=9)
    left, bottom = float(city.roads.x_m.min()), float(city.roads.y_m.min())
    axes.plot([left, left + 1000.0], [bottom - 150.0] * 2, color=INK, linewidth=2)
    axes.text(left + 1200.0, bottom - 150.0, language.say("1 km"), fontsize=8, verticalalignment="center")
    figure.set_dpi(150)
    return svg_text(figure)


def _segments(city: City) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    roads = city.roads
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    once = (tail < roads.head) | (roads.n_edges < 2)
    return np.stack([np.column_stack((roads.x_m[end[once]], roads.y_m[end[once]])) for end in (tail, roads.head)],
                    axis=1)


def draw_found_by_kind(scenario: Scenario, comparison: Comparison) -> str:
    """Draw found offences by kind and arm, with 95 % intervals."""
    kinds = [kind.name for kind in scenario.kinds]
    figure, axes = make_axes(7.4, 0.42 * len(kinds) + 1.1)
    height = 0.8 / len(comparison.arms)
    for place, arm in enumerate(comparison.arms):
        estimates = [comparison.estimates[arm][f"found:{kind}"] for kind in kinds]
        at = np.arange(len(kinds)) + (place - (len(comparison.arms) - 1) / 2) * height
        axes.barh(at, [max(item.mean, 0.0) if item.n else 0.0 for item in estimates], height * 0.9,
                  xerr=[item.half_width or 0.0 for item in estimates], color=COLOURS[place], ecolor=INK,
                  error_kw={"linewidth": 0.7}, label=ARMS.get(arm, arm))
    axes.set_yticks(np.arange(len(kinds)), [words(kind) for kind in kinds])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("found in one run (mean and 95 % interval)")
    axes.legend(loc="center right", fontsize=8)
    return svg_text(figure)


def draw_hours(scenario: Scenario, cases_by_arm: Mapping[str, Cases]) -> str:
    """Draw what was in view and what was found, hour by hour of the shown replication."""
    hours = max(1, int(np.ceil(scenario.duration_s / HOUR_S)))
    edges = np.arange(hours + 1) * HOUR_S
    figure, axes = make_axes(7.4, 2.6)
    first = next(iter(cases_by_arm.values()))
    in_view = np.histogram(first.t_s["occur_s"][first.is_true], edges)[0]
    axes.bar(np.arange(hours) + 0.5, in_view, width=1.0, color="#e8ecf1", label="in view of a camera")
    for place, (arm, cases) in enumerate(cases_by_arm.items()):
        confirmed = cases.t_s["confirm_s"][cases.is_true]
        counts = np.histogram(confirmed[np.isfinite(confirmed)], edges)[0]
        axes.step(np.arange(hours + 1), np.append(counts, counts[-1]), where="post", color=COLOURS[place],
                  linewidth=LINE_WIDTHS[place > 0], label=f"found: {ARMS.get(arm, arm)}")
    axes.set_xlim(0, hours)
    axes.set_xlabel("hour from the start")
    axes.set_ylabel("offences an hour")
    axes.legend(fontsize=8, ncols=2, loc="upper left")
    axes.set_ylim(top=axes.get_ylim()[1] * 1.35)
    return svg_text(figure)


def draw_delays(cases_by_arm: Mapping[str, Cases], spans: Sequence[tuple[str, str, str]]) -> str:
    """Draw, for each span (title, start, end), the share of found offences by which it was over."""
    figure = Figure(figsize=(7.4, 2.7))
    for place, (title, start, end) in enumerate(spans):
        axes = figure.add_subplot(1, len(spans), place + 1)
        for index, (arm, cases) in enumerate(cases_by_arm.items()):
            found = cases.is_true & np.isfinite(cases.t_s["confirm_s"])
            spans_s = np.sort(cases.span_s(start, end)[found])
            spans_s = spans_s[np.isfinite(spans_s)]
            if spans_s.size:
                axes.step(spans_s / 60.0, np.arange(1, spans_s.size + 1) / spans_s.size, color=COLOURS[index],
                          linewidth=LINE_WIDTHS[index > 0], label=ARMS.get(arm, arm))
        axes.set_xlabel(f"{title} (min)")
        axes.set_ylim(0, 1)
        axes.set_xlim(left=0)
        if not place:
            axes.set_ylabel("share of found offences")
            if axes.lines:
                axes.legend(fontsize=7, loc="lower right")
    figure.tight_layout()
    return svg_text(figure)
