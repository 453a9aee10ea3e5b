"""What a reader of a score must know beside its figures: what was not judged, and why less can be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.accuracy.cameras import MIN_RESAMPLED
from benchmarks.accuracy.score import KindScore
from benchmarks.accuracy.watching import WatchedSet


def find_cautions(detector: str, run: WatchedSet, scores: Sequence[KindScore], *, aliases: Mapping[str, str],
                  strange: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cautions, each a sentence.

    Args:
        detector: its name.
        run: what it made of the clips.
        scores: of the kinds that could be judged.
        aliases: detector's kind → the truth's, where they differ.
        strange: kinds of the truth that nothing known tells of, with the place of the first of each.
    """
    cautions = [f"{detector}: {run.degraded}"] if run.degraded else []
    judged = {score.kind for score in scores}
    raised = Counter(aliases.get(alert.kind, alert.kind) for item in run.watched for alert in item.alerts)
    cautions += [f"{kind} is not judged: no truth of the set tells of it, or says by negative_for that none happens; "
                 f"alerts of it: {raised[kind]}"
                 for kind in sorted({*raised, *(aliases.get(kind, kind) for kind in run.declared)} - judged)]
    cautions += [f"{where}: kind {kind}: no known detector tells of it, so it is not scored"
                 for kind, where in strange.items() if kind not in judged]
    n_cameras = max((len(score.cameras) for score in scores), default=0)
    if n_cameras < MIN_RESAMPLED:
        cautions.append(f"cameras: {n_cameras}, too few for intervals over cameras, which need {MIN_RESAMPLED}: how "
                        "far cameras differ is not known")
    return tuple(cautions)
