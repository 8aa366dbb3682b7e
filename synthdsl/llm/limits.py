"""How many calls an account may have under way, and when the next one may begin.

Calls in flight follow additive increase, multiplicative decrease (Chiu and Jain, 1989): a server that says "too many"
gets fewer at once, one that answers gets one more for each full round of answers. Requests and tokens a minute are
token buckets. Where answers tell what is left of the server's own limits, no call begins that would go beyond it before
the reset: a server that fills its bucket evenly gives the same rate to bursts as to a steady stream. All times are
seconds of one monotonic clock, handed in.
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


Marks = tuple[float, float]
"""Of a call: what all calls up to it took, in requests and tokens."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a server told of one limit: how much is left, seconds until it is whole again, how much that is."""

    amount: float
    seconds: float
    limit: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer told of the account's limits; None where nothing of one."""

    requests: Left | None
    tokens: Left | None


@dataclass(slots=True)
class Allowance:
    """One limit as the server last told it. taken: by all calls begun so far. left: infinite until anything is told.

    An answer tells what was left when its call arrived, so what calls took that began later is taken off; what is told
    of an older call than the last one is passed over.
    """

    taken: float = 0.0
    left: float = float("inf")
    reset: float = 0.0
    limit: float = float("inf")
    newest: float = -1.0

    def wait(self, now: float, amount: float, alone: bool) -> float:
        """Seconds until that much may be taken, infinity for until an answer tells more. alone: none is to come."""
        if min(amount, self.limit) <= self.left:
            return 0.0
        if now < self.reset:
            return self.reset - now
        if not alone and self.reset < 0:
            return float("inf")
        # The reset is over; until the next answer a whole limit is there.
        self.left, self.reset = self.limit, -1.0
        return 0.0

    def take(self, amount: float) -> float:
        """Take it; the mark that tells this call from later ones."""
        self.left -= amount
        self.taken += amount
        return self.taken

    def hear(self, now: float, left: Left, mark: float) -> None:
        """An answer to the call with that mark told this."""
        if mark >= self.newest:
            self.newest = mark
            self.left = left.amount - (self.taken - mark)
            self.reset = now + left.seconds
            self.limit = float("inf") if left.limit is None else max(1.0, left.limit)


@dataclass(slots=True)
class Limiter:
    """The limits of one account. most: calls in flight at most. allowed: at present. pause: none begins before it."""

    most: int
    rpm: Bucket | None = None
    tpm: Bucket | None = None
    allowed: float = field(init=False)
    in_flight: int = 0
    pause: float = 0.0
    requests: Allowance = field(default_factory=Allowance)
    tokens: Allowance = field(default_factory=Allowance)
    _cut: float = -1e9
    _latency: float = 1.0

    def __post_init__(self) -> None:
        self.allowed = float(self.most)

    def wait(self, now: float, tokens: int) -> float:
        """Seconds until the next call may begin; 0 for now, infinity where another must end first."""
        if self.in_flight >= int(self.allowed):
            return float("inf")
        alone = self.in_flight == 0
        waits = [self.pause - now, self.requests.wait(now, 1, alone), self.tokens.wait(now, tokens, alone)]
        if self.rpm is not None:
            waits.append(self.rpm.wait(now, 1))
        if self.tpm is not None:
            waits.append(self.tpm.wait(now, tokens))
        return max(0.0, *waits)

    def begin(self, tokens: int) -> Marks:
        """A call begins; its marks are for `hear`."""
        self.in_flight += 1
        if self.rpm is not None:
            self.rpm.take(1)
        if self.tpm is not None:
            self.tpm.take(tokens)
        return self.requests.take(1), self.tokens.take(tokens)

    def hear(self, now: float, told: Told, marks: Marks) -> None:
        """The answer to a call told of the server's limits."""
        if told.requests is not None:
            self.requests.hear(now, told.requests, marks[0])
        if told.tokens is not None:
            self.tokens.hear(now, told.tokens, marks[1])

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
