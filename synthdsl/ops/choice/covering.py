"""`covering`: combinations of factors such that all pairs of values occur within few rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import GOLDEN, MASK, hash64
from synthdsl.dataset.address import mix
from synthdsl.dataset.vector import Coded, Constant, Records, Vector, to_list
from synthdsl.ops.choice.design import MAX_COMBINATIONS, combinations_of, design
from synthdsl.ops.choice.options import literal_union
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.types.terms import UNKNOWN, Field, ListType, RecordType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_HIGHEST = 6


def _check(call: CallSite) -> Iterator[Problem]:
    factors = [name for name in call.arguments if name != "strength"]
    if not factors:
        yield Problem("E0208", "'covering' needs at least one list of values.", None, ("As in `covering(a=[1, 2])`.",))
        return
    strength = call.constant("strength")
    if not 1 <= strength <= _HIGHEST:
        yield Problem("E0309", f"The strength lies between 1 and {_HIGHEST}, this is {strength}.", "strength")
        return
    lists = {name: call.constant(name) for name in factors}
    for name, values in lists.items():
        if values == []:
            yield Problem("E0311", f"'{name}' has no values to combine.", name)
            return
    sizes = tuple(len(v) for v in lists.values() if v is not None)
    if combinations_of(sizes, strength) > MAX_COMBINATIONS:
        yield Problem("E0309", _too_large(strength), None, ("Fewer values, or a lower strength, make it smaller.",))


def _too_large(strength: int) -> str:
    return f"Covering all combinations of {strength} values would take more than {MAX_COMBINATIONS:,} of them."


def _result(call: CallSite, _inferred: Type) -> Type:
    """A record with one value of each list."""
    fields = []
    for name, argument in call.arguments.items():
        if name == "strength":
            continue
        item = argument.type.item if isinstance(argument.type, ListType) else UNKNOWN
        values = argument.constant.value if argument.constant else []
        fields.append(Field(name, literal_union(values, item)))
    return RecordType(tuple(fields))


def _kernel(n: int, row: Ints, strength: Vector, /, **factors: Vector) -> Vector:
    import numpy as np

    assert isinstance(strength, Constant)
    if all(isinstance(v, Constant) for v in factors.values()):
        lists = [v.value for v in factors.values() if isinstance(v, Constant)]
        places = _places(row, tuple(map(len, lists)), strength.value)
        return Records({name: Coded(places[:, i], lists[i]) for i, name in enumerate(factors)})
    columns = [to_list(v, n) for v in factors.values()]
    groups: dict[tuple[int, ...], list[int]] = {}
    for at, several in enumerate(zip(*columns, strict=True)):
        groups.setdefault(tuple(map(len, several)), []).append(at)
    out: list[list[Any]] = [[None] * n for _ in columns]
    for sizes, rows in groups.items():
        places = _places(row[np.array(rows)], sizes, strength.value, rows[0])
        for at, one in zip(rows, places.tolist(), strict=True):
            for i, place in enumerate(one):
                out[i][at] = columns[i][at][place]
    return Records(dict(zip(factors, out, strict=True)))


def _places(row: Ints, sizes: tuple[int, ...], strength: int, at: int = 0) -> Ints:
    """The position in each list for the rows of these numbers, int64[n, factors].

    The rows of the design follow one another. Every further pass through it starts each list at another value: it
    covers all pairs again, mostly by other combinations of three and more.
    """
    import numpy as np

    if 0 in sizes:
        raise Undefined("A list without values cannot be combined.", at, "E0311")
    if combinations_of(sizes, strength) > MAX_COMBINATIONS:
        raise Undefined(_too_large(strength), at, "E0309")
    rows = design(sizes, strength)
    turn = row // len(rows)
    places = rows[row % len(rows)]
    for i, size in enumerate(sizes):
        start = np.uint64(hash64("covering turn", i))
        shift = mix((turn.astype(np.uint64) * np.uint64(GOLDEN & MASK)) ^ start) % np.uint64(size)
        places[:, i] = (places[:, i] + np.where(turn == 0, np.uint64(0), shift).astype(np.int64)) % size
    return places


OPERATOR = Operator(
    name="covering",
    family="choice",
    kind="function",
    signatures=("covering(*, const strength: int = 2, **factors: list[any]) -> record",),
    doc=(
        "A record with one value of each list, such that within few rows all pairs of values of any two lists occur "
        "(with `strength=3`, all combinations of any three): three lists of ten values have 1,000 combinations, but "
        "some 125 rows hold every pair. The row's number says which combination it gets; after the last one the design "
        "starts again, with other combinations of three and more. Nothing is drawn at random."
    ),
    source='Lei, Kacker, Kuhn, Okun, Lawrence: "IPOG: A General Strategy for T-Way Software Testing", ECBS 2007',
    examples=(('covering(tone=["warm", "dry"], length=["short", "long"], topic=["tea", "rain", "maps"])', None),),
    result=_result,
    check=_check,
    kernel=_kernel,
    needs_row=True,
)
