"""The LALR(1) tables: made by Lark from `grammar/synth.lark`, kept as JSON, loaded without the grammar.

Making them takes half a second, loading them a few milliseconds. `python -m synthdsl.syntax.tables` writes
them again after a change of the grammar.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from synthdsl.base.digest import digest
from synthdsl.base.shipped import shipped
from synthdsl.syntax.tree import Node, Token

START = "start"
MISSING = "MISSING"
RESERVED = frozenset(["and", "or", "not", "in", "if", "else", "implies", "match", "true", "false", "null"])
"""The words that are keywords wherever they stand."""


class Reduction(NamedTuple):
    """A rule: what it makes, of how many parts, and how."""

    origin: str
    size: int
    make: Callable[[list[Any]], Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the parser runs on.

    states: by state and symbol the next state, or `~n` for a reduction by rule n; after a reduction the rule's origin
    is looked up. keywords, symbols: terminal by spelling.
    """

    states: list[dict[str, int]]
    rules: list[Reduction]
    start: int
    end: int
    keywords: dict[str, str]
    symbols: dict[str, str]
    soft: frozenset[str]


def grammar_file() -> Path:
    return shipped("grammar") / "synth.lark"


def tables_file() -> Path:
    return shipped("grammar") / "synth.tables.json"


@functools.cache
def load() -> Tables:
    """The shipped tables, read once a process."""
    return from_json(tables_file().read_text(encoding="utf-8"))


def from_json(text: str) -> Tables:
    """Tables as `to_json` wrote them."""
    data = json.loads(text)
    lists = set(data["lists"])
    rules = [
        Reduction(origin, len(symbols), _callback(kind, symbols, lists)) for origin, kind, symbols in data["rules"]
    ]
    states, end = data["states"], data["end"]
    # The parser accepts on reaching this state and never looks the end up in it; those who play moves through do.
    states[end]["$END"] = end
    keywords = data["keywords"]
    soft = frozenset(kind for word, kind in keywords.items() if word not in RESERVED)
    return Tables(states, rules, data["start"], end, keywords, data["symbols"], soft)


def _callback(kind: str, symbols: list[str], lists: set[str]) -> Callable[[list[Any]], Any]:
    if not kind:
        return _extend if len(symbols) > 1 else itemgetter(0)
    if not symbols:
        return lambda _: Node(kind, (), 0, 0)
    if lists.isdisjoint(symbols):
        return lambda parts: Node(kind, tuple(parts), parts[0].start, parts[-1].end)

    def make(parts: list[Any]) -> Node:
        children = tuple(_flat(parts))
        return Node(kind, children, children[0].start, children[-1].end)

    return make


def _flat(parts: list[Any]) -> list[Node | Token]:
    flat: list[Node | Token] = []
    for part in parts:
        if type(part) is list:
            flat += part
        else:
            flat.append(part)
    return flat


def _extend(parts: list[Any]) -> list[Node | Token]:
    """A list that grows in place, so that a repetition of n parts takes n steps."""
    first = parts[0]
    if type(first) is not list:
        return _flat(parts)
    first += _flat(parts[1:])
    return first


# --- making them ----------------------------------------------------------------------------------


def to_json(grammar: str) -> str:
    """The tables of a grammar as JSON; an error where it has a conflict."""
    from lark import Lark

    lark = Lark(grammar, parser="lalr", lexer="basic", strict=True, start=START)
    rows, start, end = _numbered(lark.parser.parser._parse_table)
    rules = {rule: order for order, rule in enumerate(_rules_in_order(rows))}
    words = {t.name: str(t.pattern.value) for t in lark.terminals if t.pattern.type == "str"}
    lists = _growing(rules)
    data = {
        "digest": digest(grammar),
        "start": start,
        "end": end,
        "keywords": {word: name for name, word in sorted(words.items()) if word.isalpha()},
        "symbols": {word: name for name, word in sorted(words.items()) if not word.isalpha()},
        "lists": sorted(lists),
        "rules": [[str(r.origin.name), _kind(r), [str(s.name) for s in r.expansion]] for r in rules],
        "states": [
            {name: to if isinstance(to, int) else ~rules[to] for name, to in sorted(row.items())} for row in rows
        ],
    }
    lines = (f"{json.dumps(key)}: {_lines(value)}" for key, value in data.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(value: object) -> str:
    """One rule or state a line, so that a change of the grammar is a readable difference."""
    if isinstance(value, list) and value and not isinstance(value[0], str):
        return "[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in value) + "\n]"
    return json.dumps(value)


def _kind(rule: Any) -> str:
    """The kind of node a rule makes, or "" where its parts go into the rule above."""
    if rule.alias:
        return str(rule.alias)
    inlined = rule.origin.name.startswith("_") or (rule.options.expand1 and len(rule.expansion) == 1)
    return "" if inlined else str(rule.origin.name)


def _growing(rules: dict[Any, int]) -> set[str]:
    """The inlined rules that may stand for several parts."""
    found: set[str] = set()
    before = -1
    while before != len(found):
        before = len(found)
        for rule in rules:
            if not _kind(rule) and (len(rule.expansion) > 1 or rule.expansion[0].name in found):
                found.add(str(rule.origin.name))
    return found


def _numbered(table: Any) -> tuple[list[dict[str, Any]], int, int]:
    """States in the order of a walk from the start: Lark's own numbers differ from run to run."""
    from lark.parsers.lalr_analysis import Shift

    first = table.start_states[START]
    numbers = {first: 0}
    order = [first]
    for state in order:
        for _, (action, to) in sorted(table.states[state].items()):
            if action is Shift and to not in numbers:
                numbers[to] = len(order)
                order.append(to)
    rows = [
        {str(name): numbers[to] if action is Shift else to for name, (action, to) in table.states[state].items()}
        for state in order
    ]
    return rows, 0, numbers[table.end_states[START]]


def _rules_in_order(rows: list[dict[str, Any]]) -> list[Any]:
    used = {to for row in rows for to in row.values() if not isinstance(to, int)}
    return sorted(used, key=lambda r: (r.origin.name, r.order, [s.name for s in r.expansion]))


def main() -> None:
    """Write the tables of the grammar in this checkout."""
    tables_file().write_text(to_json(grammar_file().read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
