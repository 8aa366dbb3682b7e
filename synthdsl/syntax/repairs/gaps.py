"""What is missing, and what has no better name."""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.syntax.phrases import expectation, form, found, noticed
from synthdsl.syntax.place import CLOSING, OPENING, Place, begins_statement
from synthdsl.syntax.repairs.repair import Repair
from synthdsl.syntax.tables import MISSING


def no_rows(place: Place) -> Repair | None:
    """A dataset's name and then its body."""
    if place.token.kind != "LBRACE" or not place.may("OF") or not place.may("ASSIGN"):
        return None
    message = "A dataset says where its rows come from: `of N`, `from D` or `= D |> step(...)`."
    return Repair(Diagnostic("E0101", message, place.span), insert=("OF", MISSING))


def missing_comma(place: Place) -> Repair | None:
    """Two parts of a list one after the other."""
    if not place.brackets or not place.may("COMMA", place.token.kind) or place.token.kind in CLOSING:
        return None
    if not place.may("COMMA") or place.token.kind in ("COMMA", "MINUS", "LPAR", "LSQB"):
        return None
    before = place.other(-1)
    at = before.end if before else place.token.start
    fix = Fix("insert a comma", (Edit(Span(place.source.file, at, at), ","),))
    message = f"A comma is missing before {found(place)}."
    return Repair(Diagnostic("E0101", message, place.span, (), (), (fix,)), insert=("COMMA",))


_REQUIRED = (
    *("OF", "AS", "ASSIGN", "COLON", "LBRACE", "FROM", "IN", "ARROW", "ARM", "BY", "TIMES", "TURNS", "WITHIN", "WHEN"),
)


def bare_prompt(place: Place) -> Repair | None:
    """A template called where the prompt of an `llm` statement stands."""
    after = place.other(1)
    if place.token.kind != "NAME" or not place.may("WHEN", "NAME") or not place.may("STRING"):
        return None
    if after is None or after.kind != "LPAR" or place.first_on_line():
        return None
    name = place.source.text[place.token.start : place.token.end]
    message = f'A prompt stands in quotes: `"""{{{{ {name}(...) }}}}"""`.'
    return Repair(Diagnostic("E0101", message, noticed(place), form(place)), insert=("WHEN",))


def missing_sign(place: Place) -> Repair | None:
    """A sign or word without which what follows cannot be read."""
    if place.may("FLOAT"):
        return None
    spelling = {kind: word for word, kind in (place.tables.symbols | place.tables.keywords).items()}
    # Behind an operand `in` is an operator, and a colon belongs to a slice.
    operand = place.may("STAR")
    same_line = not place.first_on_line()
    closing = place.token.kind in CLOSING
    for kind in _REQUIRED:
        doubtful = operand and (kind == "IN" or (kind == "COLON" and place.inner == "LSQB"))
        if place.may(kind, place.token.kind) and not doubtful and not (kind == "LBRACE" and (closing or same_line)):
            sign = spelling[kind]
            before = place.other(-1)
            at = before.end if before else place.token.start
            fix = Fix(f"insert `{sign}`", (Edit(Span(place.source.file, at, at), f" {sign}"),))
            message = f"`{sign}` is missing before {found(place)}."
            return Repair(Diagnostic(_code(place), message, noticed(place), form(place), (), (fix,)), insert=(kind,))
    return None


def missing_value(place: Place) -> Repair | None:
    """Nothing where a value or a type belongs."""
    if not place.may(MISSING, place.token.kind):
        return None
    message = f"Expected {expectation(place)}, found {found(place)}."
    return Repair(Diagnostic(_code(place), message, noticed(place), form(place)), insert=(MISSING,))


def unexpected(place: Place) -> Repair:
    """Anything else."""
    message = f"Expected {expectation(place)}, found {found(place)}."
    diagnostic = Diagnostic(_code(place), message, noticed(place), form(place))
    return Repair(diagnostic, skip=1 if _superfluous(place) else 0)


def _code(place: Place) -> str:
    return "E0113" if place.token.kind == "$END" and place.following is None else "E0101"


def _superfluous(place: Place) -> bool:
    """Whether all would be well on this line without the misfit, outside expressions."""
    after = place.other(1)
    if begins_statement(place.source.text, place.token):
        return False
    if after is None or after.kind == "$END" or place.may("STAR") or place.token.kind in (*OPENING, *CLOSING):
        return False
    return place.may(after.kind) and "\n" not in place.source.text[place.token.end : after.start]
