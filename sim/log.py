"""The event log: the one thing that leaves a simulation, and the table of cases derived from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.records import Disposition
from sim.refusal import Refusal

MISSING = -(2**31)
"""Stands for "none" inside integer columns; written out as null."""

DISPOSITIONS: tuple[Disposition, ...] = tuple(Disposition)
"""The ``value`` of an ``incident_clear`` row is an index into this."""

REFUSALS: tuple[Refusal, ...] = tuple(Refusal)
"""The ``value`` of a ``refused`` row is an index into this."""


class Name(IntEnum):
    """What a log row says happened."""

    OCCUR = 0
    """Truth: an incident began in view of a camera; value is the kind's index."""
    VISIBLE_END = 1
    DETECT = 2
    """A machine raised an alert; value is the kind's index."""
    SHOWN = 3
    """An alert or a sighting reached an inspector, who turned to it; value is the number of a person's sighting."""
    ZOOM = 4
    """The camera has travelled to the case and settled; value is the field of view in degrees that a person set."""
    CONFIRM = 5
    """value is the index of the kind that a person gave it."""
    REJECT = 6
    """value is 1 where the case was already in hand, else 0."""
    ABANDON = 7
    """An alert was never seen: its offence ended while it waited, the queue was full (value 1), or it did not arise
    because its camera was zoomed onto something else (value 2) or gave no picture (value 3)."""
    CALL_CREATE = 8
    """value is the priority."""
    DISPATCH = 9
    ACKNOWLEDGE = 10
    ENROUTE = 11
    ON_SCENE = 12
    """value is the travel time in seconds."""
    UNIT_CLEAR = 13
    """value is 1 where the evidence is complete, else 0; none where evidence is not modelled."""
    INCIDENT_CLEAR = 14
    """value is the disposition's index in DISPOSITIONS."""
    CANCELED_ENROUTE = 15
    """A unit leaves a call before it is there; value is 0 if the call is canceled, 1 if the unit is redirected."""
    SHIFT_CHANGE = 16
    """value is the number of inspectors on duty from now."""
    INPUT = 17
    """An outside stimulus was taken in; value is its sequence number."""
    RECORDED = 18
    """The inspector finished writing a confirmed case down."""
    UNIT_FREE = 19
    """The unit finished its paperwork."""
    SEARCH_REQUEST = 20
    """Somebody asks for a search of the archive; value is its number."""
    SEARCH_DONE = 21
    """value is 1 where it solved the crime, else 0."""
    BREAK_START = 22
    """Of an inspector or a unit."""
    BREAK_END = 23
    ATTEND = 24
    """An inspector joins the live picture of a unit's badge."""
    ATTEND_END = 25
    HAND_OVER = 26
    """A case in work passes to another inspector or unit at a change of shift; value is who had it, none where it
    waited."""
    PUT_BACK = 27
    """A case in work waits again, as whoever had it went off duty; value is the seconds left, of an inspector's."""
    OFFICER = 28
    """A duty officer takes the call; value is the time in seconds that they will need."""
    OUT_OF_SERVICE = 29
    BACK_IN_SERVICE = 30
    OUTAGE_START = 31
    """Truth, or a report from outside (value 1): a camera gives no picture from now."""
    OUTAGE_END = 32
    OVERFLOW = 33
    """An alert goes to another room, whose number is the value."""
    JOIN = 34
    """A third party joins the live picture of a unit's badge."""
    SEARCH_START = 35
    """An inspector begins a search of the archive; value is its number."""
    CALL_TAKER = 36
    """Who took the call from the public that is created next; value is the call-taker's id."""
    VIEW = 37
    """A person put a camera on a tile, whose number is the value."""
    REFUSED = 38
    """What the input of the row before asked for was not done; value is the reason's index in REFUSALS."""
    POLICY_FAILED = 39
    """A policy raised, was late or chose what may not be chosen; the fallback decides from now on."""
    POSTED = 40
    """A policy sends a free unit to a post; value is its junction."""
    LOOKS = 41
    """Under an attention planner: looks since it was last asked, at all cameras of the district of the row's camera."""
    FEED = 42
    """A real camera's feed stands elsewhere; value is the state's index in SOURCE_STATES."""


LogRow = tuple[float, int, int, int, int, int, int, int, float]
"""(t_s, name, incident_id, alert_id, call_id, camera_id, inspector_id, unit_id, value)."""

I4 = NDArray[np.int32]
F8 = NDArray[np.float64]
Flags = NDArray[np.bool_]

ID_COLUMNS = ("incident_id", "alert_id", "call_id", "camera_id", "inspector_id", "unit_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """The rows of one run, in order of (time, class, id); arrays of one length. ``value`` uses NaN for none."""

    arm: str
    t_s: F8
    name: NDArray[np.int16]
    incident_id: I4
    alert_id: I4
    call_id: I4
    camera_id: I4
    inspector_id: I4
    unit_id: I4
    value: F8

    @classmethod
    def from_rows(cls, rows: Sequence[LogRow], *, arm: str) -> EventLog:
        """Build the log of rows that are already in order."""
        columns: list[Sequence[float]] = list(zip(*rows, strict=True)) if rows else [()] * 9
        ids = [np.array(column, dtype=np.int32) for column in columns[2:8]]
        return cls(
            arm=arm,
            t_s=np.array(columns[0], dtype=np.float64),
            name=np.array(columns[1], dtype=np.int16),
            incident_id=ids[0], alert_id=ids[1], call_id=ids[2],
            camera_id=ids[3], inspector_id=ids[4], unit_id=ids[5],
            value=np.array(columns[8], dtype=np.float64),
        )

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.t_s.size)

    def digest(self) -> str:
        """Return the sha256 of the columns, with instants and values to 1 ms; the arm's name is left out."""
        total = hashlib.sha256()
        total.update(np.rint(self.t_s * 1000.0).astype(np.int64).tobytes())
        total.update(self.name.tobytes())
        for column in ID_COLUMNS:
            total.update(getattr(self, column).tobytes())
        total.update(np.rint(np.nan_to_num(self.value, nan=-1.0e9) * 1000.0).astype(np.int64).tobytes())
        return total.hexdigest()


def name_table(names: Sequence[Name]) -> Flags:
    """Return a table, by name, that says which are among some."""
    table = np.zeros(len(Name), dtype=np.bool_)
    table[list(names)] = True
    return table
