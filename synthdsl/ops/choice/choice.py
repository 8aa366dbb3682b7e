"""`choice`: one of several values, evenly or by weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from synthdsl.dataset.address import Draw
from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.vector import Coded, Constant, Picked, Records, Vector, to_array, to_list
from synthdsl.ops.choice.options import finite, kept, options_type
from synthdsl.ops.choice.weights import Wheel, find_by_row, probabilities, weight_problems
from synthdsl.ops.contract import CallSite, Domain, Operator, Problem, Table, Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_EMPTY = "There is nothing to choose from."
_UNEQUAL = "The numbers of options, {}, and of weights, {}, differ."


def _check(call: CallSite) -> Iterator[Problem]:
    options, weight = call.constant("options"), call.constant("weight")
    if isinstance(options, list | dict) and not options:
        yield Problem("E0311", _EMPTY, "options")
        return
    if isinstance(options, dict):
        yield from weight_problems(list(options.values()), "options")
    if weight is not None:
        yield from weight_problems(weight, "weight")
        if isinstance(options, list) and len(options) != len(weight):
            yield Problem("E0310", _UNEQUAL.format(len(options), len(weight)), "weight")


def _domain(call: CallSite) -> Domain | None:
    options, weight = call.constant("options"), call.constant("weight")
    if isinstance(options, dict):
        return finite(list(options), probabilities(list(options.values())))
    if not isinstance(options, list) or not call.known("weight"):
        return None
    return finite(options, probabilities(weight if weight is not None else [1] * len(options)))


_EVENLY = Constant(None)


def _kernel(draw: Draw, options: Vector, weight: Vector = _EVENLY) -> Vector:
    if isinstance(options, Records):
        return _of_weights_by_row(draw, options)
    if not isinstance(options, Constant):
        return _of_options_by_row(draw, options, weight)
    if isinstance(options.value, dict):
        wheel, keys = _map_wheel(options.value)
        return Coded(wheel.find_all(draw.uniform()), keys)
    if isinstance(options.value, list):
        return Coded(_index(draw, len(options.value), weight), options.value)
    if isinstance(options.value, WholeValues):
        return options.value.gather(_index(draw, len(options.value), weight))
    table: Table = options.value
    return Records(Picked(table, _index(draw, table.rows, weight)))


def _index(draw: Draw, size: int, weight: Vector) -> Ints:
    """The position among `size` options for each row."""
    if not size and draw.n:
        raise Undefined(_EMPTY, 0, "E0311")
    if not isinstance(weight, Constant):
        u = draw.uniform().tolist()
        return _ints([_find(w, size, x, at) for at, (w, x) in enumerate(zip(to_list(weight, draw.n), u, strict=True))])
    if weight.value is None:
        return draw.index(size)
    _same_length(size, weight.value, 0)
    wheel = _column_wheel(weight.value) if isinstance(weight.value, WholeValues) else _wheel(weight.value)
    return wheel.find_all(draw.uniform())


_WHEELS: WeakKeyDictionary[WholeValues, Wheel] = WeakKeyDictionary()


def _column_wheel(weights: WholeValues) -> Wheel:
    """The wheel of a large column, kept as long as the column."""
    found = _WHEELS.get(weights)
    if found is None:
        found = _WHEELS[weights] = Wheel.of_array(weights.array().astype("float64"), 0)
    return found


@kept
def _wheel(weights: list[float]) -> Wheel:
    return Wheel(weights, 0)


@kept
def _map_wheel(options: dict[Any, float]) -> tuple[Wheel, list[Any]]:
    return Wheel(list(options.values()), 0), list(options)


def _find(weights: list[float] | None, size: int, u: float, at: int) -> int:
    if weights is None:
        return int(u * size)
    _same_length(size, weights, at)
    return Wheel(weights, at).find(u)


def _same_length(size: int, weights: Sequence[float], at: int) -> None:
    if len(weights) != size:
        raise Undefined(_UNEQUAL.format(size, len(weights)), at, "E0310")


def _of_weights_by_row(draw: Draw, options: Records) -> Vector:
    """A map whose weights differ by row: one field for each key."""
    import numpy as np

    columns = [to_array(v, draw.n).astype(np.float64) for v in options.fields.values()]
    return Coded(find_by_row(np.stack(columns, axis=1), draw.uniform()), list(options.fields))


def _of_options_by_row(draw: Draw, options: Vector, weight: Vector) -> Vector:
    """A list (or map) of options that differs by row."""
    import numpy as np

    if isinstance(options, Coded) and isinstance(weight, Constant) and weight.value is None:
        several = [list(v) for v in options.values]
        if all(isinstance(v, list) for v in options.values):
            sizes = np.array([len(v) for v in several], dtype=np.int64)[options.codes]
            _none_empty(sizes)
            starts = np.array([0, *accumulate(map(len, several))], dtype=np.int64)[options.codes]
            return Coded(starts + draw.index(sizes), list(chain.from_iterable(several)))
    u = draw.uniform().tolist()
    picked: list[Any] = []
    rows = zip(to_list(options, draw.n), to_list(weight, draw.n), u, strict=True)
    for at, (row, weights, x) in enumerate(rows):
        if not row:
            raise Undefined(_EMPTY, at, "E0311")
        if isinstance(row, dict):
            picked.append(list(row)[Wheel(list(row.values()), at).find(x)])
        else:
            picked.append(row[_find(weights, len(row), x, at)])
    return picked


def _none_empty(sizes: Ints) -> None:
    if not sizes.all():
        raise Undefined(_EMPTY, int((sizes == 0).argmax()), "E0311")


def _ints(values: list[int]) -> Ints:
    import numpy as np

    return np.array(values, dtype=np.int64)


OPERATOR = Operator(
    name="choice",
    family="choice",
    kind="sampler",
    signatures=(
        "choice(options: map[T]) -> T",
        "choice(options: list[T], *, weight: list[number]? = null) -> T",
        "choice(options: dataset, *, weight: list[number]? = null) -> dataset",
    ),
    doc=(
        "One of the options. A map gives each value its weight, `{value: weight}`; a list is chosen from evenly, or by "
        "`weight=`, a list with a number for each option; of a dataset or source, one row is chosen, a record, and "
        "`weight=` is one of its columns: `choice(harms, weight=harms.weight).category`.\n\n"
        "Weights are relative: 5, 3, 2 is the same as 50%, 30%, 20%. Negative weights, weights that are all zero, and "
        "shares that sum to nearly but not quite 100% are errors."
    ),
    examples=(
        ('choice(["polite", "urgent"])', None),
        ('choice({"low": 60%, "medium": 30%, "high": 10%})', None),
        ('choice(["a", "b", "c"], weight=[5, 3, 2])', None),
    ),
    result=options_type,
    check=_check,
    kernel=_kernel,
    whole=True,
    domain=_domain,
)
