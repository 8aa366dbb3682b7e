"""`regex`: texts that a regular expression matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.pattern import (
    BadPattern,
    Chars,
    Either,
    Node,
    Repeat,
    Series,
    longest,
    positions,
    read_pattern,
)
from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.identity.writing import alphabet_codes, joined, strings
from synthdsl.types.terms import StrType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _check(call: CallSite) -> Iterator[Problem]:
    try:
        read_pattern(call.constant("pattern"))
    except BadPattern as bad:
        notes = ("`regex` takes literals, classes, groups, `|` and repetitions.",)
        yield Problem("E0318", str(bad), "pattern", notes)


def _kernel(draw: Draw, pattern: Vector) -> Vector:
    assert isinstance(pattern, Constant)
    return _make(read_pattern(pattern.value), draw)


def _make(node: Node, draw: Draw) -> list[str]:
    """A text for each row; parts draw at places of their own, so that they are independent."""
    shape = positions(node)
    if shape is not None:
        return strings(columns(shape, draw), draw.n)
    match node:
        case Series(parts):
            pieces = [_make(part, draw.below(i)) for i, part in enumerate(_joined(parts))]
            return list(map("".join, zip(*pieces, strict=True)))
        case Either(options):
            return _either(options, draw)
        case Repeat(part, low, high):
            return _repeat(part, low, high, draw)
        case Chars(alphabet):
            return strings(columns((alphabet,), draw), draw.n)


def columns(shape: Sequence[str], draw: Draw) -> list[NDArray[Any] | str]:
    """Code points of characters drawn evenly from the alphabet of each position; a lone character stands itself."""
    return [
        alphabet if len(alphabet) == 1 else alphabet_codes(alphabet)[draw.index(len(alphabet), i)]
        for i, alphabet in enumerate(shape)
    ]


def _joined(parts: tuple[Node, ...]) -> list[Node]:
    """Neighbours of fixed shape as one part, which is written at once."""
    out: list[Node] = []
    for part in parts:
        last = out[-1] if out else None
        if last is not None and positions(last) is not None and positions(part) is not None:
            out[-1] = Series((last, part))
        else:
            out.append(part)
    return out


def _either(options: tuple[Node, ...], draw: Draw) -> list[str]:
    import numpy as np

    which = draw.index(len(options))
    out = [""] * draw.n
    for i, option in enumerate(options):
        rows = np.flatnonzero(which == i)
        for row, text in zip(rows.tolist(), _make(option, draw.below(i).at(rows)), strict=True):
            out[row] = text
    return out


def _repeat(part: Node, low: int, high: int, draw: Draw) -> list[str]:
    import numpy as np

    counts = low + draw.index(high - low + 1)
    items = draw.below("times").items(counts)
    shape = positions(part)
    if shape is not None:
        # All repetitions are written as one text, of which each row takes its stretch.
        text = joined(columns(shape, items), 0, items.n)
        ends = np.cumsum(counts * len(shape))
        starts = ends - counts * len(shape)
        return [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    texts = _make(part, items)
    ends = np.cumsum(counts)
    return ["".join(texts[a:b]) for a, b in zip((ends - counts).tolist(), ends.tolist(), strict=True)]


def _result(call: CallSite, type_: Type) -> Type:
    node = read_pattern(call.constant("pattern"))
    shape = positions(node)
    return StrType(None if shape is None else len(shape), longest(node))


OPERATOR = Operator(
    name="regex",
    family="identity",
    kind="sampler",
    signatures=("regex(pattern: regex) -> str",),
    doc=(
        "A text that matches the whole regular expression. Characters of a class, alternatives, and the number of "
        "repetitions are drawn evenly; `*`, `+` and `{m,}` repeat at most 8 times beyond what they must; `.` and "
        "excluding classes give printable ASCII. Look-around, back-references and flags are refused."
    ),
    examples=(('regex("[A-Z]{3}-[0-9]{4}")', None), ('regex("(cat|dog)s?")', None)),
    check=_check,
    result=_result,
    kernel=_kernel,
)
