"""`a - b`: numbers, times and durations."""

from __future__ import annotations

import datetime

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.sums import subtract_values, subtract_vectors

OPERATOR = Operator(
    name="sub",
    family="symbols",
    kind="function",
    signatures=(
        "sub(a: number, b: number) -> number",
        "sub(a: date, b: date) -> duration",
        "sub(a: timestamp, b: timestamp) -> duration",
        "sub(a: date, b: duration) -> date",
        "sub(a: timestamp, b: duration) -> timestamp",
        "sub(a: duration, b: duration) -> duration",
    ),
    doc=(
        "The difference of two numbers, dates, timestamps or durations, or a date or timestamp moved back by a "
        "duration. A date takes whole days only."
    ),
    examples=(
        ("2 - 3", -1),
        ("2025-03-01 - 2025-02-01", datetime.timedelta(days=28)),
        ("2025-03-01 - duration(days=1)", datetime.date(2025, 2, 28)),
    ),
    scalar=subtract_values,
    kernel=subtract_vectors,
)
