"""`len`: how long a text or list is."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.column import WholeValues
from synthdsl.ops.contract import CallSite, Operator
from synthdsl.types.terms import IntType, ListType, StrType, Type


def _result(call: CallSite, _inferred: Type) -> Type:
    """As many as the type of the text or list says."""
    (argument,) = call.arguments.values()
    type_ = argument.type
    if isinstance(type_, ListType | StrType):
        return IntType(type_.min or 0, type_.max)
    return IntType(0)


def _scalar(value: Any) -> int:
    return len(value) if isinstance(value, str | list | WholeValues) else int(value.rows)


OPERATOR = Operator(
    name="len",
    family="text",
    kind="function",
    signatures=("len(text: text) -> int", "len(items: list[any]) -> int", "len(rows: dataset) -> int"),
    doc="The number of characters of a text, of items of a list, of rows of a dataset or source.",
    examples=(('len("naïve")', 5), ("len([1, 2, 3])", 3), ('len("")', 0)),
    result=_result,
    scalar=_scalar,
    whole=True,
)
