"""`float`: a float out of an integer, a boolean or a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.numbers.limits import by_array
from synthdsl.ops.symbols.exact import checked

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_DECIMAL = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")


def _scalar(x: float | str) -> float:
    if isinstance(x, str) and (len(x) > 400 or not _DECIMAL.fullmatch(x)):
        raise Undefined(f"The text {x[:40]!r} is no number.")
    return checked(float(x))


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return x.astype(np.float64)


OPERATOR = Operator(
    name="float",
    family="numbers",
    kind="function",
    signatures=("float(x: number) -> float", "float(x: text) -> float", "float(x: bool) -> float"),
    doc=(
        "The number `x` as a float: an integer, the number that a text spells (`12`, `-0.5`, `1e3`), 1.0 for true "
        "and 0.0 for false. Any other text is undefined."
    ),
    examples=(("float(3)", 3.0), ('float("1.5e3")', 1500.0)),
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
