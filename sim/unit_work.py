"""The steps of a unit's work: how long they take, what it finds, and how it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.attempts import Part
from sim.log import DISPOSITIONS, Name
from sim.policies import DecisionKind
from sim.records import Disposition, UnitState
from sim.state import STEP_BITS
from sim.unit_draws import by_badge_s, speed_at
from sim.way import place_on_way

if TYPE_CHECKING:
    from sim.engine import World

MET = (Disposition.CITATION, Disposition.WARNING, Disposition.ARREST)

class UnitWork:
    """Handles units at work on a world's state; holds nothing of its own that changes.

    A unit outside is known by its badge: what it does comes from its reports.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self, t_s: float, ident: int, call: int, travel_s: float) -> None:
        """Order a unit to a call."""
        world = self._world
        unit, case = world.state.units[ident], world.state.calls[call]
        draws = world.units.attempt_draws(case, unit.attempt)
        unit.state, unit.call, unit.junction = UnitState.DISPATCHED, call, case.junction
        unit.out_s = travel_s * draws.travel_factor
        if world.units.speed_windows is not None:
            unit.out_s /= speed_at(t_s, world.units.speed_windows)
        unit.scene_s = draws.scene_s
        if case.n_put_back:
            unit.scene_s = case.left_s / case.n_put_back
            case.left_s -= unit.scene_s
            case.n_put_back -= 1
        self.row(t_s, Name.DISPATCH, ident)
        if ident in world.badges:
            unit.n_reported, unit.began_s = 0, t_s
            return
        acknowledge_s = draws.acknowledge_s
        if world.units.wears_badge[ident]:
            acknowledge_s = by_badge_s(acknowledge_s, *world.units.badge_channel)
        self.then(t_s + acknowledge_s, ident, Name.ACKNOWLEDGE)
        self.expect_cancel(t_s, ident)

    def then(self, t_s: float, ident: int, step: int) -> None:
        """Make the next step of a unit's work due."""
        unit = self._world.state.units[ident]
        unit.due_s, unit.next_step = t_s, step
        self._world.agenda.at(t_s, Order.UNIT, ident, unit.version << STEP_BITS | step)

    def expect_cancel(self, t_s: float, ident: int) -> None:
        """Make it due that somebody sees the cause gone, if it goes after now and they would."""
        world = self._world
        p_cancel = world.scenario.fieldwork.p_cancel
        unit = world.state.units[ident]
        if p_cancel == 0.0 or unit.call is None:
            return
        case = world.state.calls[unit.call]
        if case.incident is None or world.leaves_s[case.incident] <= t_s:
            return
        if world.units.attempt_u(case, unit.attempt, Part.CANCEL) < p_cancel:
            world.agenda.at(world.leaves_s[case.incident], Order.UNIT, ident,
                            unit.version << STEP_BITS | Name.CANCELED_ENROUTE)

    def row(self, t_s: float, name: Name, ident: int, value: float | None = None) -> None:
        """Write a row about a unit and its call."""
        call = self._world.state.units[ident].call
        assert call is not None, "a unit at work has a call"
        case = self._world.state.calls[call]
        self._world.row(t_s, name, incident=case.incident, alert=case.alert, call=call, camera=case.camera,
                        unit=ident, value=value)

    def step(self, t_s: float, ident: int, version: int) -> None:
        """A unit reaches the next step of its work."""
        world = self._world
        unit = world.state.units[ident]
        if version >> STEP_BITS != unit.version or unit.call is None:
            return
        step = version & (1 << STEP_BITS) - 1
        draws = world.units.attempt_draws(world.state.calls[unit.call], unit.attempt)
        if step == Name.ACKNOWLEDGE:
            self.row(t_s, Name.ACKNOWLEDGE, ident)
            self.then(t_s + (0.0 if unit.rolling else draws.turnout_s), ident, Name.ENROUTE)
        elif step == Name.ENROUTE:
            unit.state, unit.began_s = UnitState.EN_ROUTE, t_s
            self.row(t_s, Name.ENROUTE, ident)
            self.then(t_s + unit.out_s, ident, Name.ON_SCENE)
        elif step == Name.ON_SCENE:
            self._arrive(t_s, ident)
        elif step == Name.UNIT_CLEAR:
            self._clear(t_s, ident)
            self.then(t_s + draws.paperwork_s, ident, Name.UNIT_FREE)
        elif step == Name.UNIT_FREE:
            self.row(t_s, Name.UNIT_FREE, ident)
            unit.call = None
            unit.back_s = t_s + unit.out_s
            self.free(t_s, ident)
        elif unit.state in (UnitState.DISPATCHED, UnitState.EN_ROUTE):
            self._cancel(t_s, ident)

    def _arrive(self, t_s: float, ident: int) -> None:
        world = self._world
        unit = world.state.units[ident]
        assert unit.call is not None, "a unit at work has a call"
        case = world.state.calls[unit.call]
        unit.state = UnitState.ON_SCENE
        self.row(t_s, Name.ON_SCENE, ident, unit.out_s)
        unit.outcome = self._outcome(t_s, case.incident, world.units.call_draws(case).u_disposition, case.public)
        unit.attended = (world.units.wears_badge[ident] and case.inspector is not None
                         and world.room.attend(t_s, unit.call))
        badges = world.scenario.fieldwork.badges
        if unit.attended and badges and world.units.attempt_u(case, unit.attempt, Part.JOIN) < badges.p_join:
            self.row(t_s, Name.JOIN, ident)
        self.then(t_s + unit.scene_s, ident, Name.UNIT_CLEAR)

    def _clear(self, t_s: float, ident: int) -> None:
        """A unit leaves the place; the last of them clears the call."""
        world = self._world
        unit = world.state.units[ident]
        assert unit.call is not None, "a unit at work has a call"
        case = world.state.calls[unit.call]
        unit.state = UnitState.COMMITTED
        badges, complete = world.scenario.fieldwork.badges, None
        if badges:
            p_evidence = badges.p_evidence_attended if unit.attended else badges.p_evidence
            u = world.units.attempt_u(case, unit.attempt, Part.EVIDENCE)
            complete = 1.0 if unit.outcome in MET and u < p_evidence else 0.0
        self._leave_scene(t_s, ident, complete, float(DISPOSITIONS.index(unit.outcome)))

    def clear_reported(self, t_s: float, ident: int, disposition: float | None) -> None:
        """A unit outside reports that it is done, and is free; its paperwork is not modelled."""
        unit = self._world.state.units[ident]
        self._leave_scene(t_s, ident, None, disposition)
        self.row(t_s, Name.UNIT_FREE, ident)
        unit.call, unit.back_s = None, t_s + unit.out_s
        self.free(t_s, ident)

    def _leave_scene(self, t_s: float, ident: int, complete: float | None, disposition: float | None) -> None:
        self.row(t_s, Name.UNIT_CLEAR, ident, complete)
        case = self._world.state.calls[self._world.state.units[ident].call]  # type: ignore[index] # at a call
        case.to_clear -= 1
        if case.to_clear == 0:
            self.row(t_s, Name.INCIDENT_CLEAR, ident, disposition)

    def _outcome(self, t_s: float, incident: int | None, u: float, public: int | None) -> Disposition:
        world = self._world
        if public is not None:
            p_unfounded, to_arrest, to_citation = world.units.public_outcome
            if u < p_unfounded:
                return Disposition.UNFOUNDED
            if u < to_arrest:
                return Disposition.ARREST
            return Disposition.CITATION if u < to_citation else Disposition.WARNING
        if incident is None:
            return Disposition.UNFOUNDED
        if t_s > world.leaves_s[incident]:
            return Disposition.UNABLE_TO_LOCATE if world.persists[incident] else Disposition.GONE_ON_ARRIVAL
        kind = world.case_kind(incident, None)
        if u < kind.p_arrest:
            return Disposition.ARREST
        return Disposition.CITATION if u < kind.p_arrest + kind.p_citation else Disposition.WARNING

    def whereabouts(self, t_s: float, ident: int) -> int:
        """Return the junction at which a unit that leaves its way now would be."""
        world = self._world
        unit = world.state.units[ident]
        if unit.state is UnitState.DISPATCHED:
            return unit.origin
        share = (t_s - unit.began_s) / unit.out_s if unit.out_s > 0.0 else 1.0
        return place_on_way(world.units.store, world.units.kind[ident], unit.origin, unit.junction, share)

    def leave(self, t_s: float, ident: int, at: int) -> None:
        """Take a unit off its way; it is back on its beat after as long as it has been driving."""
        unit = self._world.state.units[ident]
        if unit.state is UnitState.EN_ROUTE:
            unit.back_s = t_s + (t_s - unit.began_s)
        unit.junction, unit.call = at, None
        unit.version += 1

    def _cancel(self, t_s: float, ident: int) -> None:
        unit = self._world.state.units[ident]
        self._world.state.calls[unit.call].to_clear -= 1  # type: ignore[index] # a unit on its way has a call
        self.row(t_s, Name.CANCELED_ENROUTE, ident, 0.0)
        self.row(t_s, Name.INCIDENT_CLEAR, ident, float(DISPOSITIONS.index(Disposition.CANCELED)))
        self.leave(t_s, ident, self.whereabouts(t_s, ident))
        self.free(t_s, ident)

    def free(self, t_s: float, ident: int) -> None:
        """A unit is free: it takes the break that it owes, or a waiting call."""
        world = self._world
        unit = world.state.units[ident]
        unit.version += 1
        unit.state = UnitState.RETURNING if unit.on_duty else UnitState.OFF_DUTY
        if not world.shifts.rest_if_due(t_s, ident):
            if world.questions.asks(DecisionKind.REDEPLOY):
                world.state.to_post.append(ident)
            world.desk.serve(t_s)
