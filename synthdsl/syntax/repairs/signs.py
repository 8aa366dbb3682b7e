"""Signs: one for another, and those of other languages."""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.syntax.phrases import form
from synthdsl.syntax.place import Place
from synthdsl.syntax.repairs.repair import Repair
from synthdsl.syntax.tables import MISSING


def one_for_another(place: Place) -> Repair | None:
    """`=` for `:`, `==` for `=` and the like."""
    if place.token.kind == "ASSIGN" and place.may("COLON", MISSING, "ASSIGN"):
        message = f"`{place.text_at(-1)}` needs a type: `{place.text_at(-1)}: type = value`."
        return Repair(Diagnostic("E0101", message, place.span, form(place)), insert=("COLON", MISSING))
    for kind, meant, sign, message in _CONFUSED:
        if place.token.kind == kind and place.may(meant):
            fix = Fix(f"write `{sign}`", (Edit(place.span, sign),))
            return Repair(Diagnostic("E0101", message, place.span, (), (), (fix,)), kind=meant)
    return None


_CONFUSED = (
    ("ASSIGN", "COLON", ":", "Expected `:`, found `=`."),
    ("EQ", "ASSIGN", "=", "A value is given with `=`; `==` compares."),
    ("ASSIGN", "EQ", "==", "A comparison is written `==`; `=` gives a value."),
    ("COLON", "ASSIGN", "=", "Expected `=`, found `:`."),
    ("COLON", "ARM", "=>", "A case of a `match` is written `pattern => value`."),
    ("ARROW", "ARM", "=>", "A case of a `match` is written `pattern => value`."),
    ("ASSIGN", "ARM", "=>", "A case of a `match` is written `pattern => value`."),
    ("ARM", "ARROW", "->", "Expected `->`, found `=>`."),
    ("COLON", "ARROW", "->", "The type of the result follows `->`."),
    ("ARM", "GE", ">=", "Greater or equal is written `>=`."),
    ("PIPE", "VBAR", "|", "Alternatives stand between `|`."),
)
"""Kind found, kind meant, how that is spelled, and what to say."""


def doubled_sign(place: Place) -> Repair | None:
    """Operators of two signs that are none: `+=`, `===`, `<>`, `++`, `=<`."""
    if not place.adjacent():
        return None
    pair = place.text_at(-1) + place.text
    message = {
        "+=": "There is no `+=`: a column has one value, and order means nothing.",
        "-=": "There is no `-=`: a column has one value, and order means nothing.",
        "*=": "There is no `*=`: a column has one value, and order means nothing.",
        "/=": "There is no `/=`: different is written `!=`.",
        "===": "Equality is written `==`.",
        "!==": "Different is written `!=`.",
        "==>": "Implication is written `implies`.",
        "->=": "Greater or equal is written `>=`.",
        "<>": "Different is written `!=`.",
        "=<": "Less or equal is written `<=`.",
        "++": "There is no `++`: texts and lists are joined with one `+`.",
        "<-": "A value is given with `=`.",
        "?.": "There is no `?.`: a value that may be null is guarded by `x != null` or `coalesce(x, y)`.",
        "??": "There is no `??`: a default for null is `coalesce(x, y)`.",
    }.get(pair)
    if message is None:
        return None
    before = place.other(-1)
    start = before.start if before else place.token.start
    return Repair(Diagnostic("E0101", message, Span(place.source.file, start, place.token.end)), skip=1)


def question(place: Place) -> Repair | None:
    """`a ? b : c`, `a ?? b`, `a?.b`."""
    if place.token.kind != "QMARK" or not place.may("IF"):
        return None
    if place.text_at(1) == "?":
        message = "There is no `??`: a default for null is `coalesce(x, y)`."
    elif place.text_at(1) == ".":
        message = "There is no `?.`: a value that may be null is guarded by `x != null` or `coalesce(x, y)`."
    else:
        message = "A conditional is written `value if condition else other`."
    return Repair(Diagnostic("E0101", message, place.span))


def number_with_dot(place: Place) -> Repair | None:
    """`.5`"""
    after = place.other(1)
    if place.token.kind != "DOT" or not place.may("FLOAT") or after is None or after.kind not in ("INT", "PERCENT"):
        return None
    span = Span(place.source.file, place.token.start, after.end)
    number = f"0.{place.text_at(1)}"
    fix = Fix(f"write `{number}`", (Edit(span, number),), safe=True)
    return Repair(Diagnostic("E0108", f"A number begins with a digit: `{number}`.", span, (), (), (fix,)), skip=1)


def string_prefix(place: Place) -> Repair | None:
    """`f"..."` and its like."""
    if place.token.kind not in ("STRING", "TSTRING") or not place.adjacent():
        return None
    before = place.other(-1)
    prefix = place.text_at(-1)
    if before is None or not prefix.isalpha() or len(prefix) > 3:
        return None
    span = Span(place.source.file, before.start, before.end)
    if "f" in prefix.lower():
        message = 'There are no f-strings: a template is `t"..."`, with `{{ name }}` inside.'
        fixes: tuple[Fix, ...] = (Fix('write `t"`', (Edit(span, "t"),)),)
    else:
        message = f"A string has no prefix `{prefix}`."
        fixes = (Fix("delete it", (Edit(span, ""),)),)
    note = 'The prefixes are `r"..."`, which keeps backslashes, and `t"..."`, a template.'
    return Repair(Diagnostic("E0101", message, span, (note,), (), fixes), drop=1, kind="TSTRING")


def percent_as_operator(place: Place) -> Repair | None:
    """`a % b` where the sign stuck to a number."""
    before = place.other(-1)
    if before is None or before.kind != "PERCENT" or not place.may("STAR"):
        return None
    if place.first_on_line() or place.token.kind not in ("NAME", "INT", "FLOAT", "LPAR"):
        return None
    message = "`%` is no operator: the remainder of a division is `mod(a, b)`."
    span = Span(place.source.file, before.end - 1, before.end)
    return Repair(Diagnostic("E0101", message, span), insert=("STAR",))


def pipe(place: Place) -> Repair | None:
    """`|>` in an ordinary expression."""
    if place.token.kind != "PIPE":
        return None
    message = "A pipeline is the value of a `dataset`, a `source`, a recipe or a setting, and stands nowhere else."
    note = "A `dataset` of its own can hold it, under a name to be used here."
    return Repair(Diagnostic("E0101", message, place.span, (note,)))


def no_tuples(place: Place) -> Repair | None:
    """A comma between parentheses that are no call's."""
    if place.token.kind != "COMMA" or place.inner != "LPAR" or not place.may("RPAR") or place.may("FLOAT"):
        return None
    message = "There are no tuples: a list stands between `[` and `]`, a record between `{` and `}`."
    return Repair(Diagnostic("E0101", message, place.span))
