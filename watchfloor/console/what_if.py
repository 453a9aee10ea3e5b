"""A planner's question of a room: what would other staff, more cameras or a detector change? Answered by playing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios import find_scenario, load_scenario
from scenarios.catalog import list_shipped
from scenarios.inherit import load_extended
from sim.errors import InputError, UnknownNameError
from sim.estimate import Estimate
from sim.scenario import Scenario
from watchfloor.console.session import Json
from watchfloor.language import LANGUAGES, Language
from watchfloor.phrase import Counted, Phrase
from watchfloor.show import Show, StudyBar
from watchfloor.study.changes import read_changes
from watchfloor.study.days import Horizon
from watchfloor.study.journal import Journal
from watchfloor.study.measure_words import measure_title
from watchfloor.study.plan import Plan, Setting
from watchfloor.study.pool import HerePool
from watchfloor.study.progress import Progress
from watchfloor.study.runner import Runner
from watchfloor.study.staff import Staff, present_staff, shifts_for
from watchfloor.study.steps import rounds
from watchfloor.study.whatif import SHOWN, WhatIf, compare_plans
from watchfloor.warm import compile_engine

REPLICATIONS = (20, 50, 100, 200)
"""How many the page offers; a longer question is for the command line."""
MAX_STAFF = 400
MAX_CAMERAS_FACTOR = 3.0
SEED = 1
WARM_UP_S = 86_400.0

Tell = Callable[[Json], None]
"""Told of what has changed: ``n_done`` and ``n_total`` plays, or an answer with its ``n_replications``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A scenario's room as it is now."""

    inspectors: int
    """On the shift with the most."""
    units: int
    n_cameras: int | None
    """None where the city is a real one, whose cameras come from its own files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a planner would change."""

    scenario: str
    staff: Staff
    """On the shift with the most."""
    n_cameras: int | None
    """None keeps those there are."""
    detector: Path | None
    """A detector model; None for no detector."""
    share: float
    """Of the cameras that would get it."""
    n_replications: int


def rooms() -> dict[str, Room]:
    """Return the shipped scenarios' rooms by name, without making their cities."""
    return {one.name: _room(one.name) for one in list_shipped()}


def read_question(asked: Json, known: Mapping[str, Room], detectors: Mapping[str, Path]) -> Question:
    """Check what the page asks.

    Raises:
        InputError: naming what cannot be asked.
    """
    scenario = str(asked.get("scenario"))
    if scenario not in known:
        raise UnknownNameError("scenario", got=scenario[:60], known=known)
    room = known[scenario]
    most = int(MAX_CAMERAS_FACTOR * room.n_cameras) if room.n_cameras else 0
    n_cameras = None if asked.get("n_cameras") is None else _whole(asked, "n_cameras", room.n_cameras or 0, most)
    detector = asked.get("detector")
    if detector is not None and detector not in detectors:
        raise UnknownNameError("detector", got=str(detector)[:60], known=detectors)
    n_replications = asked.get("n_replications")
    if n_replications not in REPLICATIONS:
        raise InputError("n_replications", got=str(n_replications)[:20],
                         expected="one of " + ", ".join(map(str, REPLICATIONS)))
    return Question(
        scenario=scenario, n_cameras=None if n_cameras == room.n_cameras else n_cameras,
        staff=Staff(inspectors=_whole(asked, "inspectors", 1, MAX_STAFF), units=_whole(asked, "units", 1, MAX_STAFF)),
        detector=None if detector is None else detectors[detector], share=_whole(asked, "share_percent", 1, 100) / 100,
        n_replications=n_replications)


def plans_of(question: Question, scenario: Scenario) -> list[tuple[str, Plan]]:
    """Return each change by itself with its name, and then, if there are several, all of them together.

    Raises:
        InputError: if nothing would change, or the detector model cannot be used.
    """
    present, wanted = present_staff(scenario), question.staff
    plans: list[tuple[str, Plan]] = []
    if wanted.inspectors != present.inspectors:
        plans.append((Counted("{number} inspector", "{number} inspectors", wanted.inspectors),
                      Plan(shifts=shifts_for(scenario, replace(present, inspectors=wanted.inspectors)))))
    if wanted.units != present.units:
        plans.append((Counted("{number} unit", "{number} units", wanted.units),
                      Plan(shifts=shifts_for(scenario, replace(present, units=wanted.units)))))
    n_now = scenario.city.cameras.n_cameras
    texts = () if question.n_cameras is None else (f"cameras={question.n_cameras / n_now!r}",)
    changes = read_changes(texts, question.scenario, detector_model=question.detector, share=question.share)
    now = shifts_for(scenario, present)
    plans += [(change.name, Plan(shifts=now, arm=change.arm, overrides=change.overrides)) for change in changes]
    n_alone = len(plans) - (2 if question.detector else 0)
    if not n_alone:
        raise InputError("what-if", expected="at least one change", do="change staff, cameras or the detector")
    if n_alone > 1:
        arm = next((change.arm for change in changes if change.arm.detector is not None), Plan().arm)
        overrides = tuple(value for change in changes for value in change.overrides)
        plans.append((Phrase("all of it together"),
                      Plan(shifts=shifts_for(scenario, wanted), arm=arm, overrides=overrides)))
    return plans


