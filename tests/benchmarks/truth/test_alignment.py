"""NIST's alignment: the most pairs, the highest scores, and one alignment for every threshold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.truth.alignment import align


@st.composite
def cases(draw):
    n_events, n_claims = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    flags = draw(st.lists(st.booleans(), min_size=n_events * n_claims, max_size=n_events * n_claims))
    scores = draw(st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.5000001, 0.9]), min_size=n_claims, max_size=n_claims))
    return np.array(flags, dtype=bool).reshape(n_events, n_claims), scores


def every_alignment(is_allowed):
    """Yield each set of allowed pairs, slowly: every way to give each event one claim or none."""
    n_events, n_claims = is_allowed.shape
    for given_to in itertools.product([None, *range(n_claims)], repeat=n_events):
        used = [claim for claim in given_to if claim is not None]
        if len(set(used)) == len(used) and all(claim is None or is_allowed[event, claim]
                                               for event, claim in enumerate(given_to)):
            yield given_to


def most_hits(is_allowed, scores, threshold):
    kept = is_allowed & (np.array(scores) >= threshold)[np.newaxis, :]
    return max(sum(claim is not None for claim in given_to) for given_to in every_alignment(kept))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_one_alignment_has_at_every_threshold_as_many_hits_as_any(case):
    is_allowed, scores = case
    found = align(is_allowed, scores).claim_of_event
    for threshold in {*scores, 0.0}:
        hits = sum(claim is not None and scores[claim] >= threshold for claim in found)
        assert hits == most_hits(is_allowed, scores, threshold)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_sum_of_scores_is_the_highest_among_alignments_of_most_pairs(case):
    is_allowed, scores = case
    found = align(is_allowed, scores)
    best = max((sum(claim is not None for claim in given_to), sum(scores[claim] for claim in given_to
                                                                   if claim is not None))
               for given_to in every_alignment(is_allowed))
    mine = [claim for claim in found.claim_of_event if claim is not None]
    assert (len(mine), sum(scores[claim] for claim in mine)) == (best[0], pytest.approx(best[1]))
    assert sorted([*mine, *found.false_claims]) == list(range(len(scores)))


def test_a_second_claim_of_one_event_is_a_false_alarm():
    found = align(np.array([[True, True]]), [0.4, 0.8])
    assert found.claim_of_event == (1,)
    assert found.false_claims == (0,)
