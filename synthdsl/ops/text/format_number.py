"""`format_number`: a number as people write it."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined

_MOST = 20


def _check(call: CallSite) -> Iterator[Problem]:
    digits = call.constant("digits")
    if digits is not None and not 0 <= digits <= _MOST:
        yield Problem("E0309", f"The number of digits lies between 0 and {_MOST}, this is {digits}.", "digits")


def _scalar(x: float, digits: int, separator: str, point: str) -> str:
    if not 0 <= digits <= _MOST:
        raise Undefined(f"The number of digits lies between 0 and {_MOST}, this is {digits}.")
    whole, _, rest = f"{x:,.{digits}f}".partition(".")
    return whole.replace(",", separator) + (point + rest if rest else "")


OPERATOR = Operator(
    name="format_number",
    family="text",
    kind="function",
    signatures=('format_number(x: number, digits: int = 0, *, separator: text = ",", point: text = ".") -> str',),
    doc=(
        "The number with `digits` digits after the point and a separator between groups of three digits. Halves "
        "that a float holds exactly go to the even digit."
    ),
    examples=(
        ("format_number(1234567.891, 2)", "1,234,567.89"),
        ("format_number(-1234)", "-1,234"),
        ('format_number(1234.5, 2, separator=".", point=",")', "1.234,50"),
    ),
    check=_check,
    scalar=_scalar,
)
