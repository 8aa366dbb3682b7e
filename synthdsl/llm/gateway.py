"""The way to all models of a run: what is stored is not asked, what is asked is stored before it is used.

Calls wait in a queue for each model, ordered by priority, until their account's limiter lets them begin. Each call in
flight is one task of the event loop. Answers that come in together are stored in one transaction, then told.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from synthdsl.llm.contract import Answered, AnswerStore, Done, Priority, Provider
from synthdsl.llm.limits import Bucket, Limiter, Marks
from synthdsl.llm.reply import CallFailed, Reach, Reply, dump, load
from synthdsl.llm.request import ModelSpec, Request
from synthdsl.llm.spending import Budget, Spending
from synthdsl.llm.table import connect

CONCURRENCY = 64
"""Calls in flight of an account whose models do not say how many."""

AHEAD = 8
"""Calls that are held for each that may be in flight: enough to choose from, so that the last ones end together."""

MOST_TRIES = 30
"""How often a call is tried that fails on its way; with pauses that double this is about ten minutes.

Where half of all tries fail, a call in 2**30 is given up; with twelve tries it was one row in four thousand.
"""

MOST_BROKEN = 12
"""How many broken answers to a call are taken: the server may count each as paid."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 60.0
UNREACHED_TRIES = 4
"""A server that was never reached is given up after so many tries of one call."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A call on its way. dones: all that wait for its answer."""

    request: Request
    priority: Priority
    dones: list[Done]
    tokens: int
    tries: int = 0
    broken: int = 0


