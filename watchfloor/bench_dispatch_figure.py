"""The picture of how soon calls are answered in a city, by policy and load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.dispatch_city import BOUND, CityFigure
from watchfloor.bench_dispatch_tables import TITLES
from watchfloor.figures import COLOURS, INK, QUIET

SHOWN = ("late_share", "call_to_dispatch_s", "dispatch_to_scene_s")


def write_city_figure(figures: Sequence[CityFigure], path: Path, *, late_after_s: float) -> None:
    """Draw three measures by policy, a colour for each load, with intervals and what nobody can beat; write a PNG."""
    policies = [name for name in dict.fromkeys(one.policy for one in figures) if name != BOUND]
    figure = Figure(figsize=(11.0, 1.6 + 0.42 * len(policies)), layout="constrained")
    axes = figure.subplots(1, len(SHOWN), sharey=True)
    for one, measure in zip(axes, SHOWN, strict=True):
        _draw(one, [item for item in figures if item.measure == measure and item.priority is None], policies)
        one.set_xlim(0.0, min(1.0, one.get_xlim()[1]) if measure == "late_share" else None)
        one.set_xlabel(TITLES[measure] + (f" ({late_after_s:g} s)" if measure == "late_share" else ""))
    axes[0].set_yticks(range(len(policies)), [name.replace("_", " ") for name in policies])
    axes[0].invert_yaxis()
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    figure.savefig(path, dpi=120)


def _draw(axes: Axes, figures: Sequence[CityFigure], policies: Sequence[str]) -> None:
    loads = list(dict.fromkeys(one.load for one in figures))
    for number, load in enumerate(loads):
        own = {one.policy: one.value for one in figures if one.load == load}
        at = [policies.index(name) + 0.24 * (number - (len(loads) - 1) / 2.0) for name in policies if name in own]
        values = [own[name] for name in policies if name in own]
        axes.errorbar([one.mean for one in values], at, xerr=[one.half_width or 0.0 for one in values], fmt="o",
                      markersize=4, color=COLOURS[number % len(COLOURS)], label=f"{load:g} × demand, 95 % intervals")
        if BOUND in own:
            axes.axvline(own[BOUND].mean, color=COLOURS[number % len(COLOURS)], linestyle="--", linewidth=1.0,
                         label=f"{load:g} × demand: nobody can do better")
    axes.grid(axis="y", visible=False)
    axes.tick_params(colors=QUIET)
    for label in axes.get_yticklabels():
        label.set_color(INK)
