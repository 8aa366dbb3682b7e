"""From tokens to the tree, by Lark's LALR machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.syntax.tables import START, Tables
from synthdsl.syntax.tree import Node, Token
from synthdsl.syntax.words import settle

if TYPE_CHECKING:
    from lark.parsers.lalr_parser_state import ParserState

END = "$END"


def machine(tables: Tables) -> ParserState[int]:
    """Lark's parser in its first state. It is fed token by token; it needs no lexer."""
    from lark.parsers.lalr_parser_state import ParseConf, ParserState

    callbacks: Any = tables.callbacks
    return ParserState(ParseConf(tables.table, callbacks, START), None)  # type: ignore[arg-type]


def parse_tokens(tables: Tables, text: str, tokens: Sequence[Token]) -> Node | None:
    """The tree of a text without mistakes; None where there is one."""
    from lark.exceptions import UnexpectedToken

    state = machine(tables)
    feed: Any = state.feed_token
    states = tables.table.states
    stack = state.state_stack
    soft = tables.soft
    try:
        for token in tokens:
            feed(settle(token, text, states, stack) if token.kind in soft else token)
        root: Node = feed(Token(END, len(text), len(text)), True)
    except UnexpectedToken:
        return None
    return root
