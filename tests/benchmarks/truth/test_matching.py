"""Alerts and true events are matched one to one, as well as can be."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import MatchRule, box_iou, match_alerts
from hw.truth import TruthEvent
from sim.errors import InputError
from sim.records import Alert

RULE = MatchRule(tolerance_s=0.5, max_delay_s=3.0)


def event(start_s, *, kind="placed", lasts_s=1.0, box=None):
    return TruthEvent(kind=kind, start_s=start_s, end_s=start_s + lasts_s, box_xyxy=box)


def alert(detect_s, *, kind="placed", box=None):
    return Alert(alert_id=0, camera_id=0, kind=kind, detect_s=detect_s, score=0.5, level=3, detector="d",
                 box_xyxy=box)


kinds = st.sampled_from(["placed", "removed"])
boxes = st.none() | st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda c: (c[0], c[1], c[0] + 9, c[1] + 9))
tenths = st.integers(0, 120).map(lambda tenth: tenth / 10)
events = st.lists(st.builds(event, tenths, kind=kinds, lasts_s=st.sampled_from([0.0, 1.0]), box=boxes), max_size=5)
alerts = st.lists(st.builds(alert, tenths, kind=kinds, box=boxes), max_size=5)


def brute_force(event_list, alert_list):
    """Try every way to give each event an alert or none; return (most hits, least sum of delays)."""
    best = (0, 0.0)
    choices = [*range(len(alert_list)), *[None] * len(event_list)]
    for chosen in set(itertools.permutations(choices, len(event_list))):
        pairs = [(event_list[e], alert_list[a]) for e, a in enumerate(chosen) if a is not None]
        if all(RULE.allows(*pair) for pair in pairs):
            delay_s = sum(found.detect_s - true.start_s for true, found in pairs)
            best = max(best, (len(pairs), -delay_s))
    return best[0], -best[1]


@given(events, alerts)
def test_every_event_and_every_alert_is_counted_once(event_list, alert_list):
    matching = match_alerts(event_list, alert_list, RULE)
    assert sorted([hit.event_index for hit in matching.hits] + list(matching.misses)) == [*range(len(event_list))]
    assert sorted([hit.alert_index for hit in matching.hits] + list(matching.false_alarms)) == [*range(len(alert_list))]


@given(events, alerts)
def test_every_hit_keeps_the_rule_and_states_its_delay(event_list, alert_list):
    for hit in match_alerts(event_list, alert_list, RULE).hits:
        true, found = event_list[hit.event_index], alert_list[hit.alert_index]
        assert RULE.allows(true, found)
        assert hit.delay_s == pytest.approx(found.detect_s - true.start_s)


@given(events.filter(lambda items: len(items) <= 3), alerts.filter(lambda items: len(items) <= 4))
def test_hits_are_the_most_and_then_the_earliest_that_any_matching_reaches(event_list, alert_list):
    matching = match_alerts(event_list, alert_list, RULE)
    n_hits, delay_s = brute_force(event_list, alert_list)
    assert len(matching.hits) == n_hits
    assert sum(hit.delay_s for hit in matching.hits) == pytest.approx(delay_s, abs=1e-9)


def test_one_alert_finds_one_of_two_events():
    matching = match_alerts([event(1.0), event(1.2)], [alert(1.5)], RULE)
    assert len(matching.hits) == 1
    assert len(matching.misses) == 1
    assert matching.hits[0].event_index == 1  # the shorter delay


@pytest.mark.parametrize(("detect_s", "is_hit"), [(9.4, False), (9.5, True), (14.0, True), (14.1, False)])
def test_an_alert_counts_from_the_tolerance_before_the_start_to_the_delay_after_the_end(detect_s, is_hit):
    assert bool(match_alerts([event(10.0)], [alert(detect_s)], RULE).hits) is is_hit


def test_an_alert_of_another_kind_or_another_place_is_a_false_alarm():
    true = event(1.0, box=(0, 0, 10, 10))
    wrong = [alert(1.5, kind="removed"), alert(1.5, box=(50, 50, 60, 60))]
    matching = match_alerts([true], wrong, RULE)
    assert matching.misses == (0,)
    assert matching.false_alarms == (0, 1)


def test_a_box_inside_a_much_larger_one_is_the_same_place():
    assert match_alerts([event(1.0, box=(0, 0, 100, 100))], [alert(1.5, box=(40, 40, 44, 44))], RULE).hits


def test_overlap_is_intersection_over_union():
    assert box_iou((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert box_iou((0, 0, 2, 2), (2, 0, 3, 2)) == 0.0


def test_a_rule_with_a_negative_number_is_refused():
    with pytest.raises(InputError, match=r"max_delay_s = -1\.0; expected a number ≥ 0"):
        MatchRule(max_delay_s=-1.0)
