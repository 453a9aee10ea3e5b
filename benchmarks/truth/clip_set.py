"""Sets of clips with truth: samples by name, a clip, a folder with a manifest or with truth beside each clip."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from benchmarks.truth.clip_case import ANY, ClipCase, ClipSet
from benchmarks.truth.manifest import MANIFEST, read_manifest, read_timeline
from hw.samples import SAMPLES, SampleUnavailableError, locate_sample
from hw.truth import SUFFIX, load_truth, truth_names
from sim.errors import InputError, UnknownNameError

_VIDEO = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".ts", ".webm")


def load_clip_set(text: str) -> ClipSet:
    """Load the clips that a user named.

    Args:
        text: a folder, ``FOLDER/TIMELINE`` of its manifest, a clip with ``CLIP.truth.json`` beside it, ``samples`` for
            every sample with truth that is on this machine, or samples' names joined with commas.

    Raises:
        UnknownNameError: if a name is no sample's.
        InputError: if a folder holds no clip with truth, or a file cannot be used.
    """
    path = Path(text)
    if path.is_dir():
        return _load_folder(path)
    if (path.parent / MANIFEST).is_file() and not path.exists() and not path.suffix and len(path.parts) > 1:
        return read_timeline(path.parent / MANIFEST, path.name)
    if path.is_file() or path.suffix:
        return ClipSet(name=path.name, cases=(_case_of(path),))
    if len(path.parts) > 1 or text.endswith("/"):
        raise InputError("--on", got=text, expected="a folder or a clip that is there", do="check the path")
    return _load_samples(text)


def _load_folder(folder: Path) -> ClipSet:
    if (folder / MANIFEST).is_file():
        return read_manifest(folder / MANIFEST)
    clips = [Path(str(truth).removesuffix(SUFFIX)) for truth in sorted(folder.rglob(f"*{SUFFIX}"))]
    if not clips:
        raise InputError(str(folder), got=f"neither {MANIFEST} nor any *{SUFFIX}", expected="clips with their truth",
                         do="write the truth with watchfloor label CLIP")
    skipped = {str(clip.relative_to(folder)): "its truth is here, but the clip is not"
               for clip in clips if not clip.is_file()}
    skipped |= {str(clip.relative_to(folder)): "no truth beside it; write it with watchfloor label"
                for clip in sorted(folder.rglob("*")) if clip.suffix.lower() in _VIDEO and clip not in clips}
    cases = [_case_of(clip) for clip in clips if clip.is_file()]
    names = Counter(case.name for case in cases)
    return ClipSet(name=folder.resolve().name, skipped=skipped, cases=tuple(
        case if names[case.name] == 1 else replace(case, name=str(case.path.relative_to(folder))) for case in cases))


def _case_of(clip: Path) -> ClipCase:
    if not clip.is_file():
        raise InputError(str(clip), got="no such file", expected="a clip", do="check the path")
    truth = load_truth(clip)
    return ClipCase(name=truth.name, path=clip, truth=truth, camera=truth.name)


def _load_samples(text: str) -> ClipSet:
    wanted = list(truth_names()) if text == "samples" else [name.strip() for name in text.split(",")]
    cases, skipped = [], {}
    for name in wanted:
        if name not in SAMPLES or name not in truth_names():
            raise UnknownNameError("--on", got=name, known=["drawn", "drawn-long", "samples", *truth_names()],
                                   or_else="a folder, a clip or a grid in TOML that is there")
        try:
            path = locate_sample(name, may_download=text != "samples")
        except SampleUnavailableError as missing:
            skipped[name] = str(missing)
            continue
        cases.append(ClipCase(name=name, path=path, truth=load_truth(name), camera=_place_of(name), condition=ANY))
    if not cases:
        raise InputError("--on", got=text, expected="at least one clip on this machine", do="; ".join(skipped.values()))
    return ClipSet(name=text, cases=tuple(cases), skipped=skipped)


def _place_of(sample: str) -> str:
    """Return the camera of a sample: the CAVIAR clips are of one."""
    return "caviar" if sample.startswith("caviar") else sample
