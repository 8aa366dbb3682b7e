"""Texts from a grammar: the start symbol expanded for many rows.

An expansion uses one random number for each symbol that it replaces. In a grammar without recursion each place of a
symbol has a number of its own, and all rows are expanded together, place by place. With recursion each row is expanded
from left to right, the numbers in that order. Recursion always ends: from a depth on, or after many replacements, only
those productions are chosen that lead to an end by the shortest way.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Coded, Constant, Vector, scatter, to_list
from synthdsl.ops.choice.grammar import Grammar, Part, Symbol
from synthdsl.ops.contract import Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

FREE_REPLACEMENTS = 10_000
"""After so many replacements in one text, only the shortest way to an end is taken."""

MAX_REPLACEMENTS = 1_000_000
"""Even the shortest way must not be longer than this."""

_FIRST_BLOCK, _LAST_BLOCK = 32, 1024


def expand(grammar: Grammar, draw: Draw, depth: int) -> Vector:
    """A text for each row."""
    if grammar.is_recursive:
        return _by_row(grammar, draw, depth)
    return _symbol(grammar, grammar.start, 0, draw)


def _symbol(grammar: Grammar, name: str, slot: int, draw: Draw) -> Vector:
    """The texts of a symbol at the place that has the random number `slot`."""
    rule = grammar.rules[name]
    if len(rule.productions) == 1:
        return _production(grammar, rule.productions[0], slot + 1, draw)
    index = rule.wheel.find_all(draw.uniform(slot))
    if not any(isinstance(part, Symbol) for parts in rule.productions for part in parts):
        return Coded(index, ["".join(map(str, parts)) for parts in rule.productions])
    pieces: list[tuple[Ints, Vector]] = []
    for i, parts in enumerate(rule.productions):
        rows = (index == i).nonzero()[0]
        if len(rows):
            pieces.append((rows, _production(grammar, parts, slot + 1, draw.at(rows))))
    return scatter(draw.n, pieces)


def _production(grammar: Grammar, parts: tuple[Part, ...], slot: int, draw: Draw) -> Vector:
    columns: list[Vector] = []
    for part in parts:
        if isinstance(part, str):
            columns.append(Constant(part))
        else:
            columns.append(_symbol(grammar, part.name, slot, draw))
            slot += grammar.rules[part.name].slots
    if len(columns) == 1:
        return columns[0]
    if all(isinstance(c, Constant) for c in columns):
        return Constant("".join(c.value for c in columns if isinstance(c, Constant)))
    texts = [repeat(c.value, draw.n) if isinstance(c, Constant) else to_list(c, draw.n) for c in columns]
    return list(map("".join, zip(*texts, strict=True)))


class _Text:
    """One text in the making: what is written, and what is still to be replaced, the next at the end."""

    __slots__ = ("out", "replaced", "stack")

    def __init__(self, start: str) -> None:
        self.out: list[str] = []
        self.replaced = 0
        self.stack: list[tuple[Part, int]] = [(Symbol(start), 0)]

    def go_on(self, grammar: Grammar, numbers: list[float], depth: int) -> bool:
        """Replaces symbols as long as there are numbers; gives whether the text is complete."""
        stack, given = self.stack, iter(numbers)
        while stack:
            part, level = stack.pop()
            if isinstance(part, str):
                self.out.append(part)
                continue
            number = next(given, None)
            if number is None:
                stack.append((part, level))
                return False
            self.replaced += 1
            rule = grammar.rules[part.name]
            if level >= depth or self.replaced > FREE_REPLACEMENTS:
                chosen = rule.ending[rule.ending_wheel.find(number)]
            else:
                chosen = rule.productions[rule.wheel.find(number)]
            stack.extend((p, level + 1) for p in reversed(chosen))
        return True


def _by_row(grammar: Grammar, draw: Draw, depth: int) -> Vector:
    import numpy as np

    texts = [_Text(grammar.start) for _ in range(draw.n)]
    active = np.arange(draw.n)
    first, size = 0, _FIRST_BLOCK
    while len(active):
        if first > MAX_REPLACEMENTS:
            message = f"A text of the grammar takes more than {MAX_REPLACEMENTS:,} replacements."
            raise Undefined(message, int(active[0]))
        place = draw.at(active)
        numbers = np.stack([place.uniform(i) for i in range(first, first + size)], axis=1).tolist()
        rows = zip(active.tolist(), numbers, strict=True)
        active = np.array([i for i, row in rows if not texts[i].go_on(grammar, row, depth)], dtype=np.int64)
        first, size = first + size, min(2 * size, _LAST_BLOCK)
    return ["".join(text.out) for text in texts]
