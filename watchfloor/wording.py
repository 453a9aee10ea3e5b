"""How measures and arms are named to a person, in the terminal and in the report alike."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from sim.estimate import Estimate
from watchfloor.phrase import Phrase

ARMS: Mapping[str, str] = {
    "inspectors": Phrase("inspectors alone"),
    "with_detector": Phrase("with detector"),
    "with_detector_low": Phrase("detector, fewest false alarms"),
    "with_detector_high": Phrase("detector, most false alarms"),
    "with_policy": Phrase("with the policy"),
}

MEASURES: Mapping[str, str] = {
    "in_view": Phrase("offences in view of a camera"),
    "found": Phrase("found (confirmed by an inspector)"),
    "found_share": Phrase("share of those in view"),
    "found_per_inspector_day": Phrase("found by one inspector in 24 h of duty"),
    "found_by_alert": Phrase("found through an alert"),
    "offender_met": Phrase("offender met by a unit"),
    "alerts": Phrase("alerts shown or queued"),
    "alerts_unseen": Phrase("alerts nobody could look at"),
    "unfounded_stops": Phrase("unfounded stops"),
    "p50:detection_delay_s": Phrase("detection delay, p50 (s)"),
    "p90:detection_delay_s": Phrase("detection delay, p90 (s)"),
    "p50:response_time_s": Phrase("response time, p50 (s)"),
    "p90:response_time_s": Phrase("response time, p90 (s)"),
    "inspector_utilisation": Phrase("inspectors' time on cases, share"),
    "unit_utilisation": Phrase("units' time on cases, share"),
    "crimes_solved": Phrase("crimes solved, by arrest or search"),
    "public_calls_sent": Phrase("calls from the public with a unit"),
    "p90:public_response_time_s": Phrase("response to the public, p90 (s)"),
    "evidence_complete_share": Phrase("evidence complete, share"),
    "cost_per_found": Phrase("cost per found offence"),
}
"""The measures of the first table, in order, so far as a scenario has them; unfounded stops stand beside finds."""


def measures_of(names: Collection[str]) -> dict[str, str]:
    """Return those of MEASURES that are among some names."""
    return {name: text for name, text in MEASURES.items() if name in names}


def words(name: str) -> str:
    """Return a name from the code as words."""
    return name.replace("_", " ")


def estimate_text(estimate: Estimate) -> str:
    """Return ``mean ± half width``, with as many digits as the half width makes sense of; – where nothing was."""
    if not estimate.n or not math.isfinite(estimate.mean):
        return "–"
    if not estimate.half_width:
        text = f"{estimate.mean:,.0f}" if abs(estimate.mean) >= 100 else f"{estimate.mean:.3g}"
    else:
        digits = min(3, max(0, 1 - math.floor(math.log10(estimate.half_width))))
        text = f"{estimate.mean:,.{digits}f} ± {estimate.half_width:,.{digits}f}"
    return text.replace("-", "−")
