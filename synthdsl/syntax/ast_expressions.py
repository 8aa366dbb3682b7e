"""Expressions of the abstract syntax, and names."""

from __future__ import annotations

import datetime

from synthdsl.base.record import record
from synthdsl.base.span import Span


@record(eq=False)
class Name:
    """A name as written, at its place."""

    text: str
    span: Span


@record(eq=False)
class Literal:
    """A number, percentage (as float), string, date, `true`, `false` or `null`.

    For a dedented or escaped string `value` is the final text.
    """

    value: str | int | float | bool | datetime.date | None
    span: Span


@record(eq=False)
class TemplateText:
    r"""A Jinja template: `t"..."`, or a plain string where only a template makes sense.

    text: after dedenting and escapes. offsets: for each character of `text`, and one past its end, the
    offset in the file it came from, so that a span inside the template is exact.
    """

    text: str
    offsets: tuple[int, ...]
    span: Span

    def part(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start` to `end` of `text`."""
        last = len(self.offsets) - 1
        begin = self.offsets[min(start, last)]
        if end <= start:
            return Span(self.span.file, begin, begin)
        return Span(self.span.file, begin, self.offsets[min(end - 1, last)] + 1)


@record(eq=False)
class NameRef:
    """A bare name used as a value."""

    name: str
    span: Span


@record(eq=False)
class Attribute:
    """`base.name`."""

    base: Expr
    name: Name
    span: Span


@record(eq=False)
class Index:
    """`base[index]`."""

    base: Expr
    index: Expr
    span: Span


@record(eq=False)
class Slice:
    """`base[start:stop]`, either bound may be absent."""

    base: Expr
    start: Expr | None
    stop: Expr | None
    span: Span


@record(eq=False)
class Argument:
    """One argument of a call; `name` is absent for a positional one."""

    name: Name | None
    value: Expr
    span: Span


@record(eq=False)
class Call:
    """`function(arguments)`; `function` is a `NameRef` or an `Attribute` (`faker("en_US").name()`)."""

    function: Expr
    arguments: tuple[Argument, ...]
    span: Span


@record(eq=False)
class Unary:
    """`-x` or `not x`; `op` is "-" or "not"."""

    op: str
    operand: Expr
    span: Span


@record(eq=False)
class Binary:
    """`left op right`: `+ - * /`, `and or implies`."""

    op: str
    left: Expr
    right: Expr
    span: Span


@record(eq=False)
class Compare:
    """`a < b`, `a in b`, `a not in b`, and chains such as `0 <= x < 1`.

    ops and rest have equal length; each op is one of `== != < <= > >= in not in`.
    """

    first: Expr
    ops: tuple[str, ...]
    rest: tuple[Expr, ...]
    span: Span


@record(eq=False)
class Conditional:
    """`then if test else other`."""

    then: Expr
    test: Expr
    other: Expr
    span: Span


@record(eq=False)
class Arm:
    """`pattern | pattern => value`. `patterns` is empty for `_`.

    With a subject the patterns are literals; without one there is a single condition.
    """

    patterns: tuple[Expr, ...]
    value: Expr
    span: Span


@record(eq=False)
class Match:
    """`match subject { arms }` or `match { condition => value, ... }`."""

    subject: Expr | None
    arms: tuple[Arm, ...]
    span: Span


@record(eq=False)
class ListDisplay:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    span: Span


@record(eq=False)
class Entry:
    """One entry of a record display; `name` is absent for a spread `...base`."""

    name: Name | None
    value: Expr
    span: Span


@record(eq=False)
class RecordDisplay:
    """`{ name: x, ...base }` with bare keys; `{}` is the empty record."""

    entries: tuple[Entry, ...]
    span: Span


@record(eq=False)
class MapDisplay:
    """`{"router": 5, "sim": 2}` with quoted (or other literal) keys."""

    items: tuple[tuple[Expr, Expr], ...]
    span: Span


@record(eq=False)
class Comprehension:
    """`[body for target in iterable if condition]`; `bare` when it is the sole argument of a call."""

    body: Expr
    target: Name
    iterable: Expr
    condition: Expr | None
    bare: bool
    span: Span


@record(eq=False)
class Range:
    """`start .. stop`, both ends included."""

    start: Expr
    stop: Expr
    span: Span


@record(eq=False)
class Pipeline:
    """`head |> step(...) |> step(...)`; every step is a `Call` of a `NameRef`."""

    head: Expr
    steps: tuple[Call, ...]
    span: Span


@record(eq=False)
class Missing:
    """An expression that could not be read; reported already."""

    span: Span


Expr = (
    Literal
    | TemplateText
    | NameRef
    | Attribute
    | Index
    | Slice
    | Call
    | Unary
    | Binary
    | Compare
    | Conditional
    | Match
    | ListDisplay
    | RecordDisplay
    | MapDisplay
    | Comprehension
    | Range
    | Pipeline
    | Missing
)
