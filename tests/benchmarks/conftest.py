"""Clips drawn in memory, and real ones where they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from hw.frame import Frame
from hw.source import SourceCounters
from sim.input_records import SourceState


class ListSource:
    """A source over frames in memory: a box is put down at 4 s and taken away at 8 s."""

    size_wh = (160, 120)
    fps: Fraction | None = Fraction(10)

    def __init__(self, *, n_frames: int = 120) -> None:
        self.state = SourceState.LIVE
        self.counters = SourceCounters()
        self._n_frames = n_frames

    def __iter__(self) -> Iterator[Frame]:
        ground = np.random.default_rng(3).integers(100, 110, (120, 160)).astype(np.uint8)
        for index in range(self._n_frames):
            picture = ground.copy()
            if 40 <= index < 80:
                picture[40:80, 60:90] = 220
            yield Frame(camera_id=3, index=index, arrival_ns=0, pts_s=index / 10, wall_s=None, size_wh=self.size_wh,
                        make_luma=lambda picture=picture: picture,
                        make_bgr=lambda picture=picture: np.repeat(picture[:, :, None], 3, axis=2))

    def close(self) -> None:
        self.state = SourceState.DEAD


@pytest.fixture
def list_source() -> type[ListSource]:
    """Makes a drawn clip of 12 s."""
    return ListSource


@pytest.fixture(scope="session")
def clips() -> Path:
    """The folder of real clips."""
    folder = Path(os.environ.get("WATCHFLOOR_DATA", "nowhere")) / "video" / "clips"
    if not folder.is_dir():
        pytest.skip("real clips are not here: WATCHFLOOR_DATA names no folder with video/clips")
    return folder
