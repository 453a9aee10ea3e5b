"""Whether a picture can be trusted after something was lost, and how long there was none that could."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a picture is worth."""

    is_tainted: bool
    lost_s: float | None = None
    """Seconds without a clean picture that end with this one; None where none were lost."""


class Taint:
    """After a loss, pictures are tainted until a key frame that decodes without a fault.

    A stream begins tainted: what comes before its first key frame is predicted from pictures that never came.
    """

    def __init__(self) -> None:
        self._is_tainted = True
        self._since_ns: int | None = None
        self._last_clean_ns: int | None = None

    @property
    def since_ns(self) -> int | None:
        """When the present taint began; None while pictures are clean."""
        return self._since_ns

    def lose(self, at_ns: int) -> None:
        """Note that something before the next picture was lost."""
        if not self._is_tainted or self._since_ns is None:
            self._since_ns = at_ns
        self._is_tainted = True

    def judge(self, *, is_key: bool, is_corrupt: bool, arrival_ns: int) -> Verdict:
        """Return what the next picture is worth."""
        if is_corrupt:
            self.lose(arrival_ns)
        elif is_key and self._is_tainted:
            return self._recover(arrival_ns)
        if not self._is_tainted:
            self._last_clean_ns = arrival_ns
        return Verdict(is_tainted=self._is_tainted)

    def _recover(self, arrival_ns: int) -> Verdict:
        lost_s = None if self._last_clean_ns is None else (arrival_ns - self._last_clean_ns) * 1e-9
        self._is_tainted, self._since_ns, self._last_clean_ns = False, None, arrival_ns
        return Verdict(is_tainted=False, lost_s=lost_s)
