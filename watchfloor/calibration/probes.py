"""True rates from staged probes, and the check that what is said of them is right, on worlds whose truth is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios import load_targets
from sim.errors import InputError, UnknownNameError
from sim.probes import Posterior, RankCheck, check_ranks
from sim.rng import KeyedStreams, Purpose
from watchfloor.show import Show
from watchfloor.validation.watching import Scan, found
from watchfloor.wording import words

_PAIR = re.compile(r"^(?P<kind>[a-z][a-z0-9_]*)=(?P<count>\d+)/(?P<of>\d+(?:\.\d+)?)$")

PRIOR = Posterior(found=2.0, missed=4.0, shape=4.0, days=1.0)
"""From which the checked worlds are drawn: a third is found, four a day, both known badly."""
CHECK_PROBES, CHECK_DAYS = 20, 5.0
N_CAMERAS, LOOK_S = 400, 1.0
N_WORLDS, N_DRAWS, N_BINS = 400, 99, 10
LEAST_P = 1e-3
"""Of a chi-square so large or larger, below which the inference counts as wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its equal-tailed 95 % interval; a mean that is infinite has no end."""

    mean: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.mean:.3g} ({self.least:.3g} to {self.most:.3g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """What probes and finds say of a kind."""

    kind: str
    n_probes: int
    n_probes_found: int
    n_found: float
    days: float
    p_found: Interval
    found_per_day: Interval
    per_day: Interval
    """True number a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceCheck:
    """Whether true rates fall evenly among draws of their posteriors."""

    ranks: RankCheck
    passed: bool


def infer_rates(scenario: str, *, probes: Sequence[str], found: Sequence[str], show: Show) -> tuple[Inferred, ...]:
    """Infer true rates of kinds from staged probes.

    Args:
        scenario: whose targets say what was found of a kind that ``found`` does not name.
        probes: each ``kind=found/staged``.
        found: each ``kind=found/days``.
        show: what prints the table.

    Raises:
        InputError: if one cannot be read, or nothing says what was found of a kind.
    """
    finds = _pairs(found, option="--found", what="KIND=FOUND/DAYS, for example litter=425/255")
    staged = _pairs(probes, option="--probe", what="KIND=FOUND/STAGED, for example litter=12/40")
    inferred = []
    for kind, (n_found, n_staged) in staged.items():
        if not n_staged.is_integer() or not 0 <= n_found <= n_staged or not n_staged:
            raise InputError("--probe", got=f"{kind}={n_found}/{n_staged:g}",
                             expected="at least one staged, and at most as many found")
        if kind not in finds:
            finds[kind] = _target(scenario, kind)
        inferred.append(_infer(kind, n_found, int(n_staged), *finds[kind]))
    show.table("True rates from staged probes: mean (95 % interval)",
               ["kind", "probes found", "p found", "found a day", "true a day"],
               [[words(item.kind), f"{item.n_probes_found} of {item.n_probes}", str(item.p_found),
                 str(item.found_per_day), str(item.per_day)] for item in inferred])
    show.line("it holds if the probes are found as easily as the real ones: the same places, hours, sizes and times")
    return tuple(inferred)


def _pairs(texts: Sequence[str], *, option: str, what: str) -> dict[str, tuple[int, float]]:
    pairs = {}
    for text in texts:
        read = _PAIR.match(text)
        if not read or not float(read["of"]):
            raise InputError(option, got=text, expected=what)
        pairs[read["kind"]] = (int(read["count"]), float(read["of"]))
    return pairs


def _target(scenario: str, kind: str) -> tuple[int, float]:
    targets = load_targets(scenario)
    wanted: Mapping[str, float] = targets.found_per_day()
    if kind not in wanted:
        raise UnknownNameError("--probe: kind", got=kind, known=wanted)
    return round(wanted[kind] * targets.n_days), targets.n_days


def _infer(kind: str, n_probes_found: int, n_probes: int, n_found: int, days: float) -> Inferred:
    posterior = Posterior().updated(n_probes=n_probes, n_probes_found=n_probes_found, n_found=n_found, days=days)
    return Inferred(
        kind=kind, n_probes=n_probes, n_probes_found=n_probes_found, n_found=n_found, days=days,
        p_found=_interval(posterior.p_mean(), posterior.p_interval()),
        found_per_day=_interval(posterior.found_per_day(), posterior.found_per_day_interval()),
        per_day=_interval(posterior.rate_mean(), posterior.rate_interval()))


def _interval(mean: float, ends: tuple[float, float]) -> Interval:
    return Interval(mean=mean, least=ends[0], most=ends[1])


def check_inference(*, seed: int, show: Show, n_worlds: int = N_WORLDS) -> InferenceCheck:
    """Check the inference by simulation (Talts et al. 2018).

    Each world's true rate and watching are drawn from a prior; the simulator plays its probes and its finds; the rank
    of the true rate among draws of the posterior must be uniform.
    """
    ranks = np.empty(n_worlds)
    with show.progress("worlds whose true rate is known", "worlds") as advance:
        for index in range(n_worlds):
            ranks[index] = _rank(KeyedStreams(seed).stream(Purpose.INCIDENTS, entity=index))
            advance(index + 1, n_worlds)
    checked = check_ranks(ranks, n_draws=N_DRAWS, n_bins=N_BINS)
    result = InferenceCheck(ranks=checked, passed=checked.p_value >= LEAST_P)
    show.table("Ranks of true rates among draws of their posteriors", [
        "tenth", *(str(number) for number in range(1, N_BINS + 1))],
        [["worlds", *(str(count) for count in checked.counts)]])
    show.line(f"{n_worlds} worlds played; chi-square {checked.chi_square:.1f} on {N_BINS - 1} degrees of freedom, "
              f"p = {checked.p_value:.3f}: {'even, as it must be' if result.passed else 'NOT even'}")
    return result


def _rank(rng: np.random.Generator) -> float:
    p = max(float(rng.beta(PRIOR.found, PRIOR.missed)), 1.0 / N_CAMERAS)
    rate = float(rng.gamma(PRIOR.shape, 1.0 / PRIOR.days)) / p
    posterior = PRIOR.updated(n_probes=CHECK_PROBES, n_probes_found=_play(p, CHECK_PROBES, rng),
                              n_found=_play(p, int(rng.poisson(rate * CHECK_DAYS)), rng), days=CHECK_DAYS)
    return float(np.sum(posterior.draw_rates(rng, N_DRAWS) < rate))


def _play(p: float, n: int, rng: np.random.Generator) -> int:
    """Return how many of n occurrences an inspector finds who goes round so many cameras that p of them are found."""
    if not n:
        return 0
    visible_s = (p * N_CAMERAS - 1.0) * LOOK_S
    hits = found(Scan.CYCLIC_FIXED, n_cameras=N_CAMERAS, look_s=LOOK_S, visible_s=visible_s, n=n, rng=rng)
    return int(np.count_nonzero(hits))
