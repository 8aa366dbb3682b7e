"""`xs[a:b]`: a part of a list or text."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(items: Any, start: int | None, stop: int | None) -> Any:
    return items[start:stop]


OPERATOR = Operator(
    name="slice_",
    family="lists",
    kind="function",
    signatures=(
        "slice_(items: list[T], start: int? = null, stop: int? = null) -> list[T]",
        "slice_(text: text, start: int? = null, stop: int? = null) -> str",
    ),
    doc=(
        "The items of a list, or characters of a text, from position `start` to before position `stop`; without "
        "one of them, from the beginning or to the end. Positions count from 0, negative ones from the end; what "
        "lies outside is left out. Written `xs[a:b]`."
    ),
    examples=(
        ("[1, 2, 3, 4][1:3]", [2, 3]),
        ('"abc"[:-1]', "ab"),
        ("[1, 2][5:]", []),
    ),
    scalar=_scalar,
)
