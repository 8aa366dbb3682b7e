"""`a + b`: numbers, texts, lists, times and durations."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.sums import add_values, add_vectors

OPERATOR = Operator(
    name="add",
    family="symbols",
    kind="function",
    signatures=(
        "add(a: number, b: number) -> number",
        "add(a: text, b: text) -> str",
        "add(a: list[T], b: list[T]) -> list[T]",
        "add(a: date, b: duration) -> date",
        "add(a: timestamp, b: duration) -> timestamp",
        "add(a: duration, b: duration) -> duration",
        "add(a: duration, b: date) -> date",
        "add(a: duration, b: timestamp) -> timestamp",
    ),
    doc=(
        "The sum of two numbers or durations, two texts or lists one after the other, a date or timestamp moved on "
        "by a duration. A date takes whole days only; `to_timestamp` makes it a moment that takes hours."
    ),
    examples=(
        ("2 + 3", 5),
        ("2 + 0.5", 2.5),
        ('"TCK-" + "7"', "TCK-7"),
        ("[1, 2] + [3]", [1, 2, 3]),
    ),
    scalar=add_values,
    kernel=add_vectors,
)
