"""What a study is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, UnknownNameError
from watchfloor.language import LANGUAGES
from watchfloor.study.best import PROCEDURES, Procedure

_SPAN = re.compile(r"^(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>s|m|min|h)?$")
_UNITS_S = {None: 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOptions:
    """What a planner may choose of a study."""

    scenario: str
    targets: tuple[str, ...]
    hours: float | None = None
    """Judged in each replication; the scenario's own length where None."""
    warm_up_h: float = 24.0
    """Played before: the study starts from the day before."""
    replications: int = 100
    seed: int = 1
    share_of_days: float = 0.95
    """For the chance-constrained answer."""
    most_inspectors: int | None = None
    """On the busiest shift; three times the present, or ten, where None."""
    most_units: int | None = None
    detector_model: Path | None = None
    share: float = 0.1
    """Of the cameras that would get the detector."""
    best: str | None = None
    """A measure: also find the roster with the best of it that ``money`` buys."""
    money: float | None = None
    """A day."""
    choose_by: Procedure = "kn"
    """How ``best`` is chosen."""
    worth: float = 0.01
    """Least difference of ``best`` that is worth finding."""
    what_ifs: tuple[str, ...] = ()
    """``all``, or values of the scenario's file such as ``watching.look_s=0.5``."""
    sensitivity: bool = False
    """Also find which assumption decides the answer."""
    sobol: int = 0
    """Base sample of Sobol indices, a power of 2; 0 leaves them out."""
    sobol_most: int | None = None
    """Assumptions that move together; as many as ``budget_s`` leaves time for, or twelve, where None."""
    half_width: float | None = None
    """Share of each target's limit: play the answer on until its intervals are as narrow."""
    with_roster: bool = False
    """Also make shifts and people."""
    rules: Path | None = None
    """A file of what the roster may look like."""
    evaluate_roster: Path | None = None
    """A roster as XLSX or CSV, scored first."""
    growth: Path | None = None
    """A plan of growth."""
    rooms: int | None = None
    """Compare the answer's one room with so many; those of ``growth`` where None."""
    budget_s: float | None = None
    workers: int = 1
    scheduler: str | None = None
    """Address of a Dask scheduler, to play on its workers instead."""
    out: Path | None = None
    lang: str = "en"
    """Of what people read: one of watchfloor.language.LANGUAGES."""


def parse_span(text: str) -> float:
    """Return a time such as ``60s``, ``5min`` or ``1h`` in seconds.

    Raises:
        InputError: if it is none, or zero.
    """
    found = _SPAN.match(text.strip().lower())
    span_s = float(found["number"]) * _UNITS_S[found["unit"]] if found else 0.0
    if span_s <= 0.0:
        raise InputError("--budget", got=text, expected="a time above zero such as 60s, 5min or 1h")
    return span_s


def check_options(options: StudyOptions) -> None:
    """Check the numbers.

    Raises:
        InputError: naming the first that cannot be used.
    """
    checks = (
        ("--replications", options.replications, options.replications >= 2, "2 or more: one shows no spread"),
        ("--share-of-days", options.share_of_days, 0.0 < options.share_of_days < 1.0, "a share above 0 and below 1"),
        ("--warm-up", options.warm_up_h, 0.0 <= options.warm_up_h <= 168.0, "0 to 168 h"),
        ("--share", options.share, 0.0 < options.share <= 1.0, "a share above 0, at most 1"),
        ("--most-inspectors", options.most_inspectors,
         options.most_inspectors is None or options.most_inspectors >= 1, "1 or more"),
        ("--money", options.money, options.best is None or (options.money or 0.0) > 0.0,
         "a sum above 0 a day beside --best"),
        ("--best", options.best, options.best is not None or options.money is None, "a measure beside --money"),
        ("--worth", options.worth, options.worth > 0.0, "a number above 0"),
        ("--half-width", options.half_width, options.half_width is None or options.half_width > 0.0,
         "a share of a target's limit above 0"),
        ("--sobol", options.sobol, options.sobol == 0 or (options.sobol >= 2 and options.sobol.bit_count() == 1),
         "a power of 2 such as 32, or 0"),
        ("--sobol-most", options.sobol_most, options.sobol_most is None or options.sobol_most >= 1, "1 or more"),
        ("--rooms", options.rooms, options.rooms is None or options.rooms >= 2, "2 or more, to compare with one"),
        ("--seed", options.seed, options.seed >= 0, "0 or more"),
        ("--workers", options.workers, options.workers >= 1, "1 or more"),
        ("--budget", options.budget_s, options.budget_s is None or options.budget_s > 0.0, "a time above zero"),
        ("--most-units", options.most_units, options.most_units is None or options.most_units >= 1, "1 or more"),
    )
    for where, got, is_good, expected in checks:
        if not is_good:
            raise InputError(where, got=got, expected=expected)
    if options.choose_by not in PROCEDURES:
        raise UnknownNameError("--choose-by", got=options.choose_by, known=PROCEDURES)
    if options.lang not in LANGUAGES:
        raise UnknownNameError("--lang", got=options.lang, known=LANGUAGES)
