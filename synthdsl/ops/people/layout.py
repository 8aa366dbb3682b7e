"""From a term to a column: draws get their counters, texts their slots and their vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.columns import (
    Branch,
    Cases,
    Column,
    Fixed,
    Listing,
    Numbers,
    Pick,
    Record,
    Text,
    Token,
    Values,
    pick,
)
from synthdsl.ops.people.convert import fitting
from synthdsl.ops.people.drawn import Drawn, Join, Unsupported, is_term, is_uncertain
from synthdsl.types.terms import IntType, ListType, OptionalType, RecordType, StrType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_NODES, MOST_WORDS = 20_000, 1_000_000
"""Draws and words of one text column, at most."""


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
