"""`zip`: several lists as one list of records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.lists.bounds import item_type
from synthdsl.ops.rows import by_row
from synthdsl.types.terms import Field, ListType, RecordType, Type


def _check(call: CallSite) -> Iterator[Problem]:
    if not call.arguments:
        yield Problem("E0208", "'zip' needs at least one list.", None, ("As in `zip(a=xs, b=ys)`.",))
    lengths = {name: len(a.constant.value) for name, a in call.arguments.items() if a.constant}
    if len(set(lengths.values())) > 1:
        yield Problem("E0309", _unequal(lengths), next(reversed(lengths)))


def _unequal(lengths: dict[str, int]) -> str:
    """The sentence about lists of different lengths."""
    return "The lists are not equally long: " + ", ".join(f"{name} has {n}" for name, n in lengths.items()) + "."


def _result(call: CallSite, _inferred: Type) -> Type:
    fields = tuple(Field(name, item_type(a.type)) for name, a in call.arguments.items())
    lists = [a.type for a in call.arguments.values() if isinstance(a.type, ListType)]
    shortest = max((t.min for t in lists if t.min is not None), default=None)
    longest = min((t.max for t in lists if t.max is not None), default=None)
    return ListType(RecordType(fields), shortest, longest)


def _scalar(**columns: list[Any]) -> list[dict[str, Any]]:
    if len({len(column) for column in columns.values()}) > 1:
        raise Undefined(_unequal({name: len(column) for name, column in columns.items()}))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _kernel(n: int, /, **columns: Vector) -> Vector:
    return by_row(lambda *values: _scalar(**dict(zip(columns, values, strict=True))), n, *columns.values())


OPERATOR = Operator(
    name="zip",
    family="lists",
    kind="function",
    signatures=("zip(**columns: list[any]) -> list[record]",),
    doc=(
        "A list of records with one item of each list, under the names that the arguments have. Undefined for "
        "lists of different lengths."
    ),
    examples=(('zip(a=[1, 2], b=["x", "y"])', [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),),
    result=_result,
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
)
