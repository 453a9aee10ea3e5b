"""Records on their way out: experience statements (xAPI 1.0.3), responses as CSV, and all of one person's as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sim.errors import InputError
from watchfloor.training.records import Records
from watchfloor.training.tables import Base, ResponseRow, SessionRow

OWN_SCHEMA = "watchfloor.trainee/1"
HOME = "urn:watchfloor:trainees"
"""Where the random ids of the statements' actors belong."""
VERBS = {"completed": "http://adlnet.gov/expapi/verbs/completed", "passed": "http://adlnet.gov/expapi/verbs/passed",
         "failed": "http://adlnet.gov/expapi/verbs/failed", "answered": "http://adlnet.gov/expapi/verbs/answered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    path: Path
    n_rows: int


def write_xapi(records: Records, path: Path, *, trainee_id: str | None = None) -> Exported:
    """Write one statement for each session and each response; actors are random ids, never names.

    Args:
        records: of the centre.
        path: the file.
        trainee_id: whose; everybody's if None.
    """
    n_rows = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for statement in _statements(records, trainee_id):
            file.write(json.dumps(statement, ensure_ascii=False) + "\n")
            n_rows += 1
    return Exported(path=path, n_rows=n_rows)


def _statements(records: Records, trainee_id: str | None) -> Iterator[dict[str, Any]]:
    finished: dict[tuple[str, str], str] = {}
    for row in records.sessions(trainee_id):
        finished[row.session_id, row.trainee_id] = row.finished_at
        yield _session_statement(row)
    for response in records.responses(trainee_id):
        yield _response_statement(response, finished[response.session_id, response.trainee_id])


def _session_statement(row: SessionRow) -> dict[str, Any]:
    verb = "completed" if row.has_passed is None else "passed" if row.has_passed else "failed"
    result: dict[str, Any] = {
        "completion": True, "duration": f"PT{row.duration_s:g}S",
        "score": {"raw": row.d_prime},
        "extensions": {f"urn:watchfloor:{name}": getattr(row, name) for name in (
            "n_targets", "n_hits", "n_windows", "n_false", "criterion", "reaction_s", "workload")}}
    if row.has_passed is not None:
        result["success"] = row.has_passed
    return {"actor": _actor(row.trainee_id), "verb": _verb(verb), "timestamp": row.finished_at,
            "object": _object(f"urn:watchfloor:exercise:{row.exercise_digest}", row.exercise),
            "context": {"registration": _registration(row.session_id)}, "result": result}


def _response_statement(row: ResponseRow, finished_at: str) -> dict[str, Any]:
    result: dict[str, Any] = {"success": row.confirm_s is not None, "extensions": {
        f"urn:watchfloor:{name}": getattr(row, name) for name in ("px", "n_tiles", "onset_s", "end_s", "kind_given")}}
    if row.seen_s is not None:
        result["duration"] = f"PT{max(0.0, row.seen_s - row.onset_s):g}S"
    return {"actor": _actor(row.trainee_id), "verb": _verb("answered"), "timestamp": finished_at,
            "object": _object(f"urn:watchfloor:session:{row.session_id}:target:{row.incident_id}", row.kind),
            "context": {"registration": _registration(row.session_id)}, "result": result}


def _actor(trainee_id: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": trainee_id}}


def _verb(name: str) -> dict[str, Any]:
    return {"id": VERBS[name], "display": {"en": name}}


def _object(ident: str, name: str) -> dict[str, Any]:
    return {"objectType": "Activity", "id": ident, "definition": {"name": {"en": name}}}


def _registration(session_id: str) -> str:
    """Return a session's id as the UUID that the standard asks for."""
    padded = session_id.rjust(32, "0")[-32:]
    return "-".join((padded[:8], padded[8:12], padded[12:16], padded[16:20], padded[20:]))


def write_csv(records: Records, path: Path, *, trainee_id: str | None = None) -> Exported:
    """Write one row for each response, under a heading."""
    columns = [column.name for column in ResponseRow.__table__.columns]
    rows = records.responses(trainee_id)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([getattr(row, name) for name in columns] for row in rows)
    return Exported(path=path, n_rows=len(rows))


def write_own(records: Records, path: Path, *, trainee_id: str | None = None) -> Exported:
    """Write every row that the records keep of one person: name, consent, classes, sessions, responses and the rest.

    Raises:
        InputError: if it is nobody's in particular: names and all that stands under them are not handed out together.
    """
    if trainee_id is None:
        raise InputError("--format", got="json of everybody", expected="one person's own data",
                         do="name them with --trainee")
    tables = [table for table in Base.metadata.sorted_tables if "trainee_id" in table.c]
    with records.open() as session:
        kept = {table.name: [dict(row) for row in session.execute(
            select(table).where(table.c.trainee_id == trainee_id)).mappings()] for table in tables}
    path.write_text(json.dumps({"schema": OWN_SCHEMA, **kept}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Exported(path=path, n_rows=sum(len(rows) for rows in kept.values()))
