"""Records hold no identity, and nothing is dispatched unconfirmed."""

import ast
from pathlib import Path

import pytest

import sim
from sim.errors import ModelError
from sim.records import Call

ROOT = Path(__file__).parents[2]
IDENTITY = {"face", "plate", "surname", "embedding", "passport", "iin", "phone", "birth", "gender", "ethnicity",
            "biometric", "gait", "identity"}


def identifies(field):
    return bool(IDENTITY & set(field.lower().split("_")))


def record_fields():
    """Yield every field of every dataclass in the source, also of modules that are for another environment."""
    for package in ("sim", "hw", "agents", "benchmarks", "scenarios", "watchfloor"):
        for path in (ROOT / package).rglob("*.py"):
            for record in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(record, ast.ClassDef) and any("dataclass" in ast.unparse(made)
                                                            for made in record.decorator_list):
                    yield from ((f"{path.relative_to(ROOT)}: {record.name}", item.target.id)
                                for item in record.body if isinstance(item, ast.AnnAssign))


def test_no_record_has_a_field_that_could_identify_an_observed_person():
    fields = list(record_fields())
    assert {("sim/records.py: Call", "inspector_id"), ("hw/frame.py: Frame", "camera_id")} <= set(fields)
    assert not [where for where, name in fields if identifies(name)]


def test_the_identity_test_would_catch_one():
    assert identifies("offender_face_embedding")
    assert identifies("plate")
    assert not identifies("plateau")


def test_a_call_needs_the_person_who_confirmed_it():
    with pytest.raises(ModelError, match="inspector_id = None"):
        Call(call_id=1, kind="litter", place=(0.0, 0.0), priority=1, call_create_s=0.0, alert_id=4)
    assert Call(call_id=1, kind="litter", place=(0.0, 0.0), priority=1, call_create_s=0.0, calltaker_id=2).call_id == 1


def test_the_packages_public_names_exist():
    for name in sim.__all__:
        assert hasattr(sim, name)