def answer_question(question: Question, folder: Path, tell: Tell) -> None:
    """Play, and tell an answer with few replications first, then with more.

    Args:
        question: what is asked.
        folder: keeps what was played, so that nothing is played twice.
        tell: told of every step.

    Raises:
        InputError: if it cannot be played.
    """
    scenario = load_scenario(question.scenario)
    plans = plans_of(question, scenario)
    base = Plan(shifts=shifts_for(scenario, present_staff(scenario)))
    setting = Setting(scenario=scenario, path=question.scenario, overrides=(), seed=SEED,
                      horizon=Horizon(warm_up_s=WARM_UP_S, judged_s=scenario.duration_s))
    told = _ToldShow(tell, n_plans=len(plans) + 1, n_replications=question.n_replications)
    folder.mkdir(parents=True, exist_ok=True)
    compile_engine(told)
    progress = Progress(told)
    with Journal(folder / "journal.sqlite") as journal, progress.shown():
        runner = Runner(setting, HerePool(setting), journal, progress)
        for n_replications in rounds(question.n_replications):
            told.n_wanted = n_replications
            tell(_answer(compare_plans(runner, base, plans, SHOWN, n_replications), n_replications))


def _answer(found: tuple[WhatIf, ...], n_replications: int) -> Json:
    languages = {code: Language(code) for code in LANGUAGES}

    def said(text: str) -> dict[str, str]:
        return {code: language.say(text) for code, language in languages.items()}

    return {"n_replications": n_replications, "answer": {
        "measures": [{"measure": measure, "titles": said(measure_title(measure))} for measure in SHOWN],
        "base": {measure: _numbers(found[0].base[measure]) for measure in SHOWN},
        "changes": [{"names": said(one.name), "differences": {
            measure: _numbers(one.differences[measure]) for measure in SHOWN}} for one in found]}}


def _numbers(estimate: Estimate) -> Json | None:
    """Return an estimate's numbers; None where nothing could be measured."""
    return {"mean": estimate.mean, "half_width": estimate.half_width} if estimate.n else None


class _ToldShow(Show):
    """Tells how many plays are done instead of writing it.

    Args:
        tell: told of each step.
        n_plans: played beside each other.
        n_replications: of each, in the end.
    """

    def __init__(self, tell: Tell, *, n_plans: int, n_replications: int) -> None:
        super().__init__(quiet=True)
        self._tell, self._n_plans, self._n_total = tell, n_plans, n_plans * n_replications
        self.n_wanted = 0
        """Replications of the answer that is being played for."""

    @contextmanager
    def study_bar(self) -> Iterator[StudyBar]:
        """Tell of the plays; those known from before count as done."""
        def advance(_: str, done: int, total: int, __: str) -> None:
            n_done = self._n_plans * self.n_wanted - (total - done)
            self._tell({"n_done": max(0, n_done), "n_total": self._n_total})

        yield advance


def _room(name: str) -> Room:
    document = load_extended(find_scenario(name))
    roster, city = document.get("roster"), document.get("city")
    shifts = [shift for shift in roster.values() if isinstance(shift, Mapping)] if isinstance(roster, Mapping) else []
    n_cameras = city.get("n_cameras") if isinstance(city, Mapping) else None
    return Room(inspectors=max((int(shift.get("inspectors", 0)) for shift in shifts), default=0),
                units=max((int(shift.get("units", 0)) for shift in shifts), default=0),
                n_cameras=n_cameras if isinstance(n_cameras, int) else None)


def _whole(asked: Json, key: str, low: int, high: int) -> int:
    value = asked.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(key, got=str(value)[:20], expected=f"a whole number from {low} to {high}")
    return value
