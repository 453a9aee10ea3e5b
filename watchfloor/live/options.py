"""What a user may choose of a live session, and how it is written on the command line."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hw.address import is_real_camera
from hw.credentials import redact
from hw.feed_role import FeedRole
from hw.feeds import choose_streams, load_feeds
from scenarios import load_scenario
from sim.errors import InputError
from watchfloor.measurement import KIND_MAP

_DAY_S = 86_400.0
DEFAULT_KINDS: Mapping[str, str] = {**KIND_MAP, "object_removed": "other", "motion": "other"}
"""What detectors' own kinds are taken for where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFeed:
    """A camera of the city that is real, or played as if it were."""

    camera_id: int
    address: str
    """Printed by ``redact`` only."""
    is_real: bool
    """Whether it is known to be a real camera."""
    is_masked: bool = False
    """Whether people see its moving parts blurred."""

    def __repr__(self) -> str:
        return f"LiveFeed(camera_id={self.camera_id}, address={redact(self.address)!r}, is_real={self.is_real})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveBadge:
    """A unit outside."""

    unit_id: int
    is_real: bool
    """Whether a person wears it."""
    video: str | None = None
    """Where its live picture arrives; None where it sends none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What a live session is told on starting."""

    scenario: str
    feeds: tuple[LiveFeed, ...] = ()
    badges: tuple[LiveBadge, ...] = ()
    detector: str = "motion"
    detector_options: Mapping[str, object] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The detector's kinds and the incident kinds that they stand for."""
    is_exercise: bool = False
    start_s: float = 0.0
    """Second of the scenario at which the session begins."""
    duration_s: float = 8.0 * 3600.0
    past_s: float = 0.0
    """For how long masked pictures of feeds are kept to be looked back at; 0 keeps none."""
    stand_in_s: float | None = None
    """Seconds after which a stand-in confirms each alert; None where a person does."""
    badge_host: str = "127.0.0.1"
    badge_port: int = 0
    broker: str | None = None
    """Address of an MQTT broker, beside the built-in link."""
    seed: int = 1
    is_resumed: bool = False
    """Whether the session in the folder goes on; else a new one begins."""
    folder: Path

    @property
    def real_cameras(self) -> frozenset[int]:
        """Cameras known to be real."""
        return frozenset(feed.camera_id for feed in self.feeds if feed.is_real)

    @property
    def real_units(self) -> frozenset[int]:
        """Units whose badges people wear."""
        return frozenset(badge.unit_id for badge in self.badges if badge.is_real)


def parse_feeds(
    texts: Sequence[str], table: Path | None = None, *, is_masked: bool = False,
) -> tuple[LiveFeed, ...]:
    """Return the feeds of ``CAMERA=ADDRESS`` words and of a table of feeds, blurred for people if asked for.

    Raises:
        InputError: if one cannot be read, or a camera is named twice.
    """
    named = [_split(text, "--feed", "4211=rtsp://10.0.0.17/stream1") for text in texts]
    if table is not None:
        streams = choose_streams(load_feeds(table), FeedRole.SUB)  # detectors need no more pixels
        named += [(feed.camera_id, feed.url) for feed in streams]
    seen: set[int] = set()
    for camera_id, _ in named:
        if camera_id in seen:
            raise InputError("--feed", got=f"camera {camera_id} twice", expected="each camera once")
        seen.add(camera_id)
    return tuple(LiveFeed(camera_id=camera_id, address=address, is_real=is_real_camera(address),
                          is_masked=is_masked) for camera_id, address in named)


def parse_badges(texts: Sequence[str]) -> tuple[LiveBadge, ...]:
    """Return the badges of ``UNIT=real`` or ``UNIT=simulated`` words, each with ``,VIDEO`` if it sends live video.

    Raises:
        InputError: if one cannot be read, or a unit is named twice.
    """
    badges: dict[int, LiveBadge] = {}
    for text in texts:
        unit_id, rest = _split(text, "--badge", "17=simulated,udp://127.0.0.1:5617")
        nature, _, video = rest.partition(",")
        if nature not in ("real", "simulated"):
            raise InputError(f"--badge {unit_id}", got=nature, expected="real or simulated",
                             do="say real where a person wears it")
        if unit_id in badges:
            raise InputError("--badge", got=f"unit {unit_id} twice", expected="each unit once")
        badges[unit_id] = LiveBadge(unit_id=unit_id, is_real=nature == "real", video=video or None)
    return tuple(badges.values())


def parse_kinds(texts: Sequence[str]) -> dict[str, str]:
    """Return the kinds of ``DETECTED=INCIDENT`` words, over those known by default.

    Raises:
        InputError: if one cannot be read.
    """
    kinds = dict(DEFAULT_KINDS)
    for text in texts:
        detected, mark, incident = text.partition("=")
        if not (mark and detected and incident):
            raise InputError("--kind", got=text, expected="DETECTED=INCIDENT, such as motion=vandalism")
        kinds[detected] = incident
    return kinds


def start_of(scenario: str, at: str | None) -> float:
    """Return the second of a scenario's first day at which it is ``HH:MM`` in the city, or as late as it is here.

    Raises:
        InputError: if that is no time of day.
    """
    second = _second_of(at) if at is not None else _second_of(time.strftime("%H:%M"))
    return (second - load_scenario(scenario).start_hour_of_week * 3600.0) % _DAY_S


def _second_of(text: str) -> float:
    hours, mark, minutes = text.partition(":")
    if not (mark and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise InputError("--at", got=text, expected="HH:MM, 00:00 to 23:59")
    return 3600.0 * int(hours) + 60.0 * int(minutes)


def _split(text: str, option: str, example: str) -> tuple[int, str]:
    ident, mark, rest = text.partition("=")
    if not (mark and rest and ident.isdecimal()):
        raise InputError(option, got=redact(text), expected=f"NUMBER=WHAT, such as {example}")
    return int(ident), rest
