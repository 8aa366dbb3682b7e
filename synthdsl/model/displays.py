"""Calls, displays and `match`: the part of the typer that puts values together."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.model.apply import call_function
from synthdsl.model.constants import constant, type_of
from synthdsl.model.expr import Expr, MakeList, MakeMap, MakeRange, MakeRecord, Value
from synthdsl.syntax import ast
from synthdsl.types.relations import is_number, is_text, join, join_all, widen
from synthdsl.types.show import show
from synthdsl.types.terms import (
    NEVER,
    UNKNOWN,
    BoolType,
    DateType,
    Field,
    ListType,
    LiteralType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    TimestampType,
    Type,
    UnknownType,
)

if TYPE_CHECKING:
    from synthdsl.model.typer import Typer


def call(typer: Typer, node: ast.Call) -> Expr:
    """`f(...)`, `faker("l").p(...)`, `module.f(...)`."""
    function = node.function
    if isinstance(function, ast.Attribute) and _is_faker(function.base):
        return _faker(typer, function, node)
    if isinstance(function, ast.NameRef) and function.name == "tool_schema":
        return typer.globals.tool_schema(typer, node)
    positional, named = _arguments(typer, node.arguments)
    match function:
        case ast.NameRef("faker", span):
            return typer.problem(
                "E0208", "'faker' lacks the provider.", span, 'Write it as in `faker("en_US").name()`.'
            )
        case ast.NameRef(name, span):
            return call_function(typer, name, positional, named, span, node.span)
        case ast.Attribute(ast.NameRef(module), name, _) if typer.is_module(module):
            return call_function(typer, f"{module}.{name.text}", positional, named, name.span, node.span)
        case ast.Attribute(base, name, _):
            inner = typer.type_expr(base)
            if isinstance(inner.type, UnknownType):
                return inner
            message = f"Values have no methods: '{name.text}' is called as a function."
            return typer.problem("E0204", message, name.span, f"Write `{name.text}(x)` instead of `x.{name.text}()`.")
        case _:
            return typer.problem("E0204", "This cannot be called.", function.span)


def _arguments(typer: Typer, arguments: tuple[ast.Argument, ...]) -> tuple[list[Expr], dict[str, Expr]]:
    positional: list[Expr] = []
    named: dict[str, Expr] = {}
    for argument in arguments:
        value = typer.type_expr(argument.value)
        if argument.name is None:
            if named:
                typer.problem("E0207", "A positional argument cannot follow a named one.", argument.span)
            positional.append(value)
        elif argument.name.text in named:
            typer.problem("E0225", f"The argument '{argument.name.text}' is given twice.", argument.name.span)
        else:
            named[argument.name.text] = value
    return positional, named


def _is_faker(node: ast.Expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.function, ast.NameRef) and node.function.name == "faker"


def _faker(typer: Typer, function: ast.Attribute, node: ast.Call) -> Expr:
    """`faker(locale).provider(arguments)` becomes the sampler `fake(locale, provider, arguments)`."""
    from synthdsl.ops.people.catalogue import provider_parameters

    maker = function.base
    assert isinstance(maker, ast.Call)
    positional, named = _arguments(typer, maker.arguments)
    locale = (positional or [*named.values()] or [Value("en_US", type_of("en_US"), maker.span)])[0]
    if isinstance(locale.type, UnknownType):
        return locale
    if not is_text(locale.type):
        return typer.problem("E0301", f"The locale is a text, this is {show(locale.type)}.", locale.span)
    known = constant(locale)
    if known is None:
        note = "It may use params and literals; where it differs by row, choose between two calls of 'faker'."
        return typer.problem("E0306", "The locale must be known before the run.", locale.span, note)
    provider = function.name.text
    place, by_name = _arguments(typer, node.arguments)
    names = provider_parameters(str(known.value), provider)
    values = dict(by_name)
    for i, value in enumerate(place):
        if i < len(names):
            values.setdefault(names[i], value)
        else:
            known_names = f"Its arguments are {', '.join(names)}." if names else "It takes no arguments."
            return typer.problem("E0209", f"'{provider}' is given too many arguments.", value.span, known_names)
    record = RecordType(tuple(Field(n, v.type) for n, v in values.items()))
    arguments = MakeRecord(tuple(values.items()), record, node.span)
    chosen = Value(provider, type_of(provider), function.name.span)
    return call_function(typer, "fake", (locale, chosen, arguments), {}, function.name.span, node.span)


def list_display(typer: Typer, node: ast.ListDisplay) -> Expr:
    """`[a, b]`: all items have one type."""
    items = [typer.type_expr(i) for i in node.items]
    joined: Type | None = NEVER
    for item in items:
        before = joined
        joined = join(joined, item.type) if joined is not None else None
        if joined is None and before is not None:
            return typer.problem(
                "E0312",
                f"The items have no type in common: {show(before)} and {show(item.type)}.",
                item.span,
                labels=(Label(items[0].span, show(items[0].type)),),
            )
    n = len(items)
    type_ = ListType(joined if joined is not None else UNKNOWN, n, n)
    made = MakeList(tuple(items), type_, node.span)
    known = constant(made)
    return made if known is None else Value(known.value, type_, node.span)


def record_display(typer: Typer, node: ast.RecordDisplay) -> Expr:
    """`{ name: x, ...base }`; later entries win."""
    fields: dict[str, Field] = {}
    entries: list[tuple[str | None, Expr]] = []
    written: dict[str, ast.Name] = {}
    for entry in node.entries:
        value = typer.type_expr(entry.value)
        if entry.name is None:
            if isinstance(value.type, RecordType):
                fields.update({f.name: f for f in value.type.fields})
            elif not isinstance(value.type, UnknownType):
                typer.problem("E0301", f"Only a record can be spread, this is {show(value.type)}.", value.span)
            entries.append((None, value))
            continue
        name = entry.name.text
        if name in written:
            typer.report(
                Diagnostic(
                    "E0202",
                    f"The field '{name}' is given twice.",
                    entry.name.span,
                    labels=(Label(written[name].span, "first here"),),
                )
            )
        written[name] = entry.name
        fields[name] = Field(name, value.type)
        entries.append((name, value))
    type_ = RecordType(tuple(fields.values()))
    made = MakeRecord(tuple(entries), type_, node.span)
    known = constant(made)
    return made if known is None else Value(known.value, type_, node.span)


def map_display(typer: Typer, node: ast.MapDisplay) -> Expr:
    """`{"a": 5, "b": 2}` with keys known before the run."""
    keys: dict[Any, ast.Expr] = {}
    values: list[Expr] = []
    for key_node, value_node in node.items:
        known = constant(typer.type_expr(key_node))
        value = typer.type_expr(value_node)
        if known is None or not isinstance(known.value, str | int | float | bool | datetime.date):
            typer.problem("E0306", "The keys of a map must be literals.", key_node.span)
            continue
        if known.value in keys:
            label = Label(keys[known.value].span, "first here")
            typer.report(
                Diagnostic(
                    "E0202", f"The key {show(type_of(known.value))} is given twice.", key_node.span, labels=(label,)
                )
            )
            continue
        keys[known.value] = key_node
        values.append(value)
    key_type = join_all([type_of(k) for k in keys])
    value_type = join_all([widen(v.type) for v in values])
    if key_type is None or value_type is None:
        return typer.problem("E0312", "The keys (or the values) have no type in common.", node.span)
    type_ = MapType(key_type, value_type)
    made = MakeMap(tuple(keys), tuple(values), type_, node.span)
    known = constant(made)
    return made if known is None else Value(known.value, type_, node.span)


def range_display(typer: Typer, node: ast.Range) -> Expr:
    """`a .. b`: numbers, dates or timestamps."""
    start, stop = typer.type_expr(node.start), typer.type_expr(node.stop)
    joined = join(widen(start.type), widen(stop.type))
    if joined is None or not (is_number(joined) or isinstance(joined, DateType | TimestampType | UnknownType)):
        message = f"A range goes between numbers, dates or timestamps, not {show(start.type)} and {show(stop.type)}."
        return typer.problem("E0302", message, node.span)
    if isinstance(joined, UnknownType):
        return Value(None, UNKNOWN, node.span)
    first, last = constant(start), constant(stop)
    if first is not None and last is not None and first.value > last.value:
        return typer.problem("E0309", "The range is empty: its end lies before its start.", node.span)
    type_ = RangeType(joined)
    if first is not None and last is not None:
        return Value((first.value, last.value), type_, node.span)
    return MakeRange(start, stop, type_, node.span)


# --- match ---------------------------------------------------------------------------------------


def match_(typer: Typer, node: ast.Match) -> Expr:
    """`match` lowered to branches; every case must be covered, no arm may be out of reach."""
    subject = None if node.subject is None else typer.type_expr(node.subject)
    if subject is not None and isinstance(subject.type, UnknownType):
        for arm in node.arms:
            typer.type_expr(arm.value)
        return subject
    covered = _Cover(typer, subject)
    scope = typer
    arms: list[tuple[Expr | None, Expr, ast.Arm]] = []
    for arm in node.arms:
        if covered.all:
            typer.report(
                Diagnostic("E0305", "This arm is never reached.", arm.span, ("The arms before it cover every case.",))
            )
            continue
        test = covered.arm(scope, arm)
        inner = scope if test is None else scope.narrowed(test, True)
        arms.append((test, inner.type_expr(arm.value), arm))
        if test is None:
            covered.all = True
        else:
            scope = scope.narrowed(test, False)
    missing = covered.missing()
    if missing:
        return typer.problem("E0304", f"This match does not cover {missing}.", node.span, "Add an arm, or `_ => ...`.")
    if not arms:
        return typer.problem("E0304", "This match has no arms.", node.span)
    return _branches(typer, arms, node)


def _branches(typer: Typer, arms: list[tuple[Expr | None, Expr, ast.Arm]], node: ast.Match) -> Expr:
    _, result, _ = arms[-1]
    for test, value, arm in reversed(arms[:-1]):
        if join(value.type, result.type) is None:
            return typer.problem(
                "E0312",
                f"The arms have no type in common: {show(value.type)} and {show(result.type)}.",
                arm.value.span,
                labels=(Label(arms[-1][2].value.span, show(arms[-1][1].type)),),
            )
        result = value if test is None else typer.branch(test, value, result, node.span)
    return result


class _Cover:
    """Which values of the subject the arms so far take."""

    def __init__(self, typer: Typer, subject: Expr | None) -> None:
        self.typer = typer
        self.subject = subject
        self.all = False
        self.null_left = False
        self.left: dict[Any, None] | None = None
        if subject is None:
            return
        type_ = subject.type
        if isinstance(type_, OptionalType):
            self.null_left = True
            type_ = type_.inner
        if isinstance(type_, LiteralType):
            self.left = dict.fromkeys(type_.values)
        elif isinstance(type_, BoolType):
            self.left = {True: None, False: None}

    def arm(self, scope: Typer, arm: ast.Arm) -> Expr | None:
        """The condition of an arm; None for one that takes all that is left."""
        if not arm.patterns:
            return None
        test: Expr | None = None
        for pattern in arm.patterns:
            one = self._condition(scope, pattern) if self.subject is None else self._literal(scope, pattern)
            test = one if test is None else scope.both("or", test, one, arm.span)
        if self.subject is not None and self.left is not None and not self.left and not self.null_left:
            self.all = True
            return None
        return test

    def _condition(self, scope: Typer, pattern: ast.Expr) -> Expr:
        test = scope.type_expr(pattern)
        scope.want_bool(test, "An arm without subject")
        return test

    def _literal(self, scope: Typer, pattern: ast.Expr) -> Expr:
        assert self.subject is not None
        value = scope.type_expr(pattern)
        known = constant(value)
        if known is None:
            note = "Conditions stand in a match without subject: `match { x == y => ..., _ => ... }`."
            return scope.problem("E0306", "An arm of a match with a subject is a literal.", pattern.span, note)
        if known.value is None:
            self.null_left = False
        elif self.left is not None and not isinstance(known.value, list | dict):
            if known.value in self.left:
                del self.left[known.value]
            elif isinstance(self.subject.type, LiteralType) and known.value in self.subject.type.values:
                scope.report(Diagnostic("E0305", "This case is taken by an arm before.", pattern.span))
                return Value(False, type_of(False), pattern.span)
        return scope.apply("eq", (self.subject, value), pattern.span)

    def missing(self) -> str:
        """The cases not covered, in words; empty when all are."""
        if self.all:
            return ""
        if self.subject is None:
            return "the case in which no condition holds"
        rest = [show(type_of(v)) if not isinstance(v, bool) else str(v).lower() for v in self.left or ()]
        if self.null_left:
            rest.append("null")
        if self.left is None:
            return "all values" if not rest else "all values and null"
        return ", ".join(rest)
