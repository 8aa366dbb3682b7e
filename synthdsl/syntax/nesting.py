"""How deep brackets may be nested."""

from __future__ import annotations

from collections.abc import Sequence

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source, Span
from synthdsl.syntax.tables import MISSING
from synthdsl.syntax.tree import Token

MAX_NESTING = 50
"""How many brackets may be open at once: more would need more stack than Python has further on."""

_OPENING = frozenset(["LPAR", "LSQB", "LBRACE"])
_CLOSING = frozenset(["RPAR", "RSQB", "RBRACE"])


def too_deep(source: Source, tokens: Sequence[Token]) -> Diagnostic | None:
    """What to say of the first bracket that is nested too deep."""
    depth = 0
    for token in tokens:
        if token.kind in _OPENING:
            depth += 1
            if depth > MAX_NESTING:
                message = f"More than {MAX_NESTING} brackets are open here."
                return Diagnostic("E0110", message, Span(source.file, token.start, token.end))
        elif token.kind in _CLOSING:
            depth = max(0, depth - 1)
    return None


def without_depths(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The tokens with a hole in place of what is nested too deep, and what was taken out."""
    kept: list[Token] = []
    taken: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.kind in _OPENING
        if depth <= MAX_NESTING:
            kept.append(token)
        else:
            if not taken or taken[-1].end <= kept[-1].start:
                kept.append(Token(MISSING, token.start, token.start))
            taken.append(token)
        depth = max(0, depth - (token.kind in _CLOSING))
    return kept, taken
