"""Makes the record arrays of the compiled engine from columns."""

from __future__ import annotations

import numpy as np

from sim.compiled import Records
from sim.roster import Duty
from sim.trace import I8


def make_records(record: np.dtype[np.void], n: int | tuple[int, ...], /, **columns: object) -> Records:
    """Return records of a type, zero where no column is given."""
    made = np.zeros(n, dtype=record)
    for name, column in columns.items():
        made[name] = column
    return made


def post_table(table: tuple[Duty, ...], attribute: str) -> tuple[I8, I8]:
    """Return the posts of each entry of the roster one after another, and where each entry begins."""
    posts = [getattr(duty, attribute) for duty in table]
    first = np.cumsum([0, *map(len, posts)]).astype(np.int64)
    return np.array([post for group in posts for post in group], dtype=np.int64), first
