"""The session's own time: it runs, at some speed, or stands still."""

from __future__ import annotations

from collections.abc import Callable

from sim.errors import InputError

SPEEDS = (0.25, 8.0)


class SessionClock:
    """Scenario seconds by a wall clock.

    Args:
        now: the wall clock in seconds; a test's or a simulated trainee's may be moved by hand.
        end_s: it never goes beyond.
    """

    def __init__(self, now: Callable[[], float], *, end_s: float) -> None:
        self._now = now
        self._end_s = end_s
        self._at_s = 0.0
        self._since = now()
        self.speed = 1.0
        self.is_running = False

    @property
    def t_s(self) -> float:
        """Scenario second, a whole number of milliseconds."""
        ahead_s = (self._now() - self._since) * self.speed if self.is_running else 0.0
        return min(self._end_s, round(self._at_s + ahead_s, 3))

    def run(self, *, from_s: float | None = None) -> None:
        """Let it run, from a certain second if given."""
        self._set(self.t_s if from_s is None else from_s)
        self.is_running = True

    def stop(self, *, at_s: float | None = None) -> None:
        """Let it stand, at a certain second if given."""
        self._set(self.t_s if at_s is None else at_s)
        self.is_running = False

    def set_speed(self, factor: float) -> None:
        """Let it run faster or slower.

        Raises:
            InputError: if it cannot be so fast or slow.
        """
        if not SPEEDS[0] <= factor <= SPEEDS[1]:
            raise InputError("speed", got=factor, expected=f"{SPEEDS[0]:g} to {SPEEDS[1]:g}")
        self._set(self.t_s)
        self.speed = factor

    def _set(self, t_s: float) -> None:
        self._at_s, self._since = t_s, self._now()
