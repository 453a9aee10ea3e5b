"""Checks of what a scenario file says of calls from the public and of the units' optional parts."""

from __future__ import annotations

from collections.abc import Iterator

import scenarios.schema as schema
from scenarios.caution import Caution
from scenarios.convert_units import land_use_weights
from scenarios.file_errors import Fault
from scenarios.schema_demand import CallsTable

HOT_SPOT_S = (600.0, 960.0)
"""How long a patrol stands at a hot spot, after Koper (1995): the effect grows up to some fifteen minutes."""


def calls_faults(calls: CallsTable, where: str) -> Iterator[Fault]:
    """Yield what cannot hold of the optional keys of calls."""
    total = sum(calls.unit_shares)
    if abs(total - 1.0) > 1e-3:
        yield Fault(where=f"{where}.unit_shares", got=f"shares that sum to {total:.6g}", expected="a sum of 1")
    if calls.land_use and sum(land_use_weights(calls.land_use)) <= 0.0:
        yield Fault(where=f"{where}.land_use", expected="at least one weight > 0", do="say where people call from")
    if calls.p_citation + calls.p_arrest > 1.0 + 1e-9:
        yield Fault(where=f"{where}.p_arrest", got=str(calls.p_arrest),
                    expected=f"at most {1.0 - calls.p_citation:.6g}, so that p_citation and p_arrest sum to at most 1")


def unit_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    """Yield what cannot hold of the roster's officers and of the units' kinds."""
    told = {name: shift.officers for name, shift in file.roster.items()}
    if any(officers is not None for officers in told.values()):
        for name, officers in told.items():
            if officers is None:
                yield Fault(where=f"{where}: roster.{name}.officers", expected="a whole number ≥ 0",
                            do="say how many duty officers each shift has, or leave the key out of all of them")
    if file.units and file.units.bicycle_share + file.units.foot_share > 1.0 + 1e-9:
        yield Fault(where=f"{where}: units.foot_share", got=str(file.units.foot_share),
                    expected=f"at most {1.0 - file.units.bicycle_share:.6g}, so that the shares sum to at most 1")


def unit_cautions(file: schema.ScenarioFile) -> Iterator[Caution]:
    """Yield what is allowed but seldom meant."""
    for name, shift in file.roster.items():
        if shift.officers == 0 and shift.units > 0:
            yield Caution(key=f"roster.{name}.officers", text=f"nobody orders the units of {name} out")
    if file.patrols.posting == "hot_spot" and not HOT_SPOT_S[0] <= file.patrols.post_s <= HOT_SPOT_S[1]:
        yield Caution(key="patrols.post_s", text=f"units stand {file.patrols.post_s / 60.0:g} min at a hot spot: "
                                                 "ten to sixteen were found to be worth most")
    breaks = file.unit_breaks
    if breaks and breaks.meal_min == 0.0 and breaks.out_of_service_every_h == 0.0:
        yield Caution(key="unit_breaks", text="there is neither a meal nor a spell out of service")
    if breaks and breaks.meal_min > 0.0:
        for name, shift in file.roster.items():
            if breaks.meal_after_h + breaks.meal_min / 60.0 > shift.length_h:
                yield Caution(key="unit_breaks.meal_after_h", text=f"{name} ends before its units' meal does")
