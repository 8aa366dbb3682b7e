"""Values as numbers: equal values get the same number, in the order in which they first occur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, array_to_list, to_list
from synthdsl.ops.aggregates.tally import hash_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def codes_of(vector: Vector, n: int) -> tuple[Ints, list[Any]]:
    """For each of n rows the number of its value, and the values by number."""
    import numpy as np

    if n == 0:
        return np.empty(0, dtype=np.int64), []
    if isinstance(vector, Constant):
        return np.zeros(n, dtype=np.int64), [vector.value]
    if isinstance(vector, np.ndarray):
        values, first, codes = np.unique(vector, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        return back[codes], array_to_list(values[order])
    if isinstance(vector, Coded):
        # Values of a coded vector may be equal, and some occur in no row.
        same, texts = codes_of(list(vector.values), len(vector.values))
        inner, kept = codes_of(same[vector.codes], n)
        return inner, [texts[i] for i in kept]
    numbers: dict[Any, int] = {}
    found: list[Any] = []
    codes_ = np.empty(n, dtype=np.int64)
    for at, value in enumerate(to_list(vector, n)):
        name = value if isinstance(value, str) else ("#", hash_of(value))
        number = numbers.setdefault(name, len(found))
        if number == len(found):
            found.append(value)
        codes_[at] = number
    return codes_, found


def rank_within(codes: Ints) -> Ints:
    """For each row how many rows with the same number stand before it."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(codes) else np.empty(0, int)
    sizes = np.diff(np.append(starts, len(codes)))
    ranks = np.empty(len(codes), dtype=np.int64)
    ranks[order] = np.arange(len(codes)) - np.repeat(starts, sizes)
    return ranks
