"""A detector let loose on a set of clips, in several processes, with a journal from which it goes on."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import agents
import hw
from agents.detector import Detector
from agents.registry import make_detector
from benchmarks.accuracy.watched import Watched, watched_from_passage
from benchmarks.file_digest import sha256_of
from benchmarks.keyed_lines import KeyedLines
from benchmarks.passage import run_passage
from benchmarks.truth.clip_case import ClipCase
from sim.compiled import sources_digest
from sim.errors import InputError, WatchfloorError
from sim.records import Alert

Progress = Callable[[int, int], None]
"""Called with (clips done, clips in all)."""
MAX_LENGTH_ERROR = 0.02
"""Share by which a clip may be longer or shorter than its truth says, and at least a second."""

_DECODING = ("file", "frame", "picture")
"""Modules of ``hw`` on which a file's pixels and times depend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSpec:
    """A detector by name and options, so that any process can make it."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)

    def make(self) -> Detector:
        """Make the detector."""
        return make_detector(self.name, **self.options)

    def digest(self) -> str:
        """Return the sha256 of all that its alerts depend on, but the clip: its name, options and code."""
        source = inspect.getsourcefile(type(self.make()))
        decoding = [Path(hw.__file__ or "").with_name(f"{name}.py").read_text("utf-8") for name in _DECODING]
        told = {"name": self.name, "options": self.options, "decoding": decoding,
                "code": sources_digest(Path(agents.__file__ or "").parent),
                "own": hashlib.sha256(Path(source).read_bytes()).hexdigest() if source else ""}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSet:
    """What a detector made of all clips."""

    watched: tuple[Watched, ...]
    """In the order of the clips."""
    failed: Mapping[str, str]
    """Clip → what went wrong."""
    n_known: int
    """Clips taken from the journal."""
    declared: tuple[str, ...]
    """Kinds that the detector says it raises."""
    profile: str
    degraded: str = ""
    """Why the detector works with less than it was made for; empty if it does not."""


class WatchJournal:
    """A file of watched clips."""

    def __init__(self, path: Path) -> None:
        self._lines = KeyedLines(path)

    def load(self) -> dict[str, dict[str, Any]]:
        """Return what is known, by key."""
        return dict(self._lines)

    def add(self, key: str, watched: Watched) -> None:
        """Write one clip's alerts."""
        self._lines.add(key, {name: getattr(watched, name) for name in _KEPT} | {
            "alerts": [asdict(item) for item in watched.alerts]})


_KEPT = ("duration_s", "size_wh", "n_frames", "detect_cpu_s", "decode_cpu_s")


def watch_clip(spec: DetectorSpec, case: ClipCase) -> Watched:
    """Pass one clip through a new detector.

    Raises:
        InputError: if the clip cannot be read.
        BadAlertError: if an alert cannot be one.
    """
    return watched_from_passage(case, run_passage(case.open(), spec.make()))


def _length_fault(watched: Watched) -> str | None:
    """Say that a clip is not as long as its truth says, if it is not."""
    told_s = watched.case.truth.duration_s
    if abs(watched.duration_s - told_s) <= max(1.0, MAX_LENGTH_ERROR * told_s):
        return None
    return str(InputError(f"{watched.case.name}: length", got=f"{watched.duration_s:.2f} s",
                          expected=f"{told_s:.2f} s, as its truth says", do="take the truth of this very clip"))


def watch_clips(spec: DetectorSpec, cases: Sequence[ClipCase], *, journal: WatchJournal | None = None,
                executor: Executor | None = None, until: float = math.inf,
                progress: Progress | None = None) -> WatchedSet:
    """Pass clips through a detector, each through a new one; what the journal knows is not done again.

    A clip on which the detector or the reader fails is told and left out.

    Args:
        spec: of the detector.
        cases: the clips.
        journal: remembers finished clips, under a digest of detector, code and clip.
        executor: a pool of processes; None works here.
        until: instant of ``time.time()`` after which no clip is begun; the rest is told as failed.
        progress: called after each clip.
    """
    detector, digest = spec.make(), spec.digest()
    known = journal.load() if journal else {}
    keys = [hashlib.sha256(f"{digest} {_files_digest(case)}".encode()).hexdigest() for case in cases]
    done: dict[int, Watched] = {number: _recalled(cases[number], known[key])
                                for number, key in enumerate(keys) if key in known}
    n_known, failed = len(done), dict[str, str]()
    missing = [number for number in range(len(cases)) if number not in done]
    if progress is not None:
        progress(len(done), len(cases))
    for number, result in _results(spec, cases, missing, executor, until):
        if isinstance(result, Watched):
            done[number] = result
            if journal is not None:
                journal.add(keys[number], result)
        else:
            failed[cases[number].name] = result
        if progress is not None:
            progress(len(done) + len(failed), len(cases))
    for number, watched in list(done.items()):
        if (fault := _length_fault(watched)) is not None:
            failed[cases[number].name] = fault
            del done[number]
    return WatchedSet(watched=tuple(done[number] for number in sorted(done)), failed=failed, n_known=n_known,
                      declared=tuple(getattr(detector, "kinds", ())), profile=_profile_name(detector),
                      degraded=str(getattr(detector, "degraded", "")))


def _results(spec: DetectorSpec, cases: Sequence[ClipCase], missing: Sequence[int], executor: Executor | None,
             until: float) -> Iterator[tuple[int, Watched | str]]:
    if executor is None:
        for number in missing:
            yield number, _try(spec, cases[number], until)
        return
    futures = {executor.submit(_try, spec, cases[number], until): number for number in missing}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _try(spec: DetectorSpec, case: ClipCase, until: float) -> Watched | str:
    if time.time() >= until:
        return "not watched within the time; the same command watches the rest"
    try:
        return watch_clip(spec, case)
    except WatchfloorError as error:
        return str(error)


def _recalled(case: ClipCase, told: Mapping[str, Any]) -> Watched:
    alerts = tuple(Alert(**{**item, "box_xyxy": item["box_xyxy"] and tuple(item["box_xyxy"])})
                   for item in told["alerts"])
    return Watched(case=case, **{**told, "alerts": alerts, "size_wh": tuple(told["size_wh"])})


def _files_digest(case: ClipCase) -> str:
    return " ".join(sha256_of(path) for path in case.files)


def _profile_name(detector: Detector) -> str:
    profile = getattr(detector, "profile", "")
    return profile if isinstance(profile, str) else str(getattr(profile, "name", ""))
