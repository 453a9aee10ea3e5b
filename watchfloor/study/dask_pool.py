"""Tasks played on a cluster of machines through Dask."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import Any

from sim.errors import InputError, WatchfloorError
from watchfloor.study.fingerprint import fingerprint
from watchfloor.study.plan import Setting
from watchfloor.study.play import Played, Player, Task

ANSWER_S = 15.0
"""How long to wait for a scheduler, and for its first worker."""
RETRIES = 3
"""How often a task may lose its worker before it is given up."""

_players: dict[str, Player] = {}


def play_shared(task: Task, setting: Setting, digest: str) -> list[Played]:
    """Play a task in a worker, which keeps what the tasks of one study share."""
    if digest not in _players:
        _players.clear()  # one study at a time: a city and its driving times are large
        _players[digest] = Player(setting)
    return _players[digest].play(task)


class DaskPool:
    """Plays on the workers of a Dask scheduler; a lost worker's tasks go to others.

    Results are yielded once each, however often a task was begun.

    Args:
        setting: what all tasks share; handed to each worker once.
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises:
        InputError: if the package is missing, or the scheduler or a worker does not answer in time.
    """

    def __init__(self, setting: Setting, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError("--scheduler", got=address, expected="the package distributed",
                             do="install it: pip install 'watchfloor[dask]'") from None
        try:
            self._client: Any = Client(address, timeout=ANSWER_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError("--scheduler", got=address, expected=f"a Dask scheduler that answers in {ANSWER_S:g} s",
                             do=f"start one (dask scheduler), or correct the address: {error}") from None
        try:
            self._client.wait_for_workers(1, timeout=ANSWER_S)
        except TimeoutError:
            self._client.close()
            raise InputError("--scheduler", got=address, expected="at least one worker",
                             do=f"start one on each machine: dask worker {address}") from None
        self._digest, self._setting = fingerprint(setting), setting

    def play(self, tasks: Sequence[Task]) -> Iterator[list[Played]]:
        """Play tasks; yields as they are finished.

        What the tasks share is itself the result of a task, which the scheduler lays on a worker again where the last
        one that had it was lost.

        Raises:
            WatchfloorError: if a task ends its workers every time, or the scheduler is gone.
        """
        from distributed import as_completed

        try:
            shared = self._client.submit(pickle.loads, pickle.dumps(self._setting), pure=False, retries=RETRIES)
            futures = [self._client.submit(play_shared, task, shared, self._digest, pure=False, retries=RETRIES)
                       for task in tasks]
        except (OSError, TimeoutError) as error:
            raise _gone(type(error).__name__) from None
        try:
            for future in as_completed(futures, loop=self._client.loop):
                yield self._result(future)
                future.release()
        finally:
            self._client.cancel([shared, *futures])

    def close(self) -> None:
        """Let go of the scheduler."""
        self._client.close()

    def _result(self, future: Any) -> list[Played]:
        """Return what a task came to."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        try:
            found: list[Played] = future.result()
        except KilledWorker as error:
            raise WatchfloorError(f"--scheduler: a task ended every worker that played it ({error}); expected results; "
                                  "look for want of memory on the workers; what was played is kept") from None
        except (CancelledError, OSError) as error:
            raise _gone(type(error).__name__) from None
        return found


def _gone(why: str) -> WatchfloorError:
    return WatchfloorError(f"--scheduler: the scheduler is gone ({why}); expected it to stay; start it again, and give "
                           "the same command: what was played is kept")
