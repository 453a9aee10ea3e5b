"""Inputs as lines of JSON."""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Iterable
from dataclasses import asdict, fields
from enum import StrEnum
from typing import Any

from sim.errors import InputError, ModelError, UnknownNameError
from sim.input_records import (
    FeedReport,
    Injection,
    Input,
    InputKind,
    Order,
    Payload,
    Take,
    TileView,
    UnitReport,
    Verdict,
    Zoom,
)
from sim.records import Alert, Sighting

PAYLOADS: dict[InputKind, type[Payload]] = {
    InputKind.ALERT: Alert, InputKind.SIGHTING: Sighting, InputKind.TAKE: Take, InputKind.ZOOM: Zoom,
    InputKind.VIEW: TileView, InputKind.VERDICT: Verdict, InputKind.DISPATCH: Order, InputKind.UNIT: UnitReport,
    InputKind.FEED: FeedReport, InputKind.INJECT: Injection,
}
"""The record that each kind of input carries."""


def line_of_input(came: Input) -> str:
    """Return an input as one line of JSON, without its end; fields that are None are left out."""
    payload = {} if came.payload is None else asdict(came.payload)
    return json.dumps({
        "seq": came.seq, "t_s": came.t_s, "kind": str(came.kind),
        "payload": {name: value for name, value in payload.items() if value is not None}}, ensure_ascii=False)


def inputs_of_lines(lines: Iterable[str], *, where: str) -> list[Input]:
    """Return the inputs of lines of JSON; empty lines are passed over.

    Args:
        lines: of a file, in order.
        where: name of the file, for errors.

    Raises:
        InputError: if a line is no input, or lies before the one above it.
    """
    inputs: list[Input] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        came = input_of_line(line, where=f"{where}:{number}")
        if inputs and (came.t_s < inputs[-1].t_s or came.seq <= inputs[-1].seq):
            raise InputError(f"{where}:{number}: (seq, t_s)", got=(came.seq, came.t_s),
                             expected=f"seq above {inputs[-1].seq} and t_s no less than {inputs[-1].t_s}",
                             do="the file is out of order; was it joined of two?")
        inputs.append(came)
    return inputs


def input_of_line(line: str, *, where: str) -> Input:
    """Return the input of one line of JSON.

    Raises:
        InputError: if it is none.
    """
    try:
        data = json.loads(line)
    except ValueError as error:
        raise InputError(where, got=line[:80], expected="a line of JSON", do=str(error)) from error
    if not isinstance(data, dict) or data.keys() != {"seq", "t_s", "kind", "payload"}:
        raise InputError(where, got=line[:80], expected="an object of seq, t_s, kind and payload")
    kinds = [str(kind) for kind in InputKind]
    if data["kind"] not in kinds:
        raise UnknownNameError(f"{where}: kind", got=str(data["kind"]), known=kinds)
    kind = InputKind(data["kind"])
    return Input(seq=_typed(data["seq"], int, f"{where}: seq"), t_s=_typed(data["t_s"], float, f"{where}: t_s"),
                 kind=kind, payload=_record(data["payload"], PAYLOADS[kind], f"{where}: payload"))


def _record(data: Any, record: type[Payload], where: str) -> Payload:
    if not isinstance(data, dict):
        raise InputError(where, got=data, expected=f"an object with the fields of {record.__name__}")
    types_by_name = typing.get_type_hints(record)
    for name in data:
        if name not in types_by_name:
            raise UnknownNameError(f"{where}: field", got=name, known=types_by_name)
    given: dict[str, Any] = {
        name: _typed(value, types_by_name[name], f"{where}.{name}") for name, value in data.items()}
    missing = [item.name for item in fields(record)
               if item.name not in given and not _may_be_none(types_by_name[item.name])]
    if missing:
        raise InputError(where, got=", ".join(sorted(data)) or "nothing", expected=f"also {', '.join(missing)}")
    given.update({item.name: None for item in fields(record) if item.name not in given})
    try:
        return record(**given)
    except ModelError as error:
        raise InputError(where, expected=str(error)) from error


def _may_be_none(wanted: Any) -> bool:
    return isinstance(wanted, types.UnionType) and type(None) in typing.get_args(wanted)


def _typed(value: Any, wanted: Any, where: str) -> Any:
    """Return a value of JSON as a field's type."""
    if isinstance(wanted, types.UnionType):
        return None if value is None else _typed(value, typing.get_args(wanted)[0], where)
    if wanted is float and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if wanted in (int, bool, str) and type(value) is wanted:
        return value
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        names = [str(one) for one in wanted]
        if value in names:
            return wanted(value)
        raise UnknownNameError(where, got=str(value), known=names)
    if typing.get_origin(wanted) is tuple and isinstance(value, list) and len(value) == len(typing.get_args(wanted)):
        return tuple(_typed(one, kind, where) for one, kind in zip(value, typing.get_args(wanted), strict=True))
    raise InputError(where, got=value, expected=f"a value of type {getattr(wanted, '__name__', wanted)}")

