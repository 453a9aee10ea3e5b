"""What a feed reports on its way: changes of state, losses, jumps, a camera that was tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sim.input_records import SourceState


class NoticeKind(StrEnum):
    """What happened to a feed."""

    STATE = "state"
    """It stands elsewhere; ``state`` says where."""
    SIZE_CHANGED = "size_changed"
    COVERAGE_LOST = "coverage_lost"
    """Clean pictures are back; ``value`` is how many seconds there were none."""
    PTS_JUMP = "pts_jump"
    """Presentation time ran backwards or leapt; ``value`` is by how many seconds."""
    RARE_KEY_FRAMES = "rare_key_frames"
    """``value`` seconds lie between two key frames, so a loss stays in the picture that long."""
    KEY_FRAME_ASKED = "key_frame_asked"
    """The camera was asked for a key frame; ``value`` is 1 if it agreed."""
    READER_ABANDONED = "reader_abandoned"
    """A thread did not come back from the network; another took its place."""
    TAMPER = "tamper"
    """The camera looks covered, moved, blinded, blurred or frozen; ``why`` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """One thing that happened to a feed; fit for a log as it stands."""

    camera_id: int
    kind: NoticeKind
    at_ns: int
    """Monotonic nanoseconds."""
    state: SourceState
    """Where the feed stands from now on."""
    before: SourceState
    """Where it stood."""
    value: float | None = None
    why: str = ""
    """In words; an address in it is redacted."""


Listener: TypeAlias = Callable[[FeedNotice], None]
"""Takes notices on the feed's own threads: it must return at once."""
