"""Checks on the control room that no single key can make: names that must exist, and more tiles than were studied."""

from __future__ import annotations

from collections.abc import Iterator

import scenarios.schema as schema
from scenarios.caution import Caution
from scenarios.file_errors import Fault, nearest, show_value
from scenarios.schema_city import CityTable

MOST_PICTURES = 9
"""Pictures for one inspector up to which watching was measured (det.max_pictures, det.M1.glimpse)."""


def find_room_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    """Return a fault for each name that is not there and each pair of keys that cannot both hold."""
    yield from _watching_faults(file, where)
    known = list(file.rooms)
    for name, shift in file.roster.items():
        key = f"{where}: roster.{name}.room"
        if shift.room is not None and shift.room not in known:
            yield _unknown_room(key, shift.room, known)
        elif known and shift.room is None and shift.inspectors:
            yield Fault(where=key, expected="one of " + ", ".join(known), do="say which room its inspectors sit in")
    for name, room in file.rooms.items():
        key = f"{where}: rooms.{name}.overflow_to"
        if room.overflow_to is not None and (room.overflow_to not in known or room.overflow_to == name):
            yield _unknown_room(key, room.overflow_to, [other for other in known if other != name])
        if (room.overflow_to is None) != (room.overflow_at is None):
            yield Fault(where=key, expected="overflow_to and overflow_at together, or neither of them")


def _unknown_room(where: str, got: str, known: list[str]) -> Fault:
    if not known:
        return Fault(where=where, got=show_value(got), expected="no room, as no other is under rooms")
    return Fault(where=where, got=show_value(got), expected="one of " + ", ".join(known), do=nearest(got, known))


def _watching_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    watching, kinds = file.watching, list(file.kinds)
    for name in watching.briefing or ():
        if name not in kinds:
            yield Fault(where=f"{where}: watching.briefing", got=show_value(name),
                        expected="one of " + ", ".join(kinds), do=nearest(name, kinds))
    if (watching.plan == "rates") != (watching.rates is not None):
        yield Fault(where=f"{where}: watching.rates", expected='a file\'s name with plan = "rates", and only then')
    if (watching.briefing is None) != (watching.p_unbriefed is None):
        yield Fault(where=f"{where}: watching.p_unbriefed", expected="briefing and p_unbriefed together, or neither")


def find_room_cautions(file: schema.ScenarioFile) -> Iterator[Caution]:
    """Return what is allowed but seldom meant: breaks without time for them, the wrong way round, too many pictures."""
    if file.watching.plan != "rates" and not file.watching.watched_share:
        yield Caution(key="watching.watched_share",
                      text="no camera is on anybody's plan, so nothing is found by watching")
    if file.optics and file.optics.night_dark_factor > file.optics.night_lit_factor:
        yield Caution(key="optics.night_dark_factor", text="the dark shows more than street lights do")
    if file.badges and file.badges.p_evidence_attended < file.badges.p_evidence:
        yield Caution(key="badges.p_evidence_attended", text="attending a badge's picture makes the evidence worse")
    if file.breaks:
        longest_min = max((60.0 * shift.length_h for shift in file.roster.values() if shift.inspectors), default=0.0)
        if file.breaks.break_min >= longest_min:
            yield Caution(key="breaks", text="no shift is long enough for a break")
    if isinstance(file.city, CityTable):
        yield from find_picture_cautions(file, file.city.n_cameras)


def find_picture_cautions(file: schema.ScenarioFile, n_cameras: int) -> Iterator[Caution]:
    """Return a caution if even the hour with the most inspectors has more pictures for each than were studied.

    Rates by hour say for themselves which cameras are looked at.
    """
    if file.watching.plan == "rates":
        return
    shifts = file.roster.values()
    most = max((sum(other.inspectors for other in shifts if (shift.start_h - other.start_h) % 24.0 < other.length_h)
                for shift in shifts), default=0)
    watched = round(file.watching.watched_share * n_cameras)
    if most and watched > MOST_PICTURES * most:
        yield Caution(key="watching", text=f"{watched:,} cameras for {most} inspectors at most: watching was measured "
                                           f"up to {MOST_PICTURES} pictures each, so what it finds is an extrapolation")
