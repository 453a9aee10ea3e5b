"""Logs, cases, measures, estimates and replications."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.alerts import draw_alerts
from sim.cases import INSTANTS, first_of_case_s, make_cases
from sim.check import check_dispatch_policy
from sim.detector_model import DetectorModel, DetectorParameters
from sim.errors import ConformanceError, UnknownNameError
from sim.estimate import make_estimate, paired_difference
from sim.fieldwork import AtShiftEnd, Posting
from sim.log import DISPOSITIONS, MISSING, EventLog, Name
from sim.measures import measure
from sim.policies import DISPATCH_POLICIES, make_dispatch_policy
from sim.quantiles import quantiles
from sim.records import Disposition
from sim.replicate import Arm, FalseRate, arm_parameters, replicate
from sim.roomwork import ShiftEnd
from sim.roster import duties, duty_hours, hours_without
from sim.scenario import Shift, Spread
from sim.simulate import simulate
from sim.trace import draw_trace
from tests.sim.worlds_of_units import with_unit_parts

N = math.nan
M = MISSING


def small_log():
    cleared = float(DISPOSITIONS.index(Disposition.CITATION))
    unfounded = float(DISPOSITIONS.index(Disposition.UNFOUNDED))
    rows = [
        (0.0, Name.SHIFT_CHANGE, M, M, M, M, M, M, 3.0),
        (10.0, Name.OCCUR, 0, M, M, 4, M, M, 1.0),
        (12.0, Name.OCCUR, 1, M, M, 5, M, M, 0.0),
        (14.0, Name.DETECT, 0, 7, M, 4, M, M, 0.0),
        (15.0, Name.SHOWN, 0, 7, M, 4, 2, M, N),
        (20.0, Name.CONFIRM, 0, 7, M, 4, 2, M, N),
        (20.0, Name.CALL_CREATE, 0, 7, 0, 4, 2, M, 2.0),
        (21.0, Name.DETECT, M, 8, M, 6, M, M, 1.0),
        (22.0, Name.SHOWN, M, 8, M, 6, 1, M, N),
        (30.0, Name.DISPATCH, 0, 7, 0, 4, M, 3, N),
        (31.0, Name.CONFIRM, M, 8, M, 6, 1, M, N),
        (31.0, Name.CALL_CREATE, M, 8, 1, 6, 1, M, 2.0),
        (40.0, Name.VISIBLE_END, 1, M, M, 5, M, M, 0.0),
        (50.0, Name.RECORDED, 0, 7, M, 4, 2, M, N),
        (80.0, Name.ON_SCENE, 0, 7, 0, 4, M, 3, 50.0),
        (90.0, Name.INCIDENT_CLEAR, 0, 7, 0, 4, M, 3, cleared),
        (95.0, Name.INCIDENT_CLEAR, M, 8, 1, 6, M, 2, unfounded),
        (99.0, Name.UNIT_FREE, 0, 7, 0, 4, M, 3, N),
    ]
    return EventLog.from_rows([(t, int(name), *rest) for t, name, *rest in rows], arm="test")


def test_cases_are_one_row_an_incident_or_a_false_alert():
    cases = make_cases(small_log())
    assert cases.incident_id.tolist() == [0, 1, MISSING]
    assert cases.alert_id.tolist() == [7, MISSING, 8]
    assert cases.kind.tolist() == [1, 0, 1]
    assert cases.is_true.tolist() == [True, True, False]
    assert cases.t_s["confirm_s"].tolist()[0] == 20.0
    assert np.isnan(cases.t_s["confirm_s"][1])
    assert cases.span_s("call_create_s", "on_scene_s")[0] == 60.0
    assert cases.unit_id.tolist() == [3, MISSING, MISSING]
    assert cases.camera_id.tolist() == [4, 5, 6]


def test_measures_count_what_the_log_says(make_scenario):
    values = measure(make_scenario(), small_log())
    assert values["in_view"] == 2
    assert values["found"] == 1
    assert values["found_share"] == 0.5
    assert values["found_by_alert"] == 1
    assert values["unfounded_stops"] == 1
    assert values["offender_met"] == 1
    assert values["false_alerts"] == 1
    assert values["found:drinking"] == 1
    assert values["found_share:litter"] == 0
    assert values["p50:response_time_s"] == 60.0
    busy_h = ((50 - 15) + (86_400 - 22)) / 3600
    assert values["inspector_utilisation"] == pytest.approx(busy_h / (3 * 12 + 2 * 12))
    assert values["cost"] == (5 * 12) * 1500 + (8 * 12) * 6000


def test_an_empty_log_measures_nothing_without_breaking(make_scenario):
    values = measure(make_scenario(), EventLog.from_rows([], arm="empty"))
    assert values["found"] == 0
    assert math.isnan(values["found_share"])


def test_the_digest_sees_every_column_and_not_the_arms_name():
    log = small_log()
    assert replace(log, arm="other").digest() == log.digest()
    for column in ("t_s", "name", "incident_id", "unit_id", "value"):
        changed = getattr(log, column).copy()
        changed[3] += 1
        assert replace(log, **{column: changed}).digest() != log.digest()


def test_an_estimate_is_a_mean_with_students_half_width():
    estimate = make_estimate([1.0, 2.0, 3.0, math.nan])
    assert estimate.mean == 2.0
    assert estimate.n == 3
    assert estimate.half_width == pytest.approx(4.3026527 * 1.0 / math.sqrt(3))
    assert make_estimate([5.0]).half_width is None
    assert make_estimate([]).n == 0


def test_paired_differences_cancel_what_both_share():
    noise = np.random.default_rng(1).normal(0, 100, 50)
    difference = paired_difference(list(noise + 1.0), list(noise))
    assert difference.mean == pytest.approx(1.0)
    assert difference.half_width == pytest.approx(0.0, abs=1e-9)



def make_arms(detector_row):
    model = DetectorModel(name="m", detector="d", version="1", profile="tabletop", kind_map={"object_placed": "litter"},
                          provenance={}, rows=(detector_row,))
    return (Arm(name="inspectors"), Arm(name="with_detector", detector=model, share=0.5),
            Arm(name="with_detector_low", detector=model, share=0.5, false_rate=FalseRate.LOW),
            Arm(name="with_detector_high", detector=model, share=0.5, false_rate=FalseRate.HIGH))


def test_all_arms_of_a_replication_share_its_trace(make_scenario, detector_row):
    runs = next(iter(replicate(make_scenario(), make_arms(detector_row), seed=3, replications=[0], keep_logs=[0])))
    assert len({run.trace_digest for run in runs}) == 1
    assert len({run.log_digest for run in runs}) > 1
    assert all(run.log is not None for run in runs)


def test_the_ends_of_the_false_alarm_interval_share_the_draw_of_recall(detector_row):
    _, drawn, low, high = (arm_parameters(arm, seed=1, replication=4) for arm in make_arms(detector_row))
    assert drawn[0].p_detect == low[0].p_detect == high[0].p_detect
    assert low[0].false_per_camera_h == 0.0
    assert round(high[0].false_per_camera_h) == 271


def test_the_roster_crosses_midnight_and_overlaps(make_scenario):
    shifts = (Shift(name="late", start_h=20.0, length_h=9.0, inspectors=2, units=1),
              Shift(name="day", start_h=4.0, length_h=16.0, inspectors=1, units=1))
    scenario = make_scenario(shifts=shifts)
    table = [(duty.from_s / 3600, duty.inspectors) for duty in duties(scenario)]
    assert table == [(0.0, (0, 1)), (4.0, (0, 1, 2)), (5.0, (2,)), (20.0, (0, 1))]
    assert duty_hours(scenario, "inspectors") == pytest.approx(2 * 9 + 16)


def test_hours_that_no_shift_covers_are_named():
    shifts = (Shift(name="most", start_h=22.0, length_h=22.5, inspectors=1, units=0),)
    assert hours_without(shifts, "inspectors") == (20, 21)
    assert hours_without(shifts, "units") == tuple(range(24))


@pytest.mark.parametrize("name", sorted(DISPATCH_POLICIES))
def test_every_dispatch_policy_conforms(name):
    check_dispatch_policy(lambda: make_dispatch_policy(name))


def test_the_check_catches_policies_that_break_the_rules():
    class BusyUnitPolicy:
        def decide(self, decision):
            return decision.mask.index(False) if False in decision.mask else 0

    class MoodyPolicy:
        made = 0

        def __init__(self):
            MoodyPolicy.made += 1
            self.last = MoodyPolicy.made % 2

        def decide(self, decision):
            free = [place for place, ok in enumerate(decision.mask) if ok]
            return free[-1] if self.last else free[0]

    for broken in (BusyUnitPolicy, MoodyPolicy):
        with pytest.raises(ConformanceError):
            check_dispatch_policy(broken)


def test_an_unknown_policy_is_named_with_its_nearest_match():
    with pytest.raises(UnknownNameError, match="did you mean nearest"):
        make_dispatch_policy("neerest")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.sampled_from([N, math.inf, 7.0]), max_size=30))
def test_quantiles_are_numpy_s_to_the_bit(values):
    found, finite = quantiles("span_s", np.array(values)), [value for value in values if math.isfinite(value)]
    for q in (50, 90):
        expected = np.percentile(finite, q) if finite else N
        assert np.array_equal(found[f"p{q}:span_s"], expected, equal_nan=True)


def cases_one_by_one(log):
    """Return what each case is known by, row after row: the slow twin of ``make_cases``."""
    found = {}
    for row in range(log.n_rows):
        incident, alert = int(log.incident_id[row]), int(log.alert_id[row])
        if incident == M and alert == M:
            continue
        case = found.setdefault((0, incident) if incident != M else (1, alert), {})
        case.setdefault(Name(log.name[row]), row)
    return [found[key] for key in sorted(found)]


def test_cases_are_those_found_row_by_row(make_scenario):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=5)
    equipped = np.arange(scenario.city.cameras.n_cameras, dtype=np.int32)
    alerts = draw_alerts(scenario, trace, (DetectorParameters(
        kind=scenario.kinds[0].name, p_detect=0.5, false_per_camera_h=0.2, delay_quantiles_s=(1.0, 9.0)),),
        equipped=equipped, seed=5)
    log = simulate(scenario, trace, alerts=alerts)
    cases, slow = make_cases(log), cases_one_by_one(log)
    assert cases.n_cases == len(slow) > 20
    for column, name in INSTANTS.items():
        expected = [log.t_s[rows[name]] if name in rows else N for rows in slow]
        assert np.array_equal(cases.t_s[column], expected, equal_nan=True), column
    cameras = [log.camera_id[min(rows[name] for name in rows if name in (
        Name.CALL_CREATE, Name.SHOWN, Name.DETECT, Name.OCCUR))] for rows in slow]
    assert cases.camera_id.tolist() == cameras
    assert cases.unit_id.tolist() == [log.unit_id[rows[Name.DISPATCH]] if Name.DISPATCH in rows else M for rows in slow]


def test_a_row_s_case_began_with_the_first_row_about_the_same():
    log, keys = small_log(), []
    for incident, alert, call in zip(log.incident_id, log.alert_id, log.call_id, strict=True):
        known = [(place, int(ident)) for place, ident in enumerate((incident, alert, call)) if ident != M]
        keys.append(known[0] if known else None)
    expected = [log.t_s[row] if key is None else log.t_s[keys.index(key)] for row, key in enumerate(keys)]
    assert first_of_case_s(log).tolist() == expected


def counted_row_by_row(log, *, until_s):
    """Return some measures from the log alone, each by the plainest loop."""
    rows = list(zip(log.t_s.tolist(), map(Name, log.name.tolist()), log.incident_id.tolist(), log.alert_id.tolist(),
                    log.call_id.tolist(), log.inspector_id.tolist(), log.unit_id.tolist(), log.value.tolist(),
                    strict=True))
    starts, ends = {Name.SHOWN, Name.SEARCH_START, Name.ATTEND}, {
        Name.REJECT, Name.RECORDED, Name.SEARCH_DONE, Name.ATTEND_END, Name.PUT_BACK}
    leaves = {Name.UNIT_FREE, Name.CANCELED_ENROUTE, Name.PUT_BACK}
    inspectors_s, units_s, created, responses, sent, complete = 0.0, 0.0, {}, {}, set(), {}
    for t_s, name, incident, alert, call, inspector, unit, value in rows:
        if inspector != MISSING:
            resumed = name is Name.HAND_OVER and math.isnan(value)
            inspectors_s += (until_s - t_s) * ((name in starts or resumed) - (name in ends))
        units_s += (until_s - t_s) * ((name is Name.DISPATCH) - (unit != MISSING and name in leaves))
        if name is Name.CALL_CREATE and incident == alert == MISSING:
            created[call] = t_s, value
        if name is Name.DISPATCH and call in created:
            sent.add(call)
        if name is Name.ON_SCENE and call in created:
            responses.setdefault(call, t_s - created[call][0])
        if name is Name.UNIT_CLEAR:
            complete.setdefault(call, []).append(value)
    urgent = [span_s for call, span_s in responses.items() if created[call][1] == 1.0]
    return {"inspectors_h": inspectors_s / 3600.0, "units_h": units_s / 3600.0, "public_calls": len(created),
            "public_calls_sent": len(sent), "public_s": np.median(list(responses.values())),
            "urgent_s": np.median(urgent), "complete": complete}


def test_measures_are_those_counted_row_by_row(make_scenario, make_kind):
    often = make_kind("drinking", per_day=400.0, priority=1, stays_mean_s=36_000.0,
                      visible=Spread(median_s=3600.0, p95_s=9000.0))
    scenario = with_unit_parts(make_scenario(kinds=(often, make_kind("litter"))), {
        "calls_per_day": 150.0, "n_calltakers": 2, "officers": 1, "bicycle_share": 0.0, "foot_share": 0.3,
        "badge_share": 1.0, "breaks": True, "posting": Posting.RANDOM, "p_cancel": 0.5, "redirect_gap": 1,
        "at_shift_end": AtShiftEnd.PREEMPT, "snow": False})
    scenario = replace(scenario, shift_end=ShiftEnd.PREEMPT)
    log = simulate(scenario, draw_trace(scenario, seed=2), engine="kernel")
    values, slow = measure(scenario, log), counted_row_by_row(log, until_s=scenario.duration_s)
    cases = make_cases(log)
    met = set(cases.call_id[cases.is_true & np.isin(cases.disposition, [DISPOSITIONS.index(one) for one in (
        Disposition.CITATION, Disposition.WARNING, Disposition.ARREST)])].tolist())
    complete = [value for call, found in slow["complete"].items() if call in met for value in found]
    assert met
    assert 0 < slow["public_calls_sent"] < slow["public_calls"]
    assert values["inspector_utilisation"] * duty_hours(scenario, "inspectors") == pytest.approx(slow["inspectors_h"])
    assert values["unit_utilisation"] * duty_hours(scenario, "units") == pytest.approx(slow["units_h"])
    assert values["public_calls"] == slow["public_calls"]
    assert values["public_calls_sent"] == slow["public_calls_sent"]
    assert values["p50:public_response_time_s"] == pytest.approx(slow["public_s"])
    assert values["p50:public_response_time_s:priority_1"] == pytest.approx(slow["urgent_s"])
    assert values["evidence_complete_share"] == pytest.approx(np.mean(complete))
    found = cases.is_true & np.isfinite(cases.t_s["confirm_s"])
    span_s = cases.span_s("occur_s", "shown_s")[found]
    assert values["p50:detection_delay_s"] == pytest.approx(np.median(span_s[np.isfinite(span_s)]))
    for index, kind in enumerate(scenario.kinds):
        assert values[f"found:{kind.name}"] == np.sum(found & (cases.kind == index))
        assert values[f"in_view:{kind.name}"] == np.sum(cases.is_true & (cases.kind == index))
    assert values["offender_met"] == np.sum(found & np.isin(cases.disposition, [DISPOSITIONS.index(one) for one in (
        Disposition.CITATION, Disposition.WARNING, Disposition.ARREST)]))
