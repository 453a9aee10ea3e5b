"""watchfloor from Python: three names, results that show themselves, and data frames."""

from __future__ import annotations

import subprocess
import sys

import pyarrow.parquet as pq
import pytest

import watchfloor
from sim.errors import UnknownNameError
from watchfloor import load_scenario, simulate, staffing_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return staffing_study("district_centre", ["found_share >= 0.2"], hours=24.0, warm_up_h=0.0, replications=10,
                          share_of_days=0.5, most_inspectors=3, most_units=2, out=tmp_path_factory.mktemp("study"))


def test_a_simulation_shows_itself_and_becomes_a_frame():
    played = simulate(load_scenario("district_centre", overrides={"time.duration_h": 12.0}), replications=3, seed=2)
    frame = played.to_frame()
    assert set(frame["arm"]) == {"inspectors"}
    found = frame[frame["measure"] == "found"].iloc[0]
    assert found["mean"] == played.estimates["inspectors"]["found"].mean
    assert "<table>" in played._repr_html_()


def test_a_study_shows_its_answer_and_becomes_frames(study):
    assert "The smallest roster" in study._repr_html_()
    assert study.to_frame()["roster"].iloc[0] == "present"
    assert len(study.to_frame("curve")) == len(study.curve)
    with pytest.raises(UnknownNameError, match="did you mean curve"):
        study.to_frame("curv")


def test_the_parquet_files_hold_the_tables(study):
    table = pq.read_table(study.folder / "curve.parquet")
    assert table.num_rows == len(study.curve)
    assert table.column("inspectors").to_pylist() == [point.staff.inspectors for point in study.curve]


def test_the_package_itself_imports_nothing_heavy():
    code = "import sys, watchfloor; print([name for name in ('numpy', 'numba', 'matplotlib') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    with pytest.raises(AttributeError, match="nothing"):
        _ = watchfloor.nothing
