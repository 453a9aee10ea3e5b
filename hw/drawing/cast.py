"""From a script to actors: who is who, what they carry, and what is told of it as truth."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from hw.drawing.actors import Actor, Dog, Driven, Fixture
from hw.drawing.acts import Act, Drink, Fall, Fight, Hold, LetFall, Sit, Stoop, Throw
from hw.drawing.flight import Flight
from hw.drawing.items import ITEMS, Item, Placed
from hw.drawing.paths import Path
from hw.drawing.people import make_look
from hw.drawing.performers import Person, Thing
from hw.drawing.script import (
    Carries,
    Crowd,
    Drinks,
    Drives,
    Falls,
    Fights,
    Litters,
    Loiters,
    Passers,
    PutsDown,
    Role,
    Script,
    Sits,
    Spot,
)
from hw.drawing.story import StoryEvent
from hw.drawing.vehicles import Car
from sim.errors import UnknownNameError

_LET_GO_S = 0.6
"""From a thing's rest until the hand lets go and rises."""


@dataclass(slots=True, kw_only=True)
class Cast:
    """Everyone who acts, and the story they make."""

    actors: list[Actor] = field(default_factory=list)
    events: list[StoryEvent] = field(default_factory=list)


def make_cast(script: Script, rng: np.random.Generator, *, is_dark: bool) -> Cast:
    """Make the actors and events of a script; chance chooses clothes, passers-by and small movements only."""
    maker = _Maker(rng)
    for block in script.blocks:
        item = Item(kind="block", size_m=block.size_m, colour=block.colour)
        middle = (block.centre[0], block.centre[1], block.base_m + block.size_m[2] / 2.0)
        placed = Placed(item=item, middle=middle, yaw_rad=math.radians(block.yaw_deg))
        lens = (script.mount.x_m, script.mount.y_m, script.mount.height_m)
        maker.cast.actors.append(Fixture(actor_id=maker.next_id(), placed=placed, lens=lens))
    maker.add_roles(script.roles)
    for passers in script.passers:
        maker.add_passers(passers, script.duration_s)
    for crowd in script.crowds:
        maker.add_crowd(crowd, script.duration_s)
    for drives in script.drives:
        maker.add_driven(drives, is_dark=is_dark)
    return maker.cast


def find_item(name: str | Item) -> Item:
    """Return an item by name; what is an item already is returned as it is.

    Raises:
        UnknownNameError: if there is none.
    """
    if isinstance(name, Item):
        return name
    if name not in ITEMS:
        raise UnknownNameError("item", got=name, known=ITEMS)
    return ITEMS[name]


