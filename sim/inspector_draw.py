"""One replication's inspectors, drawn from what training sessions left open about how people watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.inspector_model import DRAWN
from sim.rng import KeyedStreams, Purpose
from sim.scenario import Scenario, Spread, Watching

_PLAIN = ("look_s", "px_half", "px_slope", "p_confirm", "p_false_confirm", "compliance_slope", "compliance_middle")
"""Parameters that stand in the scenario's watching under the same name."""


def draw_inspectors(scenario: Scenario, *, seed: int, replication: int) -> Scenario:
    """Return a scenario with how its inspectors watch drawn for one replication.

    A number that is not the model's is somebody's choice and stays, as in a what-if. The draw depends on (seed,
    replication) alone, so rosters and arms are compared on the same inspectors.

    Args:
        scenario: with draws of the inspector model that it names; without them it is returned as it is.
        seed: of the whole run.
        replication: which one.
    """
    draws = scenario.inspector_draws
    if draws is None:
        return scenario
    rng = KeyedStreams(seed, replication).stream(Purpose.INSPECTOR_MODEL)
    row = draws.rows[int(rng.integers(len(draws.rows)))]
    drawn, values = dict(zip(DRAWN, row, strict=True)), draws.values
    best, vigilance = values["p_noticed_at_best"], scenario.vigilance
    kinds = tuple(replace(kind, p_noticed_at_best=drawn["p_noticed_at_best"]) if kind.p_noticed_at_best == best
                  else kind for kind in scenario.kinds)
    if vigilance is not None and vigilance.delta == values["vigilance_delta"]:
        vigilance = replace(vigilance, delta=drawn["vigilance_delta"])
    return replace(scenario, watching=_watching(scenario.watching, values, drawn), kinds=kinds, vigilance=vigilance)


def _watching(watching: Watching, values: Mapping[str, float], drawn: Mapping[str, float]) -> Watching:
    changed: dict[str, Any] = {name: drawn[name] for name in _PLAIN if getattr(watching, name) == values[name]}
    median_s, p95_s = watching.verify.median_s, watching.verify.p95_s
    if (median_s, p95_s) == (values["verify_median_s"], values["verify_p95_s"]):
        return replace(watching, **changed, verify=Spread(median_s=drawn["verify_median_s"],
                                                          p95_s=drawn["verify_p95_s"]))
    return replace(watching, **changed)
