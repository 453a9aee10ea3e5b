"""Who may come in, and what each role may do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sim.errors import InputError
from watchfloor.console.session import EITHER_ACTIONS, INSTRUCTOR_ACTIONS, TRAINEE_ACTIONS, VIEWER_ACTIONS, Mode, Seat

AccountRole = Literal["trainee", "instructor", "admin"]
ACCOUNT_ROLES: tuple[AccountRole, ...] = ("trainee", "instructor", "admin")
LOGIN_LASTS_S = 12 * 3600.0
"""A shift."""
MAX_FAILURES = 5
FAILURES_WITHIN_S = 60.0

_REPLAY_ACTIONS = frozenset({"pause", "resume", "speed", "seek", "show", "zoom", "bookmark"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who somebody is to the console."""

    name: str
    role: AccountRole


LOCAL = Account(name="local", role="admin")
"""Whoever sits at this machine, where the console listens to nobody else."""


@dataclass(slots=True, kw_only=True)
class Limit:
    """At most ``n`` within ``within_s`` seconds, for each key."""

    n: int
    within_s: float
    now: Callable[[], float] = time.monotonic
    _times: dict[str, deque[float]] = field(default_factory=dict)

    def is_spent(self, key: str) -> bool:
        """Say whether a key has used up what it may."""
        times, now = self._times.setdefault(key, deque()), self.now()
        while times and times[0] < now - self.within_s:
            times.popleft()
        return len(times) >= self.n

    def count(self, key: str) -> None:
        """Count one."""
        self._times.setdefault(key, deque()).append(self.now())


class Access:
    """Checks tokens and passwords, and signs the cookie that stands for them.

    Args:
        token: a word that lets its holder in as admin; None where there is none.
        passwords: file of ``name role argon2-hash`` lines; None where there is none. With neither, everybody who
            reaches the console is let in, which is meant for the loopback only.
    """

    def __init__(self, *, token: str | None = None, passwords: Path | None = None,
                 now: Callable[[], float] = time.time) -> None:
        self._token, self._now = token, now
        self._hashes, text = _load_passwords(passwords) if passwords is not None else ({}, "")
        self._key = hashlib.sha256(f"watchfloor console\0{token}\0{text}".encode()).digest()
        self._failures = Limit(n=MAX_FAILURES, within_s=FAILURES_WITHIN_S)

    @property
    def is_open(self) -> bool:
        """Say whether nobody is asked who they are."""
        return self._token is None and not self._hashes

    @property
    def has_names(self) -> bool:
        """Say whether people come in by name and password."""
        return bool(self._hashes)

    def is_barred(self, address: str) -> bool:
        """Say whether an address has failed too often lately."""
        return self._failures.is_spent(address)

    def enter(self, address: str, *, token: str = "", name: str = "", password: str = "") -> Account | None:
        """Return who somebody proves to be; None, and a failure counted, if nobody."""
        account = None
        if self._token is not None and token and hmac.compare_digest(token.encode(), self._token.encode()):
            account = Account(name="token", role="admin")
        elif name in self._hashes and password:
            known, digest = self._hashes[name]
            account = known if _matches(digest, password) else None
        if account is None:
            self._failures.count(address)
        return account

    def sign(self, account: Account) -> str:
        """Return the cookie that stands for an account, good for a shift."""
        claim = json.dumps([account.name, account.role, int(self._now() + LOGIN_LASTS_S)]).encode()
        return f"{base64.urlsafe_b64encode(claim).decode()}.{self._mac(claim)}"

    def account_of(self, cookie: str | None) -> Account | None:
        """Return whose cookie it is; everybody's own where nobody is asked; None if it is none of ours."""
        if self.is_open:
            return LOCAL
        body, _, mac = (cookie or "").partition(".")
        try:
            claim = base64.urlsafe_b64decode(body.encode())
            if not hmac.compare_digest(mac.encode(), self._mac(claim).encode()):
                return None
            name, role, until_s = json.loads(claim)
        except ValueError:
            return None
        return Account(name=name, role=role) if until_s > self._now() else None

    def _mac(self, claim: bytes) -> str:
        return hmac.new(self._key, claim, hashlib.sha256).hexdigest()


def may_sit(account: Account, seat: Seat) -> bool:
    """Say whether an account may take a seat: a trainee no instructor's."""
    return account.role != "trainee" or seat.role != "instructor"


def may_do(account: Account, seat: Seat, mode: Mode, do: str) -> bool:
    """Say whether a seat may do something; enforced here, whatever the page offers."""
    if mode == "replay":
        return do in _REPLAY_ACTIONS
    if seat.role == "viewer":
        return do in VIEWER_ACTIONS
    if seat.role == "instructor":
        return account.role != "trainee" and do in (*INSTRUCTOR_ACTIONS, *EITHER_ACTIONS)
    return do in TRAINEE_ACTIONS


def password_line(name: str, role: str, password: str) -> str:
    """Return a line for a passwords file.

    Raises:
        InputError: if the name, role or password cannot be used.
    """
    if not name or any(character.isspace() for character in name):
        raise InputError("name", got=repr(name), expected="one word")
    if role not in ACCOUNT_ROLES:
        raise InputError("role", got=role, expected="one of " + ", ".join(ACCOUNT_ROLES))
    if len(password) < 10:
        raise InputError("password", got=f"{len(password)} characters", expected="10 or more")
    return f"{name} {role} {PasswordHasher().hash(password)}"


def write_password_line(path: Path, line: str) -> None:
    """Put somebody's line into a passwords file, in place of an earlier one; only its owner may read the file."""
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [old for old in before if old.split()[:1] != line.split()[:1]]
    path.touch(mode=0o600)
    path.write_text("\n".join([*kept, line]) + "\n", encoding="utf-8")


def _matches(digest: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False


def _load_passwords(path: Path) -> tuple[dict[str, tuple[Account, str]], str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError("--passwords", got=path, expected="a file that can be read",
                         do=f"make one with watchfloor passwords ({error.strerror})") from error
    hashes: dict[str, tuple[Account, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        role = next((known for known in ACCOUNT_ROLES if len(parts) == 3 and parts[1] == known), None)
        if role is None or not parts[2].startswith("$argon2"):
            raise InputError(f"{path}:{number}", got=" ".join(parts[:2]), expected="name role argon2-hash",
                             do="make the line with watchfloor passwords")
        hashes[parts[0]] = (Account(name=parts[0], role=role), parts[2])
    if not hashes:
        raise InputError("--passwords", got=path, expected="at least one line", do="watchfloor passwords FILE NAME")
    return hashes, text
