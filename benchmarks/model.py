"""A detector model for the simulator, made of what was measured."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import Accuracy, make_row
from benchmarks.accuracy.score import KindScore
from benchmarks.file_digest import sha256_of
from benchmarks.machine import Machine, describe_machine, installed_version
from sim.detector_model import DetectorModel
from sim.errors import InputError, UnknownNameError

DRAWN_PICTURES = "drawn, SYNTHETIC"
"""Value of ``pictures`` in the provenance of a model that no real picture was measured for."""


def make_detector_model(*accuracies: Accuracy, name: str, kind_map: Mapping[str, str], clips: Sequence[str | Path] = (),
                        machine: Machine | None = None, code_version: str | None = None) -> DetectorModel:
    """Make a detector model of one clip's measurement, or of several pooled.

    Args:
        accuracies: of one detector, in one profile and condition, at one threshold.
        name: of the model, as a scenario will name it.
        kind_map: the detector's kinds and the incident kinds they stand for.
        clips: the files that were measured, one a measurement, for their checksums.
        machine: this one, where it is not said.
        code_version: the installed watchfloor's, where it is not said.

    Raises:
        InputError: if there is no measurement, or they are not alike.
        UnknownNameError: if a kind is mapped that was not measured.
    """
    if not accuracies:
        raise InputError("make_detector_model: accuracies", got=0, expected="at least one", do="measure a clip first")
    if clips and len(clips) != len(accuracies):
        raise InputError("make_detector_model: clips", got=len(clips), expected=f"{len(accuracies)}, one a measurement")
    first = accuracies[0]
    for other in accuracies[1:]:
        for field in ("detector", "profile", "condition", "threshold"):
            if getattr(other, field) != getattr(first, field):
                raise InputError(f"make_detector_model: {other.sample}.{field}", got=getattr(other, field),
                                 expected=f"{getattr(first, field)}, as in {first.sample}", do="make two models")
    kinds = sorted({count.kind for accuracy in accuracies for count in accuracy.kinds})
    for kind in kind_map:
        if kind not in kinds:
            raise UnknownNameError("make_detector_model: kind_map", got=kind, known=kinds)
    machine = machine or describe_machine()
    code_version = code_version or installed_version("watchfloor")
    provenance = {"set": ", ".join(accuracy.sample for accuracy in accuracies),
                  "sha256": ", ".join(dict.fromkeys(sha256_of(clip) for clip in clips)), "machine": machine.summary,
                  "date": machine.date, "code_version": code_version}
    return DetectorModel(name=name, detector=first.detector, version=code_version, profile=first.profile,
                         kind_map=dict(kind_map), provenance=provenance,
                         rows=tuple(make_row(accuracies, kind) for kind in kinds))


def make_scored_model(scores: Sequence[KindScore], *, name: str, detector: str, profile: str,
                      kind_map: Mapping[str, str], set_name: str, clips: Sequence[Path], is_drawn: bool = False,
                      machine: Machine | None = None) -> DetectorModel:
    """Make a detector model of scores over a set of cameras: a row for each kind, condition and threshold.

    Args:
        scores: of one detector.
        name: of the model, as a scenario will name it.
        detector: its name.
        profile: its settings' name.
        kind_map: scored kinds and the incident kinds they stand for.
        set_name: what it was scored on.
        clips: the files; their checksums are hashed together.
        is_drawn: whether the pictures are.
        machine: this one, where it is not said.

    Raises:
        UnknownNameError: if a kind is mapped that was not scored.
    """
    kinds = sorted({score.kind for score in scores})
    for kind in kind_map:
        if kind not in kinds:
            raise UnknownNameError("make_scored_model: kind_map", got=kind, known=kinds)
    machine = machine or describe_machine()
    code_version = installed_version("watchfloor")
    total = hashlib.sha256("".join(sorted(sha256_of(clip) for clip in clips)).encode()).hexdigest()
    return DetectorModel(
        name=name, detector=detector, version=code_version, profile=profile or "default", kind_map=dict(kind_map),
        provenance={"set": f"{set_name}, {len(clips)} clips", "sha256": total, "machine": machine.summary,
                    "date": machine.date, "code_version": code_version,
                    "pictures": DRAWN_PICTURES if is_drawn else "real"},
        rows=tuple(item.row for score in scores for item in score.thresholds))
