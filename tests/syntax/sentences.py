"""Random sentences of the grammar: every rule, every token, any layout.

Made from the rules in the shipped tables, so that a new rule is covered without a word here.
"""

from __future__ import annotations

import functools
import json
from random import Random

from synthdsl.syntax.tables import tables_file

NAMES = ("a", "b_1", "topic", "Grade", "row", "größe", "x", "customer", "_", "n")
LEXEMES = {
    "NAME": NAMES,
    "INT": ("0", "7", "1_000", "42"),
    "FLOAT": ("0.5", "1e5", "2.5e-3", "1_0.25"),
    "PERCENT": ("60%", "0.5%", "100%"),
    "DATE": ("2025-01-31", "1999-12-01"),
    "STRING": (
        '"plain"',
        '""',
        r'"esc \" \\ \n \u00e9"',
        r'r"\b\d+"',
        '"""one line {{ x }}"""',
        '"""\n  two\n    lines\n  """',
        '"""first\n      {% if a %}\n\n      b"""',
        'r"""\n\\d\n"""',
        '"""\n"""',
        '"""  ends  \n"""',
    ),
    "TSTRING": ('t"{{ a }}"', 't"""\n{{ a }}\n  b\n"""', 't""'),
}
COMMENTS = (" # c\n", "\n# own\n", "\n\n  ## doc\n", " # a\n\n# b\n\n", "\n## d\n\n## e\n")
GAPS = (" ", " ", " ", " ", " ", "\n", "\n\n", "\n\n\n  ", "\t", "  ")


@functools.cache
def _rules() -> dict[str, list[list[str]]]:
    data = json.loads(tables_file().read_text(encoding="utf-8"))
    rules: dict[str, list[list[str]]] = {}
    for origin, _, symbols in data["rules"]:
        if "MISSING" not in symbols:
            rules.setdefault(origin, []).append(symbols)
    return rules


@functools.cache
def _spelling() -> dict[str, str]:
    data = json.loads(tables_file().read_text(encoding="utf-8"))
    return {kind: word for word, kind in (data["keywords"] | data["symbols"]).items()}


@functools.cache
def _heights() -> dict[str, int]:
    """How deep the smallest tree of each rule is."""
    heights: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for origin, expansions in _rules().items():
            known = [
                1 + max((heights[s] if s in _rules() else 0 for s in e), default=0)
                for e in expansions
                if all(s in heights or s not in _rules() for s in e)
            ]
            if known and min(known) < heights.get(origin, 10**6):
                heights[origin] = min(known)
                changed = True
    return heights


def sentence(random: Random, start: str = "start", size: int = 120) -> list[str]:
    """The tokens of a random sentence; short ones once there are `size` of them."""
    heights, rules, spelling = _heights(), _rules(), _spelling()
    out: list[str] = []
    pending = [start]
    while pending:
        symbol = pending.pop()
        if symbol not in rules:
            out.append(random.choice(LEXEMES[symbol]) if symbol in LEXEMES else spelling[symbol])
            continue
        options = rules[symbol]
        if len(out) + len(pending) > size:
            cost = [max((heights.get(s, 0) for s in option), default=0) + len(option) for option in options]
            options = [option for option, c in zip(options, cost, strict=True) if c == min(cost)]
        pending.extend(reversed(random.choice(options)))
    return out


def file(random: Random, size: int) -> list[str]:
    """The tokens of a file: a declaration, or a dataset with statements of every kind."""
    if random.random() < 0.5:
        return ["synth", "1", *sentence(random, "declaration", size)]
    statements = [token for _ in range(random.randint(1, 4)) for token in sentence(random, "statement", size // 3)]
    # Behind a condition of any length what follows would nearly always be cut short.
    rule = ["rule", "r", ":", "a", "else", *sentence(random, "_action", size // 3)]
    return ["synth", "1", "dataset", "d", "of", "3", "{", *statements, *rule, "}"]


def spaced(random: Random, tokens: list[str], comments: bool = True) -> str:
    """Tokens with random layout between them."""
    parts: list[str] = []
    for number, token in enumerate(tokens):
        if number:
            parts.append(random.choice(COMMENTS) if comments and random.random() < 0.05 else random.choice(GAPS))
        parts.append(token)
    return "".join(parts) + random.choice(("", "\n", "\n\n", "\n# end", "\n\n# end\n\n"))
