"""Clips to score on, each with its truth, the camera it is of and the condition it was taken under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hw.file import FileSource
from hw.joined import JoinedSource
from hw.source import Source
from hw.truth import ClipTruth

ANY = "any"
"""Condition of a clip of which none is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSignal:
    """How the things of a drawn trial stand out in the sensor's picture, before any codec."""

    contrast_grey: float
    """Grey levels between a thing and the ground."""
    noise_sd_grey: float
    """Of one pixel in one picture."""
    fps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipCase:
    """A clip with all that is known of it."""

    name: str
    path: Path
    """The file; of a timeline, the first of its parts."""
    truth: ClipTruth
    camera: str
    """Clips of one camera count as one: intervals resample cameras."""
    condition: str = ANY
    """Light, weather and coding under which it was taken, in the set's own words."""
    light: str | None = None
    """``day`` or ``night`` where it is known: the simulator tells these apart."""
    person_minutes: float | None = None
    """People in view, summed over time; None where nobody counted them."""
    signal: TargetSignal | None = None
    """Of drawn trials."""
    parts: tuple[Path, ...] = ()
    """Files that are played one after another, where it is a timeline."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file of the clip."""
        return self.parts or (self.path,)

    def open(self) -> Source:
        """Open the clip, or its parts joined."""
        return JoinedSource(self.parts) if self.parts else FileSource(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSet:
    """Clips that a detector is scored on as one."""

    name: str
    cases: tuple[ClipCase, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    """What was left out, and why."""

    @property
    def cameras(self) -> tuple[str, ...]:
        """Cameras in alphabetical order."""
        return tuple(sorted({case.camera for case in self.cases}))
