"""Type expressions to type terms: named types, refinements, records, unions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.ops.text.patterns import EXPLODES, EXPLODES_NOTES, explodes, wrong
from synthdsl.syntax import ast
from synthdsl.types.relations import literal_kind, optional
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    JSON,
    MESSAGES,
    MODEL,
    NULL,
    STR,
    TIMESTAMP,
    UNKNOWN,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NullType,
    RecordType,
    StrType,
    Type,
    UnionType,
    UnknownType,
)

_PLAIN: dict[str, Type] = {
    "str": STR,
    "int": IntType(),
    "float": FloatType(),
    "bool": BOOL,
    "date": DATE,
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "messages": MESSAGES,
    "json": JSON,
    "model": MODEL,
}
_ELSEWHERE = {
    "string": "str",
    "text": "str",
    "String": "str",
    "integer": "int",
    "number": "float",
    "double": "float",
    "boolean": "bool",
    "datetime": "timestamp",
    "time": "timestamp",
    "dict": "a record type, as in { a: str }",
    "object": "a record type, as in { a: str }",
    "array": "list[T]",
    "List": "list[T]",
    "any": "a type of its own, or json",
}

Named = Callable[[str, Span], "Type | None"]
"""Looks a declared type up: None when there is none (nothing is reported)."""
Evaluate = Callable[[ast.Expr], Any]
"""The value of a constant expression; None when it has none (reported)."""


class TypeReader:
    """Reads type expressions of one file."""

    def __init__(
        self, named: Named, evaluate: Evaluate, known: Callable[[], list[str]], report: Callable[[Diagnostic], None]
    ) -> None:
        self.named = named
        self.evaluate = evaluate
        self.known = known
        self.report = report

    def read(self, node: ast.TypeExpr) -> Type:
        """The type a type expression says; `UNKNOWN` after a report."""
        match node:
            case ast.NamedType():
                return self._named(node)
            case ast.OptionalTypeExpr(inner):
                return optional(self.read(inner))
            case ast.LiteralTypeExpr(literal):
                return self._literal(literal)
            case ast.RecordTypeExpr(fields):
                return self._record(fields)
            case ast.UnionTypeExpr(members):
                return self._union(members, node.span)

    def _problem(self, code: str, message: str, span: Span, *notes: str, fix: Fix | None = None) -> Type:
        self.report(Diagnostic(code, message, span, notes, (), () if fix is None else (fix,)))
        return UNKNOWN

    def _literal(self, literal: ast.Literal) -> Type:
        value = literal.value
        if value is None:
            return NULL
        if isinstance(value, str | int):
            return LiteralType((value,))
        return self._problem("E0205", "A literal type is a text, an integer, true or false.", literal.span)

    def _record(self, fields: tuple[ast.TypeField, ...]) -> Type:
        seen: dict[str, ast.TypeField] = {}
        for item in fields:
            if item.name.text in seen:
                label = Label(seen[item.name.text].name.span, "first here")
                message = f"The field '{item.name.text}' is declared twice."
                self.report(Diagnostic("E0202", message, item.name.span, labels=(label,)))
            else:
                seen[item.name.text] = item
        return RecordType(tuple(Field(f.name.text, self.read(f.type), f.doc) for f in seen.values()))

    def _union(self, nodes: tuple[ast.TypeExpr, ...], span: Span) -> Type:
        members = [self.read(n) for n in nodes]
        nullable = any(isinstance(m, NullType) for m in members)
        members = [m for m in members if not isinstance(m, NullType)]
        if any(isinstance(m, UnknownType) for m in members) or not members:
            return UNKNOWN
        result = self._union_of(members, nodes, span)
        return optional(result) if nullable else result

    def _union_of(self, members: list[Type], nodes: tuple[ast.TypeExpr, ...], span: Span) -> Type:
        literals = [m for m in members if isinstance(m, LiteralType)]
        if len(literals) == len(members):
            if len({literal_kind(m) for m in literals}) > 1:
                return self._problem("E0313", "The literals of a union must be all text or all integers.", span)
            values = [v for m in literals for v in m.values]
            if len(set(values)) < len(values):
                twice = next(v for v in values if values.count(v) > 1)
                return self._problem("E0202", f"{show(LiteralType((twice,)))} stands twice in this union.", span)
            return LiteralType(tuple(values))
        if all(isinstance(m, RecordType | UnionType) for m in members):
            records = [r for m in members for r in (m.members if isinstance(m, UnionType) else (m,))]
            return self._tagged(records, span)
        shown = " | ".join(show(m) for m in members)
        return self._problem(
            "E0313",
            f"'{shown}' is no union: its members cannot be told apart.",
            span,
            "A union is made of literals, or of records that share a field with different literals.",
        )

    def _tagged(self, records: list[Any], span: Span) -> Type:
        for candidate in records[0].fields:
            tags: list[Any] = []
            for record in records:
                found = record.field(candidate.name)
                if found is None or not isinstance(found.type, LiteralType):
                    break
                tags.extend(found.type.values)
            else:
                if len(set(tags)) == len(tags):
                    return UnionType(tuple(records), candidate.name)
        return self._problem(
            "E0313",
            "The records of this union cannot be told apart.",
            span,
            'Give each a field with a literal of its own, as in { kind: "a", ... } | { kind: "b", ... }.',
        )

    def _named(self, node: ast.NamedType) -> Type:
        name = node.name.text
        if name == "list":
            if node.item is None:
                return self._problem("E0205", "A list needs the type of its items.", node.span, "Write `list[str]`.")
            return self._refine(ListType(self.read(node.item)), node)
        if node.item is not None:
            return self._problem("E0205", f"'{name}' takes no type in brackets here.", node.span)
        type_ = _PLAIN.get(name)
        if type_ is None:
            type_ = self.named(name, node.name.span)
        if type_ is None:
            return self._unknown(name, node.name.span)
        return self._refine(type_, node)

    def _unknown(self, name: str, span: Span) -> Type:
        if name in _ELSEWHERE:
            wanted = _ELSEWHERE[name]
            fix = Fix(f"Write '{wanted}'", (Edit(span, wanted),)) if " " not in wanted and "[" not in wanted else None
            return self._problem("E0205", f"There is no type '{name}'; it is called {wanted} here.", span, fix=fix)
        known = [*_PLAIN, "list", *self.known()]
        near = nearest(name, known)
        fix = Fix(f"Write '{near[0]}'", (Edit(span, near[0]),)) if near else None
        return self._problem("E0205", f"There is no type '{name}'.", span, *did_you_mean(name, known), fix=fix)

    def _refine(self, type_: Type, node: ast.NamedType) -> Type:
        if not node.refinements or isinstance(type_, UnknownType):
            return type_
        options: dict[str, Any] = {}
        for argument in node.refinements:
            if argument.name is None and isinstance(argument.value, ast.Range):
                options["low"] = self.evaluate(argument.value.start)
                options["high"] = self.evaluate(argument.value.stop)
                options.setdefault("_range", argument.span)
            elif argument.name is None:
                return self._problem(
                    "E0307", "A refinement is a range or a named bound.", argument.span, "As in `int(1..5)`."
                )
            else:
                value = self.evaluate(argument.value)
                if value is None:
                    return type_
                options[argument.name.text] = value
        if None in options.values():
            return type_
        return self._refined(type_, options, node.span)

    def _refined(self, type_: Type, options: dict[str, Any], span: Span) -> Type:
        options.pop("_range", None)
        allowed: dict[type, tuple[str, ...]] = {
            StrType: ("min", "max", "pattern"),
            IntType: ("min", "max", "low", "high"),
            FloatType: ("min", "max", "low", "high"),
            ListType: ("min", "max"),
        }
        names = allowed.get(type(type_), ())
        for name, value in options.items():
            if name not in names:
                if name in ("low", "high"):
                    return self._problem("E0307", f"{show(type_)} takes no range.", span, "Use min= and max=.")
                hint = f"It can have {', '.join(n + '=' for n in names[:3])}." if names else "It takes none."
                return self._problem("E0307", f"{show(type_)} has no refinement '{name}'.", span, hint)
            if not self._value_fits(type_, name, value):
                return self._problem("E0307", f"The bound '{name}' of {show(type_)} cannot be {value!r}.", span)
        low, high = options.get("low", options.get("min")), options.get("high", options.get("max"))
        if low is not None and high is not None and low > high:
            return self._problem(
                "E0307", f"No value fits: the lower bound {low} is above the upper bound {high}.", span
            )
        if isinstance(type_, StrType):
            pattern = options.get("pattern")
            if pattern is not None and not self._compiles(pattern, span):
                return UNKNOWN
            return replace(type_, min=low, max=high, pattern=pattern)
        if isinstance(type_, ListType):
            return replace(type_, min=low, max=high)
        assert isinstance(type_, IntType | FloatType)
        return replace(type_, low=low, high=high)

    def _compiles(self, pattern: str, span: Span) -> bool:
        import re
        import warnings

        try:
            with warnings.catch_warnings():
                # A set within a set may mean something else in a later Python; it means what it says here.
                warnings.simplefilter("ignore")
                re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            self._problem("E0318", f"The regular expression is wrong: {wrong(error)}.", span)
            return False
        if explodes(pattern):
            self._problem("E0318", EXPLODES, span, *EXPLODES_NOTES)
            return False
        return True

    def _value_fits(self, type_: Type, name: str, value: Any) -> bool:
        if name == "pattern":
            return isinstance(value, str)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(type_, StrType | ListType):
            return isinstance(value, int) and value >= 0
        return isinstance(value, int) or isinstance(type_, FloatType)
