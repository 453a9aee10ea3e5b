"""Every table and key of a scenario file as a page of Markdown, made from the models that check the files.

``python -m scenarios.key_reference > docs/reference/scenario-file.md`` writes the page anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.file_errors import expected_of
from scenarios.schema import ScenarioFile
from scenarios.schema_demand import LandUseTable

HEAD = """# The scenario file

TOML, schema `watchfloor.scenario/1`: every table and key, as `watchfloor scenarios check` holds a file to them. How to
write one: [Add a scenario](../how-to/add-a-scenario.md). What the model makes of it:
[What the model does](../explanation/model.md).

Every table with numbers of its own also has `source`: where they come from, or `assumption: ` and why. Durations are
lognormal and told by their median and their 95 % point. Two keys more stand in files that extend others: `extends`, a
shipped scenario's name or a path, and `without`, tables of it to leave out.

```console
$ watchfloor scenarios check district_centre
district_centre.toml: district_centre, ...
```
"""


def describe_keys() -> str:
    """Return the page."""
    parts = [HEAD, _keys(ScenarioFile, [name for name, field in ScenarioFile.model_fields.items()
                                        if not _tables_of(field.annotation)])]
    for name, field in ScenarioFile.model_fields.items():
        for table in _tables_of(field.annotation):
            parts += _section(table, _heading(name, field.annotation), may_be_left_out=not field.is_required())
    return "\n".join([*parts, *_section(LandUseTable, "[kinds.NAME.land_use]")])


def _section(table: type[BaseModel], heading: str, *, may_be_left_out: bool = False) -> Iterator[str]:
    """Yield a table's keys, and then those of tables of its own."""
    names = [name for name in table.model_fields if name != "source"]
    yield (f"## {heading}\n\n{_plain(table.__doc__ or '')}{' May be left out.' if may_be_left_out else ''}\n\n"
           + _keys(table, names))
    for name in names:
        annotation = table.model_fields[name].annotation
        for inner in _tables_of(annotation):
            if inner is not LandUseTable:
                yield from _section(inner, _heading(f"{heading.strip('[]')}.{name}", annotation))


def _keys(table: type[BaseModel], names: Sequence[str]) -> str:
    rows = []
    for name in names:
        field = table.model_fields[name]
        key = field.alias or name
        meaning = _plain(field.description or "")
        rows.append(f"| `{key}` | {expected_of(table, (key,))}{_default(field)} | {meaning} |\n")
    return "| key | holds | meaning |\n|---|---|---|\n" + "".join(rows)


def _heading(name: str, annotation: Any) -> str:
    origins = {get_origin(item) for item in _spread(annotation)}
    if list in origins:
        return f"[[{name}]]"
    return f"[{name}.NAME]" if dict in origins else f"[{name}]"


def _tables_of(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that a field's type names."""
    return [item for item in _spread(annotation) if isinstance(item, type) and issubclass(item, BaseModel)]


def _spread(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _spread(inner)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    default = field.get_default(call_default_factory=True)
    return "; may be left out" if default is None else f"; default `{json.dumps(default)}`"


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


if __name__ == "__main__":
    sys.stdout.write(describe_keys())
