"""`range`: whole numbers one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined

MAX_ITEMS = 1_000_000
_TOO_LONG = f"A range has at most {MAX_ITEMS:,} items."


def _check(call: CallSite) -> Iterator[Problem]:
    if call.constant("step") == 0:
        yield Problem("E0309", "The step of a range is not 0.", "step")


def _scalar(first: Any, *rest: int) -> list[int]:
    if isinstance(first, tuple):
        numbers = range(first[0], first[1] + 1)
    elif isinstance(first, dict):
        numbers = range(first["start"], first["stop"] + 1)
    elif not rest:
        numbers = range(first)
    elif rest[1] == 0:
        raise Undefined("The step of a range is not 0.")
    else:
        numbers = range(first, *rest)
    # `len` of a range beyond 63 bits overflows.
    if (numbers.stop - numbers.start) // numbers.step > MAX_ITEMS:
        raise Undefined(_TOO_LONG)
    return list(numbers)


OPERATOR = Operator(
    name="range",
    family="lists",
    kind="function",
    signatures=(
        "range(bounds: range[int]) -> list[int]",
        "range(stop: int) -> list[int]",
        "range(start: int, stop: int, step: int = 1) -> list[int]",
    ),
    doc=(
        "The whole numbers from 0, or from `start`, to before `stop`, in steps of `step`, which may be negative. "
        "Of a range `a .. b`, all of its numbers, both ends included. At most 1,000,000."
    ),
    examples=(
        ("range(4)", [0, 1, 2, 3]),
        ("range(2, 5)", [2, 3, 4]),
        ("range(5, 0, -2)", [5, 3, 1]),
        ("range(1 .. 3)", [1, 2, 3]),
    ),
    check=_check,
    scalar=_scalar,
)
