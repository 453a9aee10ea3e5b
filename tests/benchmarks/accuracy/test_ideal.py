"""The ideal observer: half of its things are found where it says, and a detector is held against it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks.accuracy.ideal import FALSE_PER_H, ideal_px50
from benchmarks.accuracy.score import ScoringRules, score_kind
from benchmarks.truth import MatchRule
from benchmarks.truth.clip_case import TargetSignal

SIGNAL = TargetSignal(contrast_grey=3.0, noise_sd_grey=6.0, fps=10.0)
RULES = ScoringRules(match=MatchRule(), aliases={})


def test_an_observer_who_adds_up_the_pixels_of_a_thing_finds_half_of_those_of_that_width():
    width_px = ideal_px50(SIGNAL, watch_s=2.0, size_wh=(64, 48))
    n_pixels = round(20 * math.pi / 4.0 * width_px**2)
    rng = np.random.default_rng(4)
    sums = np.array([rng.normal(3.0, 6.0, n_pixels).sum() for _ in range(4000)])
    least = norm.isf(FALSE_PER_H / (64 * 48 * 3600.0 / 2.0)) * 6.0 * math.sqrt(n_pixels)
    assert np.mean(sums > least) == pytest.approx(0.5, abs=0.05)


def test_twice_the_contrast_or_half_the_noise_halves_the_width():
    whole = ideal_px50(SIGNAL, watch_s=2.0, size_wh=(64, 48))
    strong = TargetSignal(contrast_grey=6.0, noise_sd_grey=6.0, fps=10.0)
    calm = TargetSignal(contrast_grey=3.0, noise_sd_grey=3.0, fps=10.0)
    assert [ideal_px50(signal, watch_s=2.0, size_wh=(64, 48)) for signal in (strong, calm)] == pytest.approx(
        [whole / 2.0, whole / 2.0])


def test_efficiency_is_the_square_of_the_widths_ratio_and_only_told_for_one_signal(make_watched):
    sizes = [float(px) for px in (1, 2, 4, 8, 16) for _ in range(8)]
    events = [(20.0 * number, px) for number, px in enumerate(sizes)]
    alerts = [(20.0 * number + 5.0, 0.9) for number, px in enumerate(sizes) if px >= 4.0 and number != 39]
    drawn = make_watched(events, alerts, signal=SIGNAL)
    score = score_kind([drawn], "litter", "all", RULES)
    fit = score.lowest.size_fit
    assert fit is not None
    assert score.efficiency is not None
    ideal = ideal_px50(SIGNAL, watch_s=5.0, size_wh=(640, 360))
    assert score.efficiency.value == pytest.approx((ideal / fit.curve.px50) ** 2)
    assert score.efficiency.low < score.efficiency.value < score.efficiency.high
    other = make_watched(events, alerts, signal=TargetSignal(contrast_grey=9.0, noise_sd_grey=6.0, fps=10.0))
    assert score_kind([drawn, other], "litter", "all", RULES).efficiency is None
    assert score_kind([make_watched(events, alerts)], "litter", "all", RULES).efficiency is None
