"""What a live session leaves: its record beside the inputs, and the world that plays them again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios import load_scenario
from sim.clock import SimClock
from sim.engine import World
from sim.errors import InputError, WatchfloorError
from sim.inputs import inputs_of_lines
from sim.roster import duties
from sim.scenario import Scenario
from sim.trace import draw_trace
from watchfloor.live.journal import FILE
from watchfloor.results import events_table, read_table

SCHEMA = "watchfloor.live-session/1"
RECORD = "session.json"
EVENTS = "events.parquet"


class ReplayError(WatchfloorError):
    """A session does not play again to the log that it left."""


class FeedRecord(BaseModel):
    """A feed of a session; its address is redacted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera_id: int
    address: str
    is_real: bool


class SessionRecord(BaseModel):
    """Everything beside the inputs that a session's log follows from, and what it came to."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True)

    schema_name: str = Field(default=SCHEMA, alias="schema")
    marking: str
    """EXERCISE, or nothing."""
    confirmation: str
    """person, or simulated_confirmation."""
    scenario: str
    """Its name or file, as given."""
    scenario_digest: str
    duration_h: float
    seed: int
    start_s: float
    """Second of the scenario at which people came in."""
    people: tuple[int, ...]
    badges: tuple[int, ...]
    real_units: tuple[int, ...]
    feeds: tuple[FeedRecord, ...]
    began_wall_s: float
    version: str
    end_s: float | None = None
    """Everything due before this second was played; None while the session runs, or if it was cut off."""
    n_inputs: int | None = None
    digest: str | None = None
    """Of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What playing a session again gave."""

    folder: Path
    marking: str
    n_inputs: int
    span_s: float
    """Scenario seconds that the session lasted."""
    digest: str
    is_identical: bool | None
    """None where the session was cut off before its digest was written."""
    took_s: float
    has_its_events: bool | None
    """Whether the table of events beside it is that log; None where there is none."""


def load_city_day(scenario: str, duration_h: float) -> Scenario:
    """Return a scenario of so many hours."""
    return load_scenario(scenario, overrides={"time.duration_h": duration_h})


def seat_posts(scenario: Scenario) -> frozenset[int]:
    """Return the posts of inspectors whose place the person takes: the first of every shift."""
    return frozenset(duty.inspectors[0] for duty in duties(scenario) if duty.inspectors)


def make_live_world(scenario: Scenario, *, seed: int, badges: frozenset[int], start_s: float) -> World:
    """Return the world of a session, played up to its start."""
    world = World(scenario, draw_trace(scenario, seed=seed), arm="live", seed=seed, people=seat_posts(scenario),
                  badges=badges)
    world.run(start_s)
    return world


def load_record(folder: Path) -> SessionRecord:
    """Read a session's record.

    Raises:
        InputError: if there is none, or it is damaged.
    """
    path = folder / RECORD
    try:
        record = SessionRecord.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a live session's record",
                         do="give the folder that watchfloor live wrote") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{path}: {'.'.join(map(str, first['loc']))}", got=str(first["input"])[:80],
                         expected=first["msg"]) from None
    if record.schema_name != SCHEMA:
        raise InputError(f"{path}: schema", got=record.schema_name, expected=SCHEMA)
    return record


def replay(folder: Path) -> Replay:
    """Play a session again from its record and inputs, as fast as it goes.

    Raises:
        InputError: if a file is missing or damaged, or the scenario is not the one that was played.
    """
    record = load_record(folder)
    scenario = load_city_day(record.scenario, record.duration_h)
    if scenario.digest != record.scenario_digest:
        raise InputError(f"{folder / RECORD}: scenario_digest", got=record.scenario_digest[:12],
                         expected=f"that of {record.scenario}, {scenario.digest[:12]}",
                         do="replay with the scenario's file as it was")
    path = folder / FILE
    inputs = inputs_of_lines(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], where=str(path))
    began_s = time.perf_counter()
    world = make_live_world(scenario, seed=record.seed, badges=frozenset(record.badges), start_s=record.start_s)
    end_s = record.end_s if record.end_s is not None else max([record.start_s, *(came.t_s for came in inputs)])
    world.run(end_s, clock=SimClock(inputs))
    log = world.log()
    digest, events = log.digest(), folder / EVENTS
    return Replay(
        has_its_events=read_table(events).equals(events_table([log])) if events.exists() else None,
        folder=folder, marking=record.marking, n_inputs=len(inputs), span_s=end_s - record.start_s, digest=digest,
        is_identical=None if record.digest is None else digest == record.digest, took_s=time.perf_counter() - began_s)


def check_record(path: Path) -> str:
    """Play a session again and return a line on what that proved.

    Raises:
        InputError: if inputs, log or version are not those of the session, or a file is damaged.
    """
    again = replay(path.parent)
    proved = f"{again.n_inputs} inputs over {again.span_s:.0f} s play again to the digest {again.digest[:12]}"
    if again.is_identical is None:
        return f"{path.parent.name}: cut off, so there is no digest to hold it against; {proved}"
    if not again.is_identical or again.has_its_events is False:
        what = "events.parquet is not its log" if again.is_identical else f"replayed to {again.digest[:12]}"
        raise InputError(str(path), got=what, expected="the log that the session left",
                         do="inputs, events or the version of watchfloor are not those of the session")
    return f"{path.parent.name}: a live session as it was left; {proved}"
