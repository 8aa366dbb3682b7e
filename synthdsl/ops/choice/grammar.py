"""Weighted context-free grammars for text: their form, what is wrong with them, and reading them.

In: a record or map from each symbol to its productions, a list of texts or a map of texts with weights. In a text,
`<name>` stands for a symbol and `<<` for a `<`. Out: `Grammar`, which `expand.py` turns into texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from synthdsl.base.suggest import did_you_mean
from synthdsl.ops.choice.weights import Wheel, weight_problems
from synthdsl.ops.contract import Problem

MAX_SLOTS = 10_000
"""A grammar whose longest text takes more replacements than this is treated like a recursive one."""

_PART = re.compile(r"<<|<([A-Za-z_][A-Za-z_0-9]*)>")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A place in a production where another symbol is put in."""

    name: str


Part = str | Symbol


@dataclass(frozen=True, slots=True)
class Rule:
    """The productions of one symbol, with the choice among all and among those nearest to an end.

    slots: how many random numbers its longest expansion takes; 0 where there is no bound, or a very high one.
    """

    productions: tuple[tuple[Part, ...], ...]
    wheel: Wheel
    ending: tuple[tuple[Part, ...], ...]
    ending_wheel: Wheel
    slots: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """A grammar that holds together: every symbol has productions and an end."""

    rules: dict[str, Rule]
    start: str

    @property
    def is_recursive(self) -> bool:
        """Whether a symbol can lead back to itself, so that there is no longest text."""
        return self.rules[self.start].slots == 0


def parts_of(text: str) -> tuple[Part, ...]:
    """A production, cut into text and symbols."""
    parts: list[Part] = []
    at, pending = 0, ""
    for match in _PART.finditer(text):
        pending += text[at : match.start()]
        at = match.end()
        if match[1] is None:
            pending += "<"
            continue
        if pending:
            parts.append(pending)
        parts.append(Symbol(match[1]))
        pending = ""
    pending += text[at:]
    return (*parts, pending) if pending else tuple(parts)


def grammar_problems(value: Any, start: str) -> Iterator[Problem]:
    """What is wrong with a grammar: its form, its weights, unknown symbols, symbols without end."""
    if not isinstance(value, dict) or not value:
        yield Problem("E0309", "A grammar is a record from each symbol to its productions.", "grammar")
        return
    wrong = False
    for name, productions in value.items():
        for problem in _rule_problems(str(name), productions):
            wrong = True
            yield problem
    if start not in value:
        wrong = True
        notes = (*did_you_mean(start, value), f'Another start is named by `start="{next(iter(value))}"`.')
        yield Problem("E0309", f"The grammar has no symbol '{start}' to start from.", "grammar", notes)
    if not wrong:
        yield from _shape_problems(
            {name: [parts_of(text) for text in many] for name, many in value.items()},
            _heights({name: list(_possible(many)[0]) for name, many in value.items()}),
            start,
        )


def _rule_problems(name: str, productions: Any) -> Iterator[Problem]:
    if not isinstance(productions, list | dict) or not all(isinstance(text, str) for text in productions):
        form = "a list of texts, or a map of texts with weights"
        yield Problem("E0309", f"The productions of '{name}' are not {form}.", "grammar")
    elif not productions:
        yield Problem("E0311", f"The symbol '{name}' has no productions.", "grammar")
    elif isinstance(productions, dict):
        for problem in weight_problems(list(productions.values()), "grammar"):
            message = f"In the productions of '{name}': {problem.message[0].lower()}{problem.message[1:]}"
            yield Problem(problem.code, message, "grammar", problem.notes)


def _possible(productions: Any) -> tuple[list[tuple[Part, ...]], list[float]]:
    """The productions of a weight above zero, and their weights."""
    weights = productions if isinstance(productions, dict) else dict.fromkeys(range(len(productions)), 1)
    pairs = [(parts_of(text), w) for text, w in zip(productions, weights.values(), strict=True) if w]
    return [parts for parts, _ in pairs], [w for _, w in pairs]


