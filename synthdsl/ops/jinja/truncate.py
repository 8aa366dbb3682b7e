"""The template filter `truncate`."""

from __future__ import annotations

from synthdsl.ops.contract import Operator, Undefined


def _scalar(text: str, length: int, killwords: bool, end: str, leeway: int) -> str:
    if length < len(end) or leeway < 0:
        raise Undefined(f"A text cannot be cut to {length} characters that end in {len(end)} others.")
    if len(text) <= length + leeway:
        return text
    kept = text[: length - len(end)]
    return (kept if killwords else kept.rsplit(" ", 1)[0]) + end


OPERATOR = Operator(
    name="jinja.truncate",
    family="text",
    kind="function",
    signatures=("truncate(text: text, length: int, killwords: bool, end: text, leeway: int) -> str",),
    doc=(
        "The text cut to `length` characters with `end` at its end, at a space unless `killwords`; a text "
        "longer by no more than `leeway` stays whole."
    ),
    examples=(
        ("t\"{{ 'one two three four' | truncate(12, leeway=0) }}\"", "one two..."),
        ("t\"{{ 'abc' | truncate(255) }}\"", "abc"),
    ),
    source="jinja2.filters.do_truncate",
    scalar=_scalar,
)
