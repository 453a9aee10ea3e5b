"""A policy in a process of its own, so that one that hangs can be ended and the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from sim.errors import WatchfloorError
from sim.policies import Action, Decision, DecisionKind, DispatchPolicy, kinds_of

START_S = 60.0
"""Within which the process must have made its policy."""
END_S = 5.0


class PolicyFailedError(WatchfloorError):
    """A hosted policy raised, was late or ended; a world with a fallback takes that instead."""


class HostedPolicy:
    """Asks a policy that lives in another process, and waits only so long.

    Once it has failed, it fails at every further question; a world made with ``fallback`` then goes on with that.

    Args:
        make: makes the policy, in the other process; importable there by name.
        budget_s: wall-clock time for one answer.

    Raises:
        PolicyFailedError: if the policy cannot be made.
    """

    def __init__(self, make: Callable[[], DispatchPolicy], *, budget_s: float = 1.0) -> None:
        self._budget_s = budget_s
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make), daemon=True)
        self._process.start()
        theirs.close()
        self.kinds: frozenset[DecisionKind] = self._hear(START_S)

    def decide(self, decision: Decision) -> Action | None:
        """Return the policy's answer.

        Raises:
            PolicyFailedError: if it raises, takes longer than its budget, or has ended.
        """
        if not self._process.is_alive():
            raise PolicyFailedError("the policy's process has ended; expected it to answer")
        self._line.send(decision)
        action: Action | None = self._hear(self._budget_s)
        return action

    def _hear(self, within_s: float) -> Any:  # Any: whatever the other process sends
        if not self._line.poll(within_s):
            self.close()
            raise PolicyFailedError(f"no answer within {within_s:g} s; expected one sooner")
        try:
            is_answer, told = self._line.recv()
        except EOFError:
            self.close()
            raise PolicyFailedError("the policy's process ended; expected an answer") from None
        if not is_answer:
            raise PolicyFailedError(str(told))
        return told

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join(END_S)

    def __enter__(self) -> HostedPolicy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _serve(line: Connection, make: Callable[[], DispatchPolicy]) -> None:
    """Answer questions until the line is closed; what a policy raises is told and not fatal."""
    try:
        policy = make()
        line.send((True, kinds_of(policy)))
    except Exception as error:  # a user's code may raise anything
        line.send((False, f"{type(error).__name__}: {error}"))
        return
    while True:
        try:
            decision = line.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            line.send((True, policy.decide(decision)))
        except Exception as error:  # as above
            line.send((False, f"{type(error).__name__}: {error}"))
