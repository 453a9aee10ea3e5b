"""Every case of every conformance file: each field is either an input that is used or an answer that is computed."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import theory
from sim.attention import p_found_cyclic_exponential, p_found_cyclic_fixed, p_found_random_exponential
from sim.perception import p_found_by_watching
from watchfloor.validation.travel import extra_blocks_along_streets, extra_blocks_by_junction

FOLDER = Path(__file__).resolve().parent.parent / "conformance"


@dataclass(frozen=True)
class Used:
    """An input of the case, or a remark: nothing to compare."""


@dataclass(frozen=True)
class Printed:
    """An answer to be compared with print: half a unit in the last digit."""

    value: object


@dataclass(frozen=True)
class Within:
    """An answer to be compared with a measurement, whose uncertainty the case states."""

    value: float
    absolute: float


USED = Used()


def solve_erlang_b_c(case):
    rates = {"arrival_rate": case["lam"], "service_rate": case["mu"]}
    queue = theory.mmc(case["c"], **rates)
    return {
        "model": USED, "c": USED, "lam": USED, "mu": USED, "offered_load": case["lam"] / case["mu"],
        "erlang_B": theory.erlang_b(case["c"], case["offered_load"]), "erlang_C": queue.p_wait, "Wq": queue.mean_wait,
        "Lq": queue.mean_queue, "util": queue.utilisation,
        "P_wait_gt": {t: theory.p_wait_longer(case["c"], **rates, than=float(t)) for t in case["P_wait_gt"]},
    }


def solve_erlang_a(case):
    queue = theory.erlang_a(case["c"], arrival_rate=case["lam"], service_rate=case["mu"], abandon_rate=case["theta"])
    return {"model": USED, "c": USED, "lam": USED, "mu": USED, "theta": USED, "P_wait": queue.p_wait,
            "Lq": queue.mean_queue, "P_abandon": queue.p_abandon, "mean_wait_all": queue.mean_wait,
            "util": queue.utilisation}


def solve_mgc(case):
    n, rate, mean = case["c"], case["rho"] * case["c"] / case["mean_service"], case["mean_service"]
    kind = case["model"]
    if kind == "M/D/c":
        queue = theory.mdc(n, arrival_rate=rate, service_time=mean)
    else:
        service = {"M/E2/c": lambda: theory.erlang_two(mean),
                   "M/H2/c": lambda: theory.balanced_hyperexponential(mean, scv=case["scv"])}[kind]()
        queue = theory.mphc(n, arrival_rate=rate, service=service)
    approximate = theory.lee_longton_wait(n, arrival_rate=rate, service_mean=mean, scv=case["scv"])
    return {
        "model": USED, "c": USED, "rho": queue.utilisation, "mean_service": USED, "scv": USED, "P_wait": queue.p_wait,
        "Lq": queue.mean_queue, "Wq": queue.mean_wait,
        "Wq_MMc": theory.mmc(n, arrival_rate=rate, service_rate=1.0 / mean).mean_wait,
        "Wq_LeeLongton_approx": approximate,
        "approx_rel_err": Within(approximate / queue.mean_wait - 1.0, 1e-9),  # a ratio's error, 0 for one server
    }


def solve_priority(case):
    given = {"arrival_rates": case["lams"], "service_rate": case["mu"]}
    queue = theory.mmc(case["c"], arrival_rate=sum(case["lams"]), service_rate=case["mu"])
    return {"model": USED, "c": USED, "mu": USED, "lams": USED, "util": queue.utilisation,
            "Wq_nonpreemptive": theory.nonpreemptive_waits(case["c"], **given),
            "W_system_preemptive_resume": theory.preemptive_times(case["c"], **given), "Wq_fcfs": queue.mean_wait}


def solve_hypercube(case):
    classes = [theory.CallClass(rate=item["lam"], preference=tuple(unit - 1 for unit in item["preference"]))
               for item in case["classes"]]
    exact = theory.hypercube(classes, service_rate=case["mu"])
    # the book works with four decimals, and stops when nothing changes by more than 0.0011
    quick = theory.approximate_workloads(classes, service_rate=case["mu"], tolerance=0.00115, decimals=4)
    primary = [sum(item.rate for item in classes if item.preference[0] == unit) for unit in range(case["units"])]
    mean = case["lam_total"] / case["mu"] / case["units"]
    return {
        "units": USED, "mu": USED, "queue": USED,
        "lam_total": sum(item.rate for item in classes),
        "classes": [{"lam": USED, "preference": USED, "atoms": USED} for _ in classes],
        "published": {
            "workloads": Printed(exact.workload.tolist()), "primary_area_workload": Printed(primary),
            "Q": {j: Printed(theory.correction(case["units"], utilisation=mean, n_busy=int(j)))
                  for j in case["published"]["Q"]},
            "approx_workloads": Printed(quick.workload.tolist()), "approx_iterations": quick.n_iterations,
        },
        "recomputed": {
            "P": {state: float(exact.p_state[int(state, 2)]) for state in case["recomputed"]["P"]},
            "bit_order": "P_{unit3 unit2 unit1}, 1=busy", "P_queue": exact.p_queue,
            "workloads": exact.workload.tolist(), "f_noqueue": exact.served_at_once.tolist(),
            "f_queued": exact.served_from_queue.tolist(),
        },
    }


FARTHER = {
    "Rayleigh, P(D>r)=exp(-g*pi*r^2)": lambda g, r: math.exp(-g * math.pi * r**2),
    "P(D>r)=exp(-2*g*r^2)": lambda g, r: math.exp(-2.0 * g * r**2),
}


def solve_travel_distance(case):
    if "mean_extra_blocks" in case:
        value = extra_junctions() if "node-to-node" in case["metric"] else extra_streets()
        remarks = dict.fromkeys({"kind", "checked_here"} & set(case), USED)
        return {**remarks, "metric": USED, "tolerance_abs": USED,
                "mean_extra_blocks": Within(value, case["tolerance_abs"])}
    metric = theory.Metric(case["metric"])
    if "mean_kth_nearest_times_sqrt_g" in case:
        told = FARTHER[case["pdf"]]
        for g, r in ((0.2, 1.0), (3.0, 0.4)):
            assert theory.p_nearest_farther(r, units_per_area=g, metric=metric) == pytest.approx(told(g, r), rel=1e-12)
        return {"metric": USED, "units": "Poisson density g", "pdf": USED, "mean_kth_nearest_times_sqrt_g": [
            theory.mean_kth_nearest(k, units_per_area=4.0, metric=metric) * 2.0
            for k in range(1, 1 + len(case["mean_kth_nearest_times_sqrt_g"]))]}
    mean = {"1 unit uniform in square side s": theory.mean_between_uniform,
            "unit at centre of square side s": theory.mean_from_centre}[case["units"]]
    return {"metric": USED, "units": USED, "mean_over_s": mean(3.0, metric=metric) / 3.0}


@cache
def extra_junctions():
    return extra_blocks_by_junction(side=60, window=44)


@cache
def extra_streets():
    return float(extra_blocks_along_streets(side=41, window=30, n_places=2_000, n_units=50,
                                            rng=np.random.default_rng(316)).mean())


RULES = {"SIPP-avg": theory.sipp_staff, "Lag-avg": theory.lag_sipp_staff, "MOL": theory.offered_load_staff}


@cache
def solved_day(rate, service_rate, staff):
    return theory.staffed_day(rate, service_rate=service_rate, staff=staff)


def solve_time_varying(case):
    rate = theory.SineRate(mean=case["lam_bar_per_h"], amplitude=case["beta"])
    staff = RULES[case["rule"]](rate, service_rate=case["mu_per_h"], p_wait=case["target_P_delay"])
    day = solved_day(rate, case["mu_per_h"], staff)
    return {
        "name": USED, "lam_bar_per_h": USED, "beta": USED, "mu_per_h": USED, "rule": USED, "target_P_delay": USED,
        "lambda_t": "lam_bar*(1+beta*sin(2*pi*t/24))", "schedule": list(staff), "staff_hours": sum(staff),
        "P_delay": day.p_delay.tolist(), "mean_Lq": day.mean_queue.tolist(), "mean_L": day.mean_in_system.tolist(),
        "max_P_delay": float(day.p_delay.max()), "min_P_delay": float(day.p_delay.min()),
    }


def solve_mt_g_inf(case):
    rate = theory.SineRate(mean=case["lam_bar"], amplitude=case["beta"], period=case["period"])
    return {"lam_bar": USED, "beta": USED, "mu": USED, "period": USED, "t": USED,
            "m_t": [rate.load_at(t, service_rate=case["mu"]) for t in case["t"]],
            "peak_lag_h": rate.load_lag(service_rate=case["mu"])}


def solve_finite_source(case):
    pool = theory.closed_pool(n_sources=case["N"], n_servers=case["c"], rate_each=case["lam_each"],
                              service_rate=case["mu"])
    return {"model": USED, "N": USED, "c": USED, "lam_each": USED, "mu": USED, "L": pool.mean_in_system,
            "Lq": pool.mean_queue, "Wq": pool.mean_wait, "throughput": pool.throughput}


def solve_halfin_whitt(case):
    load, s = case["R"], theory.square_root_servers(case["R"], beta=case["beta"])
    return {"beta": USED, "R": USED, "alpha": theory.halfin_whitt(case["beta"]), "s": s,
            "beta_eff": (s - load) / math.sqrt(load), "exact_erlangC": theory.erlang_c(s, load)}


def solve_operator_scanning(case):
    n, look_s, visible_s = case["cameras"], case["dwell_s"], case["visible_mean_s"]
    given = {"n_cameras": n, "look_s": look_s}
    return {"cameras": USED, "dwell_s": USED, "visible_mean_s": USED,
            "P_detect_cyclic_fixed_T": p_found_cyclic_fixed(**given, visible_s=visible_s),
            "P_detect_cyclic_exp_T": p_found_cyclic_exponential(**given, visible_mean_s=visible_s),
            "P_detect_random_exp_T": p_found_random_exponential(**given, visible_mean_s=visible_s)}


def solve_operator_attention(case):
    # one curve with two parameters, p0 = 0.85 and κ = 8, goes past all four observations
    share = p_found_by_watching(visible_s=8.0, look_s=1.0, n_cameras=case["monitors"], p_best=0.85)
    return {"monitors": USED, "detect": Within(share, 0.05)}


def solve_article(case):
    per_day = case["admin_offences_found"] / case["days"]
    return {"cameras": USED, "days": USED, "admin_offences_found": USED, "crimes_solved": USED,
            "operator_offences_per_day_upto": USED, "per_day": per_day,
            "implied_operator_days_per_day_at_40": per_day / case["operator_offences_per_day_upto"]}


SOLVERS = {
    "erlang_a": solve_erlang_a, "erlang_b_c": solve_erlang_b_c, "finite_source": solve_finite_source,
    "halfin_whitt": solve_halfin_whitt, "hypercube_larson_odoni": solve_hypercube, "mgc": solve_mgc,
    "mt_g_inf": solve_mt_g_inf, "operator_attention_published": solve_operator_attention,
    "operator_scanning": solve_operator_scanning, "priority": solve_priority, "seed_article_targets": solve_article,
    "time_varying_mt_m_st": solve_time_varying, "travel_distance": solve_travel_distance,
}
RELATIVE = {"time_varying_mt_m_st": 1e-8}


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def half_a_unit(printed):
    """Return half a unit in the last digit that a number was printed with."""
    text = repr(printed)
    return 0.5 * 10.0 ** -len(text.partition(".")[2]) if "." in text else 0.0


def compare(reference, answer, *, relative, where):
    """Compare an answer with its reference, leaf by leaf; both must have the same leaves."""
    if isinstance(answer, Used):
        return
    if isinstance(answer, Within):
        assert abs(answer.value - reference) <= answer.absolute, f"{where}: {answer.value}; expected {reference}"
    elif isinstance(answer, Printed) and not isinstance(answer.value, list):
        assert abs(answer.value - reference) <= half_a_unit(reference) + 1e-9, f"{where}: {answer}; {reference}"
    elif isinstance(reference, Mapping):
        assert set(reference) == set(answer), f"{where}: {sorted(set(reference) ^ set(answer))} not covered"
        for key, value in reference.items():
            compare(value, answer[key], relative=relative, where=f"{where}.{key}")
    elif isinstance(reference, list):
        values = [Printed(value) for value in answer.value] if isinstance(answer, Printed) else answer
        assert len(reference) == len(values), f"{where}: {len(values)} values; expected {len(reference)}"
        for index, (one, other) in enumerate(zip(reference, values, strict=True)):
            compare(one, other, relative=relative, where=f"{where}[{index}]")
    elif isinstance(reference, str):
        assert answer == reference, f"{where}: {answer}; expected {reference}"
    else:
        assert answer == pytest.approx(reference, rel=relative, abs=0.0), f"{where}: {answer}; expected {reference}"


CASES = [(name, index) for name in SOLVERS for index in range(len(load(name)["cases"]))]


@pytest.mark.parametrize(("name", "index"), CASES)
def test_every_field_of_every_case_is_reproduced(name, index):
    case = load(name)["cases"][index]
    compare(case, SOLVERS[name](case), relative=RELATIVE.get(name, 1e-9), where=f"{name}[{index}]")


def test_every_file_has_a_solver_and_every_solver_a_file():
    assert {path.stem for path in FOLDER.iterdir()} == set(SOLVERS)


def test_every_file_says_where_its_numbers_come_from():
    for name in SOLVERS:
        assert load(name)["source"], name


def test_a_field_that_nobody_computes_is_an_error():
    case = {**load("priority")["cases"][0], "Wq_new": 1.0}
    with pytest.raises(AssertionError, match="Wq_new"):
        compare(case, solve_priority(case), relative=1e-9, where="priority")


@pytest.mark.parametrize("field", ["P_wait", "Wq"])
def test_a_wrong_number_is_an_error(field):
    case = load("mgc")["cases"][3]
    wrong = {**case, field: case[field] * (1.0 + 3e-9)}
    with pytest.raises(AssertionError, match=field):
        compare(wrong, solve_mgc(case), relative=1e-9, where="mgc")
