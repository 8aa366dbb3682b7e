"""Keywords by place: whether a word that spells a keyword is one here, or a plain name.

The state of the parser knows. LALR lookaheads are merged over contexts, so that a table entry alone may promise
too much: the reductions are played through on the states, without values, until a shift or a dead end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from synthdsl.syntax.tree import Token

_NAME_SIGN = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+[=:.,)]")
"""What follows a word only where it is a name."""

States = Mapping[int, Mapping[str, tuple[Any, Any]]]
"""Lark's action table: by state and symbol, Shift and a state, or Reduce and a rule."""


def can_shift(states: States, stack: Sequence[int], kind: str) -> bool:
    """Whether a token of this kind may come next where the parser has this stack of states."""
    return _play(states, stack, kind) is not None


def shifted(states: States, stack: Sequence[int], kind: str) -> list[int] | None:
    """The stack of states after a token of this kind; None where it does not fit."""
    played = _play(states, stack, kind)
    if played is None:
        return None
    depth, above, to = played
    return [*stack[:depth], *above, to]


def _play(states: States, stack: Sequence[int], kind: str) -> tuple[int, list[int], int] | None:
    """How many states stay, which ones come above them by reductions, and the one shifted to."""
    depth = len(stack)
    above: list[int] = []
    while True:
        entry = states[above[-1] if above else stack[depth - 1]].get(kind)
        if entry is None:
            return None
        to = entry[1]
        if type(to) is int:
            return depth, above, to
        size = len(to.expansion)
        if size <= len(above):
            del above[len(above) - size :]
        else:
            depth -= size - len(above)
            above.clear()
        above.append(states[above[-1] if above else stack[depth - 1]][to.origin.name][1])


def settle(token: Token, text: str, states: States, stack: Sequence[int]) -> Token:
    """The token itself, or the same word as a NAME.

    It is the keyword where one may stand; where a name may stand as well, what follows decides.
    """
    if can_shift(states, stack, token.kind) and not (is_name_by_sign(text, token) and can_shift(states, stack, "NAME")):
        return token
    return Token("NAME", token.start, token.end)


def is_name_by_sign(text: str, token: Token) -> bool:
    """Whether a sign follows that stands behind names only."""
    return _NAME_SIGN.match(text, token.end) is not None
