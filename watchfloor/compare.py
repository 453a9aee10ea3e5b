"""Arms compared on the same traces: estimates of each measure, and paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.detector_model import DetectorModel
from sim.estimate import Estimate, make_estimate, paired_difference
from sim.replicate import Arm, AttentionChoice, FalseRate, PolicyChoice, Run

BASE_ARM = "inspectors"

DETECTOR_ARMS: Mapping[str, FalseRate] = {
    "with_detector": FalseRate.POSTERIOR,
    "with_detector_low": FalseRate.LOW,
    "with_detector_high": FalseRate.HIGH,
}
"""The arms that a detector adds: rates drawn from what the counts allow, and both ends of the false-alarm rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every measure of every arm."""

    arms: tuple[str, ...]
    estimates: Mapping[str, Mapping[str, Estimate]]
    """By arm, then measure."""
    differences: Mapping[str, Mapping[str, Estimate]]
    """By arm, then measure: the arm less the base arm, paired by trace."""
    n_replications: int


POLICY_ARM = "with_policy"
"""The arm that a dispatch or attention policy adds; it has no detector."""


def make_arms(
    model: DetectorModel | None, *, share: float, policy: PolicyChoice | None = None,
    attention: AttentionChoice | None = None,
) -> tuple[Arm, ...]:
    """Return inspectors alone and what is compared with them: a detector on a share of the cameras, policies."""
    arms = [Arm(name=BASE_ARM)]
    if model is not None:
        arms += [Arm(name=name, detector=model, share=share, false_rate=rate) for name, rate in DETECTOR_ARMS.items()]
    if policy is not None or attention is not None:
        arms.append(Arm(name=POLICY_ARM, policy=policy, attention=attention))
    return tuple(arms)


def compare(replications: Sequence[Sequence[Run]]) -> Comparison:
    """Compare the arms of finished replications, each of which holds every arm."""
    arms = tuple(run.arm for run in replications[0])
    by_arm = {arm: [next(run for run in runs if run.arm == arm).measures for runs in replications] for arm in arms}
    names = list(by_arm[arms[0]][0])

    def values(arm: str, name: str) -> list[float]:
        return [measures[name] for measures in by_arm[arm]]

    return Comparison(
        arms=arms, n_replications=len(replications),
        estimates={arm: {name: make_estimate(values(arm, name)) for name in names} for arm in arms},
        differences={arm: {name: paired_difference(values(arm, name), values(arms[0], name)) for name in names}
                     for arm in arms[1:]},
    )