class _Maker:
    """Collects actors and events."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.cast = Cast()
        self._rng = rng
        self._ids: Iterator[int] = itertools.count(1)

    def next_id(self) -> int:
        return next(self._ids)

    def add_roles(self, roles: tuple[Role, ...]) -> None:
        people = {role.name: self._make_person(role, roles) for role in roles}
        for role in roles:
            self._add_deeds(role, people)

    def _make_person(self, role: Role, roles: tuple[Role, ...]) -> Person:
        taken = tuple(deed for other in roles for deed in other.deeds
                      if isinstance(deed, PutsDown) and deed.taken_s is not None
                      and (deed.taken_by or other.name) == role.name)
        knots = role.knots if role.wander_m == 0.0 else self._wander(role)
        return Person(
            actor_id=self.next_id(), look=make_look(self._rng, height_m=role.height_m), path=Path(knots),
            acts=_acts_of(role, taken), faces=role.faces, rides=role.rides, offset=float(self._rng.random()))

    def _wander(self, role: Role) -> tuple[tuple[float, float, float], ...]:
        (start_s, x, y), (end_s, x_end, y_end) = role.knots[:2]
        knots, t_s = [role.knots[0]], start_s
        while t_s < end_s - 12.0:
            t_s += float(self._rng.uniform(2.0, 5.0))
            knots.append((t_s, *knots[-1][1:]))
            share = (t_s - start_s) / (end_s - start_s)
            to = (x + share * (x_end - x) + float(self._rng.uniform(-1.0, 1.0)) * role.wander_m,
                  y + share * (y_end - y) + float(self._rng.uniform(-1.0, 1.0)) * role.wander_m)
            t_s += max(1.0, math.dist(to, knots[-1][1:]) / 0.7)
            knots.append((t_s, *to))
        return (*knots, *role.knots[1:])

    def _add_deeds(self, role: Role, people: dict[str, Person]) -> None:
        person = people[role.name]
        self.cast.actors.append(person)
        add = self.cast.events.append
        for deed in role.deeds:
            match deed:
                case Carries():
                    self.cast.actors.append(Thing(actor_id=self.next_id(), item=find_item(deed.item), holder=person))
                case Drinks():
                    self.cast.actors.append(Thing(actor_id=self.next_id(), item=find_item(deed.item), holder=person))
                    add(StoryEvent(kind="drinking", start_s=deed.start_s, end_s=deed.end_s,
                                   actor_ids=(person.actor_id,)))
                case Litters():
                    self._add_litter(deed, person)
                case PutsDown():
                    self._add_placed(deed, person, people)
                case Falls():
                    add(StoryEvent(kind="person_down", start_s=deed.t_s + 0.8, end_s=deed.t_s + deed.lie_s,
                                   actor_ids=(person.actor_id,)))
                case Fights():
                    if role.name < deed.other:  # both say so, one event is told
                        add(StoryEvent(kind="fight", start_s=deed.start_s, end_s=deed.end_s,
                                       actor_ids=(person.actor_id, people[deed.other].actor_id)))
                case Loiters():
                    add(StoryEvent(kind="loiter", start_s=deed.start_s, end_s=deed.end_s, actor_ids=(person.actor_id,)))
                case Sits():
                    pass

    def _add_litter(self, deed: Litters, person: Person) -> None:
        item = find_item(deed.item)
        place = person.hand(deed.t_s - 1e-3)
        options = {"floor_m": item.rest_height_m, "bounce": 0.25 if item.length_m > 0.1 else 0.35}
        if deed.throw_to is not None:
            flight = Flight.aimed(deed.t_s, place, deed.throw_to, speed_up_mps=1.8, **options)
        else:
            step = person.path.step(deed.t_s)
            drift = 0.5 * step.speed_mps
            flight = Flight.thrown(deed.t_s, place, (drift * math.cos(step.heading_rad),
                                                     drift * math.sin(step.heading_rad), 0.0), **options)
        thing = Thing(actor_id=self.next_id(), item=item, holder=person, release_s=deed.t_s, flight=flight,
                      yaw_rad=float(self._rng.uniform(0.0, math.tau)))
        self.cast.actors.append(thing)
        self.cast.events.append(StoryEvent(kind="litter", start_s=deed.t_s, end_s=flight.rest_s,
                                           actor_ids=(thing.actor_id,), box_s=flight.rest_s))

    def _add_placed(self, deed: PutsDown, person: Person, people: dict[str, Person]) -> None:
        item = find_item(deed.item)
        x, y, _ = person.hand(deed.t_s)
        flight = Flight(arcs=(), rest_s=deed.t_s, rest_place=(x, y, item.rest_height_m), spin_radps=0.0)
        taker = people[deed.taken_by] if deed.taken_by else person
        thing = Thing(actor_id=self.next_id(), item=item, holder=person, release_s=deed.t_s, flight=flight,
                      taker=taker, taken_s=deed.taken_s, yaw_rad=person.stand(deed.t_s).heading_rad)
        self.cast.actors.append(thing)
        self.cast.events.append(StoryEvent(kind="object_placed", start_s=deed.t_s, end_s=deed.t_s + _LET_GO_S,
                                           actor_ids=(thing.actor_id,)))
        if deed.taken_s is not None:
            self.cast.events.append(StoryEvent(kind="object_removed", start_s=deed.taken_s, end_s=deed.taken_s,
                                               actor_ids=(thing.actor_id,), box_s=deed.taken_s - 1e-3))

    def add_passers(self, passers: Passers, duration_s: float) -> None:
        for number in range(passers.n):
            shares = self._rng.random(2)
            ends = [_between(*spots, share) for spots, share in zip((passers.start, passers.end), shares, strict=True)]
            if number % 2:
                ends.reverse()
            speed_mps = float(self._rng.uniform(1.05, 1.5))
            takes_s = math.dist(*ends) / speed_mps
            start_s = -0.8 * takes_s + (duration_s + 0.8 * takes_s) * (number + float(self._rng.random())) / passers.n
            for member in range(passers.group):
                aside = 0.62 * member
                points = [(x + 0.2 * member, y + aside) for x, y in ends]
                carries = passers.carries and passers.carries[int(self._rng.integers(len(passers.carries)))]
                acts = (Hold(start_s=-math.inf, end_s=math.inf),) if carries and member == 0 else ()
                person = Person(actor_id=self.next_id(), look=make_look(self._rng), acts=acts,
                                path=Path.through(points, start_s=start_s, speed_mps=speed_mps),
                                offset=float(self._rng.random()))
                self.cast.actors.append(person)
                if carries and member == 0:
                    self.cast.actors.append(Thing(actor_id=self.next_id(), item=find_item(carries), holder=person))

    def add_crowd(self, crowd: Crowd, duration_s: float) -> None:
        arrivals, leaves, ids = [], [], []
        for number in range(crowd.n):
            angle, share = float(self._rng.uniform(0.0, math.tau)), math.sqrt(float(self._rng.random()))
            spot = (crowd.centre[0] + crowd.radius_m * share * math.cos(angle),
                    crowd.centre[1] + crowd.radius_m * share * math.sin(angle))
            out = float(self._rng.uniform(0.0, math.tau))
            far = (crowd.centre[0] + 30.0 * math.cos(out), max(2.0, crowd.centre[1] + 30.0 * math.sin(out)))
            walk_s = math.dist(far, spot) / 1.35
            arrive_s = crowd.gather_s + (crowd.full_s - crowd.gather_s) * number / max(1, crowd.n - 1)
            leave_s = crowd.part_s + (duration_s - crowd.part_s) * 0.8 * float(self._rng.random())
            path = Path(((arrive_s - walk_s, *far), (arrive_s, *spot), (leave_s, *spot), (leave_s + walk_s, *far)))
            person = Person(actor_id=self.next_id(), look=make_look(self._rng), path=path, faces=crowd.centre,
                            offset=float(self._rng.random()))
            self.cast.actors.append(person)
            arrivals.append(arrive_s)
            leaves.append(leave_s)
            ids.append(person.actor_id)
        if crowd.n >= crowd.n_crowd:
            start_s, end_s = sorted(arrivals)[crowd.n_crowd - 1], sorted(leaves)[crowd.n - crowd.n_crowd]
            self.cast.events.append(StoryEvent(kind="crowd", start_s=start_s, end_s=end_s, actor_ids=tuple(ids),
                                               box_s=crowd.full_s))

    def add_driven(self, drives: Drives, *, is_dark: bool) -> None:
        path = Path(drives.knots)
        actor: Actor = Dog(actor_id=self.next_id(), path=path, colour=drives.colour) if drives.is_dog else Driven(
            actor_id=self.next_id(), path=path, car=Car(colour=drives.colour, is_lit=is_dark))
        self.cast.actors.append(actor)


def _acts_of(role: Role, taken: tuple[PutsDown, ...]) -> tuple[Act, ...]:
    """Return what a role's deeds do to the limbs; what comes last bends last."""
    acts: list[Act] = []
    for deed in role.deeds:
        match deed:
            case Carries():
                acts.append(Hold(start_s=-math.inf, end_s=math.inf))
            case Drinks():
                acts += [Hold(start_s=-math.inf, end_s=math.inf), Drink(start_s=deed.start_s, end_s=deed.end_s)]
            case Sits():
                acts.append(Sit(start_s=deed.start_s, end_s=deed.end_s))
            case Litters():
                acts.append(Hold(start_s=-math.inf, end_s=deed.t_s))
                acts.append(LetFall(start_s=deed.t_s - 0.5, end_s=deed.t_s + 0.5) if deed.throw_to is None else
                            Throw(start_s=deed.t_s - 0.6, end_s=deed.t_s + 0.3))
            case PutsDown():
                acts.append(Hold(start_s=-math.inf, end_s=deed.t_s))
                acts.append(Stoop(start_s=deed.t_s - 1.0, end_s=deed.t_s + 1.0))
            case Falls():
                acts.append(Fall(start_s=deed.t_s, end_s=deed.t_s + deed.lie_s, is_backwards=deed.is_backwards))
            case Fights():
                offset = 0.0 if role.name < deed.other else 1.0
                acts.append(Fight(start_s=deed.start_s, end_s=deed.end_s, offset=offset))
            case Loiters():
                pass
    for put in taken:
        assert put.taken_s is not None
        acts += [Hold(start_s=put.taken_s, end_s=math.inf), Stoop(start_s=put.taken_s - 1.0, end_s=put.taken_s + 1.0)]
    return tuple(acts)


def _between(first: Spot, last: Spot, share: float) -> Spot:
    return first[0] + share * (last[0] - first[0]), first[1] + share * (last[1] - first[1])
