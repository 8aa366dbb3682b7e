"""`unique_id`: labels of a pattern, each given once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.pattern import BadPattern, positions, read_pattern
from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.identity.permutation import MAX_SIZE, permute
from synthdsl.ops.identity.regex import columns
from synthdsl.ops.identity.writing import alphabet_codes, strings
from synthdsl.ops.rows import require
from synthdsl.types.terms import StrType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENOUGH = 2**60
"""So many texts are needed where rows have no number: a million rows then collide once in two million datasets."""


def space(pattern: str) -> int:
    """How many texts a pattern has. Raises `BadPattern` where they are not of one shape."""
    return math.prod(map(len, _shape(pattern)))


def shortage(pattern: str, rows: int | None) -> Problem | None:
    """What is wrong with giving this pattern to so many rows; None rows: such that have no number."""
    size = space(pattern)
    wanted = ENOUGH if rows is None else rows
    if size >= wanted:
        return None
    message = f"The pattern has {size:,} different texts, too few for {wanted:,} rows."
    if rows is None:
        message = f"The pattern has {size:,} different texts; outside `of N` it needs at least 2**60."
    return Problem("E0810", message, "pattern", ("A longer pattern has more, as in `[A-Z0-9]{12}`.",))


def _shape(pattern: str) -> Sequence[str]:
    shape = positions(read_pattern(pattern))
    if shape is None:
        raise BadPattern("The texts of the pattern differ in shape; here it takes literals, classes and `{n}`.")
    return shape


def _check(call: CallSite) -> Iterator[Problem]:
    try:
        space(call.constant("pattern"))
    except BadPattern as bad:
        yield Problem("E0318", str(bad), "pattern", ("As in `unique_id('[A-Z]{3}-[0-9]{6}')`.",))


def _kernel(draw: Draw, row: NDArray[np.int64] | None, pattern: Vector) -> Vector:
    import numpy as np

    assert isinstance(pattern, Constant)
    shape = _shape(pattern.value)
    if not draw.n:
        return []
    # The last characters number the row; those for which 62 bits do not suffice are drawn.
    first, size = len(shape), 1
    while first and size * len(shape[first - 1]) <= MAX_SIZE:
        first -= 1
        size *= len(shape[first])
    steady = replace(draw, attempts=None)
    if row is None:
        problem = shortage(pattern.value, None)
        if problem:
            raise Undefined(problem.message, 0, problem.code)
        index = steady.below("number").bits() % np.uint64(size)
    else:
        require(row < size, f"The pattern has {size:,} different texts, and this row comes after them.", "E0810")
        index = permute(row.astype(np.uint64), size, draw.stream)
    digits = _digits(index, shape[first:])
    return strings([*columns(shape[:first], steady), *digits], draw.n)


def _digits(index: NDArray[np.uint64], shape: Sequence[str]) -> list[NDArray[Any] | str]:
    """The index written in the mixed base of the alphabets."""
    import numpy as np

    out: list[NDArray[Any] | str] = []
    for alphabet in reversed(shape):
        if len(alphabet) == 1:
            out.append(alphabet)
            continue
        base = np.uint64(len(alphabet))
        out.append(alphabet_codes(alphabet)[index % base])
        index = index // base
    return out[::-1]


def _result(call: CallSite, type_: Type) -> Type:
    length = len(_shape(call.constant("pattern")))
    return StrType(length, length)


OPERATOR = Operator(
    name="unique_id",
    family="identity",
    kind="sampler",
    signatures=("unique_id(pattern: regex) -> str",),
    doc=(
        "A text of the pattern that no other row of the dataset has, in no visible order. The pattern is made of "
        "literals, classes and fixed repetitions: `[A-Z]{3}-[0-9]{6}`. Under `of N` the row's number is permuted, so "
        "that doubles are impossible, and a pattern with fewer texts than rows is refused. Elsewhere rows have no "
        "number: the text is a hash of the row's key, and the pattern needs 2**60 texts (`[A-Z0-9]{12}`), which "
        "leaves a million rows less than one chance in two million of a double. It stays the same when the row is "
        "drawn again."
    ),
    examples=(('unique_id("[A-Z]{3}-[0-9]{6}")', None),),
    source="Black and Rogaway 2002, Ciphers with arbitrary finite domains",
    check=_check,
    result=_result,
    kernel=_kernel,
    needs_row=True,
)
