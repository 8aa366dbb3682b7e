"""`xs[i]`: one item of a list, one character of a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.vector import Coded, Constant, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.rows import by_row
from synthdsl.types.terms import ListType


def _check(call: CallSite) -> Iterator[Problem]:
    index, items = call.constant("index"), call.arguments.get("items")
    longest = items.type.max if items and isinstance(items.type, ListType) else None
    if index is not None and longest is not None and not -longest <= index < longest:
        yield Problem(
            "E0321", _missing(index, longest), "index", ("Items are counted from 0, and from the end by -1.",)
        )


def _missing(index: int, size: int, of: str = "list") -> str:
    unit = {"list": "item", "text": "character"}[of]
    return f"There is no {unit} {index} in a {of} of {size}."


def _scalar(items: Any, index: Any) -> Any:
    if isinstance(items, dict) and index in items:
        return items[index]
    if not isinstance(items, str | list | WholeValues) or not isinstance(index, int):
        raise Undefined(f"The JSON value has no part {index!r}.")
    if not -len(items) <= index < len(items):
        raise Undefined(_missing(index, len(items), "text" if isinstance(items, str) else "list"))
    return items[index]


def _kernel(n: int, items: Vector, index: Vector) -> Vector:
    import numpy as np

    if not isinstance(items, Constant) or not isinstance(index, np.ndarray):
        return by_row(_scalar, n, items, index)
    if not isinstance(items.value, list | WholeValues):
        return by_row(_scalar, n, items, index)
    size = len(items.value)
    outside = (index < -size) | (index >= size)
    if outside.any():
        at = int(outside.argmax())
        raise Undefined(_missing(int(index[at]), size), at)
    found = np.where(index < 0, index + size, index)
    return items.value.gather(found) if isinstance(items.value, WholeValues) else Coded(found, items.value)


OPERATOR = Operator(
    name="item",
    family="lists",
    kind="function",
    signatures=(
        "item(items: list[T], index: int) -> T",
        "item(text: text, index: int) -> str",
        "item(value: json, index: int) -> json",
        "item(value: json, key: text) -> json",
    ),
    doc=(
        "The item of a list, or character of a text, at a position, from 0; negative positions count from the "
        "end. Of a JSON value, the item or the field. Undefined where there is none. Written `xs[i]`."
    ),
    examples=(
        ("[5, 6, 7][1]", 6),
        ("[5, 6, 7][-1]", 7),
        ('"abc"[0]', "a"),
    ),
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
    whole=True,
)
