"""The place where a parser stands still: what it has read, what comes next, and what might come instead."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synthdsl.base.span import Source, Span
from synthdsl.syntax.tables import Tables
from synthdsl.syntax.tree import Node, Token
from synthdsl.syntax.words import can_shift, is_name_by_sign, shifted

OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
SIGNS = {"LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "LBRACE": "{", "RBRACE": "}"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}

DECLARATIONS = {
    "import": "IMPORT",
    "param": "PARAM",
    "model": "MODEL",
    "type": "TYPE",
    "template": "TEMPLATE",
    "source": "SOURCE",
    "extern": "EXTERN",
    "dataset": "DATASET",
    "expect": "EXPECT",
    "output": "OUTPUT",
    "evaluate": "EVALUATE",
    "test": "TEST",
    "recipe": "RECIPE",
    "moved": "MOVED",
}
STATEMENTS = {
    "var": "VAR",
    "template": "TEMPLATE",
    "llm": "LLM",
    "rule": "RULE",
    "violate": "VIOLATE",
    "iterate": "ITERATE",
    "chat": "CHAT",
    "stop": "STOP",
    "next": "NEXT",
    "give": "GIVE",
    "given": "GIVEN",
    "reply": "REPLY",
    "assert": "ASSERT",
}
BEGINNING = frozenset(DECLARATIONS.values()) | frozenset(STATEMENTS.values())
"""The words that begin a declaration or a statement."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """An open bracket; `level` is the place of its state in the stack."""

    token: Token
    level: int


@dataclass(frozen=True)
class Place:
    """The token at `at` of `tokens` does not fit. values, stack: the parser's. brackets: those open here.

    following: where these tokens end, the token with which the next declaration begins, if there is one.
    """

    source: Source
    tables: Tables
    tokens: Sequence[Token]
    at: int
    stack: Sequence[int]
    values: Sequence[Any]
    brackets: Sequence[Bracket]
    following: Token | None

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def text(self) -> str:
        """The characters of the token."""
        return self.text_at(0)

    @property
    def span(self) -> Span:
        return Span(self.source.file, self.token.start, self.token.end)

    def other(self, distance: int) -> Token | None:
        """The token so many places further on, or back."""
        to = self.at + distance
        return self.tokens[to] if 0 <= to < len(self.tokens) else None

    def text_at(self, distance: int) -> str:
        """Its characters; empty where there is none."""
        token = self.other(distance)
        return self.source.text[token.start : token.end] if token else ""

    def adjacent(self) -> bool:
        """Whether nothing stands between this token and the one before."""
        before = self.other(-1)
        return before is not None and before.end == self.token.start

    def may(self, *kinds: str) -> bool:
        """Whether tokens of these kinds could come next, one after the other."""
        return can_follow(self.tables, self.stack, kinds)

    @functools.cached_property
    def expected(self) -> frozenset[str]:
        """All kinds that could come next."""
        kinds = {kind for row in self.tables.states for kind in row if kind.isupper()}
        return frozenset(kind for kind in kinds if can_shift(self.tables, self.stack, kind))

    @property
    def inner(self) -> str:
        """The kind of the innermost open bracket, or nothing."""
        return self.brackets[-1].token.kind if self.brackets else ""

    def is_word(self) -> bool:
        return self.text[:1].isidentifier()

    def first_on_line(self) -> bool:
        return first_on_line(self.source.text, self.token)

    def since_bracket(self) -> list[Node | Token]:
        """The values read since the innermost open bracket."""
        level = self.brackets[-1].level if self.brackets else 0
        return [value for value in self.values[level:] if not isinstance(value, list)]


def can_follow(tables: Tables, stack: Sequence[int], kinds: Sequence[str]) -> bool:
    """Whether tokens of these kinds fit one after the other."""
    for kind in kinds[:-1]:
        after = shifted(tables, stack, kind)
        if after is None:
            return False
        stack = after
    return can_shift(tables, stack, kinds[-1])


def first_on_line(text: str, token: Token) -> bool:
    """Whether only whitespace stands before it on its line."""
    before = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    return not before.strip(" \t\ufeff")


def indentation(text: str, token: Token) -> int:
    """How far the line of a token is indented."""
    line = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    return len(line) - len(line.lstrip())


def begins_statement(text: str, token: Token) -> bool:
    """Whether it looks like the word that begins a declaration or statement on a line of its own."""
    return token.kind in BEGINNING and not is_name_by_sign(text, token) and first_on_line(text, token)


def begins_key(text: str, token: Token) -> bool:
    """Whether it looks like a key or setting on a line of its own."""
    return re.match(r"\w+\s*[=:](?!=)", text[token.start : token.end + 40]) is not None and first_on_line(text, token)
