"""The simulator's own parts driven as queues, walks and watches that theory can solve."""

from watchfloor.validation.check import Check

__all__ = ["Check"]
