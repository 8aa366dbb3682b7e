"""What the quantile functions share: from the chance of being below a value to the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.numbers.bounds import Check
from synthdsl.ops.numbers.drawing import floats
from synthdsl.ops.rows import require
from synthdsl.ops.symbols.exact import TOO_LARGE_FLOAT, finite

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTSIDE = "A chance between 0 and 1, both excluded, has a quantile here."


def inside(call: CallSite) -> Iterator[Problem]:
    """The check of `u`."""
    u = call.constant("u")
    if u is not None and not 0 < u < 1:
        yield Problem("E0309", f"'u' is {u}; it must be between 0 and 1.", "u")


def quantile(
    name: str,
    parameters: tuple[str, str] | tuple[str],
    doc: str,
    check: Check,
    scalar: Callable[..., float],
    array: Callable[..., NDArray[Any]],
    example: tuple[str, float],
    allowed: Callable[..., Any],
) -> Operator:
    """The operator for the quantile function of a distribution with these parameters.

    scalar, array: over floats and float64 arrays, same bits. allowed: whether parameters are, over both.
    """
    wrong = f"The parameters {' and '.join(parameters)} do not fit: see `{parameters[0]}` of the distribution."

    def one(u: float, *given: float) -> float:
        if not 0 < u < 1:
            raise Undefined(OUTSIDE)
        if not allowed(*given):
            raise Undefined(wrong)
        found = scalar(float(u), *map(float, given))
        if not abs(found) < float("inf"):
            raise Undefined(TOO_LARGE_FLOAT)
        return found

    def many(n: int, u: Vector, *given: Vector) -> Vector:
        import numpy as np

        chances = floats(u, n)
        values = [floats(g, n) for g in given]
        require((chances > 0.0) & (chances < 1.0), OUTSIDE)
        require(np.asarray(allowed(*values)), wrong)
        with np.errstate(over="ignore"):
            return finite(array(chances, *values))

    def checks(call: CallSite) -> Iterator[Problem]:
        yield from inside(call)
        yield from check(call)

    listed = ", ".join(f"{p}: number" for p in parameters)
    return Operator(
        name=name,
        family="numbers",
        kind="function",
        signatures=(f"{name}(u: number, {listed}) -> float",),
        doc=doc + " For draws that go together: see `copula`.",
        examples=(example,),
        check=checks,
        scalar=one,
        kernel=many,
    )
