"""Whittle's index is the fee at which looking now or later is as good, its bound is one, and learning comes near it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar

from agents.attention import (
    MyopicAttention,
    RateAgeAttention,
    RiskWeightedAttention,
    RoundRobinAttention,
    WhittleAttention,
)
from agents.learned_attention import ExploringWhittleAttention, RatePrior, ThompsonWhittleAttention
from agents.watch_town import WatchTown, make_rated_town, play_watch
from agents.whittle import WatchModel, relax_watching, whittle_index
from sim.errors import ModelError


def model_of(rate, visible_s=120.0, p_find=1.0):
    rate = np.atleast_1d(np.asarray(rate, dtype=np.float64))
    return WatchModel(rate=rate, visible_s=np.full(rate.size, visible_s), p_find=np.full(rate.size, p_find))


def bound_per_slot(town):
    return relax_watching(town.model, looks_per_s=town.looks_per_s, slot_s=town.slot_s).found_per_s * town.slot_s


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-5, 1e-1), st.floats(10.0, 2000.0), st.sampled_from([1.0, 0.6, 0.2]), st.floats(0.05, 6.0))
def test_the_index_is_the_fee_at_which_the_best_time_between_looks_is_the_one_of_the_state(rate, visible_s, p, share):
    """The slow twin: the best a of (R(a) − ν)/a, found by search, is the a at which the index is ν."""
    model = model_of(rate, visible_s, p)
    every_s = share * visible_s
    found = float(model.found_per_look(np.array([every_s]))[0])
    fee = whittle_index(rate, visible_s, p, found / p)

    def loss(a_s):
        return -(float(model.found_per_look(np.array([a_s]))[0]) - fee) / a_s

    best = minimize_scalar(loss, bounds=(0.01 * every_s, 100.0 * every_s), method="bounded",
                           options={"xatol": 1e-6 * every_s})
    assert loss(every_s) <= best.fun + 1e-9 * abs(best.fun)


def test_the_index_is_the_closed_form_for_looks_that_miss_nothing():
    for x in (0.01, 0.5, 3.0, 20.0):
        expected = 120.0 * 0.01 * (1.0 - math.exp(-x) * (1.0 + x))
        assert whittle_index(0.01, 120.0, 1.0, 1.2 * -math.expm1(-x)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("p_find", [1.0, 0.5])
def test_the_bound_is_the_least_over_all_fees(p_find):
    rng = np.random.default_rng(3)
    model = model_of(rng.lognormal(-8.0, 1.5, 60), p_find=p_find)
    plan = relax_watching(model, looks_per_s=0.4)

    def bound(fee):
        best = [max(0.0, -minimize_scalar(
            lambda u, one=one: -(float(one.found_per_look(np.array([math.exp(u)]))[0]) - fee) / math.exp(u),
            bounds=(-6.0, 14.0), method="bounded", options={"xatol": 1e-9}).fun)
            for one in (model_of(rate, p_find=p_find) for rate in model.rate)]
        return sum(best) + fee * 0.4

    assert plan.found_per_s == pytest.approx(bound(plan.fee), rel=1e-7)
    assert plan.look_rate.sum() == pytest.approx(0.4, rel=1e-6)
    assert all(bound(plan.fee * factor) >= plan.found_per_s * (1 - 1e-9) for factor in (0.5, 0.9, 1.1, 2.0))


def test_equal_cameras_get_equal_rates():
    plan = relax_watching(model_of(np.full(50, 1e-3)), looks_per_s=1.0)
    assert plan.every_s == pytest.approx(np.full(50, 50.0), rel=1e-6)
    assert plan.found_per_s == pytest.approx(50 * 1e-3 * 120.0 * -math.expm1(-50 / 120) / 50.0, rel=1e-9)


def test_only_a_slot_keeps_one_camera_from_being_watched_without_end():
    free, slotted = (relax_watching(model_of([0.01]), looks_per_s=10.0, slot_s=slot_s) for slot_s in (0.0, 6.0))
    assert slotted.found_per_s < free.found_per_s <= 0.01 + 1e-9
    assert slotted.every_s[0] == pytest.approx(6.0)


def test_comparing_only_those_that_are_due_chooses_as_comparing_all():
    rated = make_rated_town(n_cameras=400, looks_per_slot=5, visible_sigma=0.5, p_find=0.7)
    policy = WhittleAttention(rated.town.model)
    for slot in range(1, 400):
        t_s = 6.0 * slot
        index = policy.index(t_s)
        chosen = policy.choose(t_s, 5)
        assert len(set(chosen.tolist())) == 5
        assert index[chosen].min() >= np.partition(index, -5)[-5] - 1e-12
        policy.observe(t_s, chosen, np.zeros(5, dtype=np.int64))


def test_the_index_of_the_policy_is_the_scalar_one():
    rated = make_rated_town(n_cameras=30, looks_per_slot=2, visible_sigma=0.5, p_find=0.7)
    model, policy = rated.town.model, WhittleAttention(rated.town.model)
    policy.observe(10.0, np.arange(15), np.zeros(15, dtype=np.int64))
    in_view = model.rate * policy.ages.in_view_s(40.0)
    expected = [whittle_index(*row) for row in zip(model.rate, model.visible_s, model.p_find, in_view, strict=True)]
    assert policy.index(40.0) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("make", [WhittleAttention, MyopicAttention, lambda model: RateAgeAttention(model.rate)])
def test_cameras_numbered_otherwise_are_looked_at_all_the_same(make):
    rated = make_rated_town(n_cameras=120, looks_per_slot=4, visible_sigma=0.5, p_find=0.7)
    model, order = rated.town.model, np.random.default_rng(5).permutation(120)
    renamed = WatchModel(rate=model.rate[order], visible_s=model.visible_s[order], p_find=model.p_find[order])
    one, other, nothing = make(model), make(renamed), np.zeros(4, dtype=np.int64)
    for slot in range(1, 300):
        t_s = 6.0 * slot
        seen, same = one.choose(t_s, 4), other.choose(t_s, 4)
        assert sorted(order[same]) == sorted(seen)
        one.observe(t_s, seen, nothing)
        other.observe(t_s, same, nothing)


@pytest.fixture(name="shares", scope="module")
def _shares():
    """Finds of each policy against the bound, on a tenth of the shipped town."""
    rated = make_rated_town(n_cameras=850, looks_per_slot=3)
    model = rated.town.model
    policies = {"round robin": RoundRobinAttention(850), "risk weighted": RiskWeightedAttention(model.rate),
                "rate age": RateAgeAttention(model.rate), "myopic": MyopicAttention(model),
                "whittle": WhittleAttention(model)}
    bound = bound_per_slot(rated.town)
    return {name: play_watch(rated.town, policy, n_slots=4000).expected[2000:].mean() / bound
            for name, policy in policies.items()}


def test_whittle_reaches_the_bound_and_the_others_do_not(shares):
    assert 0.995 < shares["whittle"] <= 1.0 + 1e-9
    assert 0.8 < shares["myopic"] < 0.95
    assert shares["round robin"] < 0.35
    assert shares["round robin"] < shares["risk weighted"] < shares["whittle"]


@pytest.mark.parametrize("options", [{"visible_sigma": 0.8}, {"p_find": 0.5}, {"visible_sigma": 0.5, "p_find": 0.3}])
def test_it_keeps_the_bound_under_unequal_times_and_looks_that_miss(options):
    rated = make_rated_town(n_cameras=850, looks_per_slot=3, **options)
    watched = play_watch(rated.town, WhittleAttention(rated.town.model), n_slots=4000)
    assert 0.99 < watched.expected[2000:].mean() / bound_per_slot(rated.town) <= 1.001


def test_finds_are_drawn_with_the_mean_that_is_expected():
    rated = make_rated_town(n_cameras=200, looks_per_slot=4, median_per_day=50.0, p_find=0.6)
    watched = play_watch(rated.town, RoundRobinAttention(200), n_slots=6000)
    assert abs(watched.n_found.sum() - watched.expected.sum()) <= 4.0 * math.sqrt(watched.expected.sum())
    assert watched.found_at.sum() == watched.n_found.sum()
    assert watched.n_looks.sum() == 4 * 6000


def test_inspectors_who_are_busy_do_not_look():
    rated = make_rated_town(n_cameras=200, looks_per_slot=4, median_per_day=50.0, case_s=60.0)
    watched = play_watch(rated.town, WhittleAttention(rated.town.model), n_slots=3000)
    lost = 10 * watched.n_found.sum()
    assert 0 < 4 * 3000 - watched.n_looks.sum() <= lost


@pytest.fixture(name="learned", scope="module")
def _learned():
    """A policy of each kind that learns, what it found against the bound in each third of 36 hours, and its looks."""
    rated = make_rated_town(n_cameras=850, looks_per_slot=3, median_per_day=20.0)
    model = rated.town.model
    policies = {"thompson": ThompsonWhittleAttention(rated.prior, visible_s=model.visible_s, p_find=model.p_find),
                "exploring": ExploringWhittleAttention(
                    rated.prior, visible_s=model.visible_s, p_find=model.p_find, explore_s=86_400.0, audit_share=0.05,
                    least_audit_share=0.01)}
    bound = bound_per_slot(rated.town)
    found = {}
    for name, policy in policies.items():
        watched = play_watch(rated.town, policy, n_slots=3 * 7_200)
        error = np.abs(policy.rate / model.rate - 1.0)[watched.n_looks > 1000]
        found[name] = (policy, watched.expected.reshape(3, -1).mean(axis=1) / bound, error)
    return found


def test_learned_rates_come_near_the_bound_and_near_the_truth(learned):
    for _, thirds, error in learned.values():
        assert thirds[0] < thirds[2] <= 1.0
        assert thirds[2] > 0.95
        assert np.median(error) < 0.1


def test_exploring_by_doubt_ends_nearer_to_the_bound_than_drawing_from_beliefs(learned):
    policy, thirds, _ = learned["exploring"]
    assert learned["thompson"][1][2] < thirds[2]
    assert 0.01 < policy.audit_share() < 0.03


def test_beliefs_held_on_a_grid_are_those_of_an_integral():
    prior = RatePrior(camera_class=np.array([0, 1, 1]), mean=(2e-4, 5e-5), shape=1.2)
    policy = ExploringWhittleAttention(prior, visible_s=np.full(3, 120.0), p_find=np.ones(3))
    policy.n_found[:], policy.exposure_s[:] = (0, 3, 40), (0.0, 20_000.0, 300_000.0)
    mean, deviation = policy.beliefs()
    variance = math.log1p(1.0 / prior.shape)
    for camera in range(3):
        first, second = moments_of_belief(prior.camera_mean[camera], variance, n_found=float(policy.n_found[camera]),
                                          exposure_s=float(policy.exposure_s[camera]))
        assert mean[camera] == pytest.approx(first, rel=0.02)
        assert deviation[camera] == pytest.approx(math.sqrt(second - first**2), rel=0.05)


def moments_of_belief(mean, variance, *, n_found, exposure_s):
    """Return the first two moments of a rate that was lognormal and has been looked at, by quadrature."""
    def rate(z):
        return mean * math.exp(math.sqrt(variance) * z - variance / 2.0)

    def told(z):
        return n_found * math.log(rate(z)) - exposure_s * rate(z) - z * z / 2.0

    most = max(told(z) for z in np.linspace(-6.0, 6.0, 200))
    whole, first, second = (quad(lambda z, power=power: math.exp(told(z) - most) * rate(z)**power, -8.0, 8.0,
                                 limit=200)[0] for power in (0, 1, 2))
    return first / whole, second / whole


def test_equal_rates_end_in_equal_attention_however_unequal_the_start():
    """Beliefs rest on finds per look, so those who were looked at more at first do not stay so."""
    n = 60
    model = model_of(np.full(n, 200.0 / 86_400.0))
    prior = RatePrior(camera_class=np.repeat([0, 1], n // 2), mean=(800.0 / 86_400.0, 50.0 / 86_400.0), shape=2.0)
    policy = ThompsonWhittleAttention(prior, visible_s=model.visible_s, p_find=model.p_find, audit_share=0.05)
    town = WatchTown(model=model, looks_per_slot=2, slot_s=6.0)
    early = play_watch(town, policy, n_slots=600).n_looks
    late = play_watch_on(town, policy, from_slot=600, n_slots=30_000)
    share = [looks[: n // 2].sum() / looks.sum() for looks in (early, late)]
    assert share[0] > 0.7
    assert abs(share[1] - 0.5) < 0.05


def play_watch_on(town, policy, *, from_slot, n_slots):
    """Play more slots with a policy that has begun, and return the looks of the last third."""
    rng, n_looks = np.random.default_rng(8), np.zeros(town.model.n_cameras, dtype=np.int64)
    looked_s = np.full(town.model.n_cameras, from_slot * town.slot_s)
    for slot in range(from_slot, from_slot + n_slots):
        t_s = (slot + 1) * town.slot_s
        seen = policy.choose(t_s, town.looks_per_slot)
        mean = town.model.rate[seen] * town.model.visible_s[seen] * -np.expm1(
            (looked_s[seen] - t_s) / town.model.visible_s[seen])
        policy.observe(t_s, seen, rng.poisson(mean))
        looked_s[seen] = t_s
        n_looks[seen] += slot >= from_slot + 2 * n_slots // 3
    return n_looks


def test_a_floor_and_audits_leave_no_camera_out():
    rated = make_rated_town(n_cameras=300, looks_per_slot=3)
    model = rated.town.model
    policy = ThompsonWhittleAttention(rated.prior, visible_s=model.visible_s, p_find=model.p_find, floor_s=3600.0,
                                      audit_share=0.1)
    watched = play_watch(rated.town, policy, n_slots=6000)
    assert watched.n_looks.min() >= 9
    by_district = np.bincount(rated.district, weights=watched.n_looks)
    assert by_district.min() >= 0.05 * by_district.mean()


@pytest.mark.parametrize(("changes", "message"), [
    ({"rate": np.array([-1.0])}, "expected rate"), ({"p_find": np.array([0.0])}, "0 < p_find"),
    ({"visible_s": np.ones(2)}, "one number for each camera"),
])
def test_a_watch_that_cannot_be_is_told(changes, message):
    base = {"rate": np.ones(1), "visible_s": np.ones(1), "p_find": np.ones(1)}
    with pytest.raises(ModelError, match=message):
        WatchModel(**{**base, **changes})
    with pytest.raises(ModelError, match="looks_per_s"):
        relax_watching(model_of([1.0]), looks_per_s=0.0)
    with pytest.raises(ModelError, match="RatePrior"):
        RatePrior(camera_class=np.zeros(1, dtype=np.int64), mean=(0.0,), shape=1.0)


def test_the_least_fee_that_fills_the_room_is_found_as_by_a_root_finder():
    model = model_of(np.geomspace(1e-5, 1e-2, 40))

    def looks(fee):
        return relax_watching(model, looks_per_s=fee).fee

    plan = relax_watching(model, looks_per_s=0.3)
    assert brentq(lambda rate: looks(rate) - plan.fee, 0.1, 0.9, xtol=1e-9) == pytest.approx(0.3, rel=1e-4)
