"""The operator `**` of templates."""

from __future__ import annotations

import math

from synthdsl.ops.contract import CallSite, Operator, Undefined
from synthdsl.ops.symbols.exact import checked
from synthdsl.types.terms import FLOAT, INT, Type

_TOO_LARGE = "The power is too large."


def _result(call: CallSite, inferred: Type) -> Type:
    """A whole number to a power known to be at least 0 is whole; any other power is a float."""
    exponent = call.constant("y")
    return INT if inferred == INT and isinstance(exponent, int) and exponent >= 0 else FLOAT


def _scalar(x: float, y: float) -> float:
    if (x < 0 and y != int(y)) or (x == 0 and y < 0):
        raise Undefined("A negative number has whole powers only, and 0 no negative ones.")
    if isinstance(x, int) and isinstance(y, int) and abs(x) > 1 and y * math.log2(abs(x)) > 64:
        raise Undefined(_TOO_LARGE)
    try:
        return checked(x**y)
    except OverflowError:
        raise Undefined(_TOO_LARGE) from None


OPERATOR = Operator(
    name="jinja.power",
    family="text",
    kind="function",
    signatures=("power(x: number, y: number) -> number",),
    doc="`x` to the power `y`: whole for whole numbers and powers of at least 0, else a float.",
    examples=(('t"{{ 2 ** 10 }} {{ 9 ** 0.5 }}"', "1024 3.0"),),
    source="Jinja: math",
    scalar=_scalar,
    result=_result,
)
