"""Why a running world does not do what an input asks for."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a world did not do what an input asked for."""

    UNKNOWN_CAMERA = "unknown_camera"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_CALL = "unknown_call"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_A_PERSON = "not_a_person"
    """No person sits in that inspector's place."""
    OFF_DUTY = "off_duty"
    """The inspector is."""
    NOT_WAITING = "not_waiting"
    """No such alert waits: somebody took it, it left the queue, or it never was."""
    NOT_IN_HAND = "not_in_hand"
    """The inspector has no such case."""
    SIGHTING_REPEATED = "sighting_repeated"
    """Another sighting had that number."""
    AT_THE_DESK = "at_the_desk"
    """The dispatch policy sends units to that call."""
    CALL_CLOSED = "call_closed"
    UNIT_BUSY = "unit_busy"
    """It is on a case, off duty or out of service."""
    NOT_A_BADGE = "not_a_badge"
    """The unit is simulated; it reports by itself."""
    NOT_ITS_CALL = "not_its_call"
    OUT_OF_TURN = "out_of_turn"
    """The unit has reported that step, or a later one."""
    NO_CHANGE = "no_change"
    """The feed was so already."""
    NOT_IN_VIEW = "not_in_view"
    """The camera sees no place where it could happen."""
