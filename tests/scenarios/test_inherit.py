"""A scenario that extends another says what differs, and nothing it does not say changes."""

from pathlib import Path

import pytest

from scenarios import load_scenario
from sim.errors import InputError, UnknownNameError

HEAD = 'schema = "watchfloor.scenario/1"\nname = "mine"\ntitle = "Mine"\nstory = "Assumed: all of it."\n'


def load(folder: Path, text: str, *, extends: str = "district_centre"):
    file = folder / "mine.toml"
    top, _, tables = text.partition("\n[")
    file.write_text(f'extends = "{extends}"\n{HEAD}{top}\n' + (f"[{tables}" if tables else ""), encoding="utf-8")
    return load_scenario(file)


def test_what_the_file_does_not_say_is_the_other_scenarios(tmp_path):
    base, mine = load_scenario("district_centre"), load(tmp_path, '[costs]\nsource = "our pay roll"\nunit_per_h = 1')
    assert mine.costs.unit_per_h == 1.0
    assert mine.costs.inspector_per_h == base.costs.inspector_per_h
    assert (mine.kinds, mine.shifts, mine.watching) == (base.kinds, base.shifts, base.watching)
    assert (mine.name, mine.title) == ("mine", "Mine")
    assert mine.digest != base.digest


def test_tables_can_be_left_out_and_added(tmp_path):
    base = load_scenario("district_centre")
    shift = base.shifts[0]
    mine = load(tmp_path, f'without = ["roster.{shift.name}"]\n[roster.new]\nsource = "assumption: try it"\n'
                          "start_h = 8\nlength_h = 12\ninspectors = 7\nunits = 1")
    assert [item.name for item in mine.shifts] == [*(item.name for item in base.shifts[1:]), "new"]


def test_a_file_may_extend_a_file_that_extends(tmp_path):
    (tmp_path / "below.toml").write_text(f'extends = "district_centre"\n{HEAD}[costs]\nsource = "a"\nunit_per_h = 7\n')
    mine = load(tmp_path, '[costs]\nsource = "b"\ninspector_per_h = 9', extends="below.toml")
    assert (mine.costs.unit_per_h, mine.costs.inspector_per_h) == (7.0, 9.0)


@pytest.mark.parametrize(("text", "message"), [
    ("[costs]\nunit_per_h = 1", r"mine.toml: costs.source.*a source of the new unit_per_h"),
    ("[kinds.litter.land_use]\nbar = 2", r"mine.toml: kinds.litter.source.*a source of the new land_use"),
    ('without = ["roster.evning"]', r'without = "roster.evning"; expected a key of the extended scenario'),
    ('without = "roster"', r"without = .roster.; expected a list of dotted keys"),
    ('[costs]\nsource = "x"\nunit_per_hour = 1', r"costs.unit_per_hour = 1; expected one of the keys"),
])
def test_what_does_not_fit_is_named(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        load(tmp_path, text)


def test_a_file_that_extends_itself_or_nothing_known_is_refused(tmp_path):
    with pytest.raises(InputError, match="may not extend itself"):
        load(tmp_path, "", extends="mine.toml")
    with pytest.raises(UnknownNameError, match="district_centre"):
        load(tmp_path, "", extends="district_center")


def test_a_file_without_a_title_of_its_own_is_refused(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('extends = "kostanay"\nschema = "watchfloor.scenario/1"\nname = "mine"\n')
    with pytest.raises(InputError, match=r"mine.toml: title"):
        load_scenario(file)
