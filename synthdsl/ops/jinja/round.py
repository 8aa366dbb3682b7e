"""The template filter `round`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.symbols.exact import checked
from synthdsl.types.terms import FLOAT, Type

_METHODS = ("common", "ceil", "floor")


def _check(call: CallSite) -> Iterator[Problem]:
    method = call.constant("method")
    if method is not None and method not in _METHODS:
        yield Problem("E0309", f"'{method}' is no way to round: it is one of {', '.join(_METHODS)}.", "method")


def _result(call: CallSite, inferred: Type) -> Type:
    return inferred if call.constant("method") == "common" else FLOAT


def _scalar(x: float, precision: int, method: str) -> float:
    if not -300 <= precision <= 300:
        raise Undefined("'precision' of 'round' lies between -300 and 300.")
    try:
        if method == "common":
            return checked(round(x, precision))
        way = math.ceil if method == "ceil" else math.floor
        return checked(way(x * 10**precision) / 10**precision)
    except OverflowError:
        raise Undefined("The number is too large to be rounded.") from None


OPERATOR = Operator(
    name="jinja.round",
    family="text",
    kind="function",
    signatures=("round(x: number, precision: int, const method: text) -> number",),
    doc="The number rounded to `precision` decimals; a float stays a float. `method` is 'common', 'ceil' or 'floor'.",
    examples=(
        ('t"{{ 42.55 | round }}"', "43.0"),
        ("t\"{{ 42.55 | round(1, 'floor') }}\"", "42.5"),
    ),
    source="jinja2.filters.do_round",
    scalar=_scalar,
    check=_check,
    result=_result,
)
