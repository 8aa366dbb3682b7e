"""The event loop of a run: the gateway lives in it, and it turns only while a dataset waits for models.

Satisfies the engine's `Calls`: the engine hands in what to begin and when it is finished, and never awaits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from synthdsl.llm.contract import Done
from synthdsl.llm.gateway import Gateway
from synthdsl.llm.reply import Reply
from synthdsl.llm.request import Request
from synthdsl.llm.spending import Spent

PATIENCE = 30.0
"""Seconds that calls under way are waited for when a run ends before them."""


class Session:
    """One run's way to its models. Use as a context manager; what is stored when it closes stays stored."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._runner = asyncio.Runner()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event: asyncio.Event | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        # A person who interrupts does not want to wait; a run that stops for another reason has paid for what is
        # under way.
        patience = 0.0 if kind is not None and not issubclass(kind, Exception) else PATIENCE
        with _outer_loop_aside():
            try:
                self._runner.run(self.gateway.close(patience))
            finally:
                self._runner.close()

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        """What is stored already, by key."""
        return self.gateway.lookup(requests)

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        """Ask; the outcome comes by the callback."""
        self.gateway.submit(request, priority, done)

    def refused(self, request: Request) -> None:
        """An answer did not fit its type."""
        self.gateway.spending.of(request).refused += 1

    def spent(self) -> tuple[Spent, ...]:
        """What calls took so far, by column and model."""
        return self.gateway.spending.sums()

    def room(self) -> int:
        """How many more submissions keep the models busy."""
        return self.gateway.room()

    def soon(self, callback: Callable[[], None]) -> None:
        """Call back in the next turn of the loop."""
        assert self._loop is not None
        self._loop.call_soon(self._then, callback)

    def _then(self, callback: Callable[[], None]) -> None:
        callback()
        assert self._event is not None
        self._event.set()

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        """Begin, then turn until it is finished."""
        with _outer_loop_aside():
            self._runner.run(self._turn(begin, finished))

    async def _turn(self, begin: Callable[[], None], finished: Callable[[], bool]) -> Any:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        begin()
        while not finished():
            await self._event.wait()
            self._event.clear()


@contextmanager
def _outer_loop_aside() -> Iterator[None]:
    """A notebook runs its cells inside of a loop, which stands still for the time of a cell; ours turns meanwhile."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)
