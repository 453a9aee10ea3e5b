"""One way of running the room that a study plays: what is changed in the scenario, the roster, and the arm."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

import sim
from scenarios import load_scenario
from scenarios.document import Value
from sim.compiled import sources_digest
from sim.errors import InputError
from sim.occasions import Outage, Window
from sim.replicate import Arm
from sim.roomwork import WatchRoom
from sim.scenario import Scenario, Shift
from watchfloor.study.days import Horizon, widen
from watchfloor.study.fingerprint import fingerprint

BASE_ARM = Arm(name="inspectors")
N_KEPT_SCENARIOS = 4
"""Changed scenarios that a process holds at once; each may have a city of its own."""
N_KEPT_CAMERAS = 1_000_000
"""Cameras of all the rosters that a process holds at once: the attention plans of each take some 200 bytes a camera."""


Variant = tuple[tuple[tuple[str, Value], ...], float, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is played, in place of the scenario's own."""

    shifts: tuple[Shift, ...] | None = None
    """None keeps the scenario's own."""
    arm: Arm = BASE_ARM
    overrides: tuple[tuple[str, Value], ...] = ()
    """Values by dotted key of the scenario's file."""
    outage_share: float = 0.0
    """Of the cameras without a picture from the beginning to the end."""
    n_rooms: int | None = None
    """Control rooms that share the districts out; None keeps the scenario's own. The shifts name their rooms."""

    def __hash__(self) -> int:
        """Return a hash without the arm's detector, whose mappings have none."""
        return hash((self.shifts, self.arm.name, self.arm.share, self.arm.false_rate, self.variant))

    @property
    def variant(self) -> Variant:
        """Return what is changed besides the roster and the arm; plans that share it share their traces."""
        return self.overrides, self.outage_share, self.n_rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all plans of a study share; it travels to the workers once."""

    scenario: Scenario
    path: str | None
    """Name or path of the scenario's file; None where there is none, and so nothing in it can be overridden."""
    overrides: tuple[tuple[str, Value], ...]
    """Laid over the file for every plan."""
    horizon: Horizon
    seed: int


class Scenarios:
    """The scenarios of a study's plans, each made once while it is in use.

    Args:
        setting: what the plans share.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._base = widen(setting.scenario, setting.horizon)
        self._kept: OrderedDict[tuple[tuple[str, Value], ...], Scenario] = OrderedDict()
        self._rosters: OrderedDict[tuple[Variant, tuple[Shift, ...] | None], Scenario] = OrderedDict()
        self._digests: dict[tuple[tuple[str, Value], ...], str] = {}
        self._code = sources_digest(Path(sim.__file__).parent)

    def changed(self, overrides: tuple[tuple[str, Value], ...]) -> Scenario:
        """Return the widened scenario with values overridden, and the file's own roster.

        Raises:
            InputError: if the values cannot be used, or the scenario came from no file.
        """
        if not overrides:
            return self._base
        if overrides in self._kept:
            self._kept.move_to_end(overrides)
            return self._kept[overrides]
        if self._setting.path is None:
            raise InputError("overrides", got=dict(overrides), expected="a scenario named by its file",
                             do="pass the name or the path of the scenario instead of the loaded one")
        made = load_scenario(self._setting.path, overrides=dict((*self._setting.overrides, *overrides)))
        self._kept[overrides] = widen(made, self._setting.horizon)
        if len(self._kept) > N_KEPT_SCENARIOS:
            gone, _ = self._kept.popitem(last=False)
            for wanted in [wanted for wanted in self._rosters if wanted[0][0] == gone]:
                del self._rosters[wanted]  # they hold its city
        return self._kept[overrides]

    def of(self, plan: Plan) -> Scenario:
        """Return the scenario that a plan plays, the very same one as long as it is kept, and so are its tables."""
        wanted = (plan.variant, plan.shifts)
        if wanted not in self._rosters:
            made = self._make(plan)
            self._rosters[wanted] = made
            most = max(1, N_KEPT_CAMERAS // max(1, made.city.cameras.n_cameras))
            while len(self._rosters) > most:
                self._rosters.popitem(last=False)
        self._rosters.move_to_end(wanted)
        return self._rosters[wanted]

    def _make(self, plan: Plan) -> Scenario:
        scenario = self.changed(plan.overrides)
        if plan.outage_share:
            everywhen = Window(from_s=0.0, to_s=scenario.duration_s)
            scenario = replace(scenario, outages=(*scenario.outages, Outage(
                windows=(everywhen,), share=plan.outage_share)))
        if plan.n_rooms is not None:
            scenario = replace(scenario, rooms=share_out_districts(len(scenario.city.district_names), plan.n_rooms))
        return scenario if plan.shifts is None else replace(scenario, shifts=plan.shifts)

    def key(self, plan: Plan) -> str:
        """Return the digest of all that the plan's results depend on, the model's own code included."""
        if plan.overrides not in self._digests:
            scenario = replace(self.changed(plan.overrides), title="", story="", statements=(), shifts=())
            self._digests[plan.overrides] = fingerprint(self._code, scenario, self._setting.horizon, self._setting.seed)
        shifts = plan.shifts if plan.shifts is not None else self.changed(plan.overrides).shifts
        return fingerprint(self._digests[plan.overrides], shifts, plan.arm, plan.outage_share, plan.n_rooms)


def share_out_districts(n_districts: int, n_rooms: int) -> tuple[WatchRoom, ...]:
    """Return rooms that watch the districts in runs of as equal length as can be.

    Raises:
        InputError: if there are more rooms than districts.
    """
    if not 1 <= n_rooms <= n_districts:
        raise InputError("rooms", got=n_rooms, expected=f"1 to {n_districts}, the number of districts")
    ends = [n_districts * room // n_rooms for room in range(n_rooms + 1)]
    return tuple(WatchRoom(name=room_name(room), districts=tuple(range(ends[room], ends[room + 1])))
                 for room in range(n_rooms))


def room_name(room: int) -> str:
    """Return the name of one of several rooms."""
    return f"room_{room + 1}"
