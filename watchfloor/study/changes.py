"""The changes to a room that a planner may ask about: levers with a value, and any value of the scenario's file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.planners import PLANNERS
from agents.policy_choice import find_planner, find_policy, find_queue_order
from scenarios import find_scenario, load_detector_model, load_scenario
from scenarios.document import Value
from scenarios.inherit import load_extended
from sim.detector_model import DetectorModel
from sim.errors import InputError, UnknownNameError
from sim.replicate import Arm
from watchfloor.compare import make_arms
from watchfloor.phrase import Phrase
from watchfloor.study.plan import BASE_ARM
from watchfloor.study.whatif import Change
from watchfloor.study.wording import per_cent
from watchfloor.wording import ARMS, words

ALL = "all"
PLANS: Mapping[str, str] = {
    "round_robin": Phrase("equal looks at all cameras"),
    "risk_weighted": Phrase("more looks where more happens"),
}
POLICIES: Mapping[str, str] = {
    "nearest": Phrase("the nearest unit"),
    "district_first": Phrase("a unit of the call's own district first"),
    "coverage": Phrase("the unit whose leaving uncovers the least"),
    "coverage_posts": Phrase("the unit whose leaving uncovers the least, free units posted where they cover the most"),
    "reserve": Phrase("the nearest unit, the last free ones kept for urgent calls"),
    "random": Phrase("any free unit"),
    "beats": Phrase("the nearest unit, free ones on their beats"),
    "hot_spots": Phrase("the nearest unit, free ones at hot spots that nobody holds"),
}
"""Those with words of their own."""
QUEUE_ORDERS: Mapping[str, str] = {
    "likelihood": Phrase("the likeliest first, of these the oldest"),
    "likelihood_and_load": Phrase("the likeliest first, of these the newest while too many wait"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What changes are made from."""

    document: Mapping[str, object]
    """The scenario's file."""
    scenario: str
    """Its name or path."""
    detector: DetectorModel | None
    share: float
    """Of the cameras that would get the detector."""

    def value(self, table: str, key: str) -> object:
        """Return a value of the file, None where it has none."""
        found = self.document.get(table)
        return found.get(key) if isinstance(found, Mapping) else None

    def number(self, table: str, key: str) -> float:
        """Return a number of the file, 1 where it has none."""
        found = self.value(table, key)
        return float(found) if isinstance(found, int | float) else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing that a planner can change by a value."""

    make: Callable[[Ground, str], Change]
    """Raises InputError where the value cannot be used."""
    usual: Callable[[Ground], Sequence[str]]
    """The values that ``all`` takes; none where the lever makes no sense."""


def read_changes(texts: Sequence[str], scenario: str, *, detector_model: Path | None = None,
                 share: float = 0.1) -> tuple[Change, ...]:
    """Read what was asked: the detector, then ``all`` or ``lever=value`` or ``key=value`` of the scenario's file.

    Raises:
        InputError: if one is none of these.
        UnknownNameError: if there is no such lever; the nearest is named.
    """
    detector = load_detector_model(detector_model) if detector_model else None
    ground = Ground(document=load_extended(find_scenario(scenario)), scenario=scenario, detector=detector, share=share)
    changes: list[Change] = list(_detector(ground)) if detector else []
    for text in texts:
        if text.strip() == ALL:
            changes += [lever.make(ground, value) for lever in LEVERS.values() for value in lever.usual(ground)]
        else:
            changes.append(_read_change(ground, text))
    return tuple(changes)


def _read_change(ground: Ground, text: str) -> Change:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key or not value:
        raise _unusable(text)
    if key in LEVERS:
        return LEVERS[key].make(ground, value)
    if "." not in key:
        raise UnknownNameError("--what-if", got=key, known=LEVERS)
    return Change(name=text.strip(), overrides=((key, _toml_value(text, value)),))


def _toml_value(text: str, value: str) -> Value:
    try:
        found = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        found = None
    if not isinstance(found, str | int | float | bool):
        raise _unusable(text)
    return found


def _unusable(text: str) -> InputError:
    return InputError("--what-if", got=text, expected=f"{ALL}, one of {', '.join(LEVERS)} with a value, or a key of "
                      "the scenario's file with one", do="write, for example, --what-if tiles=2 or watching.look_s=0.5")


def _detector(ground: Ground) -> tuple[Change, ...]:
    """Return the detector on a share of the cameras, with as few and as many false alarms as it may have."""
    return tuple(Change(name=Phrase("{arm} on {share} % of the cameras", arm=ARMS[arm.name],
                                    share=per_cent(ground.share)), arm=arm)
                 for arm in make_arms(ground.detector, share=ground.share)[1:])


def _tiles(ground: Ground, value: str) -> Change:
    factor = _factor("tiles", value)
    look_s = ground.number("watching", "look_s") / factor
    return Change(name=Phrase("{factor} × the tiles: a look takes {look} s", factor=factor, look=look_s),
                  overrides=(("watching.look_s", look_s),))


def _zoom(ground: Ground, value: str) -> Change:
    factor = _factor("zoom", value)
    px = ground.number("watching", "px_half") / factor
    return Change(name=Phrase("{factor} × better zoom: {px} pixels are enough for half", factor=factor, px=px),
                  overrides=(("watching.px_half", px),))


def _cameras(ground: Ground, value: str) -> Change:
    factor = _factor("cameras", value)
    if ground.value("city", "n_cameras") is None or factor < 1.0:
        raise InputError("--what-if", got=f"cameras={value}", expected="a factor of 1 or more, and a synthetic city",
                         do="a real city gets its cameras from its own files")
    more = round((factor - 1.0) * ground.number("city", "n_cameras"))
    return Change(name=Phrase("{more} more cameras, on sites of their own", more=more),
                  overrides=(("city.n_added_cameras", more),))


def _attention(_: Ground, value: str) -> Change:
    if value not in PLANS:
        try:
            planner = find_planner(value, where="--what-if attention")
        except UnknownNameError as error:
            raise UnknownNameError("--what-if attention", got=value, known=[*PLANS, *PLANNERS]) from error
        return Change(name=Phrase("attention: {plan}", plan=words(value)),
                      arm=Arm(name=BASE_ARM.name, attention=planner))
    return Change(name=Phrase("attention: {plan}", plan=PLANS[value]), overrides=(("watching.plan", value),))


def _dispatch(ground: Ground, value: str) -> Change:
    policy = find_policy(value, lambda: load_scenario(ground.scenario), where="--what-if dispatch")
    return Change(name=Phrase("dispatch: {policy}", policy=POLICIES.get(value, words(value))),
                  arm=Arm(name=BASE_ARM.name, policy=policy))


def _queue(ground: Ground, value: str) -> Change:
    order = find_queue_order(value, where="--what-if queue")
    arm = make_arms(ground.detector, share=ground.share)[1] if ground.detector else BASE_ARM
    return Change(name=Phrase("waiting alerts: {order}", order=QUEUE_ORDERS[order]), arm=arm,
                  overrides=(("alerting.queue_order", value),))


def _outage(_: Ground, value: str) -> Change:
    share = _number("outage", value)
    if not 0.0 < share <= 1.0:
        raise InputError("--what-if", got=f"outage={value}", expected="a share of the cameras above 0, at most 1")
    return Change(name=Phrase("an outage: {share} % of the cameras without a picture", share=per_cent(share)),
                  outage_share=share)


def _threshold(ground: Ground, value: str) -> Change:
    threshold = _number("threshold", value)
    if ground.detector is None:
        raise InputError("--what-if", got=f"threshold={value}", expected="--detector-model beside it",
                         do="name the detector whose threshold it is")
    known = sorted({row.threshold for row in ground.detector.rows})
    if threshold > known[-1]:
        raise InputError("--what-if", got=f"threshold={value}", expected=f"at most {known[-1]:g}, the highest measured")
    arm = make_arms(ground.detector, share=ground.share)[1]
    return Change(
        name=Phrase("{arm} on {share} % of the cameras, threshold {threshold}", arm=ARMS[arm.name],
                    share=per_cent(ground.share), threshold=threshold),
        arm=Arm(name=arm.name, detector=arm.detector, share=arm.share, false_rate=arm.false_rate, threshold=threshold))


def _number(lever: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise InputError("--what-if", got=f"{lever}={value}", expected="a number") from None


def _factor(lever: str, value: str) -> float:
    factor = _number(lever, value.removesuffix("x"))
    if not 0.0 < factor <= 100.0:
        raise InputError("--what-if", got=f"{lever}={value}", expected="a factor above 0, at most 100")
    return factor


def _other_plans(ground: Ground) -> Sequence[str]:
    return [plan for plan in PLANS if plan != ground.value("watching", "plan")]


def _other_orders(ground: Ground) -> Sequence[str]:
    """Return the orders that the room does not have, if a detector makes alerts wait."""
    own = ground.value("alerting", "queue_order") or "likelihood"
    return [order for order in QUEUE_ORDERS if order != own] if ground.detector else []


def _stricter(ground: Ground) -> Sequence[str]:
    """Return the thresholds above the lowest at which the detector was measured."""
    rows = ground.detector.rows if ground.detector else ()
    return [f"{threshold:g}" for threshold in sorted({row.threshold for row in rows})[1:]]


LEVERS: Mapping[str, Lever] = {
    "tiles": Lever(make=_tiles, usual=lambda _: ["2"]),
    "zoom": Lever(make=_zoom, usual=lambda _: ["2"]),
    "cameras": Lever(make=_cameras, usual=lambda ground: ["1.2"] if ground.value("city", "n_cameras") else []),
    "attention": Lever(make=_attention, usual=_other_plans),
    "dispatch": Lever(make=_dispatch, usual=lambda _: ["district_first", "coverage"]),
    "queue": Lever(make=_queue, usual=_other_orders),
    "outage": Lever(make=_outage, usual=lambda _: ["0.1"]),
    "threshold": Lever(make=_threshold, usual=_stricter),
}
