"""Regular expressions that can take exponential time, found before they run.

A backtracking matcher takes exponential time on some text when a loop of the pattern can match one text in two ways
from a state back to the same state: exponential ambiguity (Weideman, van der Merwe, Berglund, Watson: "Analyzing
Matching Time Behavior of Backtracking Regular Expression Matchers by Using Ambiguity of NFA", 2016). Here the pattern
becomes its position automaton (Glushkov 1961) with the number of ways from one position to the next, and the loops are
searched for two different paths over the same characters.

Polynomial time is not refused: `.*a.*b` is common and quadratic at worst in practice. Where a pattern is too large to
analyse, nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

MAX_POSITIONS = 600
MAX_PAIRS = 200_000
UNROLLED = 20
"""A bounded repetition of more turns than this is taken for an unbounded one."""

_SAMPLES = "azAZ059_ \n\t!~é²٣€中\u2028\U0001f600"


@dataclass(slots=True)
class _Piece:
    """A part of a pattern as its automaton sees it.

    first, last: positions at which it can begin and end, with the number of ways (2 stands for more).
    nullable: in how many ways it can match nothing. free: whether it always can, whatever stands there.
    ends: positions after which nothing can fail any more.
    """

    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    nullable: int = 1
    free: bool = True
    ends: frozenset[int] = frozenset()


class _TooLarge(Exception):  # noqa: N818 (a way out of the recursion, not an error)
    pass


@dataclass(slots=True)
class _Automaton:
    """Positions with the sample characters each one matches, and how many ways lead from one to the next."""

    samples: tuple[str, ...]
    matched: list[int] = field(default_factory=list)
    ways: dict[int, dict[int, int]] = field(default_factory=dict)
    inner: list[Iterable[Any]] = field(default_factory=list)

    def position(self, matched: int) -> _Piece:
        at = len(self.matched)
        if at >= MAX_POSITIONS:
            raise _TooLarge
        self.matched.append(matched)
        return _Piece({at: 1}, {at: 1}, 0, False, frozenset((at,)))

    def connect(self, last: dict[int, int], first: dict[int, int]) -> None:
        for a, m in last.items():
            row = self.ways.setdefault(a, {})
            for b, k in first.items():
                row[b] = min(2, row.get(b, 0) + m * k)


def is_exponential(pattern: str) -> bool:
    """Whether some text makes a search for the pattern take time exponential in its length.

    The pattern compiles. Errors are on the side of silence for patterns of more than `MAX_POSITIONS` characters, and
    of caution for atomic groups inside loops.
    """
    parser = import_module("re._parser")
    tree = parser.parse(pattern)
    samples = tuple(_samples(tree))
    todo: list[tuple[Iterable[Any], int]] = [(tree, tree.state.flags)]
    while todo:
        part, flags = todo.pop()
        automaton = _Automaton(samples)
        try:
            piece = _Builder(automaton).sequence(part, flags)
        except _TooLarge:
            continue
        if any(_ambiguous(automaton, loop, piece.ends) for loop in _loops(automaton)):
            return True
        todo.extend((inner, flags) for inner in automaton.inner)
    return False


def _samples(tree: Iterable[Any]) -> list[str]:
    """Characters that tell the classes of a pattern apart: those it names, their neighbours, one of each kind."""
    found = dict.fromkeys(_SAMPLES)
    for code in _codes(tree):
        for near in (code - 1, code, code + 1):
            if 0 <= near < 0x110000 and not 0xD800 <= near < 0xE000:
                found[chr(near)] = None
    return list(found)


def _codes(node: Any) -> Iterator[int]:
    if isinstance(node, tuple) and len(node) == 2 and str(node[0]) in ("LITERAL", "NOT_LITERAL"):
        yield node[1]
    elif isinstance(node, tuple) and len(node) == 2 and str(node[0]) == "RANGE":
        yield from node[1]
    elif isinstance(node, tuple | list):
        for part in node:
            yield from _codes(part)
    elif hasattr(node, "data"):
        yield from _codes(node.data)


class _Builder:
    """Goes over the tree of `re._parser` and makes the automaton."""

    def __init__(self, automaton: _Automaton) -> None:
        self.automaton = automaton

    def sequence(self, nodes: Iterable[Any], flags: int) -> _Piece:
        whole = _Piece()
        for node in nodes:
            whole = self.then(whole, self.piece(str(node[0]), node[1], flags))
        return whole

    def then(self, a: _Piece, b: _Piece) -> _Piece:
        self.automaton.connect(a.last, b.first)
        first = _joined(a.first, b.first, a.nullable)
        last = _joined(b.last, a.last, b.nullable)
        ends = b.ends | a.ends if b.free else b.ends
        return _Piece(first, last, min(2, a.nullable * b.nullable), a.free and b.free, ends)

    def piece(self, kind: str, value: Any, flags: int) -> _Piece:
        match kind:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return self.automaton.position(_matched(kind, value, flags, self.automaton.samples))
            case "SUBPATTERN":
                _, added, removed, inner = value
                return self.sequence(inner, (flags | added) & ~removed)
            case "BRANCH":
                return self.alternatives([self.sequence(inner, flags) for inner in value[1]])
            case "MAX_REPEAT" | "MIN_REPEAT":
                low, high, inner = value
                return self.repeated(low, high, inner, flags)
            case "POSSESSIVE_REPEAT":
                return self.sealed(value[2], flags, value[0] == 0)
            case "ATOMIC_GROUP":
                return self.sealed(value, flags, False)
            case "ASSERT" | "ASSERT_NOT":
                self.automaton.inner.append(value[1])
                return _Piece(free=False)
            case "GROUPREF":
                return self.repeat(self.automaton.position(-1))
            case "GROUPREF_EXISTS":
                _, yes, no = value
                return self.alternatives([self.sequence(yes, flags), self.sequence(no or (), flags)])
            case _:
                return _Piece(free=False)

    def alternatives(self, several: list[_Piece]) -> _Piece:
        whole = several[0]
        for other in several[1:]:
            whole = _Piece(
                _joined(whole.first, other.first),
                _joined(whole.last, other.last),
                min(2, whole.nullable + other.nullable),
                whole.free or other.free,
                whole.ends | other.ends,
            )
        return whole

    def repeated(self, low: int, high: int, inner: Any, flags: int) -> _Piece:
        if int(high) > UNROLLED:
            turn = self.repeat(self.sequence(inner, flags))
            # A text of one turn at least: the turns before it can be those of the loop itself.
            if low == 0:
                return turn
            empty = _Builder(_Automaton(self.automaton.samples)).sequence(inner, flags)
            return _Piece(turn.first, turn.last, empty.nullable, empty.free, turn.ends)
        whole = _Piece()
        for i in range(int(high), 0, -1):
            turn = self.then(self.sequence(inner, flags), whole)
            whole = turn if i <= low else _Piece(turn.first, turn.last, min(2, turn.nullable + 1), True, turn.ends)
        return whole

    def repeat(self, turn: _Piece) -> _Piece:
        self.automaton.connect(turn.last, turn.first)
        return _Piece(turn.first, turn.last, 1, True, turn.ends)

    def sealed(self, inner: Any, flags: int, nullable: bool) -> _Piece:
        """A part that is never gone back into: one position for all that it matches."""
        self.automaton.inner.append(inner)
        aside = _Automaton(self.automaton.samples)
        piece = _Builder(aside).sequence(inner, flags)
        matched = 0
        for bits in aside.matched:
            matched |= bits
        one = self.automaton.position(matched)
        empty = max(int(nullable), piece.nullable)
        return _Piece(one.first, one.last, empty, bool(empty), one.ends)


def _joined(a: dict[int, int], b: dict[int, int], times: int = 1) -> dict[int, int]:
    return a | {at: min(2, a.get(at, 0) + ways * times) for at, ways in b.items()} if times else a


def _matched(kind: str, value: Any, flags: int, samples: tuple[str, ...]) -> int:
    """The sample characters that an item matches, as bits."""
    import re

    bits = 0
    for i, char in enumerate(samples):
        if kind == "ANY":
            inside = char != "\n" or bool(flags & re.DOTALL)
        elif kind == "IN":
            inside = _in_class(value, char, flags)
        else:
            inside = _same(char, value, flags) is (kind == "LITERAL")
        bits |= inside << i
    return bits


def _in_class(items: Any, char: str, flags: int) -> bool:
    import re

    inside, negated = False, False
    variants = {char, char.lower(), char.upper()} if flags & re.IGNORECASE else {char}
    for kind, value in items:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                inside = inside or _same(char, value, flags)
            case "RANGE":
                inside = inside or any(len(v) == 1 and value[0] <= ord(v) <= value[1] for v in variants)
            case "CATEGORY":
                inside = inside or _in_category(str(value), char, bool(flags & re.ASCII))
    return inside is not negated


def _same(char: str, code: int, flags: int) -> bool:
    import re

    return ord(char) == code or (bool(flags & re.IGNORECASE) and char.lower() == chr(code).lower())


def _in_category(name: str, char: str, ascii_only: bool) -> bool:
    plain = char.isascii() or not ascii_only
    if name.endswith("DIGIT"):
        inside = char.isdecimal() and plain
    elif name.endswith("SPACE"):
        inside = char.isspace() and plain
    else:
        inside = (char.isalnum() and plain) or char == "_"
    return inside is not ("_NOT_" in name)


def _loops(automaton: _Automaton) -> Iterator[set[int]]:
    """The strongly connected parts that hold an edge: where a matcher can go round (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    held: list[int] = []
    on: set[int] = set()
    for root in automaton.ways:
        if root in index:
            continue
        work = [(root, iter(automaton.ways[root]))]
        index[root] = low[root] = len(index)
        held.append(root)
        on.add(root)
        while work:
            at, following = work[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    held.append(other)
                    on.add(other)
                    work.append((other, iter(automaton.ways.get(other, ()))))
                    break
                if other in on:
                    low[at] = min(low[at], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    part = set(held[held.index(at) :])
                    del held[held.index(at) :]
                    on -= part
                    if len(part) > 1 or at in automaton.ways.get(at, ()):
                        yield part


def _ambiguous(automaton: _Automaton, loop: set[int], ends: frozenset[int]) -> bool:
    """Whether two different paths inside a loop read the same text from a position back to it.

    Where a match may end at every position of the loop and nothing follows that could fail, a matcher never goes back.
    """
    if loop <= ends:
        return False
    inside = {a: [b for b in automaton.ways.get(a, ()) if b in loop] for a in loop}
    if any(automaton.ways[a][b] > 1 for a, several in inside.items() for b in several):
        return True
    forward: dict[tuple[int, int], set[tuple[int, int]]] = {}
    backward: dict[tuple[int, int], set[tuple[int, int]]] = {}
    todo = [(p, p) for p in loop]
    seen = set(todo)
    while todo:
        a, b = pair = todo.pop()
        for x in inside[a]:
            for y in inside[b]:
                if automaton.matched[x] & automaton.matched[y]:
                    forward.setdefault(pair, set()).add((x, y))
                    backward.setdefault((x, y), set()).add(pair)
                    if (x, y) not in seen:
                        seen.add((x, y))
                        todo.append((x, y))
        if len(seen) > MAX_PAIRS:
            return False
    todo = [(p, p) for p in loop]
    back = set(todo)
    while todo:
        for pair in backward.get(todo.pop(), ()):
            if pair not in back:
                back.add(pair)
                todo.append(pair)
    return any(a != b for a, b in back)
