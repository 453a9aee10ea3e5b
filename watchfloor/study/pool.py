"""Where a study's tasks are played: here, or in worker processes that may be killed without losing the study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol

from sim.errors import WatchfloorError
from watchfloor.study.plan import Setting
from watchfloor.study.play import Played, Player, Task, play_task, start_player
from watchfloor.workers import Workers

MAX_TRIES_ALONE = 2
"""How often a task may take its worker with it, alone, before it is given up."""
N_QUEUED_PER_WORKER = 3
"""Tasks handed to the pool ahead of time; more would only hold memory and be suspects of a killed worker."""


class PoisonTaskError(WatchfloorError):
    """A task killed every worker that played it, also alone."""

    def __init__(self, task: Task) -> None:
        self.task = task
        plans = ", ".join(sorted({plan.arm.name for plan in task.plans}))
        super().__init__(
            f"replications {', '.join(map(str, task.replications))} of {len(task.plans)} plans ({plans}) ended the "
            f"worker process {MAX_TRIES_ALONE} times, alone; expected results; look for want of memory, and try fewer "
            "--workers; all other results are kept, and the same command plays the rest")


class Pool(Protocol):
    """Plays tasks, in any order."""

    def play(self, tasks: Sequence[Task]) -> Iterator[list[Played]]:
        """Play tasks and yield each one's results as it is finished."""
        ...

    def close(self) -> None:
        """Let go of the workers."""
        ...


class HerePool:
    """Plays in this process, one task after another.

    Args:
        setting: what all tasks share.
    """

    def __init__(self, setting: Setting) -> None:
        self._player = Player(setting)

    def play(self, tasks: Sequence[Task]) -> Iterator[list[Played]]:
        """Play tasks in order."""
        for task in tasks:
            yield self._player.play(task)

    def close(self) -> None:
        """Do nothing: there are no workers."""


class ProcessPool:
    """Plays in worker processes; a killed worker costs only the tasks that were with the pool.

    After a worker died the pool is built anew, and the tasks that were out are tried again, each alone, so that
    the one that kills its worker is known by name and all others are played.

    Args:
        setting: what all tasks share; handed to each worker once.
        n_workers: processes.
        work: what a worker does with a task.
    """

    def __init__(self, setting: Setting, n_workers: int, work: Callable[[Task], list[Played]] = play_task) -> None:
        self._setting, self._n_workers, self._work = setting, n_workers, work
        self._workers: Workers | None = None

    def play(self, tasks: Sequence[Task]) -> Iterator[list[Played]]:
        """Play tasks; yields as they are finished.

        Raises:
            PoisonTaskError: after all other tasks, if one ends its worker even alone.
        """
        waiting = list(reversed(tasks))
        out: dict[Future[list[Played]], Task] = {}
        poison: list[Task] = []
        while waiting or out:
            suspects: list[Task] = []
            try:
                while waiting and len(out) < N_QUEUED_PER_WORKER * self._n_workers:
                    task = waiting.pop()
                    suspects = [task]
                    out[self._ready().submit(self._work, task)] = task
                    suspects = []
                done, _ = wait(out, return_when=FIRST_COMPLETED)
                for future in done:
                    task = out.pop(future)
                    suspects = [task]
                    results = future.result()
                    suspects = []
                    yield results
            except BrokenProcessPool:
                self.close()
                suspects += out.values()
                out.clear()
                for suspect in suspects:
                    played = self._alone(suspect)
                    if played is None:
                        poison.append(suspect)
                    else:
                        yield played
        if poison:
            raise PoisonTaskError(poison[0])

    def close(self) -> None:
        """Let go of the workers at once; what they are playing is lost."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None

    def worker_ids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that run now."""
        return self._workers.process_ids if self._workers is not None else ()

    def _alone(self, task: Task) -> list[Played] | None:
        """Play a suspect with nothing else in the pool; None if it ends its worker each time."""
        for _ in range(MAX_TRIES_ALONE):
            try:
                return self._ready().submit(self._work, task).result()
            except BrokenProcessPool:
                self.close()
        return None

    def _ready(self) -> Executor:
        """Return the workers, started if need be."""
        if self._workers is None:
            self._workers = Workers(self._n_workers, start_player, self._setting)
        return self._workers.executor


def make_pool(setting: Setting, n_workers: int, scheduler: str | None = None) -> Pool:
    """Return the pool for a scheduler's address or else a number of workers; one plays in this process."""
    if scheduler is not None:
        from watchfloor.study.dask_pool import DaskPool  # an extra, and slow to import

        return DaskPool(setting, scheduler)
    return HerePool(setting) if n_workers <= 1 else ProcessPool(setting, n_workers)