def _shape_problems(rules: dict[str, list[tuple[Part, ...]]], heights: dict[str, int], start: str) -> Iterator[Problem]:
    unknown = {used: name for name in reversed(rules) for used in _symbols(rules[name]) if used not in rules}
    for used, name in unknown.items():
        notes = (*did_you_mean(used, rules), "A '<' that is meant as such is written '<<'.")
        yield Problem(
            "E0309", f"The production of '{name}' uses '<{used}>', which the grammar lacks.", "grammar", notes
        )
    if unknown:
        return
    for name in _reached(rules, start):
        if name not in heights:
            message = f"The symbol '{name}' never comes to an end: each of its productions leads back to it."
            yield Problem("E0309", message, "grammar", ("One production must do without recursion.",))


def unreached_problems(value: dict[str, Any], start: str) -> Iterator[Problem]:
    """Symbols of a grammar, otherwise good, that no text from the start symbol can use."""
    reached = _reached({name: [parts_of(text) for text in many] for name, many in value.items()}, start)
    for name in value:
        if name not in reached:
            yield Problem("E0309", f"The symbol '{name}' is never reached from '{start}'.", "grammar")


def _reached(rules: dict[str, list[tuple[Part, ...]]], start: str) -> dict[str, None]:
    """The start symbol and all that it leads to, in the order in which they are found."""
    reached = {start: None}
    todo = [start]
    while todo:
        for used in _symbols(rules[todo.pop()]):
            if used not in reached:
                reached[used] = None
                todo.append(used)
    return reached


def _symbols(productions: list[tuple[Part, ...]]) -> Iterator[str]:
    for parts in productions:
        for part in parts:
            if isinstance(part, Symbol):
                yield part.name


def _heights(rules: dict[str, list[tuple[Part, ...]]]) -> dict[str, int]:
    """The depth of the shortest way to an end, for the symbols which have one."""
    heights: dict[str, int] = {}
    for depth in range(len(rules)):
        found = [n for n, ps in rules.items() if n not in heights and any(_ends(p, heights) for p in ps)]
        if not found:
            break
        heights.update(dict.fromkeys(found, depth))
    return heights


def _ends(parts: tuple[Part, ...], heights: dict[str, int]) -> bool:
    return all(isinstance(p, str) or p.name in heights for p in parts)


def read_grammar(value: dict[str, Any], start: str) -> Grammar:
    """The grammar of a value in which `grammar_problems` finds nothing."""
    possible = {name: _possible(many) for name, many in value.items()}
    productions = {name: several for name, (several, _) in possible.items()}
    heights = _heights(productions)
    slots = _slots(productions, start)
    rules: dict[str, Rule] = {}
    for name in _reached(productions, start):
        several, weights = possible[name]
        depths = [max((heights[used] + 1 for used in _symbols([parts])), default=0) for parts in several]
        short = [i for i, depth in enumerate(depths) if depth == heights[name]]
        rules[name] = Rule(
            tuple(several),
            Wheel(weights),
            tuple(several[i] for i in short),
            Wheel([weights[i] for i in short]),
            slots[name],
        )
    return Grammar(rules, start)


def _slots(rules: dict[str, list[tuple[Part, ...]]], start: str) -> dict[str, int]:
    """The random numbers that the longest expansion of each symbol takes; 0 for all where one has no bound."""
    found: dict[str, int] = {}
    open_: set[str] = set()

    def visit(name: str) -> bool:
        if name in found:
            return True
        if name in open_:
            return False
        open_.add(name)
        longest = 0
        for parts in rules[name]:
            names = list(_symbols([parts]))
            if not all(visit(n) for n in names):
                return False
            longest = max(longest, sum(found[n] for n in names))
        open_.discard(name)
        found[name] = 1 + longest
        return longest < MAX_SLOTS

    return found if visit(start) else dict.fromkeys(rules, 0)
