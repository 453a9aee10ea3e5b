"""The files a run leaves: events, cases and a manifest."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.cases import INSTANTS, Cases
from sim.city import F8
from sim.errors import InputError
from sim.log import DISPOSITIONS, ID_COLUMNS, MISSING, EventLog, Name
from sim.scenario import Scenario


def _ids(values: NDArray[np.int32]) -> pa.Array:
    return pa.array(values, type=pa.int32(), mask=values == MISSING)


def _numbers(values: F8) -> pa.Array:
    return pa.array(values, type=pa.float64(), mask=np.isnan(values))


def _words(index: NDArray[np.int32], words: Sequence[str]) -> pa.Array:
    codes = pa.array(np.where(index < 0, 0, index), type=pa.int32(), mask=index < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(words)))


def events_table(logs: Sequence[EventLog]) -> pa.Table:
    """Return the logs as one table: seq, t_s, name, arm, the six ids and value; none is null."""
    known = {int(name): name.name.lower() for name in Name}
    names = [known.get(number, "") for number in range(max(known) + 1)]
    tables = []
    for log in logs:
        columns = {
            "seq": pa.array(np.arange(log.n_rows, dtype=np.uint32)),
            "t_s": pa.array(log.t_s),
            "name": _words(log.name.astype(np.int32), names),
            "arm": pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(log.n_rows, dtype=np.int32)), pa.array([log.arm])),
        }
        columns |= {column: _ids(getattr(log, column)) for column in ID_COLUMNS}
        columns["value"] = _numbers(log.value)
        tables.append(pa.table(columns))
    return pa.concat_tables(tables).unify_dictionaries()


def cases_table(scenario: Scenario, cases_by_arm: Mapping[str, Cases]) -> pa.Table:
    """Return the cases as one table: kind, arm, ids, the timestamps in order, disposition."""
    kinds = [kind.name for kind in scenario.kinds]
    tables = []
    for arm, cases in cases_by_arm.items():
        columns = {
            "arm": pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(cases.n_cases, dtype=np.int32)), pa.array([arm])),
            "kind": _words(cases.kind, kinds),
            "is_true": pa.array(cases.is_true),
        }
        columns |= {column: _ids(getattr(cases, column)) for column in ID_COLUMNS}
        columns |= {column: _numbers(cases.t_s[column]) for column in INSTANTS}
        columns["disposition"] = _words(cases.disposition, [str(item) for item in DISPOSITIONS])
        tables.append(pa.table(columns))
    return pa.concat_tables(tables).unify_dictionaries()


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet file."""
    pq.write_table(table, path, compression="zstd")


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file.

    Raises:
        InputError: if it is damaged.
    """
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(str(path), got=str(error)[:80], expected="a Parquet file as it was written",
                         do="restore it from a copy") from None


def write_json(value: object, path: Path) -> None:
    """Write JSON; a number that is not finite becomes null."""
    path.write_text(json.dumps(finite(value), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def finite(value: object) -> object:
    """Return the value with every number that is not finite replaced by None."""
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def open_folder(path: Path) -> Path:
    """Make the output folder and check that it can be written, before any work is done.

    Raises:
        InputError: if it cannot.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InputError("--out", got=path, expected="a folder that can be written",
                         do=f"choose another one ({error.strerror})") from error
    return path
