"""The function `range` of templates."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined

MAX_RANGE = 100_000
"""As many numbers as Jinja's sandbox allows."""

_TOO_MANY = f"A range in a template has at most {MAX_RANGE:,} numbers."


def _check(call: CallSite) -> Iterator[Problem]:
    if not call.known("start", "stop", "step"):
        return
    start, stop, step = (call.constant(n) for n in ("start", "stop", "step"))
    if not step:
        yield Problem("E0309", "A range cannot go in steps of 0.", "step")
    elif len(range(start, stop, step)) > MAX_RANGE:
        yield Problem("E0406", _TOO_MANY)


def _scalar(start: int, stop: int, step: int) -> list[int]:
    if not step:
        raise Undefined("A range cannot go in steps of 0.")
    numbers = range(start, stop, step)
    if len(numbers) > MAX_RANGE:
        raise Undefined(_TOO_MANY)
    return list(numbers)


OPERATOR = Operator(
    name="jinja.range",
    family="text",
    kind="function",
    signatures=("range(start: int, stop: int, step: int) -> list[int]",),
    doc="The whole numbers from `start`, which is included, to `stop`, which is not.",
    examples=(('t"{% for i in range(3) %}{{ i }}{% endfor %}"', "012"),),
    source="Jinja: list of global functions",
    scalar=_scalar,
    check=_check,
)
