"""`replace`: one part of a text for another."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.text.sizes import short_enough


def _check(call: CallSite) -> Iterator[Problem]:
    if call.constant("old") == "":
        yield Problem("E0309", "There is no empty part to replace.", "old")


def _scalar(text: str, old: str, new: str) -> str:
    if not old:
        raise Undefined("There is no empty part to replace.")
    return short_enough(text.replace(old, new))


OPERATOR = Operator(
    name="replace",
    family="text",
    kind="function",
    signatures=("replace(text: text, old: text, new: text) -> str",),
    doc="The text with every occurrence of `old` replaced by `new`, from left to right.",
    examples=(('replace("a-b-c", "-", "+")', "a+b+c"),),
    check=_check,
    scalar=_scalar,
)
