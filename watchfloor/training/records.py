"""The records of trainees, sessions and responses, in SQLite or in any database that SQLAlchemy knows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import create_engine, delete, select
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from sim.errors import InputError
from watchfloor.training.checklist import Checked
from watchfloor.training.detection_theory import Detection, measure_detection
from watchfloor.training.result import Result
from watchfloor.training.tables import (
    Base,
    JudgementRow,
    NameRow,
    ProcedureRow,
    ResponseRow,
    SessionRow,
    TraineeRow,
)
from watchfloor.training.trials import Claim, Trial

REST_S = 600.0
"""After so long a rest watching begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A trainee's sessions, one after another."""

    trainee_id: str
    sessions: tuple[SessionRow, ...]
    detection: Detection
    """Of all of them together."""


Where: TypeAlias = Path | str
"""A file, or a database's address such as ``postgresql+psycopg://…``."""


def records_exist(where: Where) -> bool:
    """Say whether a file of records is there; of a database that is told by opening it."""
    return "://" in str(where) or Path(where).is_file()


class Records:
    """A centre's records.

    Args:
        where: they are.

    Raises:
        InputError: if it cannot be opened.
    """

    def __init__(self, where: Where) -> None:
        address, told = str(where) if "://" in str(where) else f"sqlite:///{where}", str(where)
        try:
            url = make_url(address)
            told = url.render_as_string(hide_password=True) if "://" in str(where) else told
            self._engine: Engine = create_engine(url)
            if self._engine.dialect.name == "sqlite":
                listen(self._engine, "connect", _overwrite_what_is_deleted)
            Base.metadata.create_all(self._engine)
        except (ArgumentError, SQLAlchemyError, ImportError) as error:
            raise InputError(f"records {told}", got=str(error).splitlines()[0],
                             expected="a file that can be written, or a database's address",
                             do="for PostgreSQL, pip install 'watchfloor[postgresql]'" if isinstance(error, ImportError)
                             else "") from error

    @contextmanager
    def open(self) -> Iterator[Session]:
        """Open the database for one piece of work, kept when it ends without an error."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def enrol(self, name: str, *, consents: bool | None = None) -> str:
        """Return a trainee's random id by their name, made at the first time.

        Args:
            name: as the centre calls them.
            consents: to pooled, nameless use of their responses in calibration; None leaves what was said before, no
                at first.
        """
        with self.open() as session:
            row = session.scalar(select(NameRow).where(NameRow.called == name))
            if row is None:
                trainee_id = secrets.token_hex(8)
                session.add(TraineeRow(trainee_id=trainee_id, consents=bool(consents)))
                session.flush()
                session.add(NameRow(trainee_id=trainee_id, called=name))
                return trainee_id
            trainee = session.get_one(TraineeRow, row.trainee_id)
            trainee.consents = trainee.consents if consents is None else consents
            return trainee.trainee_id

    def find(self, name: str) -> str:
        """Return a trainee's random id.

        Raises:
            InputError: if nobody has the name.
        """
        with self.open() as session:
            row = session.scalar(select(NameRow).where(NameRow.called == name))
        if row is None:
            raise InputError("trainee", got=name, expected="somebody in the records",
                             do="look at the list of sessions")
        return row.trainee_id

    def forget(self, name: str) -> None:
        """Delete the row that ties a name to its random id; the sessions stay, nameless.

        Raises:
            InputError: if nobody has the name.
        """
        trainee_id = self.find(name)
        with self.open() as session:
            session.execute(delete(NameRow).where(NameRow.trainee_id == trainee_id))

    def add(self, result: Result, *, finished_at: str) -> None:
        """Keep a result; keeping it again changes nothing.

        For how long the trainee had been watching when it began is what the result says, else what the records know: a
        session within REST_S of the end of the one before goes on with its watching.

        Args:
            result: of a session.
            finished_at: UTC, ISO 8601.
        """
        with self.open() as session:
            if session.get(SessionRow, (result.session_id, result.trainee_id)) is not None:
                return
            if session.get(TraineeRow, result.trainee_id) is None:
                session.add(TraineeRow(trainee_id=result.trainee_id))
                session.flush()
            before_s = result.before_s
            if before_s is None:
                began_at = datetime.fromisoformat(finished_at) - timedelta(seconds=result.duration_s)
                before_s = _watched_before_s(session, result.trainee_id, began_at)
            session.add(_session_row(result, finished_at, before_s))
            ids = {"session_id": result.session_id, "trainee_id": result.trainee_id}
            session.add_all(_response(trial, ids) for trial in result.watched.trials)
            session.add_all(_procedure(checked, ids) for checked in result.checklist)
            session.add_all(_judgement(number, claim, ids) for number, claim in enumerate(result.watched.claims))

    def sessions(self, trainee_id: str | None = None) -> tuple[SessionRow, ...]:
        """Return sessions in order of time, of one trainee or of all."""
        query = select(SessionRow).order_by(SessionRow.finished_at, SessionRow.session_id)
        if trainee_id is not None:
            query = query.where(SessionRow.trainee_id == trainee_id)
        with self.open() as session:
            return tuple(session.scalars(query))

    def responses(self, trainee_id: str | None = None) -> tuple[ResponseRow, ...]:
        """Return responses, of one trainee or of all."""
        query = select(ResponseRow).order_by(ResponseRow.session_id, ResponseRow.trainee_id, ResponseRow.onset_s)
        if trainee_id is not None:
            query = query.where(ResponseRow.trainee_id == trainee_id)
        with self.open() as session:
            return tuple(session.scalars(query))

    def procedure(self, trainee_id: str) -> tuple[ProcedureRow, ...]:
        """Return how often a trainee did each item of the checklist, by session."""
        query = select(ProcedureRow).where(ProcedureRow.trainee_id == trainee_id).order_by(
            ProcedureRow.session_id, ProcedureRow.item)
        with self.open() as session:
            return tuple(session.scalars(query))

    def judgements(self) -> tuple[JudgementRow, ...]:
        """Return all judgements, by session and in order."""
        query = select(JudgementRow).order_by(JudgementRow.session_id, JudgementRow.trainee_id, JudgementRow.number)
        with self.open() as session:
            return tuple(session.scalars(query))

    def consenting(self) -> frozenset[str]:
        """Return the ids of those whose responses may be pooled."""
        with self.open() as session:
            return frozenset(session.scalars(select(TraineeRow.trainee_id).where(TraineeRow.consents)))

    def names(self) -> dict[str, str]:
        """Return who is who: name by random id."""
        with self.open() as session:
            return {row.trainee_id: row.called for row in session.scalars(select(NameRow))}

    def progress(self, trainee_id: str) -> Progress:
        """Return a trainee's sessions and what they show together."""
        rows = self.sessions(trainee_id)
        return Progress(trainee_id=trainee_id, sessions=rows, detection=measure_detection(
            n_targets=sum(row.n_targets for row in rows), n_hits=sum(row.n_hits for row in rows),
            n_windows=sum(row.n_windows for row in rows), n_false=sum(row.n_false for row in rows)))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _watched_before_s(session: Session, trainee_id: str, began_at: datetime) -> float:
    """Return for how long somebody had been watching at an instant, by the sessions that led up to it."""
    rows = session.scalars(select(SessionRow).where(SessionRow.trainee_id == trainee_id)).all()
    rests = [((began_at - datetime.fromisoformat(row.finished_at)).total_seconds(), row) for row in rows]
    latest = min((one for one in rests if one[0] > -1.0), key=lambda one: one[0], default=None)
    return latest[1].before_s + latest[1].duration_s if latest is not None and latest[0] <= REST_S else 0.0


