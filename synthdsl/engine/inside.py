"""Loops, recipes and dialogues within a row: rows of their own, which report to the row that they are a part of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import hash64
from synthdsl.dataset.validate import fits
from synthdsl.engine.program import Node
from synthdsl.engine.walker import Row
from synthdsl.model.bodies import STEPS
from synthdsl.model.work import Invoke, Iterate

if TYPE_CHECKING:
    from synthdsl.engine.flow import Flow


def inner_key(row: Row, node: Node, round_: int) -> int:
    """The key of a round: of its row, its number, and how often the whole was made before."""
    return hash64("round", row.key, round_, row.attempt(node))


def _inner(row: Row, node: Node, owner: Any, round_: int, values: dict[str, Any], order: int) -> Row:
    assert node.inner is not None
    made = Row(node.inner, inner_key(row, node, round_), None, {**row.values, **values}, order, owner)
    made.root = row.root
    return made


@dataclass(slots=True, eq=False)
class Recipe:
    """One invocation of a recipe with calls."""

    flow: Flow
    row: Row
    node: Node
    what: Invoke
    stale: bool = False

    def ended(self, row: Row) -> None:
        """All statements are done: the value is what the recipe gives."""
        if self.stale:
            return
        for _, value in zip(*self.flow.values(self.what.give, [row], self.node), strict=True):
            self.row.pending.pop(self.node.place, None)
            self.flow.complete(self.node, self.row, value)


def invoke(flow: Flow, node: Node, what: Invoke, rows: list[Row]) -> None:
    """Begin a recipe for rows: its parameters are bound to the arguments."""
    rows = _wanted(flow, node, what, rows)
    bound: list[dict[str, Any]] = [{} for _ in rows]
    for local, expr in what.bindings:
        alive, values = flow.values(expr, rows, node)
        by_row = {id(r): v for r, v in zip(alive, values, strict=True)}
        kept = [i for i, r in enumerate(rows) if id(r) in by_row]
        rows, bound = [rows[i] for i in kept], [bound[i] for i in kept]
        for row, values_of in zip(rows, bound, strict=True):
            values_of[local] = by_row[id(row)]
    for row, values_of in zip(rows, bound, strict=True):
        one = Recipe(flow, row, node, what)
        row.pending[node.place] = one
        flow.begin(_inner(row, node, one, 0, values_of, row.order))


def _wanted(flow: Flow, node: Node, what: Invoke, rows: list[Row]) -> list[Row]:
    """The rows for which it is to be done; null for the others."""
    if what.when is None:
        return rows
    rows, tested = flow.values(what.when, rows, node)
    for row, holds in zip(rows, tested, strict=True):
        if not holds:
            flow.complete(node, row, None)
    return [r for r, holds in zip(rows, tested, strict=True) if holds]


@dataclass(slots=True, eq=False)
class Loop:
    """One `iterate` of one row: its rounds one after another."""

    flow: Flow
    row: Row
    node: Node
    what: Iterate
    times: int
    state: Any
    round: int = 0
    steps: list[dict[str, Any]] = field(default_factory=list)
    stale: bool = False

    def go(self) -> None:
        """Begin the next round, or end."""
        if self.round >= self.times:
            self._finish()
            return
        self.flow.begin(_inner(self.row, self.node, self, self.round, {self.what.local: self.state}, self.row.order))

    def ended(self, row: Row) -> None:
        """The statements of a round are done: stop, or take the next state."""
        if self.stale:
            return
        what, flow, node = self.what, self.flow, self.node
        stopped = False
        if what.stop is not None:
            alive, tested = flow.values(what.stop, [row], node)
            if not alive:
                return
            stopped = bool(tested[0])
        if not stopped:
            alive, values = flow.values(what.next, [row], node, what.state)
            if not alive:
                return
            reason = fits(values[0], what.state)
            if reason:
                flow.lose(row, node, "E0809", f"The next '{node.output}': {reason}.")
                return
            self.state = values[0]
        step: dict[str, Any] = {"round": self.round + 1, self.node.output: self.state}
        for inner in what.body:
            step.setdefault(inner.name, row.values[inner.local])
        self.steps.append(step)
        self.round = self.times if stopped else self.round + 1
        self.go()

    def _finish(self) -> None:
        self.row.pending.pop(self.node.place, None)
        self.row.values[self.node.output + STEPS] = self.steps
        self.flow.complete(self.node, self.row, self.state)


def iterate(flow: Flow, node: Node, what: Iterate, rows: list[Row]) -> None:
    """Begin a loop for rows."""
    rows, seeds = flow.values(what.seed, rows, node, what.state)
    seed_of = {id(r): s for r, s in zip(rows, seeds, strict=True)}
    rows, times = flow.values(what.times, rows, node)
    for row, most in zip(rows, times, strict=True):
        loop = Loop(flow, row, node, what, int(most), seed_of[id(row)])
        row.pending[node.place] = loop
        loop.go()
