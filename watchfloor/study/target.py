"""What a planner asks for: a measure, which way, and how much."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.city import F8
from sim.errors import InputError, UnknownNameError
from sim.log import EventLog
from sim.measures import measure
from sim.scenario import Scenario

_FORM = re.compile(r"^\s*(?P<measure>[^<>=≤≥]+?)\s*(?P<sense><=|>=|≤|≥)\s*(?P<value>[^<>=≤≥]+?)\s*$")
_NUMBER = re.compile(r"^(?P<number>[-+]?[\d_]*\.?\d+(?:e[-+]?\d+)?)\s*(?P<unit>%|s|min|h)?$")
_FACTORS = {None: 1.0, "%": 0.01, "s": 1.0, "min": 60.0, "h": 3600.0}
EXAMPLE = '"p90 response_time_s <= 900" or "found_share:drinking >= 0.6"'


class Sense(StrEnum):
    """Which side of the limit is wanted."""

    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A limit on a measure of a day."""

    measure: str
    """As ``sim.measures.measure`` names it, for example ``p90:response_time_s``."""
    sense: Sense
    limit: float
    """In the measure's own unit."""

    def __str__(self) -> str:
        """Return the target as a planner writes it."""
        return f"{self.measure.replace(':', ' ', 1) if self.is_quantile else self.measure} {self.sense} {self.limit:g}"

    @property
    def is_quantile(self) -> bool:
        """Say whether the measure is a quantile of a span."""
        return re.match(r"p\d+:", self.measure) is not None

    def margin(self, values: F8) -> F8:
        """Return by how much values are on the wanted side: 0 or more meets the target."""
        return np.asarray(self.limit - values if self.sense is Sense.AT_MOST else values - self.limit)


def known_measures(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of all measures of a scenario."""
    return tuple(measure(scenario, EventLog.from_rows((), arm="")))


def parse_target(text: str, known: Iterable[str]) -> Target:
    """Read a target such as ``p90 response_time_s <= 900``; 60 % and 15 min are numbers too.

    Raises:
        UnknownNameError: if there is no such measure; the nearest is named.
        InputError: if it is no target, or no value could ever meet it.
    """
    found = _FORM.match(text)
    if found is None:
        raise InputError("--target", got=text, expected="a measure, <= or >=, and a number",
                         do=f"write {EXAMPLE}")
    name = re.sub(r"^(p\d+)[\s:]+", r"\1:", found["measure"].strip())
    names = sorted(known)
    if name not in names:
        raise UnknownNameError("--target", got=name, known=[known for known in names if name in known] or names)
    number = _NUMBER.match(found["value"].lower())
    if number is None:
        raise InputError("--target", got=text, expected=f"a number after {found['sense']}, with %, s, min or h at most",
                         do=f"write {EXAMPLE}")
    sense = Sense.AT_MOST if found["sense"] in ("<=", "≤") else Sense.AT_LEAST
    target = Target(measure=name, sense=sense, limit=float(number["number"]) * _FACTORS[number["unit"]])
    _check_possible(target, text)
    return target


def parse_targets(texts: Sequence[str], known: Iterable[str]) -> tuple[Target, ...]:
    """Read targets; two may be about one measure.

    Raises:
        UnknownNameError: as parse_target.
        InputError: as parse_target, or if there is none.
    """
    if not texts:
        raise InputError("--target", expected="at least one", do=f"add --target {EXAMPLE}")
    names = tuple(known)
    return tuple(parse_target(text, names) for text in texts)


def bounds(name: str) -> tuple[float, float]:
    """Return between which values a measure always is."""
    is_share = name.startswith("found_share") or name.endswith(("_share", "_utilisation"))
    return 0.0, 1.0 if is_share else math.inf


def _check_possible(target: Target, text: str) -> None:
    low, high = bounds(target.measure)
    nearest = low if target.sense is Sense.AT_MOST else high
    if float(target.margin(np.array([nearest]))[0]) < 0.0:
        raise InputError("--target", got=text, expected=f"{target.measure} of {low:g} to {high:g}",
                         do=f"nothing could meet it: the nearest value there can be is {nearest:g}")
