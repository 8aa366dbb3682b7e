"""Columns: what a provider that was read gives for a batch of rows, from draws made for all of them at once.

A text becomes tokens side by side: every draw of the term is a column of token numbers, made with numpy; a draw
among patterns sends its rows to the tokens of their pattern. At the end the tokens of a block of rows are looked up,
joined and cut into the rows' texts, so that Python's own loop never runs over rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Coded, Constant, Records, scatter, to_list
from synthdsl.ops.people.drawn import Unsupported

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Codes = NDArray[np.int64]

BLOCK = 16_384
"""Rows whose tokens are joined at once: the numbers of a block stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A draw of a number below `size` from bits number `counter` of each row.

    accept, other: Walker's alias tables for unequal weights, None for equal ones: of the even draw i + f with
    0 <= f < 1 the outcome is i where f < accept[i], else other[i].
    """

    counter: int
    size: int
    accept: NDArray[np.float64] | None = None
    other: NDArray[np.int64] | None = None

    def codes(self, draw: Draw) -> Codes:
        """A number in [0, size) a row, int64[n]."""
        import numpy as np

        scaled = draw.uniform(self.counter) * self.size
        at = scaled.astype(np.int64)
        if self.accept is None or self.other is None:
            return at
        scaled -= at
        return np.where(scaled < self.accept[at], at, self.other[at])


def pick(counter: int, size: int, weights: Sequence[float] | None) -> Pick:
    """A draw with these weights (evenly when None). Raises `Unsupported` for weights that are none.

    Source: A. J. Walker, "An efficient method for generating discrete random variables with general
    distributions", ACM TOMS 3 (1977); the tables are set up as by M. D. Vose, IEEE TSE 17 (1991).
    """
    import numpy as np

    if weights is None or min(weights) == max(weights) > 0:
        return Pick(counter, size)
    total = float(sum(weights))
    if not 0 < total < float("inf") or min(weights) < 0:
        raise Unsupported("weights that are none")
    scaled = [w * size / total for w in weights]
    accept, other = [1.0] * size, list(range(size))
    small = [i for i, w in enumerate(scaled) if w < 1.0]
    large = [i for i, w in enumerate(scaled) if w >= 1.0]
    while small and large:
        low, high = small.pop(), large[-1]
        accept[low], other[low] = scaled[low], high
        scaled[high] -= 1.0 - scaled[low]
        if scaled[high] < 1.0:
            small.append(large.pop())
    return Pick(counter, size, np.array(accept), np.array(other, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Token:
    """One draw in one slot: option i is the token number `numbers[i]` of the vocabulary."""

    slot: int
    pick: Pick
    numbers: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Branch:
    """A draw among patterns that share the same slots: option i of the draw follows pattern `which[i]`."""

    pick: Pick
    which: NDArray[np.int64]
    patterns: tuple[tuple[Token | Branch, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text column: token nodes over `width` slots, the vocabulary, and the mark that ends each row's text."""

    nodes: tuple[Token | Branch, ...]
    width: int
    vocabulary: NDArray[np.object_]
    end: str


@dataclass(frozen=True, slots=True)
class Values:
    """A column with few distinct values."""

    pick: Pick
    numbers: NDArray[np.int64]
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of whole numbers `start + step * i`."""

    pick: Pick
    start: int
    step: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A column of lists of one length, an item after another."""

    items: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A column of records."""

    fields: tuple[tuple[str, Column], ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """A column whose rows follow one of several columns."""

    pick: Pick
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same value in every row."""

    value: Any


Column = Text | Values | Numbers | Listing | Record | Cases | Fixed


def evaluate(column: Column, draw: Draw) -> Vector:
    """The values of a column for the rows of a draw."""
    import numpy as np

    match column:
        case Fixed(value):
            return Constant(value)
        case Values(chosen, numbers, values):
            return Coded(numbers[chosen.codes(draw)], values)
        case Numbers(chosen, start, step):
            return chosen.codes(draw) * np.int64(step) + np.int64(start)
        case Text():
            return texts(column, draw)
        case Listing(items):
            columns = [to_list(evaluate(i, draw), draw.n) for i in items]
            return list(map(list, zip(*columns, strict=True))) if columns else [[] for _ in range(draw.n)]
        case Record(fields):
            return Records({name: evaluate(c, draw) for name, c in fields})
        case Cases(chosen, columns_):
            return scatter(draw.n, [(rows, evaluate(columns_[i], draw.at(rows))) for i, rows in groups(chosen, draw)])


def groups(chosen: Pick, draw: Draw) -> Iterator[tuple[int, Codes]]:
    """The outcomes that occur, each with its rows."""
    return _grouped(chosen.codes(draw), chosen.size)


def _grouped(codes: Codes, size: int) -> Iterator[tuple[int, Codes]]:
    import numpy as np

    if size <= 4:
        for outcome in range(size):
            rows = np.flatnonzero(codes == outcome)
            if len(rows):
                yield outcome, rows
        return
    # numpy sorts 16-bit numbers by radix
    order = np.argsort(codes.astype(np.uint16) if size < 65_536 else codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=size)).tolist()
    start = 0
    for outcome, end in enumerate(ends):
        if end > start:
            yield outcome, order[start:end]
        start = end


def texts(column: Text, draw: Draw) -> list[str]:
    """The texts of a column, block by block."""
    import numpy as np

    found: list[str] = []
    for start in range(0, draw.n, BLOCK):
        block = draw.at(np.arange(start, min(start + BLOCK, draw.n)))
        slots = np.zeros((column.width, block.n), dtype=np.int32)
        _fill(column.nodes, block, None, slots)
        found.extend(_joined(column, slots))
    return found


def _joined(column: Text, slots: NDArray[np.int32]) -> list[str]:
    flat = slots.T.ravel()
    words: list[str] = column.vocabulary[flat[flat != 0]].tolist()
    rows = "".join(words).split(column.end)
    rows.pop()
    return rows


def _fill(
    nodes: tuple[Token | Branch, ...], draw: Draw, rows: NDArray[np.int64] | None, slots: NDArray[np.int32]
) -> None:
    """Write the tokens of some rows (all of them when None) into the slots, int32[width, rows]."""
    for node in nodes:
        if isinstance(node, Token):
            if rows is None:
                slots[node.slot] = node.numbers[node.pick.codes(draw)]
            else:
                slots[node.slot, rows] = node.numbers[node.pick.codes(draw)]
        else:
            for outcome, inside in _grouped(node.which[node.pick.codes(draw)], len(node.patterns)):
                at = inside if rows is None else rows[inside]
                _fill(node.patterns[outcome], draw.at(inside), at, slots)
