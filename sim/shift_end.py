"""What becomes of the cases of inspectors who go off duty: finished, handed over, or put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.log import Name
from sim.roomwork import ShiftEnd
from sim.state import IN_HAND, RECORDING, UNSEEN, VERIFYING, ZOOMING, PutBack, Resumption, Task

if TYPE_CHECKING:
    from sim.alert_queue import AlertQueue
    from sim.casework import Casework
    from sim.engine import World


class CasesPassedOn:
    """Moves cases between inspectors on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World, casework: Casework, queue: AlertQueue) -> None:
        self._world = world
        self._casework = casework
        self._queue = queue

    def pass_on(self, t_s: float, leaving: Sequence[int]) -> None:
        """Pass the cases in work of those who leave on, as the scenario's policy says.

        Searches, scenes attended and breaks are always finished. The last post comes first, so that alerts that are
        put back stand in order of posts.
        """
        policy = self._world.scenario.shift_end
        if policy is ShiftEnd.FINISH:
            return
        for ident in reversed(leaving):
            task = self._world.state.inspectors[ident].task
            if task is None or task.phase not in (VERIFYING, RECORDING, ZOOMING):
                continue
            if policy is ShiftEnd.PREEMPT and task.alert is not None and task.phase != RECORDING:
                self.put_back(t_s, ident, task, task.alert)
                continue
            heir = self._heir(t_s, self._world.inspector_room[ident])
            if heir is not None:
                self._free(t_s, ident)
                self._hand_over(t_s, heir, task, task.ends_s, float(ident))
            elif policy is ShiftEnd.PREEMPT:
                self._keep(t_s, ident, task)

    def _heir(self, t_s: float, room: int) -> int | None:
        """Return a free inspector of a room, one who has just come if there is one."""
        world, inspectors = self._world, self._world.state.inspectors
        free = [ident for ident in world.room_staff[world.state.duty][room]
                if inspectors[ident].task is None and ident not in world.people]
        return min(free, key=lambda ident: (inspectors[ident].spell_s < t_s, ident)) if free else None

    def _free(self, t_s: float, ident: int) -> None:
        inspector = self._world.state.inspectors[ident]
        inspector.task = None
        inspector.task_version += 1
        inspector.free_since_s = t_s

    def _hand_over(self, t_s: float, heir: int, task: Task, ends_s: float, giver: float | None) -> None:
        task.ends_s = ends_s
        self._casework.row(t_s, Name.HAND_OVER, heir, task, giver)
        self._casework.occupy(t_s, heir, task)

    def put_back(self, t_s: float, ident: int, task: Task, alert: int) -> None:
        """Put a verification back to the front of its queue, with what is left of it."""
        world, state = self._world, self._world.state
        left_s = task.ends_s - t_s if task.phase == VERIFYING else task.verify_s
        state.put_back[alert] = PutBack(left_s=left_s, began_s=task.began_s)
        if task.incident is not None and state.known[task.incident] == IN_HAND:
            state.known[task.incident] = UNSEEN
        self._casework.release(task)
        self._casework.row(t_s, Name.PUT_BACK, ident, task, left_s)
        self._free(t_s, ident)
        self._queue.put_front(t_s, alert, world.inspector_room[ident])

    def _keep(self, t_s: float, ident: int, task: Task) -> None:
        """Let a case wait for the next free inspector of the room."""
        left_s = task.ends_s - t_s
        self._casework.release(task)
        self._casework.row(t_s, Name.PUT_BACK, ident, task, left_s)
        self._free(t_s, ident)
        self._world.state.resumptions.append(Resumption(
            task=task, left_s=left_s, room=self._world.inspector_room[ident]))

    def resume(self, t_s: float, ident: int) -> bool:
        """Let a free inspector go on with the case that has waited the longest; say whether there was one."""
        resumptions, room = self._world.state.resumptions, self._world.inspector_room[ident]
        for place, kept in enumerate(resumptions):
            if kept.room == room:
                del resumptions[place]
                self._hold_again(kept.task)
                self._hand_over(t_s, ident, kept.task, t_s + kept.left_s, None)
                return True
        return False

    def _hold_again(self, task: Task) -> None:
        if task.phase != RECORDING and task.line is not None and self._world.line_zoom_s[task.line] > 0.0:
            assert task.camera is not None, "a sightline has a camera"
            assert task.incident is not None, "and an incident"
            task.holds_camera = self._casework.hold(task.camera, task.incident)
