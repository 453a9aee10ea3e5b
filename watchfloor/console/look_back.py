"""One seat's look back at what its cameras showed, while the session itself goes on."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.console.session import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """Where a seat looks: from ``from_s`` on at the pace of the wall clock, or still; all of its tiles together."""

    from_s: float
    """Scenario second."""
    began_s: float
    """Monotonic second at which it began."""
    is_paused: bool = False

    def at_s(self, span_s: tuple[float, float], now_s: float) -> float:
        """Return the instant that is looked at, within what may be; ``now_s`` is the monotonic second."""
        ahead_s = 0.0 if self.is_paused else now_s - self.began_s
        return max(span_s[0], min(span_s[1], self.from_s + ahead_s))


def past_of(span_s: tuple[float, float] | None, look: LookBack | None, now_s: float) -> Json | None:
    """Return what a page is told of the past: its span, and what is looked at if anything is."""
    if span_s is None:
        return None
    return {"from_s": round(span_s[0], 1), "to_s": round(span_s[1], 1), "is_paused": look is None or look.is_paused,
            "at_s": None if look is None else round(look.at_s(span_s, now_s), 1)}
