"""Typed expressions: what is computed for a row, with every name resolved and every type known.

The compiler makes them from the syntax (and from Jinja templates), the plan carries them as data, the engine
evaluates them. A span says where an expression stood; it takes no part in equality or identity.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from synthdsl.base.record import record
from synthdsl.base.span import NOWHERE, Span
from synthdsl.types.terms import STR, Type


@record
class ModelName:
    """A model as a value (`shuffle([gpt, llama])`)."""

    name: str


@record
class Value:
    """A constant: a Python value as `dataset/vector.py` lists them; params stand here with their value."""

    value: Any
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class ColumnRef:
    """This row's value of a column (its own, inherited from the parent dataset, or an `each` item)."""

    column: str
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class LocalRef:
    """The value of a loop variable or parameter; `local` is unique within the whole column."""

    local: str
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class WholeColumn:
    """All values of a column of another dataset or source, as a list."""

    dataset: str
    column: str
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class WholeDataset:
    """A dataset or source as an argument of an operator, or as a list of its rows."""

    dataset: str
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class FieldOf:
    """A field of a record; of a list of records, the list of that field."""

    base: Expr
    name: str
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Apply:
    """A function or sampler applied.

    arguments: one for each parameter of the signature that fitted, defaults filled in as `Value`; extra
    positional ones of a `...` parameter follow. named: for `**` parameters, the names of the last arguments.
    slot: for samplers, the number of this draw within its column (part of its address).
    """

    operator: str
    arguments: tuple[Expr, ...]
    type: Type
    named: tuple[str, ...] = ()
    slot: int | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Branch:
    """`then` where `test` holds, else `other`; only the one needed is evaluated for a row."""

    test: Expr
    then: Expr
    other: Expr
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Both:
    """`left and right` ("and") or `left or right` ("or"); the right side only where it matters."""

    kind: str
    left: Expr
    right: Expr
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Collect:
    """A comprehension: `body` for each item of `iterable` for which `condition` holds, as a list."""

    body: Expr
    local: str
    iterable: Expr
    condition: Expr | None
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class MakeList:
    """A list display."""

    items: tuple[Expr, ...]
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class MakeRecord:
    """A record display; an entry without name spreads a record, later entries win."""

    entries: tuple[tuple[str | None, Expr], ...]
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class MakeMap:
    """A map display with keys known at compile time, as an argument."""

    keys: tuple[Any, ...]
    values: tuple[Expr, ...]
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class MakeRange:
    """`start .. stop` as an argument."""

    start: Expr
    stop: Expr
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Let:
    """`body` with locals bound, in order: a template or shipped function called with arguments."""

    bindings: tuple[tuple[str, Expr], ...]
    body: Expr
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Text:
    """A rendered template: the pieces one after another."""

    pieces: tuple[Piece, ...]
    type: Type = STR
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Aggregate:
    """An aggregate over all rows of the dataset at hand (`expect`); arguments are evaluated for each row."""

    operator: str
    arguments: tuple[Expr, ...]
    type: Type
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Expr = (
    Value
    | ColumnRef
    | LocalRef
    | WholeColumn
    | WholeDataset
    | FieldOf
    | Apply
    | Branch
    | Both
    | Collect
    | MakeList
    | MakeRecord
    | MakeMap
    | MakeRange
    | Let
    | Text
    | Aggregate
)

# --- pieces of a template ------------------------------------------------------------------------


@record
class Out:
    """`{{ value }}`: written as Jinja writes it (`str()` of the Python value)."""

    value: Expr


@record
class When:
    """`{% if %}`: the pieces of the first arm whose condition holds (by Jinja's truth), else `other`."""

    arms: tuple[tuple[Expr, tuple[Piece, ...]], ...]
    other: tuple[Piece, ...]


@record
class Loop:
    """`{% for local in iterable if condition %}`.

    Inside, `loop.index` and its kin are the locals `LOCAL.index`, `LOCAL.index0`, `LOCAL.first`, `LOCAL.last`,
    `LOCAL.length`, `LOCAL.revindex`, `LOCAL.revindex0`; `uses` lists those that occur.
    """

    local: str
    iterable: Expr
    condition: Expr | None
    body: tuple[Piece, ...]
    other: tuple[Piece, ...]
    uses: tuple[str, ...] = ()


@record
class Assign:
    """`{% set local = value %}`."""

    local: str
    value: Expr


Piece = str | Out | When | Loop | Assign
