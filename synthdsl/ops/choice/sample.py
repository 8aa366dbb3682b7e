"""`sample`: several different items of a list, or rows of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.vector import Constant, Picked, Records, Vector, scatter, to_list
from synthdsl.ops.choice.positions import positions
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.types.terms import ListType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _check(call: CallSite) -> Iterator[Problem]:
    k = call.constant("k")
    if k is not None and k < 0:
        yield Problem("E0309", f"A sample of {k} items is impossible.", "k")


def _result(call: CallSite, inferred: Type) -> Type:
    """A list whose length is bounded by `k` and by the options."""
    k, options = call.constant("k"), call.constant("options")
    if not isinstance(inferred, ListType) or k is None:
        return inferred
    if isinstance(options, list):
        size = min(k, len(options))
        return ListType(inferred.item, size, size)
    return ListType(inferred.item, None, k)


def _kernel(draw: Draw, options: Vector, k: Vector) -> Vector:
    import numpy as np

    if isinstance(options, Constant):
        return _of_constant(draw, options.value, k)
    several, counts = to_list(options, draw.n), to_list(k, draw.n)
    groups: dict[tuple[int, int], list[int]] = {}
    for at, (one, count) in enumerate(zip(several, counts, strict=True)):
        size = _size(one)
        groups.setdefault((size, _bounded(count, size, at)), []).append(at)
    out: list[Any] = [None] * draw.n
    for (size, count), rows in groups.items():
        found = positions(draw.at(np.array(rows, dtype=np.int64)), size, count)
        for at, row in zip(rows, found.tolist(), strict=True):
            out[at] = list(map(several[at].__getitem__, row))
    return out


def _of_constant(draw: Draw, options: Any, k: Vector) -> list[Any]:
    """From the same list, column or dataset for all rows."""
    import numpy as np

    size = _size(options)
    if isinstance(k, Constant):
        return _picked(draw, options, _bounded(k.value, size, 0))
    counts = np.array([_bounded(count, size, at) for at, count in enumerate(to_list(k, draw.n))], dtype=np.int64)
    pieces: list[tuple[NDArray[Any], Vector]] = []
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        pieces.append((rows, _picked(draw.at(rows), options, count)))
    return to_list(scatter(draw.n, pieces), draw.n)


def _size(options: Any) -> int:
    return len(options) if isinstance(options, list | WholeValues) else int(options.rows)


def _bounded(k: int, size: int, at: int) -> int:
    if k < 0:
        raise Undefined(f"A sample of {k} items is impossible.", at)
    return min(k, size)


def _picked(draw: Draw, options: Any, k: int) -> list[Any]:
    found = positions(draw, _size(options), k)
    if isinstance(options, list):
        get = options.__getitem__
        return [list(map(get, row)) for row in found.tolist()]
    index = found.ravel()
    vector = options.gather(index) if isinstance(options, WholeValues) else Records(Picked(options, index))
    flat = to_list(vector, len(index))
    return [flat[i * k : (i + 1) * k] for i in range(draw.n)]


OPERATOR = Operator(
    name="sample",
    family="choice",
    kind="sampler",
    signatures=(
        "sample(options: list[T], k: int) -> list[T]",
        "sample(options: dataset, k: int) -> list[dataset]",
    ),
    doc=(
        "`k` different items of a list, or rows of a dataset or source, in random order and without replacement; all "
        "of them when there are no more than `k`. Items that stand in the list twice can be taken twice."
    ),
    examples=(('sample(["a", "b", "c", "d"], 2)', None),),
    result=_result,
    check=_check,
    kernel=_kernel,
    whole=True,
)
