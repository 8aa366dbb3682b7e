"""The template filter `indent`."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sizes import within


def _scalar(text: str, width: int | str, first: bool, blank: bool) -> str:
    size = len(width) if isinstance(width, str) else width
    lines = (text + "\n").splitlines()
    within(len(text) + len(lines) * max(size, 0))
    space = width if isinstance(width, str) else " " * width
    rest = [space + line if line or blank else line for line in lines[1:]]
    return (space if first else "") + "\n".join([lines[0], *rest])


OPERATOR = Operator(
    name="jinja.indent",
    family="text",
    kind="function",
    signatures=(
        "indent(text: text, width: int, first: bool, blank: bool) -> str",
        "indent(text: text, width: text, first: bool, blank: bool) -> str",
    ),
    doc=(
        "The text with its lines but the first moved to the right by `width` spaces (or that text); with "
        "`first` the first line too, with `blank` empty lines too."
    ),
    examples=(("t\"{{ 'a\\\\nb' | indent(2) }}\"", "a\n  b"),),
    source="jinja2.filters.do_indent",
    scalar=_scalar,
)
