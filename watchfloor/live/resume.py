"""A session that was cut off, taken up again: its record and inputs are on disk, and the city's time went on."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hw.credentials import redact
from sim.clock import SimClock
from sim.engine import World
from sim.errors import InputError
from sim.input_records import Input
from sim.inputs import inputs_of_lines
from sim.records import Sighting
from sim.scenario import Scenario
from watchfloor.live.board import STAND_IN
from watchfloor.live.journal import FILE
from watchfloor.live.options import LiveOptions
from watchfloor.live.record import RECORD, SessionRecord, load_record, make_live_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Where a session goes on."""

    record: SessionRecord
    world: World
    """Played up to now with all that came in before."""
    inputs: tuple[Input, ...]
    now_s: float
    """Scenario second at which it goes on."""

    @property
    def n_inputs(self) -> int:
        """Numbers that are taken."""
        return self.inputs[-1].seq + 1 if self.inputs else 0

    @property
    def n_sightings(self) -> int:
        """Sightings so far."""
        return sum(isinstance(came.payload, Sighting) for came in self.inputs)


def as_it_was(options: LiveOptions) -> LiveOptions:
    """Return the options with scenario, seed, start and end of the session in their folder.

    Raises:
        InputError: if there is none, it came to its end, or feeds, badges, exercise or stand-in are not what they were.
    """
    record = load_record(options.folder)
    where = str(options.folder / RECORD)
    if record.digest is not None:
        raise InputError(where, got="a session that came to its end", expected="one that was cut off",
                         do="begin a new one, or play it again with --replay")
    asked = {
        "--feed": [(feed.camera_id, redact(feed.address), feed.is_real) for feed in options.feeds],
        "--badge": sorted(badge.unit_id for badge in options.badges), "--badge, real": sorted(options.real_units),
        "--exercise": "EXERCISE" if options.is_exercise else "",
        "--stand-in": "person" if options.stand_in_s is None else STAND_IN}
    kept = {
        "--feed": [(feed.camera_id, feed.address, feed.is_real) for feed in record.feeds],
        "--badge": sorted(record.badges), "--badge, real": sorted(record.real_units),
        "--exercise": record.marking, "--stand-in": record.confirmation}
    for name, value in kept.items():
        if asked[name] != value:
            raise InputError(f"--resume: {name}", got=asked[name], expected=f"that of {where}, {value}",
                             do="give the words with which the session was begun")
    return dataclasses.replace(
        options, scenario=record.scenario, seed=record.seed, start_s=record.start_s,
        duration_s=3600.0 * record.duration_h - record.start_s)


def take_up(options: LiveOptions, scenario: Scenario) -> Resumed:
    """Play a session that was cut off up to now.

    Raises:
        InputError: if its files are damaged, the scenario is not the one that was played, or its time is over.
    """
    record = load_record(options.folder)
    if scenario.digest != record.scenario_digest:
        raise InputError(f"{options.folder / RECORD}: scenario_digest", got=record.scenario_digest[:12],
                         expected=f"that of {record.scenario}, {scenario.digest[:12]}",
                         do="resume with the scenario's file as it was")
    inputs = _read_inputs(options.folder / FILE)
    last_s = inputs[-1].t_s if inputs else record.start_s
    now_s = max(last_s, record.start_s + time.time() - record.began_wall_s)
    if now_s >= scenario.duration_s:
        raise InputError(str(options.folder), got="a session whose time is over", expected="one that would still run",
                         do="play it again with --replay")
    world = make_live_world(scenario, seed=record.seed, badges=frozenset(record.badges), start_s=record.start_s)
    world.run(now_s, clock=SimClock(inputs))
    return Resumed(record=record, world=world, inputs=tuple(inputs), now_s=now_s)


def _read_inputs(path: Path) -> Sequence[Input]:
    """Read the inputs, and cut off a last line that was not written whole: nothing followed from it."""
    content = path.read_bytes() if path.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        path.write_bytes(whole)
    return inputs_of_lines(whole.decode("utf-8").splitlines(), where=str(path))