@dataclass(slots=True, eq=False)
class _Line:
    """The queue of one declared model."""

    model: ModelSpec
    provider: Provider
    account: _Account
    most: int
    in_flight: int = 0
    heap: list[tuple[Priority, int, _Waiting]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Account:
    """Models that share limits. reached: whether the server ever answered. timer: when it is looked at again."""

    limiter: Limiter
    lines: list[_Line] = field(default_factory=list)
    reached: bool = False
    timer: asyncio.TimerHandle | None = None

    @property
    def queued(self) -> int:
        return sum(len(line.heap) for line in self.lines)


def _missing(request: Request) -> CallFailed:
    message = f"The answer to a call of '{request.form.column}' is not stored, and '--frozen' asks nobody."
    begins = " ".join(request.messages[-1].content.split())[:120] if request.messages else ""
    notes = (f"Its last message begins: {begins}", f"Its key is {request.key.hex()}.")
    return CallFailed("E0827", message, "run", notes=notes)


@dataclass(slots=True, eq=False)
class Gateway:
    """environment: where keys and addresses are read, when a model is first asked. store: of answers.

    budget: after how many calls or how much money no more begin. frozen: nothing is asked; the first answer that is
    missing ends the run. told: hears of what was spent each time that answers came in. used: takes the keys of answers
    that were found or came in. ended: hears of each try of a call, and how many seconds it took. Everything happens in
    one event loop.
    """

    models: Mapping[str, ModelSpec]
    store: AnswerStore
    environment: Mapping[str, str]
    budget: Budget = field(default_factory=Budget)
    spending: Spending = field(default_factory=Spending)
    frozen: bool = False
    told: Callable[[Spending], None] | None = None
    used: Callable[[Sequence[bytes]], None] | None = None
    ended: Callable[[Request, Reply | CallFailed, float], None] | None = None
    _lines: dict[str, _Line] = field(default_factory=dict)
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _under_way: dict[bytes, _Waiting] = field(default_factory=dict)
    _arrived: list[tuple[_Waiting, Reply]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _numbers: count[int] = field(default_factory=count)
    _over: CallFailed | None = None
    _draining: bool = False

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        """What is stored already, by key."""
        found = {k: load(v) for k, v in self.store.get_many([r.key for r in requests]).items()}
        if self.used is not None and found:
            self.used(list(found))
        for request in requests:
            if request.key in found:
                self.spending.of(request).stored += 1
        return found

    def submit(self, request: Request, priority: Priority, done: Done) -> None:
        """Ask; equal requests under way share one call. The outcome comes by the callback, in the event loop."""
        same = self._under_way.get(request.key)
        if same is not None:
            same.dones.append(done)
            self.spending.of(request).stored += 1
            return
        loop = asyncio.get_running_loop()
        if self._over is not None:
            loop.call_soon(done, self._over)
            return
        try:
            if self.frozen:
                raise _missing(request)
            line = self._line(request.form.model)
        except CallFailed as failure:
            failure.form = request.form
            self._stop(failure)
            loop.call_soon(done, failure)
            return
        characters = sum(len(m.content) for m in request.messages)
        tokens = characters // 4 + int(request.form.setting("max_tokens", 256))
        waiting = self._under_way[request.key] = _Waiting(request, priority, [done], tokens)
        heapq.heappush(line.heap, (priority, next(self._numbers), waiting))
        self._pump(line.account)

    def room(self) -> int:
        """How many more submissions keep all accounts busy; 0 until a good part of what they hold is done."""
        if not self._accounts:
            return CONCURRENCY
        return min(self._room(a) for a in self._accounts.values())

    @staticmethod
    def _room(account: _Account) -> int:
        most = max(1, int(account.limiter.allowed))
        held = account.queued + account.limiter.in_flight
        return AHEAD * most - held if held <= (AHEAD - 1) * most else 0

    async def close(self, patience: float = 0.0) -> None:
        """Let go of what is in flight, after so many seconds, and of all connections. What is stored stays."""
        self._over = self._over or CallFailed("E0808", "The run was interrupted.", "run")
        for account in self._accounts.values():
            if account.timer is not None:
                account.timer.cancel()
        if self._tasks and patience > 0:
            # They are paid for: their answers are worth waiting for.
            await asyncio.wait(self._tasks, timeout=patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._settle()
        for line in self._lines.values():
            await line.provider.close()

    # --- lines

    def _line(self, model: ModelSpec) -> _Line:
        line = self._lines.get(model.alias)
        if line is not None:
            return line
        provider = connect(model, self.environment)
        most = int(model.setting("concurrency", CONCURRENCY))
        account = self._accounts.get(provider.account)
        if account is None:
            account = self._accounts[provider.account] = _Account(Limiter(most))
        limiter = account.limiter
        if most > limiter.most:
            limiter.most, limiter.allowed = most, float(most)
        for name in ("rpm", "tpm"):
            asked = model.setting(name)
            known = getattr(limiter, name)
            if asked is not None and (known is None or asked < known.per_minute):
                bucket = Bucket(float(asked))
                bucket.filled = time.monotonic()
                setattr(limiter, name, bucket)
        line = self._lines[model.alias] = _Line(model, provider, account, most)
        account.lines.append(line)
        return line

    def _pump(self, account: _Account) -> None:
        """Begin as many calls as may begin now."""
        now = time.monotonic()
        while True:
            ready = [line for line in account.lines if line.heap and line.in_flight < line.most]
            if not ready:
                return
            line = min(ready, key=lambda one: one.heap[0][:2])
            waiting = line.heap[0][2]
            wait = account.limiter.wait(now, waiting.tokens)
            if wait > 0:
                if wait != float("inf"):
                    self._later(account, wait)
                return
            if not self.budget.allows(self.spending):
                self._draining = True
                self._drain()
                return
            heapq.heappop(line.heap)
            self._begin(line, waiting)

    def _later(self, account: _Account, wait: float) -> None:
        if account.timer is None:
            account.timer = asyncio.get_running_loop().call_later(wait, self._due, account)

    def _due(self, account: _Account) -> None:
        account.timer = None
        self._pump(account)

    def _begin(self, line: _Line, waiting: _Waiting) -> None:
        line.in_flight += 1
        marks = line.account.limiter.begin(waiting.tokens)
        self.spending.begin(waiting.request)
        task = asyncio.get_running_loop().create_task(self._ask(line, waiting, marks))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- a call

    async def _ask(self, line: _Line, waiting: _Waiting, marks: Marks) -> None:
        begun = time.monotonic()
        outcome: Reply | CallFailed
        try:
            outcome = await line.provider.ask(waiting.request)
        except CallFailed as failure:
            outcome = failure
        except asyncio.CancelledError:
            line.in_flight -= 1
            line.account.limiter.end(waiting.tokens, None, None)
            self.spending.cancel(waiting.request)
            raise
        except Exception as error:  # a mistake of a provider must not leave the run waiting
            name = waiting.request.form.model.provider
            message = f"The provider '{name}' failed with an error of its own: {type(error).__name__}: {error}."
            outcome = CallFailed("E0828", message, "run")
        line.in_flight -= 1
        # Providers of other packages need not tell of limits.
        if (told := getattr(line.provider, "told", None)) is not None:
            line.account.limiter.hear(time.monotonic(), told, marks)
        if self.ended is not None:
            self.ended(waiting.request, outcome, time.monotonic() - begun)
        if isinstance(outcome, Reply):
            self._answered(line, waiting, outcome, time.monotonic() - begun)
        else:
            self._failed(line, waiting, outcome)
        self._pump(line.account)

    def _answered(self, line: _Line, waiting: _Waiting, reply: Reply, seconds: float) -> None:
        account = line.account
        account.reached = True
        account.limiter.end(waiting.tokens, reply.usage.input + reply.usage.output, seconds)
        self.spending.end(waiting.request, reply)
        if not self._arrived:
            # What else comes in during this turn of the loop is stored along with it.
            asyncio.get_running_loop().call_soon(self._settle)
        self._arrived.append((waiting, reply))

    def _settle(self) -> None:
        """Store what arrived, then tell."""
        arrived, self._arrived = self._arrived, []
        if not arrived:
            return
        self.store.put_many(
            [
                Answered(w.request.key, dump(r), w.request.form.column, w.request.form.model.name, r.usage)
                for w, r in arrived
            ]
        )
        if self.used is not None:
            self.used([w.request.key for w, _ in arrived])
        for waiting, reply in arrived:
            self._tell(waiting, reply)
        if self.told is not None:
            self.told(self.spending)
        if self._draining:
            self._drain()

    def _tell(self, waiting: _Waiting, outcome: Reply | CallFailed) -> None:
        self._under_way.pop(waiting.request.key, None)
        for done in waiting.dones:
            done(outcome)

    def _failed(self, line: _Line, waiting: _Waiting, failure: CallFailed) -> None:
        account = line.account
        account.limiter.end(waiting.tokens, None, None)
        self.spending.fail(waiting.request, failure)
        account.reached = account.reached or failure.status is not None
        if failure.reach == "again" and self._over is None:
            waiting.tries += 1
            waiting.broken += failure.code == "E0825"
            if failure.slow:
                account.limiter.slow(time.monotonic(), failure.wait)
            tired = waiting.tries >= MOST_TRIES or waiting.broken >= MOST_BROKEN
            given_up = tired or (not account.reached and waiting.tries >= UNREACHED_TRIES)
            if not given_up:
                self._again(line, waiting, failure)
                return
            reach: Reach = "row" if account.reached else "run"
            failure = CallFailed(
                failure.code, failure.message, reach, status=failure.status, notes=failure.notes, body=failure.body
            )  # fmt: skip
        failure.form = waiting.request.form
        if failure.reach == "run":
            self._stop(failure)
        self._tell(waiting, self._over if self._over is not None and failure.reach == "again" else failure)

    def _again(self, line: _Line, waiting: _Waiting, failure: CallFailed) -> None:
        """Try again after a pause: full jitter over a doubling range, or as long as the server asked."""
        self.spending.of(waiting.request).again += 1
        most = min(LONGEST_PAUSE, FIRST_PAUSE * 2**waiting.tries)
        pause = 0.0 if failure.wait == 0 else max(failure.wait or 0.0, random.uniform(0, most))
        asyncio.get_running_loop().call_later(pause, self._requeue, line, waiting)

    def _requeue(self, line: _Line, waiting: _Waiting) -> None:
        if self._over is not None:
            self._tell(waiting, self._over)
            return
        heapq.heappush(line.heap, (waiting.priority, next(self._numbers), waiting))
        self._pump(line.account)

    # --- the end

    def _tasks_left(self) -> int:
        return sum(line.in_flight for line in self._lines.values())

    def _stop(self, failure: CallFailed) -> None:
        """No call can succeed any more: whoever waits is told."""
        if self._over is None:
            self._over = failure
        self._empty()

    def _empty(self) -> None:
        assert self._over is not None
        for line in self._lines.values():
            heap, line.heap = line.heap, []
            for _, _, waiting in heap:
                self._tell(waiting, self._over)

    def _drain(self) -> None:
        """The budget is used up: what is in flight ends and is stored, nothing more begins."""
        if self._tasks_left() or self._arrived:
            return
        if self._over is None:
            self._over = self.budget.reached(self.spending)
        self._empty()
