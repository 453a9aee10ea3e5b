"""The backtest: what it learns from some months, how it fails, and what it leaves."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil

import numpy as np
import pytest

from scenarios import import_planner_data
from sim.errors import InputError
from watchfloor.backtest import ALL, BacktestOptions, backtest
from watchfloor.months import read_months
from watchfloor.show import Show

QUIET = Show(quiet=True)
START = dt.datetime(2025, 1, 1)
KINDS = {"Мелкое хулиганство": 1.5, "ст. 440 распитие": 8.0, "Остановка в неположенном месте": 20.0}


@pytest.fixture(scope="module")
def planner(tmp_path_factory):
    """A register of eight months whose weekends are busier, and a list of calls."""
    folder = tmp_path_factory.mktemp("planner")
    rng = np.random.default_rng(3)
    rows, calls = [], []
    for day in range(243):
        at = START + dt.timedelta(days=day)
        busy = 1.4 if at.weekday() >= 5 else 0.84
        for wording, mean in KINDS.items():
            rows += [[_when(at, rng), wording, "Иванов"] for _ in range(rng.poisson(mean * busy))]
        calls += [[_when(at, rng), 2] for _ in range(rng.poisson(15.0))]
    _write(folder / "register.csv", [["Дата и время совершения", "Вид правонарушения", "Нарушитель"], *rows])
    _write(folder / "102.csv", [["Время поступления", "Приоритет"], *calls])
    import_planner_data(folder / "my.toml", offences=folder / "register.csv", calls=folder / "102.csv")
    return folder


def _when(day, rng):
    return (day + dt.timedelta(seconds=int(rng.integers(86_400)))).strftime("%d.%m.%Y %H:%M:%S")


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def options_of(planner, **changes):
    return BacktestOptions(**{"scenario": planner / "my.toml", "train": "2025-01..2025-06", "test": "2025-07..2025-08",
                              "out": planner / "out", **changes})


def test_it_tells_how_often_held_out_counts_fell_inside(planner):
    result = backtest(options_of(planner), show=QUIET)
    by_kind = {item.kind: item for item in result.series}
    assert set(by_kind) == {"petty_hooliganism", "drinking", "traffic", ALL, "calls"}
    for item in by_kind.values():
        assert len(item.counts) == 62
        assert [coverage.n for coverage in (*item.days, *item.weeks)] == [62] * 3 + [8] * 3
        assert item.n_came == pytest.approx(item.n_expected, rel=0.2)
        for coverage in item.days:
            low, high = coverage.share_interval(0.999)
            assert low <= coverage.expected <= high
    assert by_kind["traffic"].model.weekday_weights[6] > 1.3 * by_kind["traffic"].model.weekday_weights[2]


def test_its_files_hold_what_it_told(planner):
    result = backtest(options_of(planner), show=QUIET)
    told = json.loads((planner / "out" / "backtest.json").read_text(encoding="utf-8"))
    assert told["series"][0]["days"][1]["n_inside"] == result.series[0].days[1].n_inside
    text = (planner / "out" / "backtest.svg").read_text(encoding="utf-8")
    assert "<svg" in text
    assert "Иванов" not in text + json.dumps(told, ensure_ascii=False)


def test_a_table_that_nobody_named_and_that_ends_too_soon_is_left_out_with_a_warning(planner, tmp_path, capsys):
    lines = (planner / "102.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "102.csv").write_text("\n".join(lines[:1500]), encoding="utf-8")
    shutil.copy(planner / "register.csv", tmp_path)
    import_planner_data(tmp_path / "my.toml", offences=tmp_path / "register.csv", calls=tmp_path / "102.csv")
    result = backtest(options_of(tmp_path), show=Show(quiet=False))
    assert {item.file for item in result.series} == {"register.csv"}
    assert "that 102.csv holds" in "".join(capsys.readouterr())
    with pytest.raises(InputError, match=r"that 102\.csv holds"):
        backtest(options_of(tmp_path, calls=tmp_path / "102.csv"), show=QUIET)


def test_one_table_may_be_named(planner):
    result = backtest(options_of(planner, calls=planner / "102.csv"), show=QUIET)
    assert [item.kind for item in result.series] == ["calls"]


@pytest.mark.parametrize(("changes", "message"), [
    ({"train": "2024-12..2025-06"}, "it has no row in 2024-12"),
    ({"test": "2025-07..2025-10"}, "it has no row in 2025-09, 2025-10"),
    ({"test": "2025-06..2025-08"}, "expected months after --train 2025-01..2025-06"),
    ({"train": "2025-13"}, "a year has months 01 to 12"),
    ({"train": "2025-03..2025-01"}, "the first month comes first"),
    ({"train": "spring"}, "expected months as 2025-01..2025-06 or 2025-07"),
])
def test_months_that_cannot_be_are_told(planner, changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        backtest(options_of(planner, **changes), show=QUIET)


def test_a_month_that_the_register_cuts_is_told(planner, tmp_path):
    path = tmp_path / "short.csv"
    lines = (planner / "102.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines[1:] if not re.match(r"[012]\d\.01\.", line)]
    path.write_text("\n".join([lines[0], *kept]), encoding="utf-8")
    with pytest.raises(InputError, match="leave out the month that is cut"):
        backtest(options_of(planner, calls=path), show=QUIET)


def test_a_scenario_without_tables_asks_for_them():
    with pytest.raises(InputError, match=re.escape("give --offences register.csv or --calls 102.csv")):
        backtest(BacktestOptions(scenario="district_centre", train="2025-01", test="2025-02"), show=QUIET)


def test_spans_of_months_are_whole():
    span = read_months("2024-02..2024-03", option="--train")
    assert (span.first, span.last) == (dt.date(2024, 2, 1), dt.date(2024, 3, 31))
    assert read_months("2025-12", option="--train").last == dt.date(2025, 12, 31)
    assert len(span.days()) == 60
