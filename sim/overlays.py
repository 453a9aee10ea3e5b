"""Overlays on demand and sight: operations, market days, festivals, weather, surges."""

from __future__ import annotations

import numpy as np

from sim.city import F8, I4, City
from sim.demand import DAY_S, KINDS_A_DAY, DemandTables, Happenings, draw_day, joined
from sim.occasions import Flags, Overlay, Window
from sim.rng import KeyedStreams, Purpose

OVERLAY_ENTITY = 1 << 56
"""Added incidents' draws are keyed above those of incidents and false alerts; 2⁴⁸ numbers for each overlay."""


def with_overlays(
    drawn: Happenings, overlays: tuple[Overlay, ...], city: City, streams: KeyedStreams, tables: DemandTables, *,
    n_days: int,
) -> Happenings:
    """Return the incidents that the overlays leave, and those that they add.

    A factor f > 1 adds a Poisson stream of f − 1 times the rate; one below 1 keeps each incident, added ones included,
    with probability f by a uniform keyed by overlay and incident. So an incident is the same with and without any
    overlay, and overlapping thinnings multiply.
    """
    added = [
        _added(number, overlay, kind, day, city, streams, tables)
        for number, overlay in enumerate(overlays) for kind, factor in enumerate(overlay.factors) if factor > 1.0
        for day in range(n_days) if _touches(overlay.windows, day)]
    whole = joined([drawn, *added])
    kept = np.ones(whole.n, dtype=np.bool_)
    for number, overlay in enumerate(overlays):
        factors = np.minimum(np.asarray(overlay.factors), 1.0)
        if (factors < 1.0).any():
            inside = holds(overlay, city, whole.occur_s, whole.junction)
            stays = streams.uniform(Purpose.OVERLAY_THINNING, whole.entity, number) < factors[whole.kind]
            kept &= stays | ~inside
    return whole.only(kept)


def _touches(windows: tuple[Window, ...], day: int) -> bool:
    return any(to_s > day * DAY_S for window in windows for _, to_s in window.spans((day + 1) * DAY_S))


def _added(
    number: int, overlay: Overlay, kind: int, day: int, city: City, streams: KeyedStreams, tables: DemandTables
) -> Happenings:
    rng = streams.stream(Purpose.OVERLAY_INCIDENTS, day=day, entity=number * KINDS_A_DAY + kind)
    more = draw_day(city, rng, tables, kind=kind, day=day, factor=overlay.factors[kind] - 1.0,
                    first_entity=OVERLAY_ENTITY + (number << 48))
    return more.only(holds(overlay, city, more.occur_s, more.junction))


def holds(overlay: Overlay, city: City, t_s: F8, junction: I4) -> Flags:
    """Say for each instant and junction whether the overlay holds."""
    inside = np.zeros(t_s.size, dtype=np.bool_)
    for window in overlay.windows:
        inside |= window.holds(t_s)
    if overlay.districts:
        inside &= np.isin(city.district[junction], overlay.districts)
    if overlay.land_uses:
        inside &= np.isin(city.land_use[junction], overlay.land_uses)
    return inside


def visibility(overlays: tuple[Overlay, ...], city: City, t_s: F8, junction: I4) -> F8:
    """Return the factor of pixels on target at each incident's start; overlapping overlays multiply."""
    factor = np.ones(t_s.size)
    for overlay in overlays:
        if overlay.visibility != 1.0:
            factor[holds(overlay, city, t_s, junction)] *= overlay.visibility
    return factor
