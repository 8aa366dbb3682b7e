"""`int`: a whole number out of a float, a boolean or a text."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.numbers.limits import by_array, whole, whole_array
from synthdsl.ops.symbols.exact import checked

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,40}\s*")


def _scalar(x: float | str) -> int:
    if isinstance(x, str):
        if not _WHOLE.fullmatch(x):
            raise Undefined(f"The text {_shown(x)} is no whole number.")
        return checked(int(x))
    return whole(math.trunc(x)) if isinstance(x, float) else int(x)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return x if x.dtype.kind == "i" else whole_array(np.trunc(x))


OPERATOR = Operator(
    name="int",
    family="numbers",
    kind="function",
    signatures=("int(x: number) -> int", "int(x: text) -> int", "int(x: bool) -> int"),
    doc=(
        "The whole number in `x`: a float without its fraction (towards 0; `round` and `floor` go elsewhere), the "
        "number that a text spells in decimal digits, 1 for true and 0 for false. Any other text is undefined."
    ),
    examples=(("int(3.9)", 3), ("int(-3.9)", -3), ('int(" 42 ")', 42), ("int(true)", 1)),
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
