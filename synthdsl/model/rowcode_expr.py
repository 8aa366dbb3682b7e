"""Typed expressions to Python source: one method a node.

Methods are generators that ask for the code of a child by yielding it; the driver keeps the stack. So a chain of
thousands of operators needs no recursion. What is evaluated only on some rows (an arm of a branch, the right side
of `and`) goes into a block of its own; when the block stays empty the whole stays one expression.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

from synthdsl.model import expr as e
from synthdsl.model.rowcode_inline import as_test, inlined, is_text
from synthdsl.model.rowcode_region import MAX_DEPTH, Code, Names, Region, joined, over
from synthdsl.model.rowcode_support import MAX_TEXT, field_of, too_long
from synthdsl.ops.contract import Operator
from synthdsl.ops.table import operator
from synthdsl.types.relations import without_null
from synthdsl.types.terms import (
    ListType,
    RecordType,
    UnionType,
)

Resolve = Callable[[e.WholeColumn | e.WholeDataset], Any]
Steps = Generator[tuple[e.Expr, Region], Code, Code]

_MAX_LEVEL = 6
"""Deeper blocks of expressions become functions of their own: Python allows twenty nested loops."""

_MAX_INLINE_ARMS = 12


class Unsupported(Exception):  # noqa: N818 (a refusal, for the engine)
    """An expression that has no value for one row alone: a draw, an aggregate, a function of the row's number."""


