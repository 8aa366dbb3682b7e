"""The one-line notation of operator signatures, and its reader.

    clamp(x: number, low: number, high: number) -> number
    choice(options: list[T], *, const weight: list[float]? = null) -> T
    max(first: S, ...rest: S) -> S
    covering(*, const strength: int = 2, **factors: list[any]) -> record

`const` before a name: must be known at compile time. `...`: any number of further positional arguments.
After `*` arguments are named. `**`: any number of further named arguments, under names that the caller chooses.
Types are the language's own, and

- `number`: int or float; as a result, float as soon as one `number` argument is a float, else int;
- `text`: str or a union of string literals;
- `any`: whatever; `scalar`: what can be ordered (numbers, text, date, timestamp, duration, bool);
- `dataset`: a whole dataset or source; as a result type, one row of it;
- `map[K]`: a map display with keys of K and number values; `range[K]`: `a .. b`;
- `model`, `json`, `duration`, `regex` (a constant text that must compile as a regular expression);
- single capitals: type variables; `N` is a number variable, `S` a scalar variable.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from synthdsl.base.record import record

REQUIRED = object()
"""The default of a parameter that must be given."""


@record
class Shape:
    """A type in a signature: `name`, its item in brackets, and whether null is allowed too."""

    name: str
    item: Shape | None = None
    optional: bool = False


@record
class Parameter:
    """A parameter of a signature; `default` is `REQUIRED` or a Python value.

    named: given by name only. many: stands for any number of arguments (`...`, or `**` when named).
    """

    name: str
    shape: Shape
    default: Any = REQUIRED
    const: bool = False
    named: bool = False
    many: bool = False


@record
class Signature:
    """A signature read from its line; `text` is the line."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Shape
    text: str


_DEFAULTS = {"null": None, "true": True, "false": False}
_TOKEN = re.compile(r'\s*(->|\.\.\.|\*\*|"[^"]*"|-?\d+\.\d+|-?\d+|[A-Za-z_][A-Za-z_0-9]*|[][(),:=?*])')


@cache
def read_signature(text: str) -> Signature:
    """The signature a line of the notation says. Raises ValueError for a line that is none."""
    reader = _Reader(_TOKEN.findall(text), text)
    name = reader.take()
    reader.expect("(")
    parameters: list[Parameter] = []
    named = False
    while reader.peek() != ")":
        if reader.peek() == "*":
            reader.take()
            named = True
        else:
            parameters.append(reader.parameter(named))
        if reader.peek() == ",":
            reader.take()
    reader.expect(")")
    reader.expect("->")
    return Signature(name, tuple(parameters), reader.shape(), text)


class _Reader:
    """A cursor over the tokens of one line."""

    def __init__(self, tokens: list[str], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise ValueError(f"signature ends early: {self.text}")
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise ValueError(f"signature lacks {token!r}: {self.text}")

    def parameter(self, named: bool) -> Parameter:
        many = self.peek() in ("...", "**")
        if many:
            named = self.take() == "**"
        name = self.take()
        const = name == "const"
        if const:
            name = self.take()
        self.expect(":")
        shape = self.shape()
        default: Any = REQUIRED
        if self.peek() == "=":
            self.take()
            default = _default(self.take())
        return Parameter(name, shape, default, const, named, many)

    def shape(self) -> Shape:
        name = self.take()
        item = None
        if self.peek() == "[":
            self.take()
            item = self.shape()
            self.expect("]")
        optional = self.peek() == "?"
        if optional:
            self.take()
        return Shape(name, item, optional)


def _default(token: str) -> Any:
    if token in _DEFAULTS:
        return _DEFAULTS[token]
    if token.startswith('"'):
        return token[1:-1]
    return float(token) if "." in token else int(token)
