"""Brackets that are closed twice or never."""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import Span
from synthdsl.syntax.phrases import found, noticed
from synthdsl.syntax.place import CLOSING, OPENING, Place, begins_statement
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
    """The next statement, or the end, where a bracket is still open."""
    if not place.brackets:
        return None
    if place.token.kind == "$END":
        return Repair(_unclosed(place, _suspicious(place)), close=len(place.brackets))
    if place.inner == "LBRACE" or not begins_statement(place.source.text, place.token):
        return None
    closing = 0
    while closing < len(place.brackets) and place.brackets[-1 - closing].token.kind != "LBRACE":
        closing += 1
    return Repair(_unclosed(place, place.brackets[-1].token), close=closing)


def _unclosed(place: Place, opening: Token) -> Diagnostic:
    text = place.source.text
    span = Span(place.source.file, opening.start, opening.end)
    needed = {"LPAR": ")", "LSQB": "]", "LBRACE": "}"}[opening.kind]
    message = f"`{text[opening.start]}` is never closed: its `{needed}` is missing."
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
                if not before.strip() and len(before) < _indentation(text, partner):
                    return partner
    return place.brackets[-1].token


def _indentation(text: str, token: Token) -> int:
    begin = text.rfind("\n", 0, token.start) + 1
    line = text[begin : token.start]
    return len(line) - len(line.lstrip())