class Writer:
    """Writes the code of expressions; `columns` maps the names of columns to variables."""

    def __init__(self, names: Names, columns: Mapping[str, str], resolve: Resolve | None) -> None:
        self.names = names
        self.columns = {c: Code(v, atom=True) for c, v in columns.items()}
        self.locals: dict[str, Code] = {}
        self.resolve = resolve
        self.read: set[str] = set()
        # How many templates around are being written as one text.
        self.merged = 0
        # The counter of turns of the loop around, and those counters that a loop within adds to.
        self.turns = ""
        self.turns_counted: set[str] = set()

    def write(self, expr: e.Expr, region: Region) -> Code:
        """The code of an expression whose statements go into `region`."""
        stack = [self._steps(expr, region)]
        answer: Code | None = None
        while True:
            try:
                wanted = next(stack[-1]) if answer is None else stack[-1].send(answer)
            except StopIteration as stop:
                stack.pop()
                answer = stop.value
                assert isinstance(answer, Code)
                if not stack:
                    return answer
            else:
                stack.append(self._steps(*wanted))
                answer = None

    def _steps(self, expr: e.Expr, region: Region) -> Steps:
        match expr:
            case e.Value(value):
                return _done(self.names.constant(value))
            case e.ColumnRef(column):
                return _done(self._column(column))
            case e.LocalRef(local):
                return _done(self._local(local))
            case e.WholeColumn() | e.WholeDataset():
                return _done(self._whole(expr))
            case e.FieldOf():
                return self._field(expr, region)
            case e.Apply():
                return self._apply(expr, region)
            case e.Branch():
                return self._branch(expr, region)
            case e.Both():
                return self._both(expr, region)
            case e.Collect():
                return self._collect(expr, region)
            case e.MakeList():
                return self._make_list(expr, region)
            case e.MakeRecord():
                return self._make_record(expr, region)
            case e.MakeMap():
                return self._make_map(expr, region)
            case e.MakeRange():
                return self._make_range(expr, region)
            case e.Let():
                return self._let(expr, region)
            case e.Text():
                from synthdsl.model.rowcode_text import text_steps

                return text_steps(self, expr, region)
            case e.Aggregate(name):
                raise Unsupported(f"'{name}' looks at all rows.")

    # --- references

    def _column(self, name: str) -> Code:
        found = self.columns.get(name)
        if found is None:
            raise KeyError(f"the column {name!r} is not among those given")
        self.read.add(name)
        return found

    def _local(self, name: str) -> Code:
        found = self.locals.get(name)
        return self._column(name) if found is None else found

    def _whole(self, expr: e.WholeColumn | e.WholeDataset) -> Code:
        if self.resolve is None:
            raise Unsupported(f"'{expr.dataset}' as a whole is not at hand.")
        return self.names.bind(self.resolve(expr))

    def _field(self, expr: e.FieldOf, region: Region) -> Steps:
        base = region.shallow((yield expr.base, region))
        key = self.names.bind(expr.name).text
        match without_null(expr.base.type):
            case RecordType() | UnionType():
                return over([base], f"{base.text}[{key}]")
            case ListType(item) if isinstance(item, RecordType | UnionType):
                item_name = self.names.fresh("r")
                return over([base], f"[{item_name}[{key}] for {item_name} in {base.text}]")
            case _:
                return over([base], f"{self.names.function(field_of)}({base.text}, {key})")

    # --- functions

    def _apply(self, expr: e.Apply, region: Region) -> Steps:
        if expr.slot is not None:
            raise Unsupported(f"'{expr.operator}' draws at random.")
        if expr.operator == "add" and is_text(expr.type):
            return (yield from self._text_sum(expr, region))
        parts = []
        for argument in expr.arguments:
            asked = as_test(argument) if expr.operator == "not_" else argument
            parts.append(region.shallow((yield asked, region)))
        inline = inlined(expr, parts, self.names)
        return self._called(expr, parts) if inline is None else over(parts, inline)

    def _called(self, expr: e.Apply, parts: list[Code]) -> Code:
        found = operator(expr.operator)
        scalar = _scalar_of(found)
        first_named = len(parts) - len(expr.named)
        passed = [p.text for p in parts[:first_named]]
        if expr.named:
            # Names of a spec are no names of generated code: they travel as the keys of a dict.
            keys = [self.names.bind(n).text for n in expr.named]
            items = ", ".join(f"{k}: {p.text}" for k, p in zip(keys, parts[first_named:], strict=True))
            passed.append("**{" + items + "}")
        return over(parts, f"{self.names.function(scalar)}({', '.join(passed)})")

    def _text_sum(self, expr: e.Apply, region: Region) -> Steps:
        parts = []
        todo: list[e.Expr] = [expr]
        while todo:
            node = todo.pop()
            if isinstance(node, e.Apply) and node.operator == "add" and is_text(node.type) and node.slot is None:
                todo.extend(reversed(node.arguments))
            else:
                code = yield node, region
                parts.append(region.hold(code) if code.quoted and code.depth > 2 else code)
        return joined(parts, region)

    # --- what is evaluated on some rows only

    def lazy(self, expr: e.Expr, region: Region) -> Generator[tuple[e.Expr, Region], Code, tuple[Code, Region]]:
        """The code of an expression in a block of its own, which runs only where it is needed."""
        if region.level < _MAX_LEVEL:
            inner = region.inner()
            return (yield expr, inner), inner
        inner = Region(self.names, 1)
        code = yield expr, inner
        if not inner.lines:
            return code, inner
        return self.outlined(code, inner), Region(self.names, region.level + 1)

    def outlined(self, code: Code, body: Region) -> Code:
        """A call of a helper function that runs the statements of `body` and gives the expression."""
        name = self.names.fresh("h")
        body.line(f"return {code.text}")
        source = body.source(1)
        passed = ", ".join(_free_names(source, self.names))
        self.names.helpers.append(f"def {name}({passed}):\n{source}")
        return Code(f"{name}({passed})")

    def _branch(self, expr: e.Branch, region: Region) -> Steps:
        arms: list[tuple[e.Expr, e.Expr]] = []
        last: e.Expr = expr
        while isinstance(last, e.Branch):
            arms.append((as_test(last.test), last.then))
            last = last.other
        first = region.shallow((yield arms[0][0], region))
        written: list[tuple[Code, Region, Code, Region]] = []
        inner = region.inner()
        for i, (test, then) in enumerate(arms):
            tested, before = (first, inner) if i == 0 else (yield from self.lazy(test, region))
            value, body = yield from self.lazy(then, inner)
            written.append((tested, before, value, body))
        other, rest = yield from self.lazy(last, region)
        return self.chosen(written, other, rest, region)

    def chosen(self, arms: list[tuple[Code, Region, Code, Region]], other: Code, rest: Region, region: Region) -> Code:
        """The value of the first arm whose test holds, else `other`.

        arms: test, the statements it needs (none for the first), value, the statements that one needs.
        """
        codes = [c for tested, _, value, _ in arms for c in (tested, value)] + [other]
        simple = not rest.lines and not any(before.lines or body.lines for _, before, _, body in arms)
        if simple and len(arms) <= _MAX_INLINE_ARMS and max(c.depth for c in codes) + len(arms) < MAX_DEPTH:
            text = " else ".join(f"{value.text} if {tested.text}" for tested, _, value, _ in arms)
            made = over(codes, f"({text} else {other.text})")
            return Code(made.text, made.depth + len(arms), quoted=made.quoted)
        return self._branch_block(arms, other, rest, region)

    def _branch_block(
        self, arms: list[tuple[Code, Region, Code, Region]], other: Code, rest: Region, region: Region
    ) -> Code:
        result = self.names.fresh()
        if len(arms) == 1:
            tested, _, value, body = arms[0]
            body.line(f"{result} = {value.text}")
            region.block(f"if {tested.text}:", body)
            rest.line(f"{result} = {other.text}")
            region.block("else:", rest)
            return Code(result, atom=True)
        # A flat list of tests in a loop of one turn: a long `elif` chain would nest in Python's syntax tree.
        once = region.inner()
        for tested, before, value, body in arms:
            once.lines.extend(before.lines)
            body.line(f"{result} = {value.text}")
            body.line("break")
            once.block(f"if {tested.text}:", body)
        once.lines.extend(rest.lines)
        once.line(f"{result} = {other.text}")
        once.line("break")
        region.block("while True:", once)
        return Code(result, atom=True)

    def _both(self, expr: e.Both, region: Region) -> Steps:
        sides: list[e.Expr] = []
        first: e.Expr = expr
        while isinstance(first, e.Both) and first.kind == expr.kind:
            sides.append(first.right)
            first = first.left
        start = region.shallow((yield first, region))
        written = []
        for side in reversed(sides):
            written.append((yield from self.lazy(side, region)))
        codes = [start, *(code for code, _ in written)]
        if not any(inner.lines for _, inner in written) and max(c.depth for c in codes) < MAX_DEPTH:
            return over(codes, f"({f' {expr.kind} '.join(c.text for c in codes)})")
        result = self.names.fresh()
        region.line(f"{result} = {start.text}")
        for code, inner in written:
            inner.line(f"{result} = {code.text}")
            region.block(f"if {result}:" if expr.kind == "and" else f"if not {result}:", inner)
        return Code(result, atom=True)

    def _collect(self, expr: e.Collect, region: Region) -> Steps:
        source = region.shallow((yield expr.iterable, region))
        item = self.names.fresh("v")
        self.locals[expr.local] = Code(item, atom=True)
        test, before = None, region.inner()
        if expr.condition is not None:
            test, before = yield from self.lazy(as_test(expr.condition), region)
        body, inner = yield from self.lazy(expr.body, region)
        codes = [source, body] if test is None else [source, test, body]
        if not inner.lines and not before.lines and max(c.depth for c in codes) < MAX_DEPTH:
            condition = "" if test is None else f" if {test.text}"
            return over(codes, f"[{body.text} for {item} in {source.text}{condition}]")
        result, put = self.names.fresh(), self.names.fresh()
        region.line(f"{result} = []")
        region.line(f"{put} = {result}.append")
        if test is not None:
            before.line(f"if not {test.text}: continue")
        before.lines.extend(inner.lines)
        before.line(f"{put}({body.text})")
        region.block(f"for {item} in {source.text}:", before)
        return Code(result, atom=True)

    # --- displays and bindings

    def _make_list(self, expr: e.MakeList, region: Region) -> Steps:
        items = []
        for item in expr.items:
            items.append(region.shallow((yield item, region)))
        return over(items, f"[{', '.join(i.text for i in items)}]")

    def _make_record(self, expr: e.MakeRecord, region: Region) -> Steps:
        parts, written = [], []
        for name, value in expr.entries:
            code = region.shallow((yield value, region))
            parts.append(code)
            written.append(f"**{code.text}" if name is None else f"{self.names.bind(name).text}: {code.text}")
        return over(parts, "{" + ", ".join(written) + "}")

    def _make_map(self, expr: e.MakeMap, region: Region) -> Steps:
        parts, written = [], []
        for key, value in zip(expr.keys, expr.values, strict=True):
            code = region.shallow((yield value, region))
            parts.append(code)
            written.append(f"{self.names.constant(key).text}: {code.text}")
        return over(parts, "{" + ", ".join(written) + "}")

    def _make_range(self, expr: e.MakeRange, region: Region) -> Steps:
        start = region.shallow((yield expr.start, region))
        stop = region.shallow((yield expr.stop, region))
        return over([start, stop], f"({start.text}, {stop.text})")

    def _let(self, expr: e.Let, region: Region) -> Steps:
        node: e.Expr = expr
        while isinstance(node, e.Let):
            for local, value in node.bindings:
                self.locals[local] = self.kept((yield value, region), value, region)
            node = node.body
        return (yield node, region)

    def kept(self, code: Code, value: e.Expr, region: Region) -> Code:
        """A name for a value that may be used several times; texts are bounded, else they could double and double."""
        held = region.hold(code)
        if is_text(value.type) and not code.atom:
            region.line(f"if len({held.text}) > {MAX_TEXT}: {self.names.function(too_long)}()")
        return held


def _done(code: Code) -> Steps:
    return code
    yield  # makes it a generator, like the methods of nodes with children


def _scalar_of(found: Operator) -> Callable[..., Any]:
    if found.needs_row:
        raise Unsupported(f"'{found.name}' needs the row's number.")
    if found.scalar is None:
        raise Unsupported(f"'{found.name}' has no value for one row alone.")
    return found.scalar


def _free_names(source: str, names: Names) -> list[str]:
    """The variables that statements read without setting them, in a fixed order."""
    import ast

    read: set[str] = set()
    written: set[str] = set()
    for node in ast.walk(ast.parse(f"def f():\n{source}")):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else written).add(node.id)
    helpers = {h.split("(", 1)[0].removeprefix("def ") for h in names.helpers}
    return sorted(read - written - helpers - names.globals.keys())
