"""watchfloor from Python: a scenario played, and a staffing study, as values that a notebook shows."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.detector_model import DetectorModel
from sim.errors import InputError
from sim.estimate import Estimate
from sim.replicate import replicate
from sim.scenario import Scenario
from watchfloor.compare import Comparison, compare, make_arms
from watchfloor.show import Show
from watchfloor.study.options import StudyOptions, parse_span
from watchfloor.study.result import StudyResult
from watchfloor.study.study import study_staffing
from watchfloor.wording import ARMS, estimate_text, measures_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What some replications of a scenario came to."""

    title: str
    comparison: Comparison

    @property
    def estimates(self) -> Mapping[str, Mapping[str, Estimate]]:
        """Every measure, by arm."""
        return self.comparison.estimates

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each arm and measure.

        Raises:
            InputError: if pandas is not installed.
        """
        return import_pandas().DataFrame(
            [{"arm": arm, "measure": name, "mean": item.mean, "half_width": item.half_width, "n": item.n}
             for arm, by_name in self.estimates.items() for name, item in by_name.items()])

    def _repr_html_(self) -> str:
        arms = self.comparison.arms
        rows = [[text, *(estimate_text(self.estimates[arm][name]) for arm in arms)]
                for name, text in measures_of(self.estimates[arms[0]]).items()]
        return html_table(f"{self.title}: mean of {self.comparison.n_replications} replications ± 95 % half width",
                          ["", *(ARMS.get(arm, arm) for arm in arms)], rows)


def simulate(
    scenario: Scenario, *, replications: int = 10, seed: int = 1, detector: DetectorModel | None = None,
    share: float = 0.01,
) -> Simulated:
    """Play a scenario, and with a detector model also the arms with it, on the same traces.

    Args:
        scenario: from ``load_scenario``.
        replications: how often it is drawn and played.
        seed: all randomness follows from it.
        detector: a measured detector's model.
        share: of the cameras that have the detector.
    """
    runs = list(replicate(scenario, make_arms(detector, share=share), seed=seed, replications=range(replications)))
    return Simulated(title=scenario.title, comparison=compare(runs))


def staffing_study(
    scenario: str, targets: Sequence[str], *, out: str | Path | None = None, budget: str | None = None,
    quiet: bool = True, **options: Any,
) -> StudyResult:
    """Find the smallest roster that meets targets, as ``watchfloor study`` does.

    Args:
        scenario: a scenario's name or path.
        targets: such as ``p90 response_time_s <= 900``.
        out: folder for the report, the tables and the journal.
        budget: such as ``60s``.
        quiet: print nothing.
        **options: any other field of ``watchfloor.study.options.StudyOptions``.

    Raises:
        InputError: if anything given cannot be used.
    """
    return study_staffing(StudyOptions(
        scenario=scenario, targets=tuple(targets), out=Path(out) if out else None,
        budget_s=parse_span(budget) if budget else None, **options), show=Show(quiet=quiet))


def html_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as HTML that needs nothing from elsewhere."""
    def line(tag: str, cells: Sequence[object]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape('' if cell is None else str(cell))}</{tag}>"
                                for cell in cells) + "</tr>"

    return (f"<p><b>{html.escape(title)}</b></p><table><thead>{line('th', columns)}</thead><tbody>"
            + "".join(line("td", row) for row in rows) + "</tbody></table>")


def import_pandas() -> Any:
    """Return pandas, which only data frames need.

    Raises:
        InputError: if it is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise InputError("to_frame()", expected="the package pandas",
                         do="install it: pip install 'watchfloor[notebook]'") from None
    return pandas
