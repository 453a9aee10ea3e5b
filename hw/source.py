"""The contract of everything that yields frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, runtime_checkable

from hw.frame import Frame
from sim.input_records import SourceState


@dataclass(slots=True, kw_only=True)
class SourceCounters:
    """What a source has delivered and lost, in frames."""

    decoded: int = 0
    net_lost: int = 0
    corrupt: int = 0
    tainted: int = 0
    dropped_before: int = 0
    dropped_after: int = 0


@runtime_checkable
class Source(Protocol):
    """Yields frames of one camera until its end or until closed; iterate it once."""

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    @property
    def fps(self) -> Fraction | None:
        """Nominal frames per second, exact; None where the stream does not say."""
        ...

    @property
    def state(self) -> SourceState:
        """Where the source stands now."""
        ...

    @property
    def counters(self) -> SourceCounters:
        """What was delivered and lost so far."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames in stream order."""
        ...

    def close(self) -> None:
        """Let go of the file, device or connection; closing twice does nothing."""
        ...
