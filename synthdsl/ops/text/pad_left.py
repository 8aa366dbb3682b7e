"""`pad_left`: a text made as wide as wanted."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.text.sizes import within


def _check(call: CallSite) -> Iterator[Problem]:
    fill = call.constant("fill")
    if fill is not None and len(fill) != 1:
        yield Problem("E0309", "The filling is one character.", "fill")


def _scalar(text: str, width: int, fill: str) -> str:
    if len(fill) != 1:
        raise Undefined("The filling is one character.")
    within(width)
    return text.rjust(width, fill)


OPERATOR = Operator(
    name="pad_left",
    family="text",
    kind="function",
    signatures=('pad_left(text: text, width: int, fill: text = " ") -> str',),
    doc=(
        "The text with as many `fill` characters on its left as make it `width` characters wide; a longer text "
        "stays as it is."
    ),
    examples=(('pad_left("7", 3, "0")', "007"),),
    check=_check,
    scalar=_scalar,
)
