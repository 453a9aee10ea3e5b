"""Records hold no identity, and nothing is dispatched unconfirmed."""

import dataclasses
import inspect
import pkgutil
from importlib import import_module

import pytest

import sim
from sim.errors import ModelError
from sim.records import Call

IDENTITY = {"face", "plate", "surname", "embedding", "passport", "iin", "phone", "birth", "gender", "ethnicity",
            "biometric", "gait", "identity"}


def identifies(field):
    return bool(IDENTITY & set(field.lower().split("_")))


def record_types():
    for package in ("sim", "hw", "agents", "benchmarks", "scenarios", "watchfloor"):
        root = import_module(package)
        for module in pkgutil.walk_packages(root.__path__, package + "."):
            if module.name.endswith("__main__") or ".mm10_" in module.name or ".gst_" in module.name:
                continue  # a script that runs, and imports, in another environment
            for _, value in inspect.getmembers(import_module(module.name), inspect.isclass):
                if value.__module__ == module.name and dataclasses.is_dataclass(value):
                    yield value


def test_no_record_has_a_field_that_could_identify_an_observed_person():
    types = list(record_types())
    assert len(types) > 30
    for record in types:
        for item in dataclasses.fields(record):
            assert not identifies(item.name), f"{record.__qualname__}.{item.name}"


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