def _session_row(result: Result, finished_at: str, before_s: float) -> SessionRow:
    found = result.detection
    return SessionRow(
        session_id=result.session_id, trainee_id=result.trainee_id, finished_at=finished_at, exercise=result.exercise,
        exercise_digest=result.exercise_digest, log_digest=result.log_digest, duration_s=result.duration_s,
        n_targets=found.n_targets, n_hits=found.n_hits, n_windows=found.n_windows, n_false=found.n_false,
        d_prime=found.d_prime.value, criterion=found.criterion.value, reaction_s=result.reaction_s,
        n_right_kind=result.n_right_kind, n_dispatched=result.n_dispatched, n_nearest=result.n_nearest,
        n_questions=result.n_questions, n_answered_right=result.n_answered_right, workload=result.workload,
        has_passed=result.has_passed, before_s=before_s)


def _response(trial: Trial, ids: dict[str, str]) -> ResponseRow:
    return ResponseRow(
        **ids, incident_id=trial.incident_id, kind=trial.kind, camera_id=trial.camera_id, onset_s=trial.onset_s,
        end_s=trial.end_s, exposure_s=trial.exposure_s, n_tiles=trial.n_tiles, px=trial.px, seen_s=trial.seen_s,
        confirm_s=trial.confirm_s, alert_s=trial.alert_s, kind_given=trial.kind_given)


def _judgement(number: int, claim: Claim, ids: dict[str, str]) -> JudgementRow:
    return JudgementRow(
        **ids, number=number, is_alert=claim.alert_id is not None, is_true=claim.incident_id is not None,
        is_confirmed=claim.is_confirmed, opened_s=claim.opened_s, judged_s=claim.judged_s)


def _procedure(checked: Checked, ids: dict[str, str]) -> ProcedureRow:
    return ProcedureRow(**ids, item=checked.item, n_done=checked.n_done, n_cases=checked.n_cases)


def _overwrite_what_is_deleted(connection: Any, _: object) -> None:
    """Let SQLite write zeros over deleted rows: a name that is forgotten is not to be found in the file."""
    connection.execute("PRAGMA secure_delete = ON").close()
