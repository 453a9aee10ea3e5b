"""The page of all tables and keys of a scenario file is what the models hold files to, and leaves nothing unsaid."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from scenarios.key_reference import describe_keys
from scenarios.schema import ScenarioFile

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "scenario-file.md"


def test_the_page_is_what_the_models_say():
    again = "python -m scenarios.key_reference > docs/reference/scenario-file.md"
    assert PAGE.read_text(encoding="utf-8") == describe_keys(), f"write it anew: {again}"


@pytest.mark.parametrize("heading", ["[time]", "[kinds.NAME]", "[[overlays]]", "[targets.named.NAME]", "[rooms.NAME]"])
def test_every_sort_of_table_has_its_heading(heading):
    assert f"## {heading}\n" in describe_keys()


def tables(model, path=""):
    """Yield each model of a file with its place, in whatever type it is wrapped."""
    yield path, model
    for name, field in model.model_fields.items():
        stack = [field.annotation]
        while stack:
            item = stack.pop()
            stack += list(getattr(item, "__args__", ()))
            if isinstance(item, type) and issubclass(item, BaseModel):
                yield from tables(item, f"{path}.{name}")


def test_every_key_says_what_it_means():
    silent = [f"{path}.{name}" for path, table in tables(ScenarioFile) if path for name, field in
              table.model_fields.items() if name != "source" and not field.description]
    assert silent == []
