"""Words: unknown ones, reserved ones, those of other languages."""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import nearest
from synthdsl.syntax.phrases import found, noticed
from synthdsl.syntax.place import DECLARATIONS, STATEMENTS, Place, begins_statement, indentation
from synthdsl.syntax.repairs.repair import Repair
from synthdsl.syntax.tables import MISSING, RESERVED
from synthdsl.syntax.tree import Token

_MEANT = {
    "let": "var",
    "const": "var",
    "column": "var",
    "col": "var",
    "field": "var",
    "def": "recipe",
    "fn": "recipe",
    "func": "recipe",
    "function": "recipe",
    "class": "type",
    "enum": "type",
    "struct": "type",
    "schema": "type",
    "include": "import",
    "use": "import",
    "return": "give",
    "yield": "give",
    "constraint": "rule",
    "check": "rule",
    "where": "rule",
    "require": "rule",
    "prompt": "llm",
    "generate": "llm",
    "table": "dataset",
    "data": "source",
    "export": "output",
    "save": "output",
    "write": "output",
    "option": "param",
    "config": "param",
    "loop": "iterate",
}
"""Words of other languages for what a statement does."""


def reserved(place: Place) -> Repair | None:
    """A reserved word where a name belongs."""
    word = place.text
    if word not in RESERVED or not place.may("NAME"):
        return None
    following = place.text_at(1)
    if place.may("LPAR") and following not in ("=", ":"):
        return None
    message = f"`{word}` is a reserved word and cannot be a name."
    note = f"Reserved are {listed_all(sorted(RESERVED))}; every other word can be a name."
    return Repair(Diagnostic("E0115", message, place.span, (note,)), kind="NAME")


def listed_all(words: list[str]) -> str:
    return f"{', '.join(f'`{w}`' for w in words[:-1])} and `{words[-1]}`"


def misplaced(place: Place) -> Repair | None:
    """A word that begins statements, where those of its kind may not stand."""
    if (
        place.may("RBRACE", place.token.kind)
        and place.text in DECLARATIONS
        and begins_statement(place.source.text, place.token)
    ):
        message = f"`{place.text}` stands at the top level of a file, not in a body."
        opening = place.brackets[-1].token
        label = Label(Span(place.source.file, opening.start, opening.end), "this body is still open")
        if indentation(place.source.text, place.token) > indentation(place.source.text, opening):
            return Repair(Diagnostic("E0101", message, place.span, (), (label,)), close=1)
    if place.may("DATASET") and place.text in STATEMENTS and place.token.kind in STATEMENTS.values():
        owner = "a test" if place.text in ("given", "reply", "assert") else "a dataset or recipe"
        closing = next((t for t in reversed(place.tokens[: place.at]) if t.kind == "RBRACE"), None)
        labels = (Label(Span(place.source.file, closing.start, closing.end), "a body ends here"),) if closing else ()
        message = f"`{place.text}` stands in the body of {owner}."
        return Repair(Diagnostic("E0101", message, place.span, (), labels))
    if place.text == "synth" and place.may("DATASET"):
        return Repair(Diagnostic("E0101", "The edition stands once, on the first line.", place.span), skip=2)
    return None


def unknown_statement(place: Place) -> Repair | None:
    """A word that begins no statement, where one must begin."""
    if not place.is_word() or place.may("NAME") or place.text in RESERVED:
        return None
    if place.text_at(1) in ("+", "-", "*", "/") and place.text_at(2) == "=":
        message = f"There is no `{place.text_at(1)}=`: a column has one value, and order means nothing."
        return Repair(Diagnostic("E0101", message, place.span))
    inside = place.may("VAR") or place.may("GIVEN")
    words = STATEMENTS if inside else DECLARATIONS
    known = {word: kind for word, kind in words.items() if place.may(kind)}
    if not known or not (place.first_on_line() or place.text_at(-1) in ("{", "}")):
        return None
    if place.text_at(1) in ("=", ":") and place.may("VAR", "NAME", place.other(1).kind):  # type: ignore[union-attr]
        message = f"A statement begins with the word for its kind, not with the name `{place.text}`."
        fix = Fix("write `var`", (Edit(Span(place.source.file, place.token.start, place.token.start), "var "),))
        note = "A drawn or computed value is `var name = value`."
        return Repair(Diagnostic("E0116", message, place.span, (note,), (), (fix,)), insert=("VAR",), kind="NAME")
    kind = "statement" if inside else "declaration"
    message = f"`{place.text}` is not the word for a {kind}."
    meant = _MEANT.get(place.text.lower(), "")
    close = [meant] if meant in known else nearest(place.text, known)
    if not close:
        note = f"A {kind} begins with {listed_all(sorted(known))}."
        return Repair(Diagnostic("E0116", message, place.span, (note,)))
    fix = Fix(f"write `{close[0]}`", (Edit(place.span, close[0]),))
    note = f"Did you mean `{close[0]}`?"
    return Repair(Diagnostic("E0116", message, place.span, (note,), (), (fix,)), kind=known[close[0]])


def conditional(place: Place) -> Repair | None:
    """`if` before its value, `elif`, `then`, or no `else`."""
    if place.text == "if" and place.may("MATCH"):
        message = "A conditional is written `value if condition else other`, the value first."
        return Repair(Diagnostic("E0101", message, place.span))
    pending = [value.kind for value in place.since_bracket() if isinstance(value, Token)]
    if not place.may("ELSE") or "IF" not in pending:
        return None
    if place.text in ("elif", "elsif", "elseif"):
        message = f"There is no `{place.text}`: a further case is `else value if condition else other`."
        return Repair(Diagnostic("E0101", message, place.span))
    message = f"This conditional has no `else`: expected `else` and a value, found {found(place)}."
    note = "A conditional is written `value if condition else other`."
    way = ("ELSE", MISSING) if place.may("ELSE", MISSING, place.token.kind) else ()
    code = "E0113" if place.token.kind == "$END" and place.following is None else "E0101"
    return Repair(Diagnostic(code, message, noticed(place), (note,)), insert=way)


_FOREIGN_WORDS = {
    "is": ("EQ", "Equality is written `==`, its opposite `!=`."),
    "AND": ("AND", "`and` is written in small letters."),
    "OR": ("OR", "`or` is written in small letters."),
    "NOT": ("NOT", "`not` is written in small letters."),
    "IN": ("IN", "`in` is written in small letters."),
    "xor": ("NE", "There is no `xor`: two conditions differ where `a != b`."),
    "mod": ("SLASH", "The remainder of a division is `mod(a, b)`."),
    "div": ("SLASH", "A division rounded down is `floor(a / b)`."),
    "like": ("EQ", "A text is held against a pattern with `matches(text, pattern)`."),
    "between": ("EQ", "A value between two others is `low <= x <= high`."),
    "lambda": ("", "There are no lambdas: a condition is an expression over the row's columns."),
}
"""Operators of other languages that are words, and the kind of token to read in their place."""


def foreign_word(place: Place) -> Repair | None:
    kind, message = _FOREIGN_WORDS.get(place.text, ("", ""))
    if not message or not place.is_word():
        return None
    diagnostic = Diagnostic("E0101", message, place.span)
    if place.text_at(1) == "not" and place.may("NE"):
        return Repair(diagnostic, insert=("NE",), skip=2)
    return Repair(diagnostic, kind=kind if kind and place.may(kind) else "")
