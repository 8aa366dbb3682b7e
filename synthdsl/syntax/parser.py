"""From tokens to the tree, by the LALR(1) machine over the tables that Lark made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synthdsl.syntax.tables import Tables
from synthdsl.syntax.tree import Node, Token
from synthdsl.syntax.words import settle

END = "$END"


class UnexpectedTokenError(Exception):
    """A token that cannot come next."""


class Machine:
    """The stacks of a parser in its first state; it is fed token by token and needs no lexer."""

    __slots__ = ("state_stack", "tables", "value_stack")

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.state_stack = [tables.start]
        self.value_stack: list[Any] = []

    def feed(self, token: Token) -> Node | None:
        """Take a token. The tree, when it is the end. Raises UnexpectedTokenError."""
        states, rules = self.tables.states, self.tables.rules
        stack, values = self.state_stack, self.value_stack
        kind = token.kind
        while True:
            to = states[stack[-1]].get(kind)
            if to is None:
                raise UnexpectedTokenError(kind)
            if to >= 0:
                stack.append(to)
                values.append(token)
                return None
            origin, size, make = rules[~to]
            parts: list[Any] = []
            if size:
                parts = values[-size:]
                del values[-size:], stack[-size:]
            made = make(parts)
            values.append(made)
            stack.append(states[stack[-1]][origin])
            if kind == END and stack[-1] == self.tables.end:
                root: Node = made
                return root


def parse_tokens(tables: Tables, text: str, tokens: Sequence[Token]) -> Node | None:
    """The tree of a text without mistakes; None where there is one."""
    machine = Machine(tables)
    feed, stack = machine.feed, machine.state_stack
    soft = tables.soft
    try:
        for token in tokens:
            feed(settle(token, text, tables, stack) if token.kind in soft else token)
        return feed(Token(END, len(text), len(text)))
    except UnexpectedTokenError:
        return None
