"""The tables of a centre's records.

A trainee's name stands in a table of its own and nowhere else; deleting that row leaves a random id.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Of every table."""


class TraineeRow(Base):
    """A trainee, known by a random id."""

    __tablename__ = "trainees"
    trainee_id: Mapped[str] = mapped_column(primary_key=True)
    consents: Mapped[bool] = mapped_column(default=False)
    """To pooled use of their responses in calibration."""


class NameRow(Base):
    """What ties an id to a person."""

    __tablename__ = "names"
    trainee_id: Mapped[str] = mapped_column(ForeignKey("trainees.trainee_id"), primary_key=True)
    called: Mapped[str] = mapped_column(unique=True)


class SessionRow(Base):
    """A session of one trainee."""

    __tablename__ = "sessions"
    session_id: Mapped[str] = mapped_column(primary_key=True)
    trainee_id: Mapped[str] = mapped_column(ForeignKey("trainees.trainee_id"), primary_key=True)
    finished_at: Mapped[str]
    """UTC, ISO 8601."""
    exercise: Mapped[str]
    exercise_digest: Mapped[str]
    log_digest: Mapped[str]
    duration_s: Mapped[float]
    n_targets: Mapped[int]
    n_hits: Mapped[int]
    n_windows: Mapped[int]
    n_false: Mapped[int]
    d_prime: Mapped[float]
    criterion: Mapped[float]
    reaction_s: Mapped[float | None]
    n_right_kind: Mapped[int]
    n_dispatched: Mapped[int]
    n_nearest: Mapped[int]
    n_questions: Mapped[int]
    n_answered_right: Mapped[int]
    workload: Mapped[float | None]
    has_passed: Mapped[bool | None]
    before_s: Mapped[float] = mapped_column(default=0.0)
    """For how long the trainee had been watching when it began."""


class ResponseRow(Base):
    """A target that was shown, and what the trainee made of it."""

    __tablename__ = "responses"
    session_id: Mapped[str] = mapped_column(primary_key=True)
    trainee_id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    camera_id: Mapped[int]
    onset_s: Mapped[float]
    end_s: Mapped[float]
    exposure_s: Mapped[float]
    n_tiles: Mapped[int]
    px: Mapped[float]
    seen_s: Mapped[float | None]
    confirm_s: Mapped[float | None]
    alert_s: Mapped[float | None]
    kind_given: Mapped[str | None]


class JudgementRow(Base):
    """Something that the trainee took up and judged, in order."""

    __tablename__ = "judgements"
    session_id: Mapped[str] = mapped_column(primary_key=True)
    trainee_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    is_alert: Mapped[bool]
    is_true: Mapped[bool]
    is_confirmed: Mapped[bool]
    opened_s: Mapped[float]
    judged_s: Mapped[float]


class ProcedureRow(Base):
    """How often an item of the checklist was done in a session."""

    __tablename__ = "procedure"
    session_id: Mapped[str] = mapped_column(primary_key=True)
    trainee_id: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    n_done: Mapped[int]
    n_cases: Mapped[int]


class ClassRow(Base):
    """A class, with what passes in it."""

    __tablename__ = "classes"
    called: Mapped[str] = mapped_column(primary_key=True)
    pass_d_prime: Mapped[float | None]
    pass_hit_share: Mapped[float | None]
    pass_checklist_share: Mapped[float | None]


class MemberRow(Base):
    """Who is in which class."""

    __tablename__ = "members"
    called: Mapped[str] = mapped_column(ForeignKey("classes.called"), primary_key=True)
    """The class."""
    trainee_id: Mapped[str] = mapped_column(ForeignKey("trainees.trainee_id"), primary_key=True)
