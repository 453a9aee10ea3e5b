"""Which of a camera's streams is meant."""

from __future__ import annotations

from enum import StrEnum


class FeedRole(StrEnum):
    """Which of a camera's streams."""

    MAIN = "main"
    """Full size: for people and for what is small."""
    SUB = "sub"
    """Small: for motion gates and walls of tiles."""
