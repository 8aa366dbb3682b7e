"""Brackets that are closed twice or never."""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import Span
from synthdsl.syntax.phrases import found, noticed
from synthdsl.syntax.place import CLOSING, OPENING, SIGNS, Place, begins_key, begins_statement, indentation
from synthdsl.syntax.repairs.repair import Repair
from synthdsl.syntax.tree import Token


def bracket(place: Place) -> Repair | None:
    """A closing bracket without an opening one, or with another one still open."""
    kind = place.token.kind
    if kind not in CLOSING or place.inner == CLOSING[kind]:
        return None
    open_kinds = [bracket.token.kind for bracket in place.brackets]
    if CLOSING[kind] not in open_kinds:
        message = f"`{place.text}` closes nothing."
        fix = Fix("delete it", (Edit(place.span, ""),))
        return Repair(Diagnostic("E0117", message, place.span, (), (), (fix,)), skip=1)
    closing = open_kinds[::-1].index(CLOSING[kind])
    return Repair(_unclosed(place, place.brackets[-1].token), close=closing)


def left_open(place: Place) -> Repair | None:
    """The next statement or key, or the end, where a bracket is still open."""
    if not place.brackets:
        return None
    if place.token.kind == "$END":
        return Repair(_unclosed(place, _suspicious(place)), close=len(place.brackets))
    closing = _brackets_before(place)
    return Repair(_unclosed(place, place.brackets[-1].token), close=closing) if closing else None


def _brackets_before(place: Place) -> int:
    """How many brackets must be closed for the token to begin a statement or key on its line; 0 where none helps."""
    text = place.source.text
    statement = begins_statement(text, place.token)
    if not statement and not (place.is_word() and begins_key(text, place.token)):
        return 0
    beginning = [place.token.kind] if statement else ["NAME", place.tokens[place.at + 1].kind]
    closers: list[str] = []
    for bracket in reversed(place.brackets):
        closers.append(OPENING[bracket.token.kind])
        if place.may(*closers, *beginning):
            return len(closers)
    if not statement or place.inner == "LBRACE":
        return 0
    return next((n for n, b in enumerate(reversed(place.brackets)) if b.token.kind == "LBRACE"), len(place.brackets))


def _unclosed(place: Place, opening: Token) -> Diagnostic:
    sign = SIGNS[opening.kind]
    span = Span(place.source.file, opening.start, opening.end)
    message = f"`{sign}` is never closed: its `{SIGNS[OPENING[opening.kind]]}` is missing."
    label = Label(noticed(place), f"noticed here, at {found(place)}")
    return Diagnostic("E0103", message, span, (), (label,))


def _suspicious(place: Place) -> Token:
    """The brace whose own closing one is probably missing: the first whose partner stands at another indentation."""
    text = place.source.text
    opened: list[Token] = []
    for token in place.tokens:
        if token.kind in OPENING:
            opened.append(token)
        elif token.kind in CLOSING and opened:
            partner = opened.pop()
            if token.kind == "RBRACE" and place.brackets[-1].token.start < partner.start:
                begin = text.rfind("\n", 0, token.start) + 1
                before = text[begin : token.start]
                if not before.strip() and len(before) < indentation(text, partner):
                    return partner
    return place.brackets[-1].token
