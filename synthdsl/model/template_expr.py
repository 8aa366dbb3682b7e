"""The expressions of a template, typed: Jinja's nodes against an allow-list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jinja2 import nodes

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import Span
from synthdsl.model.constants import constant, type_of
from synthdsl.model.expr import Apply, Both, ColumnRef, Expr, FieldOf, Let, LocalRef, MakeList, Out, Text, Value
from synthdsl.model.template_scope import Here, Reading
from synthdsl.model.template_types import is_unknown, printable, truth, unknown
from synthdsl.types.relations import is_nullable, is_text, join, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BOOL,
    INT,
    NEVER,
    NULL,
    STR,
    BoolType,
    ListType,
    RecordType,
    Type,
    UnionType,
)

LOOP: dict[str, Type] = {
    "index": INT,
    "index0": INT,
    "revindex": INT,
    "revindex0": INT,
    "first": BOOL,
    "last": BOOL,
    "length": INT,
}
"""What `loop` has inside a `for`."""

_BINARY: dict[type[nodes.BinExpr], str] = {
    nodes.Add: "add",
    nodes.Sub: "sub",
    nodes.Mul: "mul",
    nodes.Div: "div",
    nodes.FloorDiv: "jinja.floordiv",
    nodes.Mod: "mod",
    nodes.Pow: "jinja.power",
}

_COMPARE = {
    "eq": "eq",
    "ne": "ne",
    "gt": "gt",
    "gteq": "ge",
    "lt": "lt",
    "lteq": "le",
    "in": "in_",
    "notin": "in_",
}


def read(reading: Reading, node: nodes.Node, here: Here) -> Expr:
    """The typed expression of a node; what is wrong is reported."""
    return Reader(reading, here).read(node)


def condition(reading: Reading, node: nodes.Node, here: Here) -> tuple[Expr, Expr]:
    """A node as a test: a boolean expression by Jinja's truth, and what is learned where it holds."""
    return Reader(reading, here).condition(node)


