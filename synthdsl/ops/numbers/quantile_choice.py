"""`quantile_choice`: weighted values in order, by the chance of being among the first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_list
from synthdsl.ops.choice.weights import Wheel, weight_problems
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.numbers.drawing import floats
from synthdsl.ops.numbers.quantiles import OUTSIDE, inside
from synthdsl.ops.rows import by_row, require
from synthdsl.types.terms import LiteralType, Type


def _check(call: CallSite) -> Iterator[Problem]:
    yield from inside(call)
    options = call.constant("options")
    if isinstance(options, dict):
        if not options:
            yield Problem("E0311", "There is nothing to choose from.", "options")
            return
        yield from weight_problems(list(options.values()), "options")


def _result(call: CallSite, type_: Type) -> Type:
    options = call.constant("options")
    if isinstance(options, dict) and options and all(isinstance(k, str) for k in options):
        return LiteralType(tuple(options))
    return type_


def _scalar(u: float, options: dict[Any, float]) -> Any:
    if not 0 < u < 1:
        raise Undefined(OUTSIDE)
    if not options:
        raise Undefined("There is nothing to choose from.", None, "E0311")
    return list(options)[Wheel(list(options.values()), 0).find(u)]


def _kernel(n: int, u: Vector, options: Vector) -> Vector:
    if not isinstance(options, Constant) or not options.value:
        return by_row(_scalar, n, u, options if isinstance(options, Constant) else to_list(options, n))
    chances = floats(u, n)
    require((chances > 0.0) & (chances < 1.0), OUTSIDE)
    wheel = Wheel(list(options.value.values()), 0)
    return Coded(wheel.find_all(chances), list(options.value))


OPERATOR = Operator(
    name="quantile_choice",
    family="numbers",
    kind="function",
    signatures=("quantile_choice(u: number, options: map[T]) -> T",),
    doc=(
        "The value within whose weight the share `u` falls, the options in the order written, as in "
        '`quantile_choice(u.level, {"low": 60%, "medium": 30%, "high": 10%})`. See `copula`.'
    ),
    examples=(('quantile_choice(0.7, {"low": 60%, "medium": 30%, "high": 10%})', "medium"),),
    check=_check,
    result=_result,
    scalar=_scalar,
    kernel=_kernel,
)
