"""`round`: a number with fewer digits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.numbers.limits import whole, whole_array
from synthdsl.ops.rows import by_row
from synthdsl.ops.symbols.exact import TOO_LARGE_FLOAT, checked

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_MAX_DIGITS = 15


def _check(call: CallSite) -> Iterator[Problem]:
    digits = call.constant("digits")
    if digits is not None and not -18 <= digits <= 18:
        yield Problem("E0309", f"'digits' is {digits}; it lies between -18 and 18.", "digits")


def _scalar(x: float, digits: int | None = None) -> float:
    if digits is None:
        return whole(float(round(x))) if isinstance(x, float) else x
    if not -18 <= digits <= 18:
        raise Undefined("'digits' of 'round' lies between -18 and 18.")
    try:
        return checked(round(float(x), digits))
    except OverflowError:
        raise Undefined(TOO_LARGE_FLOAT) from None


def _kernel(n: int, x: Vector, digits: Vector | None = None) -> Vector:
    import numpy as np

    if not isinstance(x, np.ndarray):
        return by_row(_scalar, n, x) if digits is None else by_row(_scalar, n, x, digits)
    if digits is None:
        return x if x.dtype.kind == "i" else whole_array(np.rint(x))
    if isinstance(digits, Constant) and isinstance(digits.value, int) and 0 <= digits.value <= _MAX_DIGITS:
        return _rounded(x.astype(np.float64), digits.value)
    return by_row(_scalar, n, x, digits)


def _rounded(x: NDArray[Any], digits: int) -> NDArray[Any]:
    """`round(x, digits)` of Python, which looks at the exact decimal value of the float.

    Scaling by a power of ten errs by half a unit in the last place at most, so only numbers whose scaled value lies
    that close to a tie, or has no room for a fraction, need the exact way.
    """
    import numpy as np

    power = 10.0**digits
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = x * power
        out = np.rint(scaled) / power
        size = np.abs(scaled)
        tie = np.abs(size - np.floor(size) - 0.5) <= size * 2.0**-51
        hard = np.flatnonzero(tie | ~(size < 2.0**51))
    for i in hard.tolist():
        out[i] = _scalar(float(x[i]), digits)
    return out + 0.0


OPERATOR = Operator(
    name="round",
    family="numbers",
    kind="function",
    signatures=("round(x: number) -> int", "round(x: number, digits: int) -> float"),
    doc=(
        "The nearest whole number; with `digits`, a float with so many decimals (negative: tens, hundreds). A number "
        "exactly half way goes to the even neighbour, as in Python: `round(2.5)` is 2."
    ),
    examples=(("round(2.6)", 3), ("round(2.5)", 2), ("round(3.14159, 2)", 3.14), ("round(1234, -2)", 1200.0)),
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
)
