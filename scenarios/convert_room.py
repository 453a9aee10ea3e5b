"""Turns the optional tables on the control room into the simulator's frozen values."""

from __future__ import annotations

from collections.abc import Mapping

import scenarios.schema_room as room
from scenarios.file_errors import nearest, show_value
from scenarios.schema_units import BadgesTable
from sim.city import City
from sim.errors import InputError, ModelError
from sim.roomwork import Archive, BadgeAttention, Breaks, Vigilance, WatchRoom
from sim.scenario import Scenario, Spread

MINUTE_S = 60.0


def make_breaks(table: room.BreaksTable | None) -> Breaks | None:
    """Return how inspectors rest."""
    return Breaks(spell_s=MINUTE_S * table.spell_min, break_s=MINUTE_S * table.break_min) if table else None


def make_vigilance(table: room.VigilanceTable | None) -> Vigilance | None:
    """Return how looks come slower; None also where they do not."""
    return Vigilance(delta=table.delta, tau_s=MINUTE_S * table.tau_min) if table and table.delta > 0.0 else None


def make_archive(table: room.ArchiveTable | None, profiles: Mapping[str, tuple[float, ...]]) -> Archive | None:
    """Return the searches of the archive."""
    if table is None:
        return None
    return Archive(
        per_day=table.per_day, hour_weights=profiles[table.hour_profile], kind=table.kind,
        duration=Spread(median_s=table.duration_median_s, p95_s=table.duration_p95_s), p_solved=table.p_solved,
        at_most=table.at_most)


def make_badge(table: BadgesTable | None) -> BadgeAttention | None:
    """Return how inspectors attend a unit's live picture."""
    if table is None or table.p_attend == 0.0:
        return None
    return BadgeAttention(
        p_attend=table.p_attend, attend=Spread(median_s=table.attend_median_s, p95_s=table.attend_p95_s))


def make_rooms(tables: Mapping[str, room.RoomTable], city: City) -> tuple[WatchRoom, ...]:
    """Return the control rooms.

    Raises:
        InputError: if a room names a district that the city does not have.
    """
    return tuple(WatchRoom(
        name=name, districts=tuple(_district(district, city, where=f"rooms.{name}.districts")
                                   for district in table.districts),
        overflow_to=table.overflow_to, overflow_at=table.overflow_at or 0) for name, table in tables.items())


def _district(district: int | str, city: City, *, where: str) -> int:
    names = city.district_names
    if isinstance(district, int) and district < len(names):
        return district
    if district in names:
        return names.index(str(district))
    raise InputError(where, got=show_value(district), expected=f"one of {', '.join(names)}, or 0 to {len(names) - 1}",
                     do=nearest(str(district), list(names)))


def check_rooms(scenario: Scenario) -> Scenario:
    """Return the scenario if its rooms watch every district, each once.

    Raises:
        InputError: if they do not.
    """
    try:
        scenario.camera_rooms()
    except ModelError as error:
        raise InputError("rooms", expected="each district of the city in one room", do=str(error)) from None
    return scenario
