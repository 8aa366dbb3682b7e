"""How long calls take, kept as counts by size: any number of calls in a few hundred bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

STEP = math.log(1.05)
"""Neighbouring sizes differ by a twentieth, so that quantiles are right to 2.5 %."""

SHORTEST = 1e-6
"""Seconds; what is shorter counts as this."""


@dataclass(slots=True)
class Latencies:
    """counts: of calls by size, `exp(STEP * size)` seconds."""

    counts: dict[int, int] = field(default_factory=dict)

    def add(self, seconds: float) -> None:
        """Count a call."""
        size = round(math.log(max(seconds, SHORTEST)) / STEP)
        self.counts[size] = self.counts.get(size, 0) + 1

    def quantile(self, share: float) -> float | None:
        """Seconds within which that share of the calls ended, to three digits; None where there was no call."""
        wanted = share * sum(self.counts.values())
        passed = 0
        for size in sorted(self.counts):
            passed += self.counts[size]
            if passed >= wanted:
                return float(f"{math.exp(STEP * size):.3g}")
        return None
