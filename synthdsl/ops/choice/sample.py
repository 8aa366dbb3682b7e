"""`sample`: several different items of a list, or rows of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Constant, Vector, to_list
from synthdsl.ops.choice.positions import positions
from synthdsl.ops.contract import CallSite, Operator, Problem, Table, Undefined
from synthdsl.types.terms import ListType, Type


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

    if isinstance(options, Constant) and isinstance(k, Constant):
        return _picked(draw, options.value, _bounded(k.value, _size(options.value), 0))
    several, counts = to_list(options, draw.n), to_list(k, draw.n)
    groups: dict[tuple[int, int], list[int]] = {}
    for at, (one, count) in enumerate(zip(several, counts, strict=True)):
        size = _size(one)
        groups.setdefault((size, _bounded(count, size, at)), []).append(at)
    out: list[Any] = [None] * draw.n
    for (size, count), rows in groups.items():
        found = positions(draw.at(np.array(rows, dtype=np.int64)), size, count)
        for at, row in zip(rows, found.tolist(), strict=True):
            one = several[at]
            out[at] = [one[i] for i in row] if isinstance(one, list) else _rows(one, row)
    return out


def _size(options: Any) -> int:
    return len(options) if isinstance(options, list) else int(options.rows)


def _bounded(k: int, size: int, at: int) -> int:
    if k < 0:
        raise Undefined(f"A sample of {k} items is impossible.", at)
    return min(k, size)


def _picked(draw: Draw, options: Any, k: int) -> list[Any]:
    found = positions(draw, _size(options), k)
    if isinstance(options, list):
        get = options.__getitem__
        return [list(map(get, row)) for row in found.tolist()]
    rows = _rows(options, found.ravel().tolist())
    return [rows[i * k : (i + 1) * k] for i in range(draw.n)]


def _rows(table: Table, at: list[int]) -> list[dict[str, Any]]:
    names = list(table.names)
    columns = [map(table.column(name).__getitem__, at) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


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
)
