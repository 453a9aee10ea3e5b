"""Any number of a scenario file may be wrong: it is told by its key before a run starts, or the run goes through."""

from __future__ import annotations

import copy
import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scenarios import find_scenario, load_scenario
from scenarios.toml_text import dump_toml
from sim import Scenario, draw_trace, measure
from sim.engine import World
from sim.errors import InputError

Key = tuple[str | int, ...]

OPTIONAL: dict[str, object] = {
    "profiles": {"own": {"source": "a test", "weights": [1.0] * 168}},
    "calls": {"source": "a test", "per_day": 9.0, "hour_profile": "own", "priority_shares": [0.1, 0.2, 0.3, 0.4],
              "p_needs_unit": 0.5, "service_median_s": 600, "service_p95_s": 1_800},
}
"""Tables that the shipped scenario does without."""

WHOLE = OPTIONAL | tomllib.loads(find_scenario("district_centre").read_text(encoding="utf-8"))


def list_numbers(table: object, at: Key = ()) -> Iterator[Key]:
    """Yield the key of every number of a document, in its lists too."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            yield from list_numbers(value, (*at, key))
    elif isinstance(table, list):
        for index, value in enumerate(table[:1]):
            yield from list_numbers(value, (*at, index))
    elif isinstance(table, int | float) and not isinstance(table, bool):
        yield at


NUMBERS = list(list_numbers(WHOLE))

REPLACED: dict[str, object] = {
    "nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-1": -1, "-0.5": -0.5, "0": 0, "tiny": 1e-9, "1.5": 1.5,
    "large": 40_000, "huge": 10**15, "1e300": 1e300, "text": "three", "list": [1], "true": True}
CHANGES = (*REPLACED, "removed", "unknown neighbour")


def changed(key: Key, change: str) -> dict[str, object]:
    """Return the shipped document with one number changed."""
    document = copy.deepcopy(WHOLE)
    document["time"]["duration_h"] = 1
    table = document
    for part in key[:-1]:
        table = table[part]
    if change == "removed":
        del table[key[-1]]
    elif change == "unknown neighbour":
        if isinstance(table, list):
            table.append(0)
        else:
            table[f"{key[-1]}x"] = 1
    else:
        table[key[-1]] = REPLACED[change]
    return document


def play_an_hour(scenario: Scenario) -> dict[str, float]:
    """Play the first hour of what loaded."""
    world = World(scenario, draw_trace(scenario, seed=1))
    world.run(3600.0)
    return measure(scenario, world.log())


def told_or_played(path: Path, key: Key, change: str) -> str | None:
    """Return what is wrong with the answer to a change, or None."""
    path.write_text(dump_toml(changed(key, change)), encoding="utf-8")
    try:
        scenario = load_scenario(path)
    except InputError as error:
        table = ".".join(str(part) for part in key[:2 if len(key) > 1 else 1])
        named = str(key[-1]) in str(error) or str(key[-2]) in str(error) or table in str(error)
        return None if named and "expected" in str(error) else f"{key} {change}: does not name the key: {error}"
    except Exception as error:
        return f"{key} {change}: {type(error).__name__} while it was loaded: {error}"
    try:
        play_an_hour(scenario)
    except Exception as error:
        return f"{key} {change}: {type(error).__name__} while it was played: {error}"
    return None


def refusals(folder: Path, cases: list[tuple[Key, str]]) -> list[str]:
    return [wrong for key, change in cases if (wrong := told_or_played(folder / "town.toml", key, change))]


EVERY = [(key, change) for key in NUMBERS for change in CHANGES]


def test_a_sample_of_wrong_numbers_is_told_by_key_or_plays(tmp_path: Path) -> None:
    assert refusals(tmp_path, EVERY[::7]) == []
    assert {key[0] for key in NUMBERS} == {
        table for table, value in WHOLE.items() if isinstance(value, dict) and any(list_numbers(value))}


@pytest.mark.long
def test_every_wrong_number_is_told_by_key_or_plays(tmp_path: Path) -> None:
    assert refusals(tmp_path, EVERY) == []


@pytest.mark.parametrize("change", ["nan", "-1", "1e300", "text", "removed", "unknown neighbour"])
def test_a_wrong_number_is_told_with_its_whole_key(tmp_path: Path, change: str) -> None:
    for key in [("watching", "look_s"), ("kinds", "litter", "per_day"), ("kinds", "litter", "land_use", "market"),
                ("roster", "night", "units"), ("city", "n_cameras"), ("patrols", "scene_p95_s")]:
        if change == "removed" and key[-1] == "market":
            continue  # a use that is left out counts nothing
        path = tmp_path / "town.toml"
        path.write_text(dump_toml(changed(key, change)), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load_scenario(path)
        name = ".".join(str(part) for part in key) + ("x" if change == "unknown neighbour" else "")
        assert f"town.toml: {name}" in str(caught.value), key


def test_posts_that_no_memory_could_hold_are_told_before_the_run(tmp_path: Path) -> None:
    wrong = told_or_played(tmp_path / "town.toml", ("patrols", "post_s"), "tiny")
    assert wrong is None
    with pytest.raises(InputError, match=r"patrols\.post_s = 1e-09; expected at least 0\.00036, so that all units"):
        load_scenario(tmp_path / "town.toml")
