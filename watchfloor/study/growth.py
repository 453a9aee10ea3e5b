"""A plan of growth: cameras by month become posts, people and hires by quarter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from scenarios.document import load_document
from scenarios.file_errors import Expected, Table, join_faults, list_faults
from sim.errors import InputError
from sim.theory import servers_for_delay
from watchfloor.phrase import Phrase, Term
from watchfloor.study.offered_load import P_WAIT
from watchfloor.study.relief import ReliefFactor
from watchfloor.study.table import Table as ResultTable

SCHEMA = "watchfloor.growth/1"
MONTHS_PER_QUARTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPlan:
    """How a city's cameras grow, and how people come and go."""

    source: str
    first_quarter: str
    """Such as ``2027 Q1``."""
    cameras_by_month: tuple[int, ...]
    lead_months: int
    """From a hire's approval to the first day."""
    ramp_months: int
    """In which a newcomer does half the work."""
    attrition_per_year: float
    """Share of the people."""
    rooms: int
    """District rooms that one regional room would replace."""


_Cameras = Annotated[int, Field(ge=1), Expected("a whole number of cameras ≥ 1")]


class _GrowthFile(Table):
    schema_: Annotated[Literal["watchfloor.growth/1"], Field(alias="schema"), Expected(SCHEMA)]
    source: Annotated[str, Field(min_length=1, max_length=2000), Expected("a fact's source, or 'assumption: ' and why")]
    first_quarter: Annotated[str, Field(pattern=r"^\d{4} Q[1-4]$"), Expected("a quarter such as 2027 Q1")]
    cameras_by_month: Annotated[list[_Cameras], Field(min_length=3),
                                Expected("whole numbers of cameras ≥ 1, at least 3 months")]
    lead_months: Annotated[int, Field(ge=0, le=60), Expected("a whole number from 0 to 60")] = 3
    ramp_months: Annotated[int, Field(ge=0, le=24), Expected("a whole number from 0 to 24")] = 2
    attrition_per_year: Annotated[float, Field(ge=0.0, lt=1.0), Expected("a share, 0 ≤ s < 1")] = 0.12
    rooms: Annotated[int, Field(ge=1, le=1000), Expected("a whole number ≥ 1")] = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """What one quarter asks for."""

    name: str
    cameras: int
    """In its last month."""
    posts: int
    """Inspectors on the busiest shift in its last month."""
    people: int
    """To employ in its last month, likely."""
    hires: int
    """To begin in the quarter."""
    approvals: int
    """Hires to approve in the quarter, for those who begin after the lead time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What a plan of growth comes to."""

    plan: GrowthPlan
    quarters: tuple[Quarter, ...]
    case_load: float
    """Inspectors busy with cases in the busiest hour, at the last month's cameras."""
    one_room: int
    """Inspectors for these cases in one room, by Erlang's C."""
    many_rooms: int
    """The same in the district rooms together."""


def load_growth(path: Path) -> GrowthPlan:
    """Load a plan of growth.

    Raises:
        InputError: if it cannot be used; every fault has a line.
    """
    try:
        file = _GrowthFile.model_validate(load_document(path, what="a plan of growth"))
    except ValidationError as error:
        raise join_faults(list_faults(error, file=path.name, model=_GrowthFile)) from None
    if len(file.cameras_by_month) % MONTHS_PER_QUARTER:
        raise InputError(f"{path.name}: cameras_by_month", got=f"{len(file.cameras_by_month)} months",
                         expected="whole quarters: a multiple of 3")
    return GrowthPlan(
        source=file.source, first_quarter=file.first_quarter, cameras_by_month=tuple(file.cameras_by_month),
        lead_months=file.lead_months, ramp_months=file.ramp_months, attrition_per_year=file.attrition_per_year,
        rooms=file.rooms)


def plan_growth(
    plan: GrowthPlan, *, posts_now: int, people_now: int, cameras_now: int, relief: ReliefFactor
) -> tuple[Quarter, ...]:
    """Return what each quarter asks for.

    Each camera keeps the looks it has now, so posts grow with cameras; people grow with posts. A newcomer counts for
    half during the ramp, and the same share leaves every month.
    """
    n_months = len(plan.cameras_by_month)
    posts = [math.ceil(posts_now * cameras / cameras_now - 1e-9) for cameras in plan.cameras_by_month]
    people = [math.ceil(people_now * relief.likely * count / posts_now - 1e-9) for count in posts]
    stays = (1.0 - plan.attrition_per_year) ** (1.0 / 12.0)
    hires: list[int] = []
    staff = people_now * relief.likely
    for month in range(n_months):
        staff *= stays
        at_half = 0.5 * sum(hires[max(0, month - plan.ramp_months):month]) if plan.ramp_months else 0.0
        lacking = people[month] - (staff - at_half)
        hires.append(max(0, math.ceil(lacking / (0.5 if plan.ramp_months else 1.0) - 1e-9)))
        staff += hires[-1]
    year, quarter = int(plan.first_quarter[:4]), int(plan.first_quarter[-1])
    return tuple(_quarter(index, year, quarter, plan, posts, people, hires)
                 for index in range(n_months // MONTHS_PER_QUARTER))


def _quarter(index: int, year: int, quarter: int, plan: GrowthPlan, posts: Sequence[int], people: Sequence[int],
             hires: Sequence[int]) -> Quarter:
    months = range(MONTHS_PER_QUARTER * index, MONTHS_PER_QUARTER * (index + 1))
    place = quarter - 1 + index
    approved = range(months[0] + plan.lead_months if index else 0, months[-1] + 1 + plan.lead_months)
    return Quarter(
        name=f"{year + place // 4} Q{place % 4 + 1}", cameras=plan.cameras_by_month[months[-1]],
        posts=posts[months[-1]], people=people[months[-1]], hires=sum(hires[month] for month in months),
        approvals=sum(hires[month] for month in approved if month < len(hires)))


def pooling(load: float, rooms: int, *, p_wait: float = P_WAIT) -> tuple[int, int]:
    """Return the inspectors who handle cases in one room, and in that many rooms that share the load evenly.

    By Erlang's C at the same probability of waiting; those who watch are as many either way.
    """
    if load <= 0.0:
        return 1, rooms
    return servers_for_delay(load, p_wait=p_wait), rooms * servers_for_delay(load / rooms, p_wait=p_wait)


def growth_table(quarters: Sequence[Quarter]) -> ResultTable:
    """Return the quarters as a table."""
    return ResultTable(
        name="growth", title=Phrase("growth"), columns=(
            Phrase("quarter"), Phrase("cameras"), Phrase("posts"), Phrase("people"), Phrase("hires"),
            Term("approvals", Phrase("to approve"))),
        rows=tuple((item.name, item.cameras, item.posts, item.people, item.hires, item.approvals)
                   for item in quarters))
