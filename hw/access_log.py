"""Who touched recordings and badges, when and why: a log in which every row seals the one before it."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock

from hw.credentials import redact
from sim.errors import InputError, WatchfloorError

LOG_NAME = "access.jsonl"
WHO_VARIABLE = "WATCHFLOOR_WHO"
WHY_VARIABLE = "WATCHFLOOR_WHY"

_FIRST = "0" * 64
_LOCK_S = 10.0


class AccessLogError(WatchfloorError):
    """An access log is not as it was written."""


class AccessAction(StrEnum):
    """What was done."""

    RECORD = "record"
    VIEW = "view"
    EXPORT = "export"
    BADGE_JOIN = "badge_join"
    HOLD = "hold"
    RELEASE = "release"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks, and why.

    Raises:
        InputError: if either is empty.
    """

    who: str
    """The operator's own name or number, never that of an observed person."""
    why: str

    def __post_init__(self) -> None:
        for name, value in (("who", self.who), ("why", self.why)):
            if not value.strip():
                raise InputError(f"access: {name}", got="nothing", expected="a few words", do=(
                    f"say --{name}, or set ${WHO_VARIABLE if name == 'who' else WHY_VARIABLE}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One row of the log."""

    seq: int
    at: str
    """ISO 8601 in UTC."""
    who: str
    why: str
    action: AccessAction
    subject: str
    """A recording's file name, or ``badge UNIT``."""
    before: str
    """The digest of the row before; 64 zeros in the first."""
    digest: str
    """sha256 of all other fields."""


def make_access(who: str | None = None, why: str | None = None, *,
                environment: Mapping[str, str] | None = None) -> Access:
    """Return who asks and why, from what was said, else from the environment and the login.

    Raises:
        InputError: if no reason is given.
    """
    environment = os.environ if environment is None else environment
    return Access(who=who or environment.get(WHO_VARIABLE) or getpass.getuser(),
                  why=why or environment.get(WHY_VARIABLE, ""))


class AccessLog:
    """A folder's log, one line of JSON a row; several processes may write to it.

    A row that was changed, taken out or put between breaks the chain from there on. Rows cut off at the end leave a
    chain that is whole: note the last digest elsewhere to notice that.

    Args:
        folder: where the recordings are; made with the first row.
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / LOG_NAME

    def add(self, action: AccessAction, subject: str, access: Access) -> AccessRow:
        """Write a row and return it; it is on the disk when this returns.

        Raises:
            AccessLogError: if the log is not as it was written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock", timeout=_LOCK_S):
            rows = self.load()
            row: dict[str, str | int] = {
                "seq": len(rows), "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "who": redact(access.who), "why": redact(access.why), "action": action, "subject": redact(subject),
                "before": rows[-1].digest if rows else _FIRST,
            }
            whole: dict[str, str | int] = {**row, "digest": _digest(row)}
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(whole) + "\n")
                file.flush()
                os.fsync(file.fileno())
        return _row(whole)

    def load(self) -> tuple[AccessRow, ...]:
        """Return all rows, checked.

        Raises:
            AccessLogError: naming the first row that is not as it was written.
        """
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        rows: list[AccessRow] = []
        for line in lines:
            rows.append(self._checked(line, len(rows), rows[-1].digest if rows else _FIRST))
        return tuple(rows)

    def _checked(self, line: str, seq: int, before: str) -> AccessRow:
        where = f"{self.path}: row {seq}"
        try:
            row = _row(json.loads(line))
        except (ValueError, TypeError, KeyError):
            raise AccessLogError(f"{where} = not a row; expected what watchfloor wrote; see who changed it") from None
        fields = asdict(row)
        del fields["digest"]
        if (row.seq, row.before, row.digest) != (seq, before, _digest(fields)):
            raise AccessLogError(f"{where} = changed, or one before it taken out; expected the chain of digests whole; "
                                 "see who changed it, and put the copy of the log back")
        return row


def _row(fields: Mapping[str, str | int]) -> AccessRow:
    return AccessRow(**{**fields, "action": AccessAction(fields["action"])})  # type: ignore[arg-type]


def _digest(fields: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
