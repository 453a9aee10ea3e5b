"""The control room: inspectors watch, take alerts from the queue, search the archive, rest, and change shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.alert_queue import DARK, ZOOMED_AWAY, AlertQueue
from sim.casework import Casework
from sim.interruption import Interruption
from sim.log import Name
from sim.shift_end import CasesPassedOn
from sim.state import ATTENDING, IN_HAND, RECORDING, RESTING, SEARCHING, UNSEEN, VERIFYING, ZOOMING, Task
from sim.watch import Watch

if TYPE_CHECKING:
    from sim.engine import World


class ControlRoom:
    """Handles the room's events on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watch = Watch(world)
        self._casework = Casework(world, self._watch)
        self.queue = AlertQueue(world)
        self._passed_on = CasesPassedOn(world, self._casework, self.queue)
        self._interruption = Interruption(world, self._passed_on)

    def change_shift(self, t_s: float, old_duty: int, new_duty: int) -> None:
        """Put the next staff on duty, pass cases on as the policy says, and deal looks still to come out anew."""
        world, state = self._world, self._world.state
        world.replanning.count(t_s)
        was_on = world.duty_table[old_duty].inspectors if old_duty >= 0 else ()
        is_on = world.duty_table[new_duty].inspectors
        left = [(line, state.looks.pop(line).budget) for line in state.unowned]
        state.unowned = []
        for ident in was_on:
            inspector = state.inspectors[ident]
            left += self._watch.looks_left(t_s, inspector, old_duty)
            inspector.watch_s, inspector.free_since_s = self._watch.clock(inspector, t_s), t_s
            inspector.version += 1
        for ident in was_on:
            state.inspectors[ident].on_duty = False
        for ident in is_on:
            inspector = state.inspectors[ident]
            if ident not in was_on:
                inspector.watch_s, inspector.free_since_s, inspector.spell_s = 0.0, t_s, t_s
                inspector.break_due = None
            inspector.on_duty = True
        state.duty = new_duty
        world.replanning.begin_plan()
        for line, budget in sorted(left):
            if world.line_end_s[line] > t_s:
                self._watch.expect(t_s, line, budget)
        self._passed_on.pass_on(t_s, [ident for ident in was_on if not state.inspectors[ident].on_duty])
        for ident in is_on:
            if state.inspectors[ident].task is None:
                self._take_next(t_s, ident)
        self._put_in_order(t_s)

    def _put_in_order(self, t_s: float) -> None:
        """See that no less likely alert is in work where a likelier one waits, which a change of staff may bring."""
        if not self._interruption.is_allowed:
            return
        for room in range(len(self._world.state.levels)):
            while True:
                level = self.queue.highest_level(room)
                ident = None if level is None else self._interruption.make_free(t_s, room, level)
                if ident is None:
                    break
                alert = self.queue.take(room)
                assert alert is not None, "one of that level waits"
                self._take(t_s, ident, alert)

    def watch_clock(self, t_s: float, ident: int) -> float:
        """Return an inspector's watch clock at an instant."""
        return self._watch.clock(self._world.state.inspectors[ident], t_s)

    def occur(self, t_s: float, incident: int) -> None:
        """Something begins in view of cameras."""
        self._watch.occur(t_s, incident)

    def notice(self, t_s: float, ident: int, version: int) -> None:
        """An inspector's look falls on something that they notice."""
        world = self._world
        line = self._watch.fall(t_s, ident, version)
        if line is None:
            return
        incident = world.line_incident[line]
        self._casework.begin(t_s, ident, alert=None, incident=incident, camera=world.line_camera[line], line=line,
                             verify_s=world.cases[incident].verify_s, began_s=t_s)

    def alert(self, t_s: float, alert: int) -> None:
        """A machine's claim arrives: a free inspector turns to it, or it waits, here or in the room it overflows to."""
        world, alerts = self._world, self._world.alerts
        incident, camera = alerts.incident[alert], alerts.camera[alert]
        world.row(t_s, Name.DETECT, incident=incident, alert=alert, camera=camera, value=float(alerts.kind[alert]))
        room = world.camera_room[camera]
        if not world.is_drawn(alert):
            if world.people:  # a real camera's alert is a person's to judge
                self.queue.wait_for_person(t_s, alert, room)
                return
        elif self._watch.is_zoomed_away(camera, incident):
            self.queue.abandon(t_s, alert, ZOOMED_AWAY)
            return
        elif camera in world.state.dark:
            self.queue.abandon(t_s, alert, DARK)
            return
        ident = self._inspector_for(t_s, alert, room)
        if ident is None:
            other = self.queue.overflow_from(room)
            if other is not None:
                room = other
                world.row(t_s, Name.OVERFLOW, incident=incident, alert=alert, camera=camera, value=float(room))
                ident = self._inspector_for(t_s, alert, room)
        if ident is None:
            self.queue.join(t_s, alert, room)
        else:
            self._take(t_s, ident, alert)

    def alert_end(self, t_s: float, alert: int, _: int) -> None:
        """What a waiting alert showed has ended: it leaves the queue unseen."""
        self.queue.end(t_s, alert)

    def _inspector_for(self, t_s: float, alert: int, room: int) -> int | None:
        """Return who of a room turns to a new alert: whoever is free, else whoever may leave a less likely one."""
        ident = self._free_inspector(self._world.alerts.camera[alert], room)
        return self._interruption.make_free(t_s, room, self._world.alerts.level[alert]) if ident is None else ident

    def _free_inspector(self, camera: int, room: int) -> int | None:
        """Return the camera's own inspector if free, else who of the room has been free the longest, else None."""
        world, state = self._world, self._world.state
        own = world.camera_owner(state.duty, camera)
        if own is not None and own not in world.people and state.inspectors[own].task is None:
            return own
        return self._longest_free(world.room_staff[state.duty][room])

    def _longest_free(self, staff: tuple[int, ...]) -> int | None:
        inspectors, people = self._world.state.inspectors, self._world.people
        free = [(inspectors[ident].free_since_s, ident) for ident in staff
                if inspectors[ident].task is None and ident not in people]
        return min(free)[1] if free else None

    def _take(self, t_s: float, ident: int, alert: int) -> None:
        world, alerts = self._world, self._world.alerts
        incident, camera = alerts.incident[alert], alerts.camera[alert]
        if incident is not None and world.state.known[incident] == UNSEEN:
            world.state.known[incident] = IN_HAND
        before = world.state.put_back.pop(alert, None)
        self._casework.begin(
            t_s, ident, alert=alert, incident=incident, camera=camera, line=world.line_of(incident, camera),
            verify_s=alerts.cases[alert].verify_s if before is None else before.left_s,
            began_s=t_s if before is None else before.began_s)

    def _take_next(self, t_s: float, ident: int) -> None:
        """Give a free inspector a case to go on with, the first waiting alert or search, or let them watch.

        A person takes what they choose.
        """
        world, state = self._world, self._world.state
        if ident in world.people:
            return
        if state.resumptions and self._passed_on.resume(t_s, ident):
            return
        alert = self.queue.take(world.inspector_room[ident])
        if alert is not None:
            self._take(t_s, ident, alert)
        elif self._may_search():
            self._search(t_s, ident)
        else:
            self._watch.schedule(t_s, ident)

    def task_done(self, t_s: float, ident: int, version: int) -> None:
        """An inspector's camera has settled, or they have decided, or are done with the task."""
        inspector = self._world.state.inspectors[ident]
        if version != inspector.task_version:
            return
        task = inspector.task
        assert task is not None, "a task ends only once"
        if task.phase == ZOOMING:
            self._casework.settle(t_s, ident, task)
            return
        if task.phase == VERIFYING and self._casework.decide(t_s, ident, task):
            return
        self._end(t_s, ident, task)
        inspector.task = None
        inspector.free_since_s = t_s
        if inspector.on_duty and not self._rests(t_s, ident):
            self._take_next(t_s, ident)
        if task.phase == SEARCHING:
            self._serve_searches(t_s)

    def _end(self, t_s: float, ident: int, task: Task) -> None:
        world = self._world
        if task.phase == RECORDING:
            self._casework.row(t_s, Name.RECORDED, ident, task)
        elif task.phase == SEARCHING:
            assert task.search is not None, "a search has a number"
            world.state.n_searching -= 1
            world.row(t_s, Name.SEARCH_DONE, inspector=ident, value=float(world.search_solved[task.search]))
        elif task.phase == ATTENDING:
            self._casework.row(t_s, Name.ATTEND_END, ident, task)
        elif task.phase == RESTING:
            world.row(t_s, Name.BREAK_END, inspector=ident)
            world.state.inspectors[ident].spell_s = t_s

    def rest(self, t_s: float, index: int) -> None:
        """A break falls due: whoever is free takes it now, others when their task is done."""
        ident = self._world.rests[index].post
        inspector = self._world.state.inspectors[ident]
        is_resting = inspector.task is not None and inspector.task.phase == RESTING
        if ident in self._world.people or not inspector.on_duty or is_resting:
            return
        inspector.break_due = index
        if inspector.task is None:
            self._rests(t_s, ident)

    def _rests(self, t_s: float, ident: int) -> bool:
        """Let a free inspector take the break that is due, if it ends within the shift; say whether they do."""
        world, breaks = self._world, self._world.scenario.breaks
        inspector = world.state.inspectors[ident]
        due, inspector.break_due = inspector.break_due, None
        if breaks is None or due is None or t_s + breaks.break_s > world.rests[due].until_s:
            return False
        world.row(t_s, Name.BREAK_START, inspector=ident)
        self._casework.occupy(t_s, ident, Task(phase=RESTING, began_s=t_s, ends_s=t_s + breaks.break_s))
        return True

    def search(self, t_s: float, search: int) -> None:
        """Somebody asks for a search of the archive."""
        self._world.row(t_s, Name.SEARCH_REQUEST, value=float(search))
        self._world.state.searches.append(search)
        self._serve_searches(t_s)

    def _may_search(self) -> bool:
        archive, state = self._world.scenario.archive, self._world.state
        return archive is not None and bool(state.searches) and state.n_searching < archive.at_most

    def _serve_searches(self, t_s: float) -> None:
        """Let those who have been free the longest take waiting searches; where one is free, no alert waits."""
        while self._may_search():
            ident = self._longest_free(self._world.duty_table[self._world.state.duty].inspectors)
            if ident is None:
                return
            self._search(t_s, ident)

    def _search(self, t_s: float, ident: int) -> None:
        world, state = self._world, self._world.state
        search = state.searches.popleft()
        state.n_searching += 1
        world.row(t_s, Name.SEARCH_START, inspector=ident, value=float(search))
        self._casework.occupy(t_s, ident, Task(
            phase=SEARCHING, search=search, began_s=t_s, ends_s=t_s + world.search_s[search]))

    def attend(self, t_s: float, call: int) -> bool:
        """Let the inspector who confirmed a call join its unit's live picture, if free; say whether they do."""
        world = self._world
        case = world.state.calls[call]
        ident = case.inspector
        if ident is None or ident in world.people or not world.state.inspectors[ident].is_free:
            return False
        attend_s = world.case_draws(case.incident, case.alert).attend_s
        if attend_s <= 0.0:
            return False
        task = Task(phase=ATTENDING, began_s=t_s, ends_s=t_s + attend_s, alert=case.alert, incident=case.incident,
                    camera=case.camera, call=call)
        self._casework.row(t_s, Name.ATTEND, ident, task)
        self._casework.occupy(t_s, ident, task)
        return True
