"""What a detector model file holds, and what is answered to one that cannot be used."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load_detector_model, save_detector_model
from sim.detector_model import DetectorModel, DetectorRow
from sim.errors import InputError

ROW = DetectorRow(
    kind="dropped", condition="day", threshold=0.5, plateau=0.9, px50=14.0, slope=3.0,
    cov=((0.01, 0.0, 0.0), (0.0, 4.0, 0.1), (0.0, 0.1, 0.2)), hits=17, misses=3, false_alarms=2, camera_hours=5.5,
    n_cameras=4, between_camera_sd=0.3, f0_per_h=0.4, f1_per_person_min=0.001, delay_quantiles_s=(0.2, 0.5, 1.4))
MODEL = DetectorModel(
    name="left object on clips", detector="left_object", version="1", profile="default", kind_map={"dropped": "litter"},
    provenance={"set": "clips", "sha256": "0" * 64, "machine": "2 cores", "date": "2026-01-31", "code_version": "0.1"},
    rows=(ROW,))


def write(path: Path, change: dict[str, object] | None = None, *, row: dict[str, object] | None = None) -> Path:
    save_detector_model(MODEL, path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document.update(change or {})
    document["rows"][0].update(row or {})
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_detector_model(path)
    return str(caught.value)


counts = st.integers(0, 10**6)
above_0 = st.floats(1e-6, 1e6)


@st.composite
def rows(draw: st.DrawFn) -> DetectorRow:
    cell = st.floats(-1e6, 1e6)
    line = st.tuples(cell, cell, cell)
    return DetectorRow(
        kind=draw(st.text(min_size=1, max_size=8)), condition="day", threshold=draw(cell),
        plateau=draw(st.none() | st.floats(0, 1)), px50=draw(st.none() | above_0), slope=draw(st.none() | cell),
        cov=draw(st.none() | st.tuples(line, line, line)), hits=draw(counts), misses=draw(counts),
        false_alarms=draw(counts), camera_hours=draw(above_0), n_cameras=draw(st.integers(1, 10**5)),
        between_camera_sd=draw(st.none() | above_0), f0_per_h=draw(st.none() | above_0),
        f1_per_person_min=draw(st.none() | above_0),
        delay_quantiles_s=tuple(sorted(draw(st.lists(st.floats(0, 1e4), max_size=5)))))


@settings(max_examples=60, deadline=None)
@given(found=st.lists(rows(), max_size=4, unique_by=lambda row: (row.kind, row.threshold)))
def test_what_was_saved_loads_as_the_same_model(tmp_path_factory: pytest.TempPathFactory, found: list[DetectorRow]
                                                ) -> None:
    path = tmp_path_factory.mktemp("model") / "model.json"
    model = replace(MODEL, rows=tuple(found))
    save_detector_model(model, path)
    assert load_detector_model(path) == model
    assert [item.name for item in path.parent.iterdir()] == ["model.json"]


def test_the_file_has_the_schemas_keys_in_order(tmp_path: Path) -> None:
    document = json.loads(write(tmp_path / "m.json").read_text(encoding="utf-8"))
    assert document["schema"] == "watchfloor.detector-model/1"
    assert list(document) == ["schema", "name", "detector", "version", "profile", "kind_map", "provenance", "rows"]
    assert list(document["rows"][0]) == [
        "kind", "condition", "threshold", "plateau", "px50", "slope", "cov", "hits", "misses", "false_alarms",
        "camera_hours", "n_cameras", "between_camera_sd", "f0_per_h", "f1_per_person_min", "delay_quantiles_s"]


@pytest.mark.parametrize(("row", "message"), [
    ({"hits": -1}, "rows[0].hits = -1; expected a whole number ≥ 0"),
    ({"hits": 1.5}, "rows[0].hits = 1.5; expected a whole number ≥ 0"),
    ({"camera_hours": 0}, "rows[0].camera_hours = 0; expected a finite number > 0"),
    ({"n_cameras": 0}, "rows[0].n_cameras = 0; expected a whole number ≥ 1"),
    ({"plateau": 1.2}, "rows[0].plateau = 1.2; expected at most 1"),
    ({"kind": None}, "rows[0].kind = null; expected a text that is not empty"),
    ({"cov": [[1, 2, 3]]}, "rows[0].cov = a list of 1; expected 3 lists of 3 numbers, or null"),
    ({"cov": [[1, 2, "x"]] * 3}, 'rows[0].cov[0][2] = "x"; expected a finite number'),
    ({"delay_quantiles_s": [2, 1]}, "rows[0].delay_quantiles_s; expected delays in rising order"),
    ({"delay_quantiles_s": [-1]}, "rows[0].delay_quantiles_s[0] = -1; expected a finite number ≥ 0"),
    ({"delay_quantiles_s": 3}, "rows[0].delay_quantiles_s = 3; expected a list"),
    ({"hit": 1}, "rows[0].hit = 1; expected one of the keys kind, condition, threshold, plateau, px50, slope, cov, "
                 "hits, misses, false_alarms, camera_hours, n_cameras, between_camera_sd, f0_per_h, "
                 "f1_per_person_min, delay_quantiles_s; did you mean hits?"),
])
def test_a_fault_in_a_row_is_told_with_its_place_its_value_and_what_was_expected(
        tmp_path: Path, row: dict[str, object], message: str) -> None:
    assert complaint(write(tmp_path / "m.json", row=row)).splitlines()[0] == f"m.json: {message}"


@pytest.mark.parametrize(("change", "message"), [
    ({"schema": "watchfloor.detector-model/2"},
     'schema = "watchfloor.detector-model/2"; expected "watchfloor.detector-model/1"'),
    ({"name": ""}, 'name = ""; expected a text that is not empty'),
    ({"kind_map": {"dropped": 3}}, "kind_map.dropped = 3; expected a text that is not empty"),
    ({"provenance": {"set": "a", "sha256": "b", "machine": "c", "date": "d"}},
     "provenance.code_version; expected a text; the key is missing: add it"),
])
def test_a_fault_outside_the_rows_is_told_likewise(tmp_path: Path, change: dict[str, object], message: str) -> None:
    assert complaint(write(tmp_path / "m.json", change)) == f"m.json: {message}"


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        save_detector_model(replace(MODEL, rows=(ROW, ROW)), tmp_path / "m.json")
    assert str(caught.value) == ("m.json: rows[1]; expected another kind, condition or threshold than rows[0]; "
                                 "merge their counts")


def test_missing_keys_are_all_told(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"schema": "watchfloor.detector-model/1", "rows": []}', encoding="utf-8")
    assert complaint(path).splitlines() == [
        *(f"m.json: {key}; expected a text that is not empty; the key is missing: add it"
          for key in ("name", "detector", "version", "profile")),
        "m.json: kind_map; expected a table; the key is missing: add it",
        "m.json: provenance; expected a table; the key is missing: add it",
    ]


@pytest.mark.parametrize(("text", "message"), [
    ("{", "m.json: line 1, column 2; expected JSON; Expecting property name enclosed in double quotes"),
    ("[]", "m.json = a list of 0; expected a table with the keys of a detector model"),
    ('{"a": NaN}', "m.json; expected JSON; NaN is not a finite number"),
    ('{"a": -Infinity}', "m.json; expected JSON; -Infinity is not a finite number"),
    ('{"a": 1, "a": 2}', "m.json; expected JSON; the key a stands twice in one table"),
    ("[" * 100_000, "m.json; expected JSON; it is nested too deeply"),
    ('{"a": ' + "9" * 5_000 + "}", "m.json; expected JSON; a number has too many digits"),
])
def test_what_is_not_a_json_table_is_told_without_a_traceback(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text, encoding="utf-8")
    assert complaint(path) == message


def test_a_number_too_large_for_a_float_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "m.json")
    path.write_text(path.read_text(encoding="utf-8").replace("5.5", "1e999"), encoding="utf-8")
    assert complaint(path) == "m.json: rows[0].camera_hours = inf; expected a finite number > 0"


def test_a_missing_file_is_told_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    assert complaint(path) == f"{path}; expected a detector model file; it cannot be read: No such file or directory"


def test_a_model_that_could_not_be_loaded_again_is_not_saved(tmp_path: Path) -> None:
    broken = replace(MODEL, rows=(replace(ROW, threshold=float("nan")),))
    with pytest.raises(InputError, match=r"rows\[0\]\.threshold = nan; expected a finite number"):
        save_detector_model(broken, tmp_path / "m.json")
    assert not list(tmp_path.iterdir())


def test_conditions_that_the_simulator_cannot_tell_apart_need_a_row_for_all(tmp_path):
    path = tmp_path / "m.json"
    snow, rain, every = (replace(ROW, condition=condition) for condition in ("snow", "rain", "all"))
    with pytest.raises(InputError, match=r'rows of dropped = rain, snow; expected a row of the condition "all"'):
        save_detector_model(replace(MODEL, rows=(snow, rain)), path)
    save_detector_model(replace(MODEL, rows=(snow, rain, every)), path)
    assert len(load_detector_model(path).rows) == 3
