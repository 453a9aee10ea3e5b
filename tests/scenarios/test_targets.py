"""The table of targets: what it says, what contradicts it, and that it changes no run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios import check_scenario, find_scenario, load_scenario, load_targets
from sim.errors import InputError


def altered(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = find_scenario("kostanay").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "changed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_kostanays_targets_are_the_articles_counts() -> None:
    targets = load_targets("kostanay")
    found = targets.found_per_day()
    assert targets.n_days == 255
    assert (targets.offences.least, targets.offences.most) == (42_000, 43_000)
    assert sum(per_day for kind, per_day in found.items() if kind != "crime") == pytest.approx(42_500 / 255)
    assert found["crime"] == pytest.approx(305 / 255)
    assert {named.name: named.n_stopped for named in targets.named} == {
        "damage_to_property": 19, "petty_hooliganism": 70, "drunk_or_drinking": 625}


def test_every_shipped_kind_has_a_target() -> None:
    for name in ("kostanay", "district_centre"):
        assert set(load_targets(name).found_per_day()) == {kind.name for kind in load_scenario(name).kinds}


def test_a_kind_without_a_target_is_not_fitted(tmp_path: Path) -> None:
    path = altered(tmp_path, ("\nsanitary = 0.01\n", "\n"), ("other = 0.0975", "other = 0.1075"))
    assert "sanitary" not in load_targets(path).found_per_day()


def test_an_operations_counts_are_told_and_change_no_digest(tmp_path):
    base = 'schema = "watchfloor.scenario/1"\nextends = "operation_uchastok"\nname = "o"\ntitle = "o"\nstory = "o"\n'
    for name, more in (("with", ""), ("without", 'without = ["operation"]\n')):
        (tmp_path / f"{name}.toml").write_text(base + more, encoding="utf-8")
    told, silent = (load_scenario(tmp_path / f"{name}.toml") for name in ("with", "without"))
    assert told.digest == silent.digest
    assert silent.operation is None
    assert told.operation.n_stopped == 5_000
    assert {named.name: named.n_stopped for named in told.operation.named} == {
        "damage_to_property": 19, "petty_hooliganism": 70, "drunk_or_drinking": 625}


@pytest.mark.parametrize(("more", "message"), [
    ('kinds = ["litte"]', "operation.named.some.kinds = litte; expected a kind of the file"),
    ("n_stopped = 6_000", "operation.named.some.n_stopped = 6000; expected at most operation.n_stopped, 100"),
])
def test_a_count_of_an_operation_that_cannot_be_is_told(tmp_path, more, message):
    named = {"kinds": 'kinds = ["litter"]', "n_stopped": "n_stopped = 7"} | {more.partition(" ")[0]: more}
    path = tmp_path / "o.toml"
    path.write_text('schema = "watchfloor.scenario/1"\nextends = "district_centre"\nname = "o"\ntitle = "o"\n'
                    'story = "o"\n[operation]\nsource = "a test"\nn_stopped = 100\n[operation.named.some]\n'
                    + "\n".join(named.values()) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert message in str(caught.value)


def test_targets_state_their_source_and_change_no_digest(tmp_path: Path) -> None:
    text = find_scenario("kostanay").read_text(encoding="utf-8")
    bare = tmp_path / "bare.toml"
    bare.write_text(text[:text.index("[targets]")], encoding="utf-8")
    assert check_scenario(bare).digest == check_scenario("kostanay").digest
    assert "targets" in {statement.key for statement in check_scenario("kostanay").statements}
    with pytest.raises(InputError, match=re.escape("bare.toml: targets; expected a table")):
        load_targets(bare)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("litter = 0.01", "litter = 0.31", "targets.shares = shares that sum to 1.3; expected a sum of 1"),
    ("litter = 0.01", "liter = 0.01", "did you mean litter?"),
    ("sanitary = 0.01\n", "crime = 0.01\n", "shares.crime; expected each kind either here or among crime_kinds"),
    ('kinds = ["petty_hooliganism"]', 'kinds = ["crime"]', "named.petty_hooliganism.kinds = crime; expected a kind of"),
    ("offences = [42_000, 43_000]", "offences = [43_000, 42_000]", "expected [least, most] with 0 < least ≤ most"),
    ("n_in_operation = 5_000", "operation_days = 3", "expected n_in_operation beside it"),
    ("n_in_operation = 5_000", "n_in_operation = 5_000\noperation_days = 0", "targets.operation_days = 0"),
    ('crime_kinds = ["crime"]\n', "", "expected both crimes and crime_kinds, or neither"),
    ("n_in_operation = 5_000\n", "", "targets.n_in_operation; expected how many the operation counted"),
    ("n_stopped = 625", "n_stopped = 6250", "expected at most n_in_operation, 5000"),
    ("offences = [42_000, 43_000]", "offences = [42_000]", "expected a list of the least and the most"),
])
def test_a_contradiction_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        load_targets(altered(tmp_path, (old, new)))
