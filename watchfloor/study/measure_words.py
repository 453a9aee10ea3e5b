"""What measures and targets are called, in English or as a catalogue has them."""

from __future__ import annotations

from collections.abc import Mapping

from watchfloor.phrase import Phrase
from watchfloor.study.target import Sense, Target
from watchfloor.wording import MEASURES, words

SPANS: Mapping[str, str] = {
    "detection_delay_s": Phrase("detection delay"),
    "confirmation_delay_s": Phrase("confirmation delay"),
    "dispatch_delay_s": Phrase("dispatch delay"),
    "turnout_time_s": Phrase("turnout time"),
    "travel_time_s": Phrase("travel time"),
    "response_time_s": Phrase("response time"),
    "public_response_time_s": Phrase("response time to the public"),
    "officer_wait_s": Phrase("wait for a duty officer"),
}
KINDS: Mapping[str, str] = {
    "litter": Phrase("litter"),
    "smoking": Phrase("smoking"),
    "drinking": Phrase("drinking"),
    "petty_hooliganism": Phrase("petty hooliganism"),
    "property_damage": Phrase("property damage"),
    "traffic": Phrase("traffic"),
    "other": Phrase("other"),
}
"""Those of the shipped scenarios that have a translation; any other is named as its file does."""
OTHERS: Mapping[str, str] = {
    "false_alerts": Phrase("false alerts"),
    "dispatches": Phrase("dispatches"),
    "cost": Phrase("cost"),
    "searches": Phrase("searches of the archive"),
    "searches_solved": Phrase("searches that solved a crime"),
    "public_calls": Phrase("calls from the public"),
    "officer_utilisation": Phrase("duty officers' time on orders, share"),
}


def measure_text(name: str) -> str:
    """Return a measure's name as words; times are in seconds."""
    what, _, of = name.partition(":")
    if what.startswith("p") and what[1:].isdigit():
        return Phrase("{quantile} {span}", quantile=what, span=SPANS.get(of, words(of.removesuffix("_s"))))
    if name == "found_share":
        return Phrase("share found of those in view")
    if not of:
        return MEASURES.get(name) or OTHERS.get(name) or words(name)
    kind = KINDS.get(of, words(of))
    if what == "found_share":
        return Phrase("share found of {kind}", kind=kind)
    if what == "found":
        return Phrase("found of {kind}", kind=kind)
    if what == "in_view":
        return Phrase("in view of a camera: {kind}", kind=kind)
    return Phrase("{measure} {kind}", measure=words(what), kind=kind)


def measure_title(name: str) -> str:
    """Return a measure's name with its unit, to stand over a column of its values."""
    return Phrase("{measure} (s)", measure=measure_text(name)) if name.endswith("_s") else measure_text(name)


def with_unit(value: object, measure: str) -> str:
    """Return a value with its measure's unit; times are in seconds, most other measures have none."""
    return Phrase("{value} s", value=value) if measure.endswith("_s") else Phrase("{value}", value=value)


def target_text(target: Target) -> str:
    """Return a target as a clause."""
    values = {"measure": measure_text(target.measure), "limit": with_unit(target.limit, target.measure)}
    if target.sense is Sense.AT_MOST:
        return Phrase("{measure} at most {limit}", **values)
    return Phrase("{measure} at least {limit}", **values)
