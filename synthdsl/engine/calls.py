"""What the engine needs of the world of models: a gateway that answers by callback, and what turns the wheel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    def room(self) -> int:
        """How many more submissions keep the models busy; at 0 or less, more would only wait."""

    def soon(self, callback: Callable[[], None]) -> None:
        """Call back once what is happening now is over."""

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        """Begin, then let calls happen until it is finished."""


class NoCalls:
    """For plans that call no model."""

    def spent(self) -> tuple[()]:
        """Nothing."""
        return ()

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        return {}

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        raise RuntimeError("this run was given no models")

    def room(self) -> int:
        return 0

    def soon(self, callback: Callable[[], None]) -> None:
        callback()

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        begin()
