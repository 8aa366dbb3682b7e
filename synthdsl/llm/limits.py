"""How many calls an account may have under way, and when the next one may begin.

Calls in flight follow additive increase, multiplicative decrease (Chiu and Jain, 1989): a server that says "too many"
gets fewer at once, one that answers gets one more for each full round of answers. Requests and tokens a minute are
token buckets. All times are seconds of one monotonic clock, handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DECREASE = 0.7
"""What is left of the calls in flight after the server asked for fewer."""


@dataclass(slots=True)
class Bucket:
    """So many a minute, evenly: at most `burst` at once. level: what is there now, below zero for what was lent."""

    per_minute: float
    level: float = field(init=False)
    burst: float = field(init=False)
    filled: float = 0.0

    def __post_init__(self) -> None:
        # A tenth of a minute's worth at once: servers that count by the minute count in shorter windows too.
        self.burst = max(1.0, self.per_minute / 10)
        self.level = self.burst

    def wait(self, now: float, amount: float) -> float:
        """Seconds until that much may be taken; 0 for now. More than fits at all may be taken when it is full."""
        self._fill(now)
        missing = min(amount, self.burst) - self.level
        return 0.0 if missing <= 0 else missing * 60 / self.per_minute

    def take(self, amount: float) -> None:
        """Take it, or give back what was taken in excess (negative)."""
        self.level = min(self.burst, self.level - amount)

    def _fill(self, now: float) -> None:
        self.level = min(self.burst, self.level + (now - self.filled) * self.per_minute / 60)
        self.filled = now


@dataclass(slots=True)
class Limiter:
    """The limits of one account. most: calls in flight at most. allowed: at present. pause: none begins before it."""

    most: int
    rpm: Bucket | None = None
    tpm: Bucket | None = None
    allowed: float = field(init=False)
    in_flight: int = 0
    pause: float = 0.0
    _cut: float = -1e9
    _latency: float = 1.0

    def __post_init__(self) -> None:
        self.allowed = float(self.most)

    def wait(self, now: float, tokens: int) -> float:
        """Seconds until the next call may begin; 0 for now, infinity where another must end first."""
        if self.in_flight >= int(self.allowed):
            return float("inf")
        waits = [self.pause - now]
        if self.rpm is not None:
            waits.append(self.rpm.wait(now, 1))
        if self.tpm is not None:
            waits.append(self.tpm.wait(now, tokens))
        return max(0.0, *waits)

    def begin(self, tokens: int) -> None:
        """A call begins."""
        self.in_flight += 1
        if self.rpm is not None:
            self.rpm.take(1)
        if self.tpm is not None:
            self.tpm.take(tokens)

    def end(self, estimated: int, used: int | None, seconds: float | None) -> None:
        """A call ended; used: its tokens, and seconds: its latency, where it was answered."""
        self.in_flight -= 1
        if self.tpm is not None and used is not None:
            self.tpm.take(used - estimated)
        if seconds is not None:
            self._latency += 0.1 * (seconds - self._latency)
            self.allowed = min(float(self.most), self.allowed + 1 / self.allowed)

    def slow(self, now: float, wait: float | None) -> None:
        """The server asked for fewer calls, or did not answer in time. wait: seconds that it asked to wait."""
        # All calls that were under way fail together: that is one sign, not many.
        if now - self._cut > self._latency:
            self._cut = now
            self.allowed = max(1.0, self.allowed * DECREASE)
        if wait is not None:
            self.pause = max(self.pause, now + wait)
