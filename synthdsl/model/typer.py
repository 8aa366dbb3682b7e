"""Gives every expression its meaning and type: syntax in, typed expression out.

One mistake gives one message: what is reported becomes an expression of type unknown, which fits everywhere.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import nearest
from synthdsl.model import displays
from synthdsl.model.apply import apply_operator, call_function
from synthdsl.model.constants import constant, type_of
from synthdsl.model.expr import (
    Both,
    Branch,
    Collect,
    ColumnRef,
    Expr,
    LocalRef,
    Value,
    WholeDataset,
)
from synthdsl.model.fields import column_of, field_of
from synthdsl.model.narrowing import Known
from synthdsl.model.operations import binary, compare, unary, unknown
from synthdsl.model.scope import Globals, RowScope, Workplace
from synthdsl.syntax import ast
from synthdsl.types.relations import is_bool, is_nullable, join, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BOOL,
    INT,
    UNKNOWN,
    DatasetType,
    JsonType,
    ListType,
    NeverType,
    RecordType,
    Type,
    UnknownType,
)


@dataclass(frozen=True, slots=True)
class Typer:
    """The rules of expressions in one scope; satisfies `Maker` for templates."""

    globals: Globals
    row: RowScope
    work: Workplace
    locals: Mapping[str, tuple[str, Type]]
    known: Known

    # --- findings

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.work.report(diagnostic)

    def problem(
        self, code: str, message: str, span: Span, *notes: str, labels: tuple[Label, ...] = (), fix: Fix | None = None
    ) -> Expr:
        """Report, and give what stands in for the wrong expression."""
        self.report(Diagnostic(code, message, span, notes, labels, () if fix is None else (fix,)))
        return Value(None, UNKNOWN, span)

    # --- scopes

    def with_locals(self, types: Mapping[str, tuple[str, Type]]) -> Typer:
        """The same scope with more locals: visible name -> (unique local, type)."""
        if isinstance(types, dict) and isinstance(self.locals, dict):
            return replace(self, locals={**self.locals, **types})
        own, *others = self.locals.maps if isinstance(self.locals, ChainMap) else [self.locals]
        if isinstance(types, dict):
            return replace(self, locals=ChainMap({**own, **types}, *others))
        # The names of a body are made when they are asked for, so they are not copied.
        return replace(self, locals=ChainMap({}, types, own, *others))  # type: ignore[arg-type]

    def fresh_local(self, name: str) -> str:
        """A local name that occurs nowhere else in the column."""
        return self.work.fresh_local(name)

    def narrowed(self, test: Expr, truth: bool) -> Typer:
        """The same scope, knowing that `test` is true (or false)."""
        return replace(self, known=self.known.learn(test, truth))

    # --- names

    def name(self, name: str, span: Span) -> Expr:
        """What a bare name stands for."""
        found = self._found(name, span)
        watch = self.globals.watch
        if watch is not None:
            watch.name(name, span, found, self)
        return found

    def _found(self, name: str, span: Span) -> Expr:
        if name in self.locals:
            local, type_ = self.locals[name]
            return self._place(LocalRef(local, type_, span), None)
        column = self.row.column(name)
        if column is not None:
            self.work.reads[name] = None
            return self._place(ColumnRef(name, column, span), self.row.condition(name))
        found = self.globals.value(name, span)
        if found is not None:
            return found
        if name == "row":
            return self.apply("row", (), span)
        return self._unknown(name, span)

    def _place(self, place: ColumnRef | LocalRef, condition: Expr | None) -> Expr:
        type_ = self.known.type(place)
        if is_nullable(type_) and condition is not None and self.known.holds(condition):
            type_ = without_null(type_)
        return place if type_ is place.type else replace(place, type=type_)

    def _unknown(self, name: str, span: Span) -> Expr:
        if self.is_function(name):
            return self.problem(
                "E0217", f"'{name}' is a function; call it with its arguments.", span, f"As in `{name}(...)`."
            )
        if self.globals.is_declared(name):
            return self.problem("E0217", f"'{name}' is {self.globals.kind(name)}, not a value.", span)
        if self.row.is_open:
            return unknown(span)
        above = self.row.column("parent")
        if isinstance(above, RecordType) and above.field(name) is not None:
            through = Fix(f"Write 'parent.{name}'", (Edit(span, f"parent.{name}"),))
            note = f"The row above has it: `parent.{name}`."
            return self.problem("E0201", f"There is no '{name}' here.", span, note, fix=through)
        near = nearest(name, chain(self.locals, self.row.names(), self.globals.names()))
        fix = Fix(f"Write '{near[0]}'", (Edit(span, near[0]),)) if near else None
        hint = {"None": "null", "True": "true", "False": "false"}.get(name)
        if hint:
            return self.problem(
                "E0201",
                f"'{name}' is written '{hint}' here.",
                span,
                fix=Fix(f"Write '{hint}'", (Edit(span, hint),), True),
            )
        return self.problem(
            "E0201", f"There is no '{name}' here.", span, *(f"Did you mean '{n}'?" for n in near), fix=fix
        )

    def is_function(self, name: str) -> bool:
        """Whether `name(...)` can be called."""
        from synthdsl.ops.table import AGGREGATES, TABLE

        if name in TABLE or name in AGGREGATES or name == "faker" or self.globals.template(name) is not None:
            return True
        # `module.name` of a file that could not be imported: calling it says nothing more.
        return "." in name and self.globals.is_broken(name)

    def is_module(self, name: str) -> bool:
        """Whether a bare name is that of an imported file (columns and locals come first)."""
        return name not in self.locals and self.row.column(name) is None and self.globals.is_module(name)

    # --- parts of values

    def field(self, base: Expr, name: str, span: Span) -> Expr:
        """`base.name`."""
        found = self._field(base, name, span)
        watch = self.globals.watch
        if watch is not None:
            watch.field(base, name, span, found)
        return found

    def _field(self, base: Expr, name: str, span: Span) -> Expr:
        type_ = base.type
        if isinstance(base, WholeDataset) and isinstance(type_, DatasetType):
            return column_of(self, base, type_, name, span)
        if is_nullable(type_):
            return self.problem(
                "E0303",
                f"This may be null, so it has no field '{name}' for certain.",
                base.span,
                "Guard it: `x.field if x != null else ...`.",
            )
        return field_of(self, base, type_, name, span)

    # --- operators

    def call(self, function: str, arguments: Sequence[Expr], named: Mapping[str, Expr], span: Span) -> Expr:
        """A function or declared template applied."""
        watch = self.globals.watch
        if watch is not None:
            watch.call(function, span.within(0, len(function)))
        return call_function(self, function, arguments, named, span, span)

    def apply(self, operator: str, arguments: Sequence[Expr], span: Span) -> Expr:
        """An operator by its internal name."""
        return apply_operator(self, operator, arguments, span)

    def both(self, kind: str, left: Expr, right: Expr, span: Span) -> Expr:
        """`and` / `or`."""
        for side in (left, right):
            self.want_bool(side, f"'{kind}'")
        if isinstance(left.type, UnknownType) or isinstance(right.type, UnknownType):
            return unknown(span)
        known = constant(left)
        if known is not None and isinstance(known.value, bool):
            return right if known.value == (kind == "and") else left
        return Both(kind, left, right, BOOL, span)

    def want_bool(self, expr: Expr, where: str) -> None:
        """Report a condition that is not true or false."""
        if is_nullable(expr.type):
            self.problem("E0303", f"{where} wants true or false, this may be null ({show(expr.type)}).", expr.span)
        elif not is_bool(expr.type) and not isinstance(expr.type, JsonType):
            self.problem(
                "E0301", f"{where} wants true or false, this is {show(expr.type)}.", expr.span, *_truth_hint(expr.type)
            )

    def branch(self, test: Expr, then: Expr, other: Expr, span: Span) -> Expr:
        """A conditional expression."""
        joined = join(then.type, other.type)
        if joined is None:
            return self.problem(
                "E0312",
                f"The two sides have no type in common: {show(then.type)} and {show(other.type)}.",
                span,
                labels=(Label(then.span, show(then.type)), Label(other.span, show(other.type))),
            )
        known = constant(test)
        if known is not None and isinstance(known.value, bool):
            return then if known.value else other
        return Branch(test, then, other, joined, span)

    # --- syntax

    def type_expr(self, node: ast.Expr) -> Expr:
        """The typed expression of a syntax node."""
        match node:
            case ast.Literal(value, span):
                return Value(value, type_of(value), span)
            case ast.TemplateText():
                from synthdsl.model.template import read_template

                return read_template(node, self)
            case ast.NameRef(name, span):
                return self.name(name, span)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return displays.call(self, node)
            case ast.Index(base, index, span):
                return self._index(self.type_expr(base), self.type_expr(index), span)
            case ast.Slice(base, start, stop, span):
                bounds = [Value(None, type_of(None), span) if b is None else self.type_expr(b) for b in (start, stop)]
                return self.apply("slice_", (self.type_expr(base), *bounds), span)
            case ast.Unary():
                return unary(self, node)
            case ast.Binary():
                return binary(self, node)
            case ast.Compare():
                return compare(self, node)
            case ast.Conditional(then, test, other, span):
                tested = self.type_expr(test)
                self.want_bool(tested, "The condition")
                left = self.narrowed(tested, True).type_expr(then)
                return self.branch(tested, left, self.narrowed(tested, False).type_expr(other), span)
            case ast.Match():
                return displays.match_(self, node)
            case ast.ListDisplay():
                return displays.list_display(self, node)
            case ast.RecordDisplay():
                return displays.record_display(self, node)
            case ast.MapDisplay():
                return displays.map_display(self, node)
            case ast.Comprehension():
                return self._comprehension(node)
            case ast.Range():
                return displays.range_display(self, node)
            case ast.Pipeline(_, steps, span):
                place = steps[0].span if steps else span
                return self.problem("E0217", "A pipeline gives a dataset; it cannot stand in an expression.", place)
            case ast.Missing(span):
                return Value(None, UNKNOWN, span)

    def _attribute(self, node: ast.Attribute) -> Expr:
        base = node.base
        if isinstance(base, ast.NameRef) and self.is_module(base.name):
            found = self.globals.member(base.name, node.name.text, node.span)
            return found if found is not None else Value(None, UNKNOWN, node.span)
        return self.field(self.type_expr(base), node.name.text, node.name.span)

    def _index(self, base: Expr, index: Expr, span: Span) -> Expr:
        if isinstance(base.type, RecordType):
            known = constant(index)
            if known is not None and isinstance(known.value, str):
                return self.field(base, known.value, index.span)
        if isinstance(base.type, ListType) and isinstance(base.type.item, NeverType):
            return self.problem("E0321", "The list is always empty, so it has no items.", span)
        return self.apply("item", (base, index), span)

    def _comprehension(self, node: ast.Comprehension) -> Expr:
        source = self.iterable(self.type_expr(node.iterable))
        item: Type = source.type.item if isinstance(source.type, ListType) else UNKNOWN
        local = self.fresh_local(node.target.text)
        inner = self.with_locals({node.target.text: (local, item)})
        condition = None
        if node.condition is not None:
            condition = inner.type_expr(node.condition)
            inner.want_bool(condition, "The condition")
            inner = inner.narrowed(condition, True)
        body = inner.type_expr(node.body)
        return Collect(body, local, source, condition, ListType(body.type), node.span)

    def iterable(self, source: Expr) -> Expr:
        """What can be gone through: a list, or a dataset as the list of its rows."""
        if isinstance(source, WholeDataset) and isinstance(source.type, DatasetType):
            return replace(source, type=ListType(source.type.row))
        if is_nullable(source.type):
            return self.problem("E0303", "This may be null, so it cannot be gone through.", source.span)
        if not isinstance(source.type, ListType | UnknownType):
            return self.problem("E0301", f"Only a list can be gone through, this is {show(source.type)}.", source.span)
        return source


def _truth_hint(type_: Type) -> tuple[str, ...]:
    if isinstance(type_, ListType):
        return ("Ask `len(x) > 0`.",)
    if type_ == INT:
        return ("Ask `x != 0`.",)
    return ()
