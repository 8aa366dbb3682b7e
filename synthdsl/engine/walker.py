"""A row on its way through a program, and the failure of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from synthdsl.engine.program import Node, Program
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Request


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that failed for good: which, at which column, why.

    answer: the last answer or body of a server that led to it. calls: keys of the stored answers that a retry must
    forget. order: the row's place in the run of its dataset.
    """

    dataset: str
    key: int
    number: int | None
    column: str
    code: str
    message: str
    answer: str = ""
    calls: tuple[bytes, ...] = ()
    order: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What a model is told when it is asked again: the rule that its answers broke, and those answers, by slot."""

    rule: str
    text: str
    answers: tuple[str, ...]


class Watch(Protocol):
    """Who follows rows on their way (`trace`)."""

    def value(self, node: Node, row: Row, value: Any) -> None:
        """A node is done."""

    def ruled(self, rule: str, row: Row, outcome: str) -> None:
        """A rule was judged: it holds, or the row is flagged, dropped, asked about again."""

    def asked(self, node: Node, row: Row, request: Request, outcome: Reply | CallFailed, stored: bool) -> None:
        """A call has an outcome."""


class Owner(Protocol):
    """Who waits for a row to end: its block, or the loop or recipe it is a part of."""

    def ended(self, row: Row) -> None:
        """All nodes are done."""


@dataclass(slots=True, eq=False)
class Row:
    """One row, or one round of a loop within it.

    key: as in `dataset/address.py`. number: for `of N`. values: by column or local. done, started: bits of nodes.
    order: its place in the run, for priority. root: the row of the dataset that it belongs to. pending: calls under
    way by the place of their node. tries: how often each rule asked again. attempts: how often each node was made
    again. repaired: rules whose one repair is spent.
    """

    program: Program
    key: int
    number: int | None
    values: dict[str, Any]
    order: int
    owner: Owner
    at: int = 0
    done: int = 0
    started: int = 0
    dead: bool = False
    root: Row = field(init=False)
    pending: dict[int, Any] = field(default_factory=dict)
    attempts: dict[int, int] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)
    answers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self

    def attempt(self, node: Node) -> int:
        """How often the node was made before."""
        return self.attempts.get(node.place, 0)

    def undo(self, bits: int) -> None:
        """Forget that these nodes were done; answers under way to them are not waited for any more."""
        self.done &= ~bits
        self.started &= ~bits
        for place in [p for p in self.pending if bits >> p & 1]:
            self.pending.pop(place).stale = True
