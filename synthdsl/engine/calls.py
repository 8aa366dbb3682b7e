"""What the engine needs of the world of models: a gateway that answers by callback, and what turns the wheel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Request

Done = Callable[[Reply | CallFailed], None]


class Calls(Protocol):
    """The calls of a run."""

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        """What is stored already, by key."""

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        """Ask; the outcome comes by the callback, after it was stored."""

    def refused(self, request: Request) -> None:
        """The answer to it did not fit its type."""

    def room(self) -> int:
        """How many more submissions keep the models busy; at 0 or less, more would only wait."""

    def soon(self, callback: Callable[[], None]) -> None:
        """Call back once what is happening now is over."""

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        """Begin, then let calls happen until it is finished."""


@dataclass(slots=True, eq=False)
class Unasked:
    """What `plan` and `trace` have in common: nobody is asked, so no event loop is needed.

    Calls that nobody answers are held until no row can go on without them, then they fail all together.
    room_for: how many are held at most.
    """

    room_for: int = 4_096
    _todo: list[Callable[[], None]] = field(default_factory=list)
    _held: list[tuple[Done, CallFailed]] = field(default_factory=list)

    def hold(self, done: Done, failure: CallFailed) -> None:
        """Fail a call later."""
        self._held.append((done, failure))

    def refused(self, request: Request) -> None:
        """What was refused is a matter of runs."""

    def room(self) -> int:
        return self.room_for - len(self._held)

    def soon(self, callback: Callable[[], None]) -> None:
        self._todo.append(callback)

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        begin()
        while True:
            while self._todo:
                todo, self._todo = self._todo, []
                for callback in todo:
                    callback()
            if finished():
                return
            held, self._held = self._held, []
            for done, failure in held:
                done(failure)


class NoCalls:
    """For plans that call no model."""

    def spent(self) -> tuple[()]:
        """Nothing."""
        return ()

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        return {}

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        raise RuntimeError("this run was given no models")

    def refused(self, request: Request) -> None:
        raise RuntimeError("this run was given no models")

    def room(self) -> int:
        return 0

    def soon(self, callback: Callable[[], None]) -> None:
        callback()

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        begin()
