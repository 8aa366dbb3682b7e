"""Comparison, as the six operators share it: by value, text by code points, null equal to null alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_list
from synthdsl.ops.rows import by_row
from synthdsl.ops.symbols.exact import is_exact, numbers, times

if TYPE_CHECKING:
    from numpy.typing import NDArray

Test = Callable[[Any, Any], Any]

_TABLE_CELLS = 4096


def comparison(test: Test) -> Callable[[int, Vector, Vector], Vector]:
    """The kernel of a test from the `operator` module."""

    def kernel(n: int, a: Vector, b: Vector) -> Vector:
        return compare(test, n, a, b)

    return kernel


def compare(test: Test, n: int, a: Vector, b: Vector) -> Vector:
    """The test row by row."""
    import numpy as np

    x, y = _operand(a), _operand(b)
    if x is not None and y is not None and (np.ndim(x) or np.ndim(y)) and (_same_kind(x, y)):
        return test(x, y)
    if isinstance(a, Coded) and isinstance(b, Coded) and 0 < len(a.values) * len(b.values) <= _TABLE_CELLS:
        return _by_table(test, a, b)
    if _is_coded_pair(a, b) or not n:
        return by_row(test, n, a, b)
    if isinstance(a, Constant) and isinstance(b, Constant):
        return Constant(test(a.value, b.value))
    left, right = (repeat(v.value, n) if isinstance(v, Constant) else to_list(v, n) for v in (a, b))
    return np.fromiter(map(test, left, right), dtype=np.bool_, count=n)


def _is_coded_pair(a: Vector, b: Vector) -> bool:
    return (isinstance(a, Coded) and isinstance(b, Constant)) or (isinstance(a, Constant) and isinstance(b, Coded))


def _operand(vector: Vector) -> Any:
    """An array or scalar that numpy compares as Python does; None where there is no such form."""
    import numpy as np

    found = numbers(vector)
    if found is None:
        found = times(vector)
    if found is None:
        if isinstance(vector, np.ndarray):
            return vector
        if isinstance(vector, Constant) and isinstance(vector.value, bool):
            return np.bool_(vector.value)
    return found


def _same_kind(x: Any, y: Any) -> bool:
    import numpy as np

    kinds = {np.asarray(v).dtype.kind for v in (x, y)}
    if kinds == {"i", "f"}:
        return is_exact(x) and is_exact(y)
    if kinds == {"M"}:
        return np.asarray(x).dtype == np.asarray(y).dtype
    return len(kinds) == 1


def _by_table(test: Test, a: Coded, b: Coded) -> NDArray[Any]:
    """Each pair of values is compared once."""
    import numpy as np

    cells = [[bool(test(p, q)) for q in b.values] for p in a.values]
    return np.array(cells, dtype=np.bool_)[a.codes, b.codes]
