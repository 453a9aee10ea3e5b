"""Turns what a scenario file says of the units' optional parts, and of calls from the public, into frozen values."""

from __future__ import annotations

import scenarios.schema as schema
import scenarios.schema_demand as demand
from scenarios.schema_units import BadgesTable, UnitBreaksTable
from sim.city import LandUse
from sim.fieldwork import AtShiftEnd, Badges, CallDemand, Fieldwork, Posting, UnitBreaks
from sim.scenario import Spread

HOUR_S = 3600.0


def land_use_weights(table: demand.LandUseTable) -> tuple[float, ...]:
    """Return the weights in the order of LandUse."""
    return tuple(float(getattr(table, use.name.lower())) for use in LandUse)


def make_demand(table: demand.CallsTable, hour_weights: tuple[float, ...]) -> CallDemand:
    """Return the calls from the public."""
    return CallDemand(
        per_day=table.per_day, hour_weights=hour_weights,
        land_use_weights=land_use_weights(table.land_use) if table.land_use else (1.0,) * len(LandUse),
        priority_shares=tuple(table.priority_shares), p_needs_unit=table.p_needs_unit,
        unit_shares=tuple(table.unit_shares),
        service=Spread(median_s=table.service_median_s, p95_s=table.service_p95_s),
        talk=Spread(median_s=table.talk_median_s, p95_s=table.talk_p95_s), n_calltakers=table.n_calltakers,
        p_unfounded=table.p_unfounded, p_citation=table.p_citation, p_arrest=table.p_arrest)


def make_fieldwork(file: schema.ScenarioFile) -> Fieldwork:
    """Return the optional parts of the units' work."""
    units, patrols = file.units, file.patrols
    kinds = {key: value for key, value in units.model_dump().items() if key != "source"} if units else {}
    return Fieldwork(
        **kinds, badges=_badges(file.badges) if file.badges else None,
        breaks=_breaks(file.unit_breaks) if file.unit_breaks else None, posting=Posting(patrols.posting),
        n_hot_spots=patrols.n_hot_spots if patrols.posting == "hot_spot" else Fieldwork().n_hot_spots,
        p_cancel=patrols.p_cancel, redirect_gap=patrols.redirect_gap if patrols.redirect else 0,
        at_shift_end=AtShiftEnd(patrols.units_at_shift_end))


def _badges(table: BadgesTable) -> Badges:
    return Badges(
        share=table.share, p_evidence=table.p_evidence, p_evidence_attended=table.p_evidence_attended,
        acknowledge=Spread(median_s=table.acknowledge_median_s, p95_s=table.acknowledge_p95_s), p_join=table.p_join)


def _breaks(table: UnitBreaksTable) -> UnitBreaks:
    return UnitBreaks(
        meal_after_s=table.meal_after_h * HOUR_S, meal_s=table.meal_min * 60.0,
        out_of_service_every_s=table.out_of_service_every_h * HOUR_S,
        out_of_service=Spread(median_s=table.out_of_service_median_s, p95_s=table.out_of_service_p95_s))
