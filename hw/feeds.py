"""Many feeds named in one table: which camera is which, and where its main and its small stream are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hw.credentials import redact
from hw.feed_role import FeedRole
from hw.schemes import STREAM_SCHEMES
from sim.errors import InputError

_COLUMNS = ("url", "camera_id", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One stream of one camera."""

    url: str
    """Printed by ``redact`` only."""
    camera_id: int
    role: FeedRole

    def __repr__(self) -> str:
        return f"Feed(url={redact(self.url)!r}, camera_id={self.camera_id}, role={self.role.value!r})"


def load_feeds(path: str | Path) -> tuple[Feed, ...]:
    """Read feeds from a CSV file with the columns ``url``, ``camera_id`` and, if wanted, ``role`` (main or sub).

    Raises:
        InputError: naming file and line, if a value cannot be used or a stream is named twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), got=getattr(error, "strerror", None) or "not UTF-8", expected="a CSV file",
                         do="check the path, and save it as UTF-8") from None
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter, skipinitialspace=True)
    missing = [name for name in _COLUMNS[:2] if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(f"{path}: line 1", got=redact(", ".join(rows.fieldnames or ()) or "nothing"),
                         expected="the columns " + ", ".join(_COLUMNS), do=f"add {' and '.join(missing)}")
    feeds: dict[tuple[int, FeedRole], Feed] = {}
    for row in rows:
        if any(row.values()):
            feed = _make_feed(row, f"{path}: line {rows.line_num}")
            if (feed.camera_id, feed.role) in feeds:
                raise InputError(f"{path}: line {rows.line_num}: camera_id", got=feed.camera_id,
                                 expected=f"each camera's {feed.role} stream once", do="give another id or role")
            feeds[feed.camera_id, feed.role] = feed
    if not feeds:
        raise InputError(str(path), got="no feed", expected="at least one line under the head", do="add your cameras")
    return tuple(feeds.values())


def choose_streams(feeds: Iterable[Feed], role: FeedRole) -> tuple[Feed, ...]:
    """Return one stream of each camera: the one of the wanted role, or the one it has."""
    chosen: dict[int, Feed] = {}
    for feed in feeds:
        if feed.camera_id not in chosen or feed.role is role:
            chosen[feed.camera_id] = feed
    return tuple(chosen.values())


def _make_feed(row: Mapping[str | None, str | None], where: str) -> Feed:
    url, camera_id, role = ((row.get(name) or "").strip() for name in _COLUMNS)
    if not url:
        raise InputError(f"{where}: url", got="nothing", expected="an address of a camera", do=(
            "use one of " + ", ".join(f"{scheme}:" for scheme in STREAM_SCHEMES) + " or a file's path"))
    if not camera_id.isdecimal():
        raise InputError(f"{where}: camera_id", got=camera_id or "nothing", expected="a whole number ≥ 0")
    if role not in ("", *FeedRole):
        raise InputError(f"{where}: role", got=role, expected="main or sub")
    return Feed(url=url, camera_id=int(camera_id), role=FeedRole(role or FeedRole.MAIN))
