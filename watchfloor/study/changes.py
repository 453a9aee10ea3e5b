"""The changes to a room that a planner may ask about: those known by name, and any value of the scenario's file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from scenarios import find_scenario, load_detector_model
from scenarios.document import Value, load_document
from sim.errors import InputError
from watchfloor.compare import make_arms
from watchfloor.study.whatif import Change
from watchfloor.wording import ARMS

ALL = "all"
MORE_CAMERAS = 1.2
OUTAGE = 0.1


def named_changes(document: Mapping[str, object]) -> tuple[Change, ...]:
    """Return the changes that make sense for a scenario's file."""
    watching, city = _table(document, "watching"), _table(document, "city")
    look_s, px_half, share = (_number(watching, key) for key in ("look_s", "px_half", "watched_share"))
    changes = [
        Change(name="twice the tiles: a look takes half the time", overrides=(("watching.look_s", look_s / 2.0),)),
        Change(name="better zoom: half the pixels are enough", overrides=(("watching.px_half", px_half / 2.0),)),
        Change(name="the other attention plan", overrides=(("watching.plan", (
            "round_robin" if watching.get("plan") == "risk_weighted" else "risk_weighted")),)),
        Change(name=f"an outage: {100 * OUTAGE:g} % of the cameras unwatched",
               overrides=(("watching.watched_share", share * (1.0 - OUTAGE)),)),
    ]
    if share < 1.0:
        changes.append(Change(name="every routed camera watched", overrides=(("watching.watched_share", 1.0),)))
    if isinstance(city.get("n_cameras"), int):
        more = round(MORE_CAMERAS * _number(city, "n_cameras"))
        changes.append(Change(name=f"{more:,} cameras", overrides=(("city.n_cameras", more),)))
    return tuple(changes)


def read_changes(texts: Sequence[str], scenario: str) -> tuple[Change, ...]:
    """Read what was asked: ``all`` for the named ones, or ``key=value`` with a key of the scenario's file.

    Raises:
        InputError: if one is neither.
    """
    changes: list[Change] = []
    for text in texts:
        if text.strip() == ALL:
            changes += named_changes(load_document(find_scenario(scenario)))
        else:
            changes.append(Change(name=text.strip(), overrides=(_read_override(text),)))
    return tuple(changes)


def detector_changes(path: Path, share: float) -> tuple[Change, ...]:
    """Return a measured detector on a share of the cameras, with as few and as many false alarms as it may have."""
    arms = make_arms(load_detector_model(path), share=share)[1:]
    return tuple(Change(name=f"{ARMS.get(arm.name, arm.name)} on {100 * share:g} % of the cameras", arm=arm)
                 for arm in arms)


def _read_override(text: str) -> tuple[str, Value]:
    key, equals, value = text.partition("=")
    try:
        found = tomllib.loads(f"value = {value.strip()}")["value"] if equals and key.strip() else None
    except tomllib.TOMLDecodeError:
        found = None
    if not isinstance(found, str | int | float | bool):
        raise InputError("--what-if", got=text, expected=f"{ALL}, or a key of the scenario's file and a value",
                         do="write, for example, --what-if watching.look_s=0.5")
    return key.strip(), found


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(table: Mapping[str, object], key: str) -> float:
    found = table.get(key)
    return float(found) if isinstance(found, int | float) else 1.0
