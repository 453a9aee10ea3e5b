"""Results are saved with the machine they were measured on, and read back."""

from __future__ import annotations

import json
import os

import pytest

from benchmarks import describe_machine, load_result, measure_throughput, save_result
from sim.errors import InputError


def test_the_machine_tells_its_cores_versions_and_date():
    machine = describe_machine()
    assert 1 <= machine.n_cores <= (os.cpu_count() or 1)
    assert {"numpy", "opencv", "av", "scipy", "numba", "simpy"} <= set(machine.versions)
    assert "not installed" not in [machine.versions[name] for name in ("numpy", "av", "scipy")]
    assert machine.date.endswith("+00:00")
    assert machine.cpu in machine.summary


def test_throughput_is_measured_saved_and_read_back(list_source, tmp_path):
    seen = []
    throughput = measure_throughput(list_source, progress=lambda done, total: seen.append(done))
    assert [row.name for row in throughput.rows] == ["decode", "motion", "left_object"]
    assert [row.n_frames for row in throughput.rows] == [120] * 3
    assert len(seen) == 360
    assert throughput.rows[0].detector_cpu_ms_per_frame == 0.0
    assert all(row.streams_per_core > 0.0 and row.frames_per_s > 0.0 for row in throughput.rows)
    assert throughput.rows[2].n_alerts == 2

    machine = describe_machine()
    save_result(tmp_path / "results" / "throughput.json", "throughput", throughput, machine)
    saved = load_result(tmp_path / "results" / "throughput.json")
    assert (saved.name, saved.machine) == ("throughput", machine)
    assert saved.values["rows"][0]["n_frames"] == 120


def test_the_file_names_its_schema_machine_versions_and_date(tmp_path):
    save_result(tmp_path / "a.json", "a", {"x": (1, 2)}, describe_machine())
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert content["schema"] == "watchfloor.benchmark/1"
    assert set(content) == {"schema", "name", "date", "machine", "values"}
    assert content["machine"]["versions"]["numpy"]
    assert content["values"] == {"x": [1, 2]}


@pytest.mark.parametrize(("text", "message"), [
    ("{", "not JSON"),
    ("[]", "schema; expected"),
    ('{"schema": "watchfloor.benchmark/0"}', "schema = watchfloor.benchmark/0; expected watchfloor.benchmark/1"),
    ('{"schema": "watchfloor.benchmark/1", "name": "a"}', "incomplete"),
])
def test_a_file_that_is_no_saved_result_is_refused(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_result(path)
    assert message in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="expected a saved result"):
        load_result(tmp_path / "none.json")
