"""Worlds with any of the units' optional parts, for the laws and for the comparison of the engines."""

from dataclasses import replace

from hypothesis import strategies as st

from sim.fieldwork import AtShiftEnd, Badges, CallDemand, Fieldwork, Posting, SpeedWindow, UnitBreaks
from sim.scenario import Shift, Spread

MINUTES = Spread(median_s=300.0, p95_s=900.0)
QUICK = Spread(median_s=5.0, p95_s=15.0)

unit_parts = st.fixed_dictionaries({
    "calls_per_day": st.sampled_from([None, 0.0, 100.0, 600.0]), "n_calltakers": st.sampled_from([None, 1, 3]),
    "officers": st.sampled_from([None, 0, 1, 2]), "bicycle_share": st.sampled_from([0.0, 0.4]),
    "foot_share": st.sampled_from([0.0, 0.3]), "badge_share": st.sampled_from([None, 0.5, 1.0]),
    "breaks": st.booleans(), "posting": st.sampled_from(list(Posting)), "p_cancel": st.sampled_from([0.0, 0.7]),
    "redirect_gap": st.sampled_from([0, 1, 2]), "at_shift_end": st.sampled_from(list(AtShiftEnd)),
    "snow": st.booleans(),
})


def with_unit_parts(scenario, parts):
    """Return the scenario with the parts switched on."""
    calls = CallDemand(
        per_day=parts["calls_per_day"], hour_weights=(1.0,) * 168, land_use_weights=(1.0,) * 7,
        priority_shares=(0.2, 0.3, 0.3, 0.2), p_needs_unit=0.7, unit_shares=(0.5, 0.3, 0.2), service=MINUTES,
        talk=MINUTES, n_calltakers=parts["n_calltakers"], p_unfounded=0.2, p_citation=0.3, p_arrest=0.1,
    ) if parts["calls_per_day"] is not None else None
    badges = Badges(share=parts["badge_share"], acknowledge=QUICK, p_evidence=0.5, p_evidence_attended=0.9,
                    p_join=0.4) if parts["badge_share"] is not None else None
    breaks = UnitBreaks(meal_after_s=7200.0, meal_s=1800.0, out_of_service_every_s=20_000.0,
                        out_of_service=MINUTES) if parts["breaks"] else None
    return replace(
        scenario, calls=calls,
        shifts=tuple(replace(shift, officers=parts["officers"]) for shift in scenario.shifts),
        speed_windows=(SpeedWindow(from_s=20_000.0, to_s=60_000.0, factor=0.6),
                       SpeedWindow(from_s=30_000.0, to_s=40_000.0, factor=0.5)) if parts["snow"] else (),
        fieldwork=Fieldwork(
            bicycle_share=parts["bicycle_share"], foot_share=parts["foot_share"], badges=badges, breaks=breaks,
            posting=parts["posting"], p_cancel=parts["p_cancel"], redirect_gap=parts["redirect_gap"],
            at_shift_end=parts["at_shift_end"]))


def two_shifts(*, units, night, inspectors=3, handover_h=8.0, length_h=12.0):
    """Return a day shift and a night shift."""
    return (Shift(name="day", start_h=handover_h, length_h=length_h, inspectors=inspectors, units=units),
            Shift(name="night", start_h=(handover_h + 12) % 24, length_h=12.0, inspectors=inspectors, units=night))
