"""A planner's own tables become a scenario from the command line."""

from __future__ import annotations

import json

REGISTER = """дата;время;вид;ФИО
01.03.2025;12:30;курение;Иванов И.И.
01.03.2025;14:30;мусор;Петров П.П.
02.03.2025;22:10;распитие;Сидоров С.С.
"""


def test_a_register_becomes_a_scenario_that_plays_and_names_are_dropped(watchfloor, tmp_path):
    (tmp_path / "register.csv").write_text(REGISTER, encoding="cp1251")
    done = watchfloor("scenarios", "import", "--offences", "register.csv", "-o", "my.toml")
    assert done.returncode == 0, done.stderr
    assert "column ФИО dropped unread" in done.stdout
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("my*"))
    assert "Иванов" not in written + done.stdout
    played = watchfloor("run", "my.toml", "--hours", "2", "--replications", "1")
    assert played.returncode == 0, played.stderr


def test_the_import_as_json_is_all_that_is_printed(watchfloor, tmp_path):
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    done = watchfloor("scenarios", "import", "--offences", "register.csv", "-o", "my.toml", "--json")
    assert json.loads(done.stdout)["path"] == "my.toml"


def test_no_table_at_all_is_bad_input(watchfloor):
    done = watchfloor("scenarios", "import", "-o", "my.toml")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
