"""The sessions that one server holds, and what more it can open."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from watchfloor.console.city_message import pack_city
from watchfloor.console.codes import OffenceCode
from watchfloor.console.link import Answers
from watchfloor.console.session import Session, Text
from watchfloor.console.shelf import PictureShelf

if TYPE_CHECKING:
    from watchfloor.console.planner import Planner

N_WORKERS = 4
MAX_SESSIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A session that can be opened."""

    title: Text
    mode: str
    open: Callable[[], Session]
    """Takes seconds; raises InputError where it cannot be."""


class Running:
    """A session with what its connections share."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.shelf = PictureShelf(session)
        self.answers = {seat.seat_id: Answers() for seat in session.seats}
        self._city: bytes | None = None

    def city(self) -> bytes:
        """Return the map's layers, packed once."""
        if self._city is None:
            self._city = pack_city(self.session.city())
        return self._city


@dataclass(kw_only=True)
class Floor:
    """Every session of a server, by a name that nobody can guess or choose."""

    offers: dict[str, Offer] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
    exercises: Path = Path("exercises")
    """Folder in which the page keeps exercises."""
    records: str = "sessions.db"
    """The centre's records of training."""
    codes: Mapping[str, OffenceCode] = field(default_factory=dict)
    """The centre's codes of offences by kind of incident."""
    planner: Planner | None = None
    """Answers what-if questions; None where there is no such page."""
    workers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(N_WORKERS, thread_name_prefix="seats"))

    def add(self, session: Session) -> str:
        """Take a session in and return its name.

        Raises:
            InputError: if there are too many.
        """
        if len(self.running) >= MAX_SESSIONS:
            raise InputError("sessions", got=len(self.running), expected=f"fewer than {MAX_SESSIONS} at once",
                             do="close one")
        name = secrets.token_urlsafe(6)
        self.running[name] = Running(session)
        return name

    def open(self, offer: str) -> str:
        """Open what is on offer and return its session's name.

        Raises:
            InputError: if there is no such offer, or it cannot be opened.
        """
        if offer not in self.offers:
            raise InputError("offer", got=offer[:60], expected="one of " + ", ".join(self.offers))
        return self.add(self.offers[offer].open())

    def close_session(self, name: str) -> None:
        """Close one session; its pages are sent away."""
        running = self.running.pop(name)
        running.shelf.close()
        running.session.close()

    def close(self) -> None:
        """Close every session."""
        for name in list(self.running):
            self.close_session(name)
        if self.planner is not None:
            self.planner.stop()
        self.workers.shutdown(wait=False, cancel_futures=True)
