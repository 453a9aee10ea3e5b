"""The contract of whatever carries a badge's conversation: the built-in link, or another."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from hw.badge.ends import Peer
from hw.badge.messages import Telemetry


@runtime_checkable
class Station(Protocol):
    """The control room's side: keeps talking to badges on threads of its own until closed."""

    @property
    def up(self) -> frozenset[int]:
        """Units whose badges can be heard now."""
        ...

    def peer(self, unit_id: int) -> Peer | None:
        """Return a badge as it said of itself; None while it cannot be heard."""
        ...

    def wake(self, unit_id: int) -> None:
        """Say that an order for a unit was booked; any thread may call it."""
        ...

    def close(self) -> None:
        """Part from all badges."""
        ...


@runtime_checkable
class Link(Protocol):
    """The badge's side: connects, and connects again for as long as it lives."""

    @property
    def is_up(self) -> bool:
        """Whether the control room can be heard now."""
        ...

    @property
    def is_exercise(self) -> bool:
        """As the control room said when it was last heard."""
        ...

    @property
    def fault(self) -> str:
        """What last ended an attempt or a connection."""
        ...

    def wake(self) -> None:
        """Say that a report was noted; any thread may call it."""
        ...

    def tell(self, telemetry: Telemetry) -> None:
        """Send telemetry if there is a link; any thread may call it."""
        ...

    def close(self) -> None:
        """End the link; what is in the memory stays there."""
        ...
