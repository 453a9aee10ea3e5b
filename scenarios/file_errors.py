"""Turns what pydantic found wrong with a file into lines that say where, what was got and what was expected."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Tag, ValidationError

from sim.errors import InputError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Key = tuple[int | str, ...]
LONGEST_SHOWN = 60
_NAME_RULE = "a name of small letters, digits and _ that starts with a letter"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a field must hold, in words; stands in the field's annotation."""

    text: str


class Table(BaseModel):
    """A group of keys in a file: nothing unknown, nothing converted, nothing infinite."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False,
                              use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a file."""

    where: str
    got: str | None = None
    expected: str = ""
    do: str = ""

    def error(self) -> InputError:
        """Return it as an error."""
        return InputError(self.where, got=self.got, expected=self.expected, do=self.do)


def join_faults(faults: Iterable[Fault]) -> InputError:
    """Return one error with a line for each fault."""
    errors = [fault.error() for fault in faults]
    return errors[0] if len(errors) == 1 else InputError("\n".join(str(error) for error in errors))


def cut_faults(faults: Sequence[Fault], *, most: int = 30) -> list[Fault]:
    """Return the first faults and a line that counts the rest: a file wrong throughout is not repeated in full."""
    if len(faults) <= most:
        return list(faults)
    return [*faults[:most], Fault(where=f"and {len(faults) - most:,} more faults")]


def list_faults(error: ValidationError, *, file: str, model: type[BaseModel]) -> list[Fault]:
    """Return a fault for every error of a validation, in the file's own keys."""
    return [_fault(detail, file=file, model=model) for detail in error.errors(include_url=False)]


def show_key(key: Key) -> str:
    """Return a key as the file writes it: ``roster.night.units``, ``rows[2].hits``."""
    shown = ""
    for part in key:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            text = part if _BARE_KEY.fullmatch(part) else json.dumps(part, ensure_ascii=True)
            shown += f".{text}" if shown else text
    return shown


def show_value(value: object) -> str:
    """Return a value as a file would write it, shortened where it is long."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _plain(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _plain(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of {int(value.bit_length() * 0.30103) + 1} digits"
    return "null" if value is None else str(value)


def _fault(detail: ErrorDetails, *, file: str, model: type[BaseModel]) -> Fault:
    key = detail["loc"]
    if key and key[-1] == "[key]":
        key = key[:-1]
        return Fault(where=f"{file}: {show_key(_without_tags(model, key))}", expected=_NAME_RULE, do="rename it")
    where = f"{file}: {show_key(_without_tags(model, key))}" if key else file
    if detail["type"] == "missing":
        return Fault(where=where, expected=expected_of(model, key), do="the key is missing: add it")
    got = show_value(detail["input"])
    if detail["type"] == "extra_forbidden":
        known = known_keys(model, key[:-1])
        return Fault(where=where, got=got, expected="one of the keys " + ", ".join(known),
                     do=nearest(str(key[-1]), known))
    if detail["type"] == "less_than_equal":
        return Fault(where=where, got=got, expected=f"at most {_number(detail, 'le')}")
    do = ""
    if detail["type"] == "literal_error" and isinstance(detail["input"], str):
        do = nearest(detail["input"], _choices(model, key))
    return Fault(where=where, got=got, expected=expected_of(model, key), do=do)


def _number(detail: ErrorDetails, name: str) -> str:
    value = detail["ctx"][name]
    return f"{value:,.0f}" if float(value).is_integer() else str(value)


def nearest(got: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known name, or nothing where none is near."""
    close = difflib.get_close_matches(got, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""


def known_keys(model: type[BaseModel], key: Key) -> list[str]:
    """Return the keys that a table of the file may hold."""
    table, _ = _walk(model, key)
    if isinstance(table, type) and issubclass(table, BaseModel):
        return [field.alias or name for name, field in table.model_fields.items()]
    return []


def expected_of(model: type[BaseModel], key: Key) -> str:
    """Return what a key of the file must hold, in words."""
    annotation, metadata = _walk(model, key)
    for item in metadata:
        if isinstance(item, Expected):
            return item.text
    if get_origin(annotation) is list:
        return "a list"
    if annotation in (bool, str):
        return "true or false" if annotation is bool else "a text"
    choices = _choices(model, key)
    return "one of " + ", ".join(choices) if choices else "a table"


def _choices(model: type[BaseModel], key: Key) -> list[str]:
    annotation, _ = _walk(model, key)
    return [str(choice) for choice in get_args(annotation) if isinstance(choice, str)]


def _walk(model: type[BaseModel], key: Key) -> tuple[Any, tuple[Any, ...]]:
    """Follow a key through the model's annotations; return the last annotation and its metadata."""
    annotation: Any = model
    metadata: tuple[Any, ...] = ()
    for part in key:
        annotation, metadata = _step(annotation, part)
    return _unwrap(annotation, metadata)


def _step(annotation: Any, part: int | str) -> tuple[Any, tuple[Any, ...]]:
    annotation, metadata = _unwrap(annotation, ())
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if part in (name, field.alias):
                return field.annotation, tuple(field.metadata)
        return None, ()
    member = _tagged(annotation, part)
    if member is not None:
        return member, ()
    inner = get_args(annotation)
    return (inner[-1], ()) if inner and get_origin(annotation) in (dict, list) else (annotation, metadata)


def _tagged(annotation: Any, part: int | str) -> Any:
    """Return the member of a tagged union that a part of a key names, or None."""
    for member in get_args(annotation):
        if any(isinstance(item, Tag) and item.tag == part for item in getattr(member, "__metadata__", ())):
            return member
    return None


def _without_tags(model: type[BaseModel], key: Key) -> Key:
    """Return a key as a file's author knows it: pydantic puts the tag of a union's member among its parts."""
    annotation: Any = model
    shown: list[int | str] = []
    for part in key:
        if _tagged(_unwrap(annotation, ())[0], part) is None:
            shown.append(part)
        annotation, _ = _step(annotation, part)
    return tuple(shown)


def _unwrap(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Strip Annotated and ``| None``."""
    while True:
        if hasattr(annotation, "__metadata__"):
            annotation, metadata = annotation.__origin__, (*metadata, *annotation.__metadata__)
            continue
        inner = [item for item in get_args(annotation) if item is not type(None)]
        if len(inner) == 1 and len(get_args(annotation)) == 2 and get_origin(annotation) not in (dict, list):
            annotation = inner[0]
            continue
        return annotation, metadata
