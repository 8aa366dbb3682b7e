"""Keywords by place: whether a word that spells a keyword is one here, or a plain name.

The state of the parser knows. LALR lookaheads are merged over contexts, so that a table entry alone may promise
too much: the reductions are played through on the states, without values, until a shift or a dead end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from synthdsl.syntax.tables import Tables
from synthdsl.syntax.tree import Token

_NAME_SIGN = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+[=:.,)]")
"""What follows a word only where it is a name."""


def can_shift(tables: Tables, stack: Sequence[int], kind: str) -> bool:
    """Whether a token of this kind may come next where the parser has this stack of states."""
    return _play(tables, stack, kind) is not None


def shifted(tables: Tables, stack: Sequence[int], kind: str) -> list[int] | None:
    """The stack of states after a token of this kind; None where it does not fit."""
    played = _play(tables, stack, kind)
    if played is None:
        return None
    depth, above, to = played
    return [*stack[:depth], *above, to]


def _play(tables: Tables, stack: Sequence[int], kind: str) -> tuple[int, list[int], int] | None:
    """How many states stay, which ones come above them by reductions, and the one shifted to."""
    states, rules = tables.states, tables.rules
    depth = len(stack)
    above: list[int] = []
    while True:
        to = states[above[-1] if above else stack[depth - 1]].get(kind)
        if to is None:
            return None
        if to >= 0:
            return depth, above, to
        origin, size, _ = rules[~to]
        if size <= len(above):
            del above[len(above) - size :]
        else:
            depth -= size - len(above)
            above.clear()
        above.append(states[above[-1] if above else stack[depth - 1]][origin])


def settle(token: Token, text: str, tables: Tables, stack: Sequence[int]) -> Token:
    """The token itself, or the same word as a NAME.

    It is the keyword where one may stand; where a name may stand as well, what follows decides.
    """
    if can_shift(tables, stack, token.kind) and not (is_name_by_sign(text, token) and can_shift(tables, stack, "NAME")):
        return token
    return Token("NAME", token.start, token.end)


def is_name_by_sign(text: str, token: Token) -> bool:
    """Whether a sign follows that stands behind names only."""
    return _NAME_SIGN.match(text, token.end) is not None
