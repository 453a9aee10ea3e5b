"""A policy in a process of its own, so that one that hangs can be ended and the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Self

from sim.city import F8
from sim.errors import WatchfloorError
from sim.policies import Action, AttentionPlanner, Decision, DecisionKind, DispatchPolicy, kinds_of

START_S = 60.0
"""Within which the process must have made its policy."""
END_S = 5.0
AFRESH = None
"""Sent in a decision's place, asks for a fresh policy."""


class PolicyFailedError(WatchfloorError):
    """A hosted policy raised, was late or ended; a world with a fallback takes that instead."""


class _Host:
    """Asks somebody who lives in another process, and waits only so long.

    Args:
        make: makes who is asked, in the other process; importable there by name.
        budget_s: wall-clock time for one answer.
    """

    def __init__(self, make: Callable[[], DispatchPolicy | AttentionPlanner], *, budget_s: float) -> None:
        self._budget_s = budget_s
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make), daemon=True)
        self._process.start()
        theirs.close()
        self.kinds: frozenset[DecisionKind] = self._hear(START_S)

    @property
    def is_alive(self) -> bool:
        """Say whether it can still be asked."""
        return self._process.is_alive()

    def renew(self) -> Self:
        """Let a fresh policy answer from now, which knows nothing of what was asked before.

        Raises:
            PolicyFailedError: if it cannot be made, or the process has ended.
        """
        self._say(AFRESH)
        self.kinds = self._hear(START_S)
        return self

    def _ask(self, decision: Decision) -> Any:  # Any: whatever the other process sends
        self._say(decision)
        return self._hear(self._budget_s)

    def _say(self, told: Decision | None) -> None:
        if not self.is_alive:
            raise PolicyFailedError("the policy's process has ended; expected it to answer")
        self._line.send(told)

    def _hear(self, within_s: float) -> Any:  # Any: as above
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class HostedPolicy(_Host):
    """A dispatch policy in another process.

    Once it has failed, it fails at every further question; a world made with ``fallback`` then goes on with that.

    Args:
        make: makes the policy, in the other process; importable there by name.
        budget_s: wall-clock time for one answer.

    Raises:
        PolicyFailedError: if the policy cannot be made.
    """

    def __init__(self, make: Callable[[], DispatchPolicy], *, budget_s: float = 1.0) -> None:
        super().__init__(make, budget_s=budget_s)

    def decide(self, decision: Decision) -> Action | None:
        """Return the policy's answer.

        Raises:
            PolicyFailedError: if it raises, takes longer than its budget, or has ended.
        """
        action: Action | None = self._ask(decision)
        return action


class HostedPlanner(_Host):
    """An attention planner in another process; arguments and errors as of ``HostedPolicy``."""

    def __init__(self, make: Callable[[], AttentionPlanner], *, budget_s: float = 1.0) -> None:
        super().__init__(make, budget_s=budget_s)

    def decide(self, decision: Decision) -> F8 | None:
        """Return the planner's rates of looks.

        Raises:
            PolicyFailedError: if it raises, takes longer than its budget, or has ended.
        """
        rates: F8 | None = self._ask(decision)
        return rates


def _serve(line: Connection, make: Callable[[], DispatchPolicy | AttentionPlanner]) -> None:
    """Answer questions until the line is closed; what a policy raises is told and not fatal."""
    decision: Decision | None = AFRESH
    while True:
        try:
            if decision is AFRESH:
                policy = make()
                line.send((True, kinds_of(policy)))
            else:
                line.send((True, policy.decide(decision)))
        except Exception as error:  # a user's code may raise anything
            line.send((False, f"{type(error).__name__}: {error}"))
        try:
            decision = line.recv()
        except (EOFError, KeyboardInterrupt):
            return
