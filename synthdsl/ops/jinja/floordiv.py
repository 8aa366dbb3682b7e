"""The operator `//` of templates."""

from __future__ import annotations

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.symbols.exact import checked


def _scalar(a: float, b: float) -> float:
    if not b:
        raise Undefined("A division by zero has no value.")
    return checked(a // b)


OPERATOR = Operator(
    name="jinja.floordiv",
    family="text",
    kind="function",
    signatures=("floordiv(a: number, b: number) -> number",),
    doc="The quotient rounded down to a whole number.",
    examples=(('t"{{ 7 // 2 }} {{ -7 // 2 }}"', "3 -4"),),
    source="Jinja: math",
    scalar=_scalar,
)
