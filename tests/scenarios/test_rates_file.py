"""An attention plan as a file: how often each camera is looked at by hour, and what is wrong with such a file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from scenarios import check_scenario, find_scenario, load_scenario
from sim.errors import InputError
from sim.log import Name
from sim.scenario import PlanKind
from sim.simulate import simulate
from sim.trace import draw_trace

HEADER = ",".join(["camera", *map(str, range(24))])


def row(camera: object, *rates: object) -> str:
    return ",".join(map(str, [camera, *rates, *[1] * (24 - len(rates))]))


def write(folder: Path, *lines: str) -> Path:
    """Write the small scenario with a plan of its own."""
    (folder / "rates.csv").write_text("\n".join(lines), encoding="utf-8")
    text = find_scenario("district_centre").read_text(encoding="utf-8")
    path = folder / "town.toml"
    path.write_text(re.sub(r'^plan = .*$', 'plan = "rates"\nrates = "rates.csv"', text, flags=re.MULTILINE),
                    encoding="utf-8")
    return path


def test_a_plan_of_rates_is_looked_at_as_the_file_says(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, row(3, *[0] * 12), row(40, *[2] * 12), row(41, *[2] * 12))
    scenario = load_scenario(path)
    assert scenario.watching.plan is PlanKind.RATES
    assert scenario.watching_rates is not None
    assert scenario.watching_rates.shape == (24, 72)
    assert scenario.watching_rates[[0, 12], 3].tolist() == [0.0, 1.0]
    assert np.flatnonzero(scenario.watching_rates.any(axis=0)).tolist() == [3, 40, 41]
    log = simulate(scenario, draw_trace(scenario, seed=1))
    seen = log.name == Name.SHOWN
    assert set(log.camera_id[seen].tolist()) <= {3, 40, 41}
    assert not ((log.camera_id == 3) & seen & (log.t_s % 86400.0 < 12 * 3600.0)).any()
    assert "watching" not in {caution.key for caution in check_scenario(path).warnings}, "its pictures are chosen"


def test_another_file_of_rates_is_another_scenario(tmp_path: Path) -> None:
    one = check_scenario(write(tmp_path, HEADER, row(3))).digest
    assert check_scenario(write(tmp_path, HEADER, row(3))).digest == one
    assert check_scenario(write(tmp_path, HEADER, row(4))).digest != one


@pytest.mark.parametrize(("lines", "message"), [
    ((HEADER, row(3, "abc"), row(4, 1, "nan"), row(5, -1)),
     'town.toml: rates.csv: row 2, column 0 = abc; expected a rate, a number ≥ 0\n'
     "rates.csv: row 3, column 1 = nan; expected a rate, a number ≥ 0\n"
     "rates.csv: row 4, column 0 = -1; expected a rate, a number ≥ 0"),
    ((HEADER, row(72)), "rates.csv: row 2, column camera = 72; expected a camera's number from 0 to 71"),
    ((HEADER, row(3), row(3)), "rates.csv: row 3, column camera = 3; expected each camera once; row 2 has it too"),
    ((HEADER, "3,1,1"), "rates.csv: row 2 = 3 cells; expected 25, as many as the header"),
    (("camera,0,1", "3,1,1"), "rates.csv: row 1 = camera,0,1; expected the columns camera,0,1,…,23, or to 167"),
    ((HEADER, row(3, *[0] * 24)), "rates.csv; expected a camera with a rate above 0 in some hour"),
])
def test_what_cannot_be_rates_is_named_by_row_and_column(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_scenario(write(tmp_path, *lines))
    assert message in str(caught.value)


def test_a_missing_file_and_a_plan_without_one_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, row(3))
    (tmp_path / "rates.csv").unlink()
    with pytest.raises(InputError, match=r"rates\.csv; expected a file of rates of looks; it cannot be read: No such"):
        check_scenario(path)
    for wrong in ('plan = "rates"', 'plan = "round_robin"\nrates = "rates.csv"'):
        path.write_text(path.read_text(encoding="utf-8").replace('plan = "rates"\nrates = "rates.csv"', wrong),
                        encoding="utf-8")
        with pytest.raises(InputError, match=r'watching\.rates; expected a file.s name with plan = "rates"'):
            check_scenario(path)
        path = write(tmp_path, HEADER, row(3))
