"""`repeat`: a text several times over."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.text.sizes import within


def _check(call: CallSite) -> Iterator[Problem]:
    times = call.constant("times")
    if times is not None and times < 0:
        yield Problem("E0309", f"A text cannot be repeated {times} times.", "times")


def _scalar(text: str, times: int) -> str:
    if times < 0:
        raise Undefined(f"A text cannot be repeated {times} times.")
    within(len(text) * times)
    return text * times


OPERATOR = Operator(
    name="repeat",
    family="text",
    kind="function",
    signatures=("repeat(text: text, times: int) -> str",),
    doc="The text `times` times, one after another.",
    examples=(
        ('repeat("ab", 3)', "ababab"),
        ('repeat("ab", 0)', ""),
    ),
    check=_check,
    scalar=_scalar,
)
