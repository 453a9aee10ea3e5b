"""How long a feed waits before it tries again."""

from __future__ import annotations

import numpy as np

FIRST_S = 0.25
CAP_S = 5.0


class Backoff:
    """Doubles from a quarter of a second to five seconds, each wait shortened by chance so that feeds spread out.

    Args:
        rng: the chance; two feeds with streams of their own do not return together.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._n_failed = 0

    @property
    def n_failed(self) -> int:
        """Attempts that failed since the last that gave a picture."""
        return self._n_failed

    def next_wait_s(self) -> float:
        """Return seconds from the start of the failed attempt to the start of the next: half to all of 0.25·2^k."""
        whole_s = min(CAP_S, FIRST_S * 2.0 ** min(self._n_failed, 30))
        self._n_failed += 1
        return whole_s * float(self._rng.uniform(0.5, 1.0))

    def reset(self) -> None:
        """Begin again at the shortest wait."""
        self._n_failed = 0
