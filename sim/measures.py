"""What one run is judged by: found offences, delays, workloads, false stops and cost, all from the log."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.cases import Cases, make_cases
from sim.city import F8, I4
from sim.compiled import compiled
from sim.districts import INSPECTOR_ENDS, INSPECTOR_STARTS, looks_by_district, measure_districts
from sim.log import DISPOSITIONS, MISSING, EventLog, Flags, Name, name_table
from sim.quantiles import span_quantiles
from sim.records import Disposition
from sim.roster import duty_hours
from sim.scenario import Scenario
from sim.unit_measures import IS_MET, is_one_of, measure_desk, unit_busy_h

SPANS: Mapping[str, tuple[str, str]] = {
    "detection_delay_s": ("occur_s", "shown_s"),
    "confirmation_delay_s": ("shown_s", "confirm_s"),
    "dispatch_delay_s": ("call_create_s", "dispatch_s"),
    "turnout_time_s": ("acknowledge_s", "enroute_s"),
    "travel_time_s": ("enroute_s", "on_scene_s"),
    "response_time_s": ("call_create_s", "on_scene_s"),
}
"""Derived spans, over confirmed true cases."""


_STARTS, _ENDS = name_table(INSPECTOR_STARTS), name_table(INSPECTOR_ENDS)
_UNFOUNDED, _HAND_OVER = DISPOSITIONS.index(Disposition.UNFOUNDED), int(Name.HAND_OVER)


@compiled
def _inspector_busy_s(
    t_s: F8, name: NDArray[np.int16], inspector: I4, value: F8, starts: Flags, ends: Flags, until_s: float
) -> float:
    """Return the time that inspectors spent on cases, searches and pictures; who is still busy is until the last.

    What passes from one person to another ends and starts at once; only what had waited starts.
    """
    total_s = 0.0
    for row in range(t_s.size):
        if inspector[row] == MISSING:
            continue
        if starts[name[row]] or (name[row] == _HAND_OVER and math.isnan(value[row])):
            total_s += until_s - t_s[row]
        elif ends[name[row]]:
            total_s -= until_s - t_s[row]
    return total_s


def _search_measures(log: EventLog, arrested: NDArray[np.bool_]) -> dict[str, float]:
    """Return what searches of the archive came to, and crimes solved: by an arrest at the place, or by a search."""
    done = log.name == Name.SEARCH_DONE
    solved = float(log.value[done].sum())
    return {"searches": float(done.sum()), "searches_solved": solved,
            "crimes_solved": float(arrested.sum()) + solved}


class _Tally(NamedTuple):
    """What became of the cases."""

    found: Flags
    """(cases,) true ones that an inspector confirmed."""
    n_found_by_alert: int
    n_met: int
    """Found, and the offender met."""
    n_unfounded: int
    in_view: NDArray[np.int64]
    """(kinds,) true ones, and likewise the next; those of no kind stand last."""
    found_of: NDArray[np.int64]


@compiled
def _tally(kind: I4, incident: I4, alert: I4, disposition: I4, confirm_s: F8, met: Flags, n_kinds: int) -> _Tally:
    found = np.zeros(kind.size, dtype=np.bool_)
    in_view, found_of = np.zeros(n_kinds + 1, dtype=np.int64), np.zeros(n_kinds + 1, dtype=np.int64)
    n_by_alert, n_met, n_unfounded = 0, 0, 0
    for case in range(kind.size):
        n_unfounded += disposition[case] == _UNFOUNDED
        if incident[case] == MISSING:
            continue
        column = kind[case] if 0 <= kind[case] < n_kinds else n_kinds
        in_view[column] += 1
        if math.isfinite(confirm_s[case]):
            found[case] = True
            found_of[column] += 1
            n_by_alert += alert[case] >= 0
            n_met += disposition[case] >= 0 and met[disposition[case]]
    return _Tally(found, n_by_alert, n_met, n_unfounded, in_view, found_of)


def measure(
    scenario: Scenario, log: EventLog, cases: Cases | None = None, looks: F8 | None = None
) -> dict[str, float]:
    """Return one run's measures by name; NaN where nothing happened that could be measured.

    ``found`` counts true offences that an inspector confirmed. ``found_share`` is of those in view of a camera.
    ``unfounded_stops`` counts units sent to nothing. Utilisation is busy time over time on duty;
    inspectors are busy with cases, searches and scenes that they attend, not with breaks. With an archive, ``searches``
    are those done. ``looks``, ``found`` and ``unfounded_stops`` are told by district too, as ``district_looks:NAME``.
    """
    cases = cases or make_cases(log)
    looks = looks_by_district(scenario, log)[0] if looks is None else looks
    n_kinds = len(scenario.kinds)
    tally = _tally(cases.kind, cases.incident_id, cases.alert_id, cases.disposition, cases.t_s["confirm_s"], IS_MET,
                   n_kinds)
    n_true, n_found = int(tally.in_view.sum()), int(tally.found_of.sum())
    counts = np.bincount(log.name, minlength=len(Name)).tolist()
    inspector_h, unit_h = duty_hours(scenario, "inspectors"), duty_hours(scenario, "units")
    cost = inspector_h * scenario.costs.inspector_per_h + unit_h * scenario.costs.unit_per_h
    inspectors_at_work_h = _inspector_busy_s(
        log.t_s, log.name, log.inspector_id, log.value, _STARTS, _ENDS, scenario.duration_s) / 3600.0
    units_at_work_h = unit_busy_h(log, until_s=scenario.duration_s)
    values = {
        "in_view": float(n_true),
        "found": float(n_found),
        "found_share": n_found / n_true if n_true else math.nan,
        "found_per_inspector_day": 24.0 * n_found / inspector_h if inspector_h else math.nan,
        "found_by_alert": float(tally.n_found_by_alert),
        "offender_met": float(tally.n_met),
        "alerts": float(counts[Name.DETECT]),
        "alerts_unseen": float(counts[Name.ABANDON]),
        "false_alerts": float(cases.n_cases - n_true),
        "dispatches": float(counts[Name.DISPATCH]),
        "unfounded_stops": float(tally.n_unfounded),
        "inspector_utilisation": inspectors_at_work_h / inspector_h if inspector_h else math.nan,
        "unit_utilisation": units_at_work_h / unit_h if unit_h else math.nan,
        "cost": cost,
        "cost_per_found": cost / n_found if n_found else math.nan,
    }
    if scenario.operation is not None:
        by_kind = dict(zip([kind.name for kind in scenario.kinds], tally.found_of.tolist(), strict=False))
        values |= {f"operation:{named.name}": float(sum(by_kind[kind] for kind in named.kinds))
                   for named in scenario.operation.named}
    if scenario.archive is not None:
        is_crime = is_one_of(cases.kind, [index for index, kind in enumerate(scenario.kinds)
                                          if kind.name == scenario.archive.kind])
        arrested = cases.disposition == DISPOSITIONS.index(Disposition.ARREST)
        values |= _search_measures(log, tally.found & arrested & is_crime)
    for span, (start, end) in SPANS.items():
        values |= span_quantiles(span, cases.t_s[start], cases.t_s[end], tally.found)
    for kind, in_view, seen in zip(scenario.kinds, tally.in_view.tolist(), tally.found_of.tolist(), strict=False):
        values[f"in_view:{kind.name}"] = float(in_view)
        values[f"found:{kind.name}"] = float(seen)
        values[f"found_share:{kind.name}"] = seen / in_view if in_view else math.nan
    values |= measure_districts(scenario, looks, cases, tally.found, cases.disposition == _UNFOUNDED)
    return values | measure_desk(scenario, log, cases)
