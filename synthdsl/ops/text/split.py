"""`split`: a text as a list of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined


def _check(call: CallSite) -> Iterator[Problem]:
    if call.constant("separator") == "":
        yield Problem("E0309", "A text cannot be split at an empty separator.", "separator")


def _scalar(text: str, separator: str | None) -> list[str]:
    if separator == "":
        raise Undefined("A text cannot be split at an empty separator.")
    return text.split(separator)


OPERATOR = Operator(
    name="split",
    family="text",
    kind="function",
    signatures=("split(text: text, separator: text? = null) -> list[str]",),
    doc=(
        "The parts of a text between the separators, empty ones too; without `separator`, its words, the parts "
        "between white space."
    ),
    examples=(
        ('split("a, b,, c", ",")', ["a", " b", "", " c"]),
        ('split(" a  b ")', ["a", "b"]),
    ),
    check=_check,
    scalar=_scalar,
)
