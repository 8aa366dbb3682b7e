"""Rows through a program: each goes on as soon as what it needs is there; those that are ready together go together.

Nothing here waits. Calls are submitted to `Calls` and come back by callback; `advance` then takes every row as far as
it can go, node by node, with all rows that are ready for a node in one frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.dataset.validate import fits
from synthdsl.dataset.vector import Vector, to_list
from synthdsl.engine.calls import Calls
from synthdsl.engine.evaluate import conform, evaluate, tidy
from synthdsl.engine.failing import RunError
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.program import Node, names_in
from synthdsl.engine.walker import Lost, Row, Told, Watch
from synthdsl.model.expr import Expr
from synthdsl.model.work import Call, Chat, Invoke, Iterate
from synthdsl.ops.contract import Undefined
from synthdsl.plan.steps import DatasetPlan, Judge
from synthdsl.types.terms import Type

if TYPE_CHECKING:
    from synthdsl.engine.asking import Asker


@dataclass(slots=True, eq=False)
class Flow:
    """The rows of one dataset under way.

    types: of all values by name. asker: makes requests. dropped, lost, judged: told of what happens to rows. watch: who
    follows rows. ready: the nodes that can be done, by depth, each with its rows.
    """

    plan: DatasetPlan
    world: World
    calls: Calls
    types: Mapping[str, Type]
    asker: Asker
    dropped: Callable[[Row, str], None]
    lost: Callable[[Row, Lost], None]
    judged: Callable[[Row, str, str], None]
    watch: Watch | None = None
    ready: dict[int, tuple[Node, list[Row]]] = field(default_factory=dict)
    ended: list[Row] = field(default_factory=list)
    error: Exception | None = None
    _reads: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _waking: bool = False

    # --- the way of a row

    def begin(self, row: Row) -> None:
        """Start what needs nothing."""
        self.wake(row)
        if row.done == row.program.all:
            self.ended.append(row)

    def wake(self, row: Row) -> None:
        """Start every node that is ready."""
        for node in row.program.nodes:
            if not row.started & node.bit and not node.needs & ~row.done:
                self._start(node, row)

    def _start(self, node: Node, row: Row) -> None:
        row.started |= node.bit
        entry = self.ready.get(node.depth)
        if entry is None:
            self.ready[node.depth] = (node, [row])
        else:
            entry[1].append(row)

    def complete(self, node: Node, row: Row, value: Any) -> None:
        """A node is done, and its value there."""
        if node.output:
            row.values[node.output] = value
            if self.watch is not None:
                self.watch.value(node, row, value)
        row.done |= node.bit
        for other in node.dependents:
            if not row.started & other.bit and not other.needs & ~row.done:
                self._start(other, row)
        if row.done == row.program.all:
            self.ended.append(row)

    def happened(self) -> None:
        """Something came back: go on once all that came back together is taken in."""
        if not self._waking:
            self._waking = True
            self.calls.soon(self._woken)

    def _woken(self) -> None:
        self._waking = False
        if self.error is None:
            try:
                self.advance()
            except Exception as error:  # carried out of the event loop, raised by whoever drives it
                self.error = error

    def advance(self) -> None:
        """Take all rows as far as they can go."""
        while self.ready or self.ended:
            if self.ready:
                node, rows = self.ready.pop(min(self.ready))
                rows = [r for r in rows if not r.root.dead]
                if rows:
                    self._run(node, rows)
            else:
                ended, self.ended = self.ended, []
                for row in ended:
                    if not row.root.dead:
                        row.owner.ended(row)

    def _run(self, node: Node, rows: list[Row]) -> None:
        match node.what:
            case Judge():
                self._judge(node, node.what, rows)
            case Call():
                self.asker.ask(self, node, node.what, rows)
            case Iterate() | Invoke() | Chat():
                self.asker.within(self, node, rows)
            case expr:
                self._make(node, expr, rows)

    # --- values

    def frame(self, rows: Sequence[Row], names: Sequence[str], node: Node | None = None) -> Frame:
        """A frame of rows with the values of these names; draws at the attempt of the node."""
        import numpy as np

        columns: dict[str, Vector] = {}
        locals_: dict[str, Vector] = {}
        for name in names:
            if name not in rows[0].values:
                continue
            vector = tidy([r.values[name] for r in rows], self.types.get(name))
            (locals_ if "#" in name else columns)[name] = vector
        n = len(rows)
        keys = np.fromiter((r.key for r in rows), dtype=np.uint64, count=n)
        numbers = None
        if rows[0].number is not None:
            numbers = np.fromiter((r.number for r in rows), dtype=np.int64, count=n)
        attempts = None
        if node is not None and any(r.attempts.get(node.place) for r in rows):
            attempts = np.fromiter((r.attempt(node) for r in rows), dtype=np.int64, count=n)
        column = "" if node is None else node.address
        return Frame(self.world, self.plan.address, n, keys, numbers, columns, attempts, locals_, column)

    def reads(self, expr: Expr) -> tuple[str, ...]:
        """The names that an expression of the plan reads."""
        found = self._reads.get(id(expr))
        if found is None:
            found = self._reads[id(expr)] = names_in((expr,))
        return found

    def values(self, expr: Expr, rows: list[Row], node: Node, type_: Type | None = None) -> tuple[list[Row], list[Any]]:
        """The values of an expression for rows; rows for which there is none are lost, and left out of both lists."""
        if not rows:
            return [], []
        names = self.reads(expr)
        try:
            return rows, self.vector(expr, self.frame(rows, names, node), type_)
        except Undefined:
            pass
        kept: list[Row] = []
        values: list[Any] = []
        for row in rows:
            try:
                values += self.vector(expr, self.frame([row], names, node), type_)
                kept.append(row)
            except Undefined as reason:
                self.lose(row, node, reason.code, str(reason))
        return kept, values

    @staticmethod
    def vector(expr: Expr, frame: Frame, type_: Type | None = None) -> list[Any]:
        """The Python values of an expression. Raises `Undefined`."""
        vector = evaluate(expr, frame)
        return to_list(vector if type_ is None else conform(vector, type_), frame.n)

    def _make(self, node: Node, expr: Expr, rows: list[Row]) -> None:
        assert node.type is not None
        for row, value in zip(*self.values(expr, rows, node, node.type), strict=True):
            reason = fits(value, node.type) if node.validate else None
            if reason:
                self.lose(row, node, "E0809", f"{reason}.")
            else:
                self.complete(node, row, value)

    # --- rules

    def _judge(self, node: Node, rule: Judge, rows: list[Row]) -> None:
        for row, holds in zip(*self.values(rule.condition, rows, node), strict=True):
            self.judged(row, rule.rule, "tried")
            if self.watch is not None:
                self.watch.ruled(rule.rule, row, "holds" if holds else rule.action)
            if holds:
                self.complete(node, row, None)
                continue
            match rule.action:
                case "flag":
                    self.judged(row, rule.rule, "flagged")
                    row.flags.append(rule.rule)
                    self.complete(node, row, None)
                case "drop":
                    self._drop(row, rule.rule)
                case "fail":
                    raise self._broken(rule, row)
                case "retry" | "repair":
                    self._again(node, rule, row)

    def _drop(self, row: Row, rule: str) -> None:
        self.judged(row, rule, "dropped")
        row.root.dead = True
        self.dropped(row, rule)

    def _again(self, node: Node, rule: Judge, row: Row) -> None:
        """Ask again, or drop the row when that was done often enough."""
        if row.tries.get(rule.rule, 0) >= rule.times:
            self._drop(row, rule.rule)
            return
        row.tries[rule.rule] = row.tries.get(rule.rule, 0) + 1
        self.judged(row, rule.rule, "again")
        target = row.program.makers[rule.target or ""]
        if rule.action == "repair":
            assert rule.repair is not None
            self.asker.repair(self, node, target, rule.repair, row)
            return
        row.told[target.place] = Told(rule.rule, rule.text, row.answers.get(target.place, ()))
        row.attempts[target.place] = row.attempt(target) + 1
        row.undo(target.below)
        self.wake(row)

    def replaced(self, target: Node, row: Row, value: Any) -> None:
        """A repair came: the value is another, and all that is made from it is made anew."""
        row.undo(target.below & ~target.bit)
        row.values[target.output] = value
        self.wake(row)

    def _broken(self, rule: Judge, row: Row) -> RunError:
        message = f"The rule '{rule.rule}' of '{self.plan.id}' does not hold for {shown_row(row)}."
        return RunError(Diagnostic("E0804", message, NOWHERE))

    # --- losses

    def lose(
        self, row: Row, node: Node, code: str, message: str, answer: str = "", calls: tuple[bytes, ...] = ()
    ) -> None:
        """The row has failed for good."""
        root = row.root
        if root.dead:
            return
        root.dead = True
        column = node.address
        self.lost(root, Lost(self.plan.id, root.key, root.number, column, code, message, answer, calls, root.order))


def shown_row(row: Row) -> str:
    """A row in words."""
    return f"row {row.root.number}" if row.root.number is not None else f"row with key {row.root.key:016x}"
