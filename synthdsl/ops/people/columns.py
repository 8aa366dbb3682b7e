"""Terms as columns: what a provider gives for a batch of rows, from draws made for all of them at once.

A text becomes tokens side by side: every draw of the term is a column of token numbers, made with numpy; a draw
among patterns sends its rows to the tokens of their pattern. At the end the tokens of a block of rows are looked up,
joined and cut into the rows' texts, so that Python's own loop never runs over rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Coded, Constant, Records, scatter, to_list
from synthdsl.ops.people import rewrite
from synthdsl.ops.people.convert import fitting
from synthdsl.ops.people.drawn import Drawn, Join, Unsupported, is_term, is_uncertain
from synthdsl.types.terms import IntType, ListType, OptionalType, RecordType, StrType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Codes = NDArray[np.int64]

BLOCK = 16_384
"""Rows whose tokens are joined at once: the numbers of a block stay in the processor's cache."""

MOST_NODES, MOST_WORDS = 20_000, 1_000_000
"""Draws and words of one text column, at most."""


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


def column(term: Any, type_: Type) -> Column:
    """The column of a term whose values are of a type. Raises `Unsupported` where there is none."""
    return _Builder().column(term, type_)


class _Builder:
    """Hands out the counters of one column's draws."""

    def __init__(self) -> None:
        self.counters = count()

    def pick(self, size: int, weights: Sequence[float] | None) -> Pick:
        return pick(next(self.counters), size, weights)

    def column(self, term: Any, type_: Type) -> Column:
        if not is_uncertain(term):
            return Fixed(fitting(type_)(term))
        if isinstance(term, Drawn) and term.plain and not isinstance(term.options, range):
            return self.values(term, type_)
        match type_:
            case OptionalType(inner):
                return self.column(term, inner)
            case StrType():
                term = rewrite.as_text(term)
                return self.values(term, type_) if isinstance(term, Drawn) and term.plain else self.text(term)
            case IntType() if isinstance(term, Drawn) and isinstance(term.options, range):
                chosen = self.pick(len(term.options), term.weights)
                return Numbers(chosen, term.options.start, term.options.step)
            case ListType(item) if isinstance(term, list | tuple):
                return Listing(tuple(self.column(t, item) for t in term))
            case RecordType(fields) if isinstance(term, dict):
                return Record(tuple((f.name, self.column(term.get(f.name), f.type)) for f in fields))
            case _ if isinstance(term, Drawn) and not term.plain:
                columns = tuple(self.column(o, type_) for o in term.options)
                return Cases(self.pick(len(columns), term.weights), columns)
            case _:
                raise Unsupported("a term of another type")

    def values(self, term: Drawn, type_: Type) -> Column:
        import numpy as np

        fit = fitting(type_)
        distinct: dict[str, int] = {}
        values: list[Any] = []
        numbers: list[int] = []
        for option in term.options:
            value = fit(option)
            number = distinct.setdefault(repr(value), len(values))
            if number == len(values):
                values.append(value)
            numbers.append(number)
        chosen = self.pick(len(numbers), term.weights)
        return Values(chosen, np.array(numbers, dtype=np.int64), tuple(values))

    def text(self, term: Any) -> Text:
        pieces = list(_pieces(term, set()))
        end = next((c for c in "\0\x1e\x1f\x01\x02" if not any(c in p for p in pieces)), None)
        if end is None:
            raise Unsupported("texts with control characters")
        return _TextBuilder(self, end).text(term)


class _TextBuilder:
    """Lays out one text in slots and collects its vocabulary."""

    def __init__(self, builder: _Builder, end: str) -> None:
        self.builder = builder
        self.end = end
        self.vocabulary = {"": 0}
        self.nodes_left = MOST_NODES
        self.numbered: dict[tuple[int, str, str], tuple[Any, NDArray[np.int32]]] = {}

    def text(self, term: Any) -> Text:
        import numpy as np

        nodes, width = self.nodes(term, "", self.end, 0, None)
        words = np.empty(len(self.vocabulary), dtype=object)
        words[:] = list(self.vocabulary)
        return Text(nodes, width, words, self.end)

    def nodes(
        self, term: Any, before: str, after: str, slot: int, tied: Pick | None
    ) -> tuple[tuple[Token | Branch, ...], int]:
        """The nodes of a term with fixed text around it, from a slot on, and the number of slots they take.

        tied: the draw made before that decides this one too, if there is one.
        """
        if isinstance(term, str):
            term = Drawn((term,))
        if isinstance(term, Join):
            return self.side_by_side(term, before, after, slot)
        chosen = tied or self.builder.pick(len(term.options), term.weights)
        if term.plain:
            return (Token(slot, chosen, self.numbers(term.options, before, after)),), 1
        return self.branch(term, before, after, slot, chosen)

    def branch(
        self, term: Drawn, before: str, after: str, slot: int, chosen: Pick
    ) -> tuple[tuple[Token | Branch, ...], int]:
        """A draw among terms; its plain options share one pattern."""
        import numpy as np

        patterns: list[tuple[Token | Branch, ...]] = []
        which: list[int] = []
        width = 1
        plain = None
        for option in term.options:
            if is_term(option):
                which.append(len(patterns))
                nodes, taken = self.nodes(option, before, after, slot, None)
                patterns.append(nodes)
                width = max(width, taken)
                continue
            if plain is None:
                plain = len(patterns)
                texts = ["" if is_term(o) else o for o in term.options]
                patterns.append((Token(slot, chosen, self.numbers(texts, before, after)),))
            which.append(plain)
        return (Branch(chosen, np.array(which, dtype=np.int64), tuple(patterns)),), width

    def side_by_side(self, term: Join, before: str, after: str, slot: int) -> tuple[tuple[Token | Branch, ...], int]:
        """Fixed text goes with the draw before it, that at the beginning with the first draw."""
        lead, draws = before, list[list[Any]]()
        for part in term.parts:
            if not isinstance(part, str):
                draws.append([part, ""])
            elif draws:
                draws[-1][1] += part
            else:
                lead += part
        draws[-1][1] += after
        ties: dict[object, Pick] = {}
        found: list[Token | Branch] = []
        width = 0
        for part, follows in draws:
            nodes, taken = self.nodes(part, lead, follows, slot + width, ties.get(part.tie))
            if part.tie is not None:
                ties[part.tie] = nodes[0].pick
            found.extend(nodes)
            width += taken
            lead = ""
        return tuple(found), width

    def numbers(self, options: Sequence[Any], before: str, after: str) -> NDArray[np.int32]:
        """The numbers of the options in the vocabulary, with the fixed text around them."""
        import numpy as np

        self.nodes_left -= 1
        if self.nodes_left < 0 or len(self.vocabulary) > MOST_WORDS:
            raise Unsupported("too large a pattern")
        key = (id(options), before, after)
        if key not in self.numbered:
            known = self.vocabulary
            numbers = [known.setdefault(f"{before}{o}{after}", len(known)) for o in options]
            # the options are kept so that no others can take their id
            self.numbered[key] = options, np.array(numbers, dtype=np.int32)
        return self.numbered[key][1]


def _pieces(term: Any, seen: set[int]) -> Iterator[str]:
    """Every piece of text in a term, those of one list of options once."""
    if isinstance(term, str):
        yield term
    elif isinstance(term, Join):
        for part in term.parts:
            yield from _pieces(part, seen)
    elif id(term.options) not in seen:
        seen.add(id(term.options))
        if term.plain:
            yield from term.options
        else:
            for option in term.options:
                yield from _pieces(option, seen)


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