class Reader:
    """Reads expressions at one place in a template."""

    def __init__(self, reading: Reading, here: Here) -> None:
        self.reading = reading
        self.here = here
        self.maker = here.maker

    def problem(self, code: str, message: str, span: Span, *notes: str) -> Expr:
        return self.reading.problem(self.here, code, message, span, *notes)

    def within(self, here: Here) -> Reader:
        """The reader of another place."""
        return Reader(self.reading, here)

    def read(self, node: nodes.Node) -> Expr:
        """The typed expression of a node."""
        span = self.reading.span(node)
        match node:
            case nodes.Const():
                return self._const(node, span)
            case nodes.Name():
                return self._name(node, span)
            case nodes.Getattr():
                return self._attribute(node, span)
            case nodes.Getitem():
                return self._item(node, span)
            case nodes.Call():
                from synthdsl.model.template_calls import read_call

                return read_call(self, node, span)
            case nodes.Filter():
                from synthdsl.model.template_filters import read_filter

                return read_filter(self, node)
            case nodes.Test():
                return self.condition(node)[0]
            case nodes.CondExpr():
                return self._conditional(node, span)
            case nodes.Compare() | nodes.Not():
                return self.condition(node)[0]
            case nodes.And():
                return self._choice("and", node, span)
            case nodes.Or():
                return self._choice("or", node, span)
            case nodes.Concat():
                return Text(tuple(Out(self.text(n)) for n in node.nodes), STR, span)
            case nodes.BinExpr():
                return self._binary(node, span)
            case nodes.Neg():
                operand = self.read(node.node)
                return operand if is_unknown(operand) else self.apply("neg", (operand,), span)
            case nodes.Pos():
                return self.read(node.node)
            case nodes.List() | nodes.Tuple():
                return self.list_of(node.items, span)
            case nodes.Dict():
                note = "Make it outside of the template: `var x = { a: 1 }`."
                return self.problem("E0402", "A template cannot make records or maps.", span, note)
            case _:
                return self.problem("E0402", f"A template cannot use '{type(node).__name__.lower()}'.", span)

    # --- what `Maker` makes; what it reported is of unknown type from here on

    def apply(self, operator: str, arguments: Sequence[Expr], span: Span) -> Expr:
        """An operator by its internal name."""
        if any(is_unknown(a) for a in arguments):
            return unknown(span)
        return _settled(self.maker.apply(operator, arguments, span))

    def call(self, function: str, arguments: Sequence[Expr], named: Mapping[str, Expr], span: Span) -> Expr:
        """A function or declared template applied."""
        return _settled(self.maker.call(function, arguments, named, span))

    def text(self, node: nodes.Expr) -> Expr:
        """A node whose value is written."""
        return printable(self.read(node), self.reading.span(node), self.maker)

    # --- names and parts

    def _const(self, node: nodes.Const, span: Span) -> Expr:
        value = node.value
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return self.problem("E0322", "This number does not fit into 64 bits.", span)
        if isinstance(value, float) and value - value != 0.0:
            return self.problem("E0322", "This number is too large for a float.", span)
        return Value(value, type_of(value), span)

    def _name(self, node: nodes.Name, span: Span) -> Expr:
        name = node.name
        if name.startswith("_"):
            return self.problem("E0402", "A name in a template cannot begin with '_'.", span)
        if name == "null":
            return Value(None, NULL, span)
        if name == "loop" and self.here.loop is not None:
            note = "Its parts are " + ", ".join(f"`loop.{n}`" for n in LOOP) + "."
            return self.problem("E0402", "'loop' as a whole is no value.", span, note)
        if name in self.here.unsure:
            note = f"Set it before the 'if' too: `{{% set {name} = ... %}}`."
            return self.problem("E0402", f"The variable '{name}' is set on some paths only.", span, note)
        return self.maker.name(name, span)

    def _attribute(self, node: nodes.Getattr, span: Span) -> Expr:
        where = self.reading.source.span(*self.reading.parsed.attribute(node))
        if node.attr.startswith("_"):
            return self.problem("E0402", "A field in a template cannot begin with '_'.", where)
        if self.is_loop(node.node):
            return self.loop_part(node.attr, where, span)
        base = self.read(node.node)
        return base if is_unknown(base) else self.field(base, node.attr, where)

    def field(self, base: Expr, name: str, where: Span) -> Expr:
        """A field of a value; `where` is the place of its name."""
        if is_nullable(base.type):
            guard = "Guard it with `{% if x is not none %}`."
            message = f"This may be null ({show(base.type)}), so it has no field '{name}' for certain."
            return self.problem("E0303", message, base.span, guard)
        return self.maker.field(base, name, where)

    def is_loop(self, node: nodes.Expr) -> bool:
        """Whether a node is the word `loop` within a loop."""
        return isinstance(node, nodes.Name) and node.name == "loop" and self.here.loop is not None

    def loop_part(self, name: str, where: Span, span: Span) -> Expr:
        """`loop.name`; `where` is the place of the name."""
        local = self.here.loop
        assert local is not None
        if name not in LOOP:
            from synthdsl.base.suggest import did_you_mean

            notes = (*did_you_mean(name, LOOP), "It has " + ", ".join(LOOP) + " and cycle(...).")
            return self.problem("E0402", f"'loop' has no '{name}' here.", where, *notes)
        self.reading.uses.setdefault(local, {})[name] = None
        return LocalRef(f"{local}.{name}", LOOP[name], span)

    def _item(self, node: nodes.Getitem, span: Span) -> Expr:
        base = self.read(node.node)
        if isinstance(node.arg, nodes.Slice):
            return self._slice(base, node.arg, span)
        index = self.read(node.arg)
        if is_unknown(base) or is_unknown(index):
            return unknown(span)
        where = self.reading.span(node.arg)
        known = constant(index)
        if known is not None and isinstance(known.value, str):
            if known.value.startswith("_"):
                return self.problem("E0402", "A field in a template cannot begin with '_'.", where)
            return self.field(base, known.value, where)
        if isinstance(base.type, RecordType | UnionType):
            return self.problem("E0404", "The field of a record is named by a text known before the run.", where)
        return self.apply("item", (base, index), span)

    def _slice(self, base: Expr, part: nodes.Slice, span: Span) -> Expr:
        if part.step is not None:
            note = "`x | reverse` turns a list or text round."
            return self.problem("E0402", "A slice in a template has no step.", self.reading.span(part.step), note)
        bounds = [Value(None, NULL, span) if b is None else self.read(b) for b in (part.start, part.stop)]
        if is_unknown(base) or any(is_unknown(b) for b in bounds):
            return unknown(span)
        if is_nullable(base.type):
            return self.problem("E0303", f"This may be null ({show(base.type)}), so it has no parts.", base.span)
        return self.apply("slice_", (base, *bounds), span)

    # --- operators

    def _binary(self, node: nodes.BinExpr, span: Span) -> Expr:
        left, right = self.read(node.left), self.read(node.right)
        if is_unknown(left) or is_unknown(right):
            return unknown(span)
        for side in (left, right):
            if is_nullable(side.type):
                message = f"This may be null ({show(side.type)}), so nothing can be computed with it."
                return self.problem("E0303", message, side.span, "Guard it, or give a value: `(x | default(0)) + 1`.")
        if isinstance(node, nodes.Mod) and is_text(left.type):
            note = "Write the text with its values in place: `{{ a }}: {{ b }}`."
            return self.problem("E0402", "A template cannot use format strings.", span, note)
        if isinstance(node, nodes.Mul):
            for text, times in ((left, right), (right, left)):
                if is_text(text.type):
                    return self.apply("repeat", (text, times), span)
        if isinstance(node, nodes.Add) and is_text(left.type) != is_text(right.type):
            types = f"{show(left.type)} and {show(right.type)}"
            return self.problem("E0404", f"'+' does not join {types}.", span, "'~' joins anything as text: `a ~ b`.")
        return self.apply(_BINARY[type(node)], (left, right), span)

    def list_of(self, items: Sequence[nodes.Expr], span: Span) -> Expr:
        """A list of some nodes, which have a type in common."""
        made = [self.read(i) for i in items]
        joined: Type = NEVER
        for item, node in zip(made, items, strict=True):
            wider = join(joined, item.type)
            if wider is None:
                message = f"The items have no type in common: {show(joined)} and {show(item.type)}."
                label = Label(self.reading.span(items[0]), show(made[0].type))
                self.maker.report(Diagnostic("E0312", message, self.reading.span(node), labels=(label,)))
                return unknown(span)
            joined = wider
        if any(is_unknown(m) for m in made):
            return unknown(span)
        type_ = ListType(joined, len(made), len(made))
        whole = MakeList(tuple(made), type_, span)
        known = constant(whole)
        return whole if known is None else Value(known.value, type_, span)

    # --- tests and choices

    def condition(self, node: nodes.Node) -> tuple[Expr, Expr]:
        """A node as a test: a boolean expression, and what is learned where it holds."""
        match node:
            case nodes.Not():
                test, learned = self.condition(node.node)
                if is_unknown(test):
                    return test, test
                negated = self.apply("not_", (test,), self.reading.span(node))
                return negated, Apply("not_", (learned,), BOOL)
            case nodes.And() | nodes.Or():
                return self._both("and" if isinstance(node, nodes.And) else "or", node)
            case nodes.Compare():
                found = self._compare(node)
                return found, found
            case nodes.Test():
                from synthdsl.model.template_tests import read_test

                return read_test(self, node)
            case _:
                value = self.read(node)
                span = self.reading.span(node)
                return truth(value, span), value

    def _both(self, kind: str, node: nodes.BinExpr) -> tuple[Expr, Expr]:
        left, learned = self.condition(node.left)
        right, further = self.within(self.here.knowing(learned, kind == "and")).condition(node.right)
        span = self.reading.span(node)
        if is_unknown(left) or is_unknown(right):
            return unknown(span), unknown(span)
        return self.maker.both(kind, left, right, span), Both(kind, learned, further, BOOL, span)

    def _compare(self, node: nodes.Compare) -> Expr:
        left, left_node = self.read(node.expr), node.expr
        result: Expr | None = None
        for operand in node.ops:
            right = self.read(operand.expr)
            span = self.reading.span(left_node).to(self.reading.span(operand.expr))
            one = self._compare_one(operand.op, left, right, span)
            result = one if result is None else self._joined(result, one, self.reading.span(node))
            left, left_node = right, operand.expr
        assert result is not None
        return result

    def _joined(self, left: Expr, right: Expr, span: Span) -> Expr:
        if is_unknown(left) or is_unknown(right):
            return unknown(span)
        return self.maker.both("and", left, right, span)

    def _compare_one(self, op: str, left: Expr, right: Expr, span: Span) -> Expr:
        found = self.compared(_COMPARE[op], left, right, span)
        return self.apply("not_", (found,), span) if op == "notin" and not is_unknown(found) else found

    def compared(self, operator: str, left: Expr, right: Expr, span: Span) -> Expr:
        """A comparison by the name of its operator."""
        if is_unknown(left) or is_unknown(right):
            return unknown(span)
        if operator not in ("eq", "ne"):
            for side in (left, right):
                if is_nullable(side.type):
                    message = f"This may be null ({show(side.type)}), so it cannot be compared in this way."
                    return self.problem("E0303", message, side.span, "Guard it: `x is not none and x > 1`.")
        return self.apply(operator, (left, right), span)

    def _conditional(self, node: nodes.CondExpr, span: Span) -> Expr:
        test, learned = self.condition(node.test)
        then = self.within(self.here.knowing(learned, True)).read(node.expr1)
        if node.expr2 is None:
            where = self.reading.span(node)
            return self.problem("E0402", "An 'if' within an expression needs an 'else'.", where, '`x if c else ""`')
        other = self.within(self.here.knowing(learned, False)).read(node.expr2)
        if is_unknown(test):
            return unknown(span)
        return self.choose(test, then, other, span)

    def choose(self, test: Expr, then: Expr, other: Expr, span: Span) -> Expr:
        """One of two values."""
        if is_unknown(then) or is_unknown(other):
            return unknown(span)
        return self.maker.branch(test, then, other, span)

    def _choice(self, kind: str, node: nodes.BinExpr, span: Span) -> Expr:
        """`x or y` and `x and y` as values: one of the two, by the truth of the first."""
        left = self.read(node.left)
        right = self.within(self.here.knowing(left, kind == "and")).read(node.right)
        if is_unknown(left) or is_unknown(right):
            return unknown(span)
        if isinstance(left.type, BoolType) and isinstance(right.type, BoolType):
            return self.maker.both(kind, left, right, span)
        held = self.held(left)
        test = truth(held, left.span)
        if kind == "or":
            chosen = self.choose(test, replace(held, type=without_null(held.type)), right, span)
        else:
            chosen = self.choose(test, right, held, span)
        return self.bound(held, left, chosen, span)

    # --- values used twice

    def held(self, value: Expr) -> Expr:
        """A reference to a value that is used more than once: the value itself where it is a name or constant."""
        if isinstance(value, ColumnRef | LocalRef | Value | FieldOf):
            return value
        return LocalRef(self.maker.fresh_local("value"), value.type, value.span)

    def bound(self, held: Expr, value: Expr, body: Expr, span: Span) -> Expr:
        """`body` with the reference that `held` gave bound to the value."""
        if held is value or not isinstance(held, LocalRef) or is_unknown(body):
            return body
        return Let(((held.local, value),), body, body.type, span)


def _settled(made: Expr) -> Expr:
    """The expression, of unknown type where it stands in for one that was reported."""
    if isinstance(made, Value) and made.value is None and made.type != NULL:
        return unknown(made.span)
    return made
