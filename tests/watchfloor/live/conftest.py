"""What the tests of live sessions share: a clip of a street, small enough to play beside much else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hw.clip import encode_clip
from hw.drawn_source import DrawnSource
from hw.scenes import make_scene


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of a drawn street, in which people walk."""
    path = tmp_path_factory.mktemp("street") / "street.mp4"
    encode_clip(DrawnSource(make_scene("street_corner"), duration_s=8.0, size_wh=(320, 180)), path, bit_rate=400_000,
                gop=25)
    return path
