"""The opening of a live session: what is asked held against what the city has, its world, and its record."""

from __future__ import annotations

import time

from agents.registry import make_detector
from hw.credentials import redact
from sim.engine import World
from sim.errors import InputError, UnknownNameError
from sim.scenario import Scenario
from watchfloor import __version__
from watchfloor.live.board import STAND_IN
from watchfloor.live.options import LiveOptions
from watchfloor.live.record import RECORD, FeedRecord, SessionRecord, make_live_world


def check_options(options: LiveOptions, scenario: Scenario) -> None:
    """Raise InputError if the city has not what is asked of it."""
    n_cameras, n_units = scenario.city.cameras.n_cameras, sum(shift.units for shift in scenario.shifts)
    for feed in options.feeds:
        if feed.camera_id >= n_cameras:
            raise InputError("--feed: camera", got=feed.camera_id, expected=f"0 to {n_cameras - 1} of {scenario.name}")
    for badge in options.badges:
        if badge.unit_id >= n_units:
            raise InputError("--badge: unit", got=badge.unit_id, expected=f"0 to {n_units - 1} of {scenario.name}")
    kinds = [kind.name for kind in scenario.kinds]
    detector = make_detector(options.detector, **options.detector_options)
    for detected in getattr(detector, "kinds", ()):
        kind = options.kinds.get(detected, detected)
        if kind not in kinds:
            raise UnknownNameError(f"--kind {detected}", got=kind, known=kinds)
    if (options.folder / RECORD).exists() and not options.is_resumed:
        raise InputError("--out", got=options.folder, expected="a folder without a session",
                         do="name a new one, or go on with --resume")


def open_world(options: LiveOptions, scenario: Scenario) -> World:
    """Return the session's world, played up to its start."""
    return make_live_world(scenario, seed=options.seed, start_s=options.start_s,
                           badges=frozenset(badge.unit_id for badge in options.badges))


def make_record(options: LiveOptions, scenario: Scenario, world: World, duration_h: float) -> SessionRecord:
    """Return what the session's log will follow from beside its inputs."""
    return SessionRecord(
        marking="EXERCISE" if options.is_exercise else "", scenario=options.scenario, duration_h=duration_h,
        confirmation="person" if options.stand_in_s is None else STAND_IN, scenario_digest=scenario.digest,
        seed=options.seed, start_s=options.start_s, people=tuple(sorted(world.people)),
        badges=tuple(sorted(world.badges)), real_units=tuple(sorted(options.real_units)),
        feeds=tuple(FeedRecord(camera_id=feed.camera_id, address=redact(feed.address), is_real=feed.is_real)
                    for feed in options.feeds),
        began_wall_s=time.time(), version=__version__)
