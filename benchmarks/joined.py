"""Several sources of one size as one stream."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from hw.frame import Frame
from hw.source import Source, SourceCounters, SourceState


class JoinedSource:
    """Several sources of one size, one after another, as one stream whose time goes on."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.size_wh = sources[0].size_wh
        self.fps = sources[0].fps
        self.counters = SourceCounters()
        self.state = SourceState.LIVE

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames of each in turn."""
        began_s = t_s = 0.0
        for source in self._sources:
            n_before = self.counters.decoded
            for frame in source:
                index = self.counters.decoded
                own_s = frame.pts_s if frame.pts_s is not None else float((index - n_before) / (self.fps or 25))
                t_s = began_s + own_s
                self.counters.decoded += 1
                yield dataclasses.replace(frame, index=index, pts_s=t_s)
            began_s = t_s + float(1 / (self.fps or 25))

    def close(self) -> None:
        """Close them all."""
        self.state = SourceState.DEAD
        for source in self._sources:
            source.close()
