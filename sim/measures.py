"""What one run is judged by: found offences, delays, workloads, false stops and cost, all from the log."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.cases import Cases, make_cases
from sim.log import DISPOSITIONS, MISSING, EventLog, Name, is_named
from sim.quantiles import quantiles
from sim.records import Disposition
from sim.roster import duty_hours
from sim.scenario import Scenario
from sim.unit_measures import MET, is_one_of, measure_desk, unit_busy_h

SPANS: Mapping[str, tuple[str, str]] = {
    "detection_delay_s": ("occur_s", "shown_s"),
    "confirmation_delay_s": ("shown_s", "confirm_s"),
    "dispatch_delay_s": ("call_create_s", "dispatch_s"),
    "turnout_time_s": ("acknowledge_s", "enroute_s"),
    "travel_time_s": ("enroute_s", "on_scene_s"),
    "response_time_s": ("call_create_s", "on_scene_s"),
}
"""Derived spans, over confirmed true cases."""


INSPECTOR_STARTS = (Name.SHOWN, Name.SEARCH_START, Name.ATTEND)
INSPECTOR_ENDS = (Name.REJECT, Name.RECORDED, Name.SEARCH_DONE, Name.ATTEND_END, Name.PUT_BACK)


def _inspector_busy_h(log: EventLog, *, until_s: float) -> float:
    """Return the hours that inspectors spent on cases, searches and pictures; who is still busy is until the last.

    What passes from one person to another ends and starts at once; only what had waited starts.
    """
    theirs = log.inspector_id != MISSING
    resumed = (log.name == Name.HAND_OVER) & np.isnan(log.value)
    begun = log.t_s[theirs & (is_named(log, INSPECTOR_STARTS) | resumed)]
    ended = log.t_s[theirs & is_named(log, INSPECTOR_ENDS)]
    return float(ended.sum() - begun.sum() + until_s * (begun.size - ended.size)) / 3600.0


def _search_measures(log: EventLog, arrested: NDArray[np.bool_]) -> dict[str, float]:
    """Return what searches of the archive came to, and crimes solved: by an arrest at the place, or by a search."""
    done = log.name == Name.SEARCH_DONE
    solved = float(log.value[done].sum())
    return {"searches": float(done.sum()), "searches_solved": solved,
            "crimes_solved": float(arrested.sum()) + solved}


def _by_kind(cases: Cases, chosen: NDArray[np.bool_], n_kinds: int) -> list[int]:
    """Return how many of the chosen cases are of each kind."""
    kind = cases.kind[chosen]
    return [int(count) for count in np.bincount(kind[kind >= 0], minlength=n_kinds)[:n_kinds]]


def measure(scenario: Scenario, log: EventLog, cases: Cases | None = None) -> dict[str, float]:
    """Return one run's measures by name; NaN where nothing happened that could be measured.

    ``found`` counts true offences that an inspector confirmed. ``found_share`` is of those in view of a camera.
    ``unfounded_stops`` counts units sent to nothing. Utilisation is busy time over time on duty;
    inspectors are busy with cases, searches and scenes that they attend, not with breaks. With an archive, ``searches``
    are those done.
    """
    cases = cases or make_cases(log)
    true, confirmed = cases.is_true, np.isfinite(cases.t_s["confirm_s"])
    found = true & confirmed
    counts = np.bincount(log.name, minlength=max(Name) + 1)
    unfounded = int(np.sum(cases.disposition == DISPOSITIONS.index(Disposition.UNFOUNDED)))
    inspector_h, unit_h = duty_hours(scenario, "inspectors"), duty_hours(scenario, "units")
    cost = inspector_h * scenario.costs.inspector_per_h + unit_h * scenario.costs.unit_per_h
    met = is_one_of(cases.disposition, MET)
    inspectors_at_work_h = _inspector_busy_h(log, until_s=scenario.duration_s)
    units_at_work_h = unit_busy_h(log, until_s=scenario.duration_s)
    values = {
        "in_view": float(true.sum()),
        "found": float(found.sum()),
        "found_share": float(found.sum() / true.sum()) if true.any() else float("nan"),
        "found_per_inspector_day": 24.0 * float(found.sum()) / inspector_h if inspector_h else float("nan"),
        "found_by_alert": float((found & (cases.alert_id >= 0)).sum()),
        "offender_met": float((found & met).sum()),
        "alerts": float(counts[Name.DETECT]),
        "alerts_unseen": float(counts[Name.ABANDON]),
        "false_alerts": float((~true).sum()),
        "dispatches": float(counts[Name.DISPATCH]),
        "unfounded_stops": float(unfounded),
        "inspector_utilisation": inspectors_at_work_h / inspector_h if inspector_h else float("nan"),
        "unit_utilisation": units_at_work_h / unit_h if unit_h else float("nan"),
        "cost": cost,
        "cost_per_found": cost / found.sum() if found.any() else float("nan"),
    }
    if scenario.archive is not None:
        is_crime = is_one_of(cases.kind, [index for index, kind in enumerate(scenario.kinds)
                                          if kind.name == scenario.archive.kind])
        arrested = cases.disposition == DISPOSITIONS.index(Disposition.ARREST)
        values |= _search_measures(log, found & arrested & is_crime)
    for span, (start, end) in SPANS.items():
        values |= quantiles(span, cases.span_s(start, end)[found])
    n_kinds = len(scenario.kinds)
    for kind, in_view, seen in zip(scenario.kinds, _by_kind(cases, true, n_kinds), _by_kind(cases, found, n_kinds),
                                   strict=True):
        values[f"in_view:{kind.name}"] = float(in_view)
        values[f"found:{kind.name}"] = float(seen)
        values[f"found_share:{kind.name}"] = seen / in_view if in_view else float("nan")
    return values | measure_desk(scenario, log, cases)
