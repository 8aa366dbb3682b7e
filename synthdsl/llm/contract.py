"""The borders of the room: what a provider, a store of answers and a gateway of calls promise.

The engine submits requests to a gateway and gets each outcome by a callback; the gateway asks the store of answers,
queues what is missing by priority, keeps each account's limits, lets the provider ask, stores the answer, and only then
calls back. Everything happens in one event loop; nothing here blocks it for long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from synthdsl.llm.limits import Told
from synthdsl.llm.reply import CallFailed, Reply, Usage
from synthdsl.llm.request import ModelSpec, Request

Done = Callable[[Reply | CallFailed], None]
"""Takes the outcome of a call, in the event loop; must be quick and must not raise."""

Priority = tuple[int, ...]
"""Smaller comes first: (row number in the run, place of the column), so that rows that were begun are finished."""


class Provider(Protocol):
    """A connected model. One instance a declared model; made and used in one event loop."""

    @property
    def account(self) -> str:
        """Whose limits its calls share (server address and key's variable); models of one account have one limiter."""

    @property
    def told(self) -> Told | None:
        """What the server told of its limits with the call that ended last."""

    async def ask(self, request: Request) -> Reply:
        """One try of one call: no retries, no waiting for limits. Raises `CallFailed`; asyncio cancellation passes."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A provider of the table: what a spec may write, and how it is connected.

    first: the name of the positional argument, None when there is none. settings: name to bounds or kind, as
    `model/providers.py` checks them. connect: imports what it needs; reads keys from `environment`; raises
    `CallFailed` (reach "run") when a variable is missing or a library is not installed.
    lacks: what its protocol cannot do, of `complete`, `logprobs`, `tools`.
    """

    name: str
    first: str | None
    settings: Mapping[str, Any]
    connect: Callable[[ModelSpec, Mapping[str, str]], Provider]
    doc: str
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer on its way into the store. key: 16 bytes. reply: as `reply.dump` gives it."""

    key: bytes
    reply: bytes
    column: str
    model: str
    usage: Usage


class AnswerStore(Protocol):
    """Answers by key, kept for ever. Safe for several processes at once."""

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The stored replies of those keys that are there."""

    def put_many(self, answers: Sequence[Answered]) -> None:
        """Store a group in one transaction; when it returns, a killed process loses none of them."""

    def forget(self, keys: Sequence[bytes]) -> None:
        """Remove answers, so that their calls are made again (`run --retry-failed`)."""

    def close(self) -> None:
        """Let go of the files."""
