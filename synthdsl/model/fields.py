"""`base.name`: what a field of a value is, and what is said where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Edit, Fix
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.model.constants import type_of
from synthdsl.model.expr import Expr, FieldOf, Value, WholeColumn, WholeDataset
from synthdsl.types.relations import join
from synthdsl.types.show import show
from synthdsl.types.terms import (
    UNKNOWN,
    DatasetType,
    JsonType,
    ListType,
    NeverType,
    RecordType,
    Type,
    UnionType,
    UnknownType,
)

if TYPE_CHECKING:
    from synthdsl.model.typer import Typer


def field_of(typer: Typer, base: Expr, type_: Type, name: str, span: Span) -> Expr:
    """A field of a value that is not null, and no dataset."""
    whole = base.span.to(span) if base.span.file else span
    match type_:
        case UnknownType():
            return Value(None, UNKNOWN, whole)
        case JsonType():
            return typer.apply("get", (base, Value(name, type_of(name), span)), whole)
        case RecordType():
            found = type_.field(name)
            if found is not None:
                made = FieldOf(base, name, found.type, whole)
                narrowed = typer.known.type(made)
                return made if narrowed is made.type else replace(made, type=narrowed)
            return _no_field(typer, type_, name, span)
        case UnionType(members):
            types = [f.type for m in members if (f := m.field(name)) is not None]
            joined = types[0] if types else None
            for other in types[1:]:
                joined = None if joined is None else join(joined, other)
            if joined is None or len(types) < len(members):
                return typer.problem(
                    "E0206", f"Not every member of this union has a field '{name}'.", span,
                    f"Test '{type_.tag}' first.",
                )  # fmt: skip
            return FieldOf(base, name, joined, whole)
        case ListType(item) if isinstance(item, RecordType):
            found = item.field(name)
            if found is None:
                return _no_field(typer, item, name, span)
            return FieldOf(base, name, ListType(found.type, type_.min, type_.max), whole)
        case ListType(NeverType()):
            return FieldOf(base, name, ListType(NeverType()), whole)
        case _:
            message = f"A value of type {show(type_)} has no fields, so no '{name}'."
            return typer.problem("E0206", message, span, *_function_like(name))


def column_of(typer: Typer, base: WholeDataset, type_: DatasetType, name: str, span: Span) -> Expr:
    """A column of a dataset."""
    found = type_.row.field(name)
    if found is None:
        return _no_field(typer, replace(type_.row, name=type_.dataset), name, span)
    return WholeColumn(base.dataset, name, ListType(found.type), base.span.to(span))


def _function_like(name: str) -> tuple[str, ...]:
    """A note where a field of other languages is a function here, as `x.length`."""
    from synthdsl.ops.table import TABLE

    near = nearest(name, [n for n in TABLE if "." not in n])
    return (f"Functions are written before their value: `{near[0]}(x)`.",) if near else ()


def _no_field(typer: Typer, record: RecordType, name: str, span: Span) -> Expr:
    names = [f.name for f in record.fields]
    shown = f"'{record.name}'" if record.name else "This record"
    has = f"It has {', '.join(names)}." if names else "It has no fields."
    near = nearest(name, names)
    fix = Fix(f"Write '{near[0]}'", (Edit(span, near[0]),)) if near else None
    return typer.problem("E0206", f"{shown} has no field '{name}'.", span, *did_you_mean(name, names), has, fix=fix)
