"""What single tokens can have wrong with them, and the token to go on with in their place."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Source, Span
from synthdsl.syntax.tree import Token

INVISIBLE = (
    r"[\x00-\x08\x0b-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
"""Characters that show nothing, or a space that is none; a pattern. `\\r` is among them: alone it ends no line."""

_HIDDEN = re.compile(rf"(?!\r\n){INVISIBLE}|[\ud800-\udfff]")
_MISLEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Not allowed in a comment either: these make it show another text than the one that is there."""

ALIEN = (
    r"&&|\|\||:=|\*\*|//|/\*|!(?!=)|%|;|'"
    r"|[\u2018-\u201f\u2026\u2013\u2014\u2190-\u21ff\u2212\u00d7\u00f7\u2260\u2264\u2265]"
)
"""Signs of other languages with a way out of their own; a pattern."""

_SIGNS = {
    "&&": ("AND", "and", "`&&` is written `and`"),
    "||": ("OR", "or", "`||` is written `or`"),
    "!": ("NOT", "not ", "`!` is written `not`"),
    ":=": ("ASSIGN", "=", "`:=` is written `=`"),
    "\u2260": ("NE", "!=", "`\u2260` is written `!=`"),
    "\u2264": ("LE", "<=", "`\u2264` is written `<=`"),
    "\u2265": ("GE", ">=", "`\u2265` is written `>=`"),
    "\u2212": ("MINUS", "-", "A minus sign is written `-`"),
    "\u2013": ("MINUS", "-", "A minus sign is written `-`, not as a dash"),
    "\u2014": ("MINUS", "-", "A minus sign is written `-`, not as a dash"),
    "\u00d7": ("STAR", "*", "`\u00d7` is written `*`"),
    "\u00f7": ("SLASH", "/", "`\u00f7` is written `/`"),
    "\u2026": ("SPREAD", "...", "`\u2026` is written as three full stops"),
    "\u2192": ("ARROW", "->", "`\u2192` is written `->`"),
    "\u21d2": ("ARM", "=>", "`\u21d2` is written `=>`"),
}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token of this kind (none where `kind` is empty) that ends at `stop`, and what is wrong with it."""

    kind: str
    stop: int
    diagnostic: Diagnostic | None = None


def number(source: Source, begin: int, stop: int) -> Lexeme:
    """A whole number, a decimal one or a percentage."""
    text = source.text[begin:stop]
    kind = "PERCENT" if text.endswith("%") else "FLOAT" if set(text) & set(".eE") else "INT"
    problem = _number_problem(text, kind)
    if not problem:
        return Lexeme(kind, stop)
    message = f"{_shown(text)} is not a number: {problem}."
    return Lexeme("INT", stop, Diagnostic("E0108", message, Span(source.file, begin, stop)))


def _number_problem(text: str, kind: str) -> str:
    if re.match(r"0[xXbBoO]", text):
        return "only decimal digits are used"
    if not re.fullmatch(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?%?", text):
        return "a letter follows the digits" if re.search(r"[^\W\d_]", text) else "it is cut off"
    if re.search(r"_(?![0-9])", text):
        return "an underscore stands only between two digits"
    if re.match(r"0[0-9_]", text):
        return "it begins with a zero that means nothing"
    if kind == "PERCENT" and set(text) & set("eE"):
        return "a percentage has no exponent"
    if len(text) > 400:
        return "it has more than 400 digits"
    if kind != "INT" and float(text.rstrip("%").replace("_", "")) == float("inf"):
        return "it is larger than a 64-bit float can hold"
    return ""


def date(source: Source, begin: int, stop: int) -> Lexeme:
    """A calendar day."""
    text = source.text[begin:stop]
    span = Span(source.file, begin, stop)
    if "T" in text:
        message = "A literal is a date without a time of day."
        note = "A moment is drawn with `timestamp(a .. b)` from two dates."
        return Lexeme("DATE", stop, Diagnostic("E0109", message, span, (note,)))
    parts = [int(part) for part in text.split("-")]
    try:
        day = datetime.date(*parts)
    except ValueError:
        return Lexeme("DATE", stop, Diagnostic("E0109", f"There is no day {text} in the calendar.", span))
    if text == day.isoformat():
        return Lexeme("DATE", stop)
    fix = Fix(f"write `{day.isoformat()}`", (Edit(span, day.isoformat()),))
    note = "For a subtraction, spaces go round the minus signs."
    message = "A date has two digits for the month and two for the day."
    return Lexeme("DATE", stop, Diagnostic("E0109", message, span, (note,), (), (fix,)))


def unterminated_string(source: Source, begin: int, stop: int) -> Lexeme:
    """A string that its line does not end; it is taken to go to the end of the line."""
    opening = source.text.index('"', begin) + 1
    message = 'This string is never closed: no `"` follows on its line.'
    note = 'A text of several lines stands between `"""` and `"""`.'
    found = Diagnostic("E0102", message, Span(source.file, begin, opening), (note,))
    return Lexeme("TSTRING" if source.text[begin] == "t" else "STRING", stop, found)


def unterminated_block(source: Source, begin: int, stop: int) -> Lexeme:
    """A block that the text does not end."""
    opening = source.text.index('"""', begin) + 3
    message = 'This block is never closed: no `"""` follows.'
    found = Diagnostic("E0102", message, Span(source.file, begin, opening))
    return Lexeme("TSTRING" if source.text[begin] == "t" else "STRING", stop, found)


def alien(source: Source, begin: int, stop: int) -> Lexeme:
    """A sign of another language."""
    sign = source.text[begin:stop]
    if sign in ("'", "\u2018", "\u2019", "\u201c", "\u201d", "\u201e"):
        return _other_quotes(source, begin)
    if sign in ("//", "/*"):
        return _other_comment(source, begin, sign)
    span = Span(source.file, begin, stop)
    if sign == ";":
        fix = Fix("delete it", (Edit(span, ""),), safe=True)
        return Lexeme("", stop, Diagnostic("E0104", "A statement needs no `;`.", span, (), (), (fix,)))
    if sign == "%":
        message = "`%` is no operator: the remainder of a division is `mod(a, b)`."
        return Lexeme("SLASH", stop, Diagnostic("E0101", message, span))
    if sign == "**":
        message = "`**` is no operator: a power is written as a product, or with `exp` and `log`."
        return Lexeme("STAR", stop, Diagnostic("E0101", message, span))
    if sign not in _SIGNS:
        return wrong_character(source, begin)
    kind, word, message = _SIGNS[sign]
    fix = Fix(f"write `{word.strip()}`", (Edit(span, word),), safe=True)
    code = "E0101" if sign.isascii() else "E0104"
    return Lexeme(kind, stop, Diagnostic(code, f"{message}.", span, (), (), (fix,)))


def _other_quotes(source: Source, begin: int) -> Lexeme:
    text = source.text
    opening = text[begin]
    closing = {"'": "'", "\u2018": "\u2019", "\u2019": "\u2019", "\u201e": "\u201c\u201d"}.get(opening, "\u201d")
    message = "A string stands between straight double quotes."
    hit = re.compile(rf"[^\n{closing}]*[{closing}]").match(text, begin + 1)
    if hit is None:
        return Lexeme("", begin + 1, Diagnostic("E0104", message, Span(source.file, begin, begin + 1)))
    span = Span(source.file, begin, hit.end())
    inner = text[begin + 1 : hit.end() - 1]
    fix = Fix("use double quotes", (Edit(span, '"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"'),))
    return Lexeme("STRING", hit.end(), Diagnostic("E0104", message, span, (), (), (fix,)))


def _other_comment(source: Source, begin: int, sign: str) -> Lexeme:
    text = source.text
    span = Span(source.file, begin, begin + 2)
    line_end = text.find("\n", begin)
    line_end = len(text) if line_end < 0 else line_end
    if sign == "/*":
        close = text.find("*/", begin + 2)
        note = "Each line of a longer comment begins with `#`."
        found = Diagnostic("E0101", "A comment begins with `#`.", span, (note,))
        return Lexeme("", close + 2 if close >= 0 else line_end, found)
    before = text[text.rfind("\n", 0, begin) + 1 : begin]
    operand = re.fullmatch(r"\s*[\w.()]+\s*[,)\]}]*\s*", text[begin + 2 : line_end])
    if operand and before.strip():
        message = "`//` is no operator: a division rounded down is `floor(a / b)`."
        return Lexeme("SLASH", begin + 2, Diagnostic("E0101", message, span))
    fix = Fix("write `#`", (Edit(span, "#"),), safe=True)
    return Lexeme("", line_end, Diagnostic("E0101", "A comment begins with `#`.", span, (), (), (fix,)))


def wrong_character(source: Source, begin: int) -> Lexeme:
    """A character that no token begins with; it is passed over."""
    char = source.text[begin]
    span = Span(source.file, begin, begin + 1)
    if "\ud800" <= char <= "\udfff":
        return Lexeme("", begin + 1)
    message = f"{_shown(char)} means nothing here."
    notes = {
        "@": ("There are no decorators: settings stand in the body of a declaration.",),
        "$": ("A name is used as it is, without `$`.",),
        "\\": ("A line needs no mark to go on: line breaks mean nothing.",),
        "`": ('A string stands between `"` and `"`.',),
    }.get(char, ())
    return Lexeme("", begin + 1, Diagnostic("E0104", message, span, notes))


def hidden_characters(source: Source, start: int, end: int, tokens: Sequence[Token]) -> list[Diagnostic]:
    """Characters that a reader cannot see, outside strings; and halves of characters anywhere."""
    found: list[Diagnostic] = []
    starts = [token.start for token in tokens] if _HIDDEN.search(source.text, start, end) else []
    comment_end = start
    for hit in _HIDDEN.finditer(source.text, start, end):
        at, char = hit.start(), hit.group()
        span = Span(source.file, at, at + 1)
        before = bisect_right(starts, at) - 1
        if "\ud800" <= char <= "\udfff":
            message = f"U+{ord(char):04X} is half of a character and cannot be written to a file."
            found.append(Diagnostic("E0104", message, span))
        elif (at == 0 and char == "\ufeff") or (before >= 0 and tokens[before].end > at):
            continue
        else:
            if at >= comment_end:
                gap = tokens[before].end if before >= 0 else start
                comment_end = _comment_end(source.text, gap, at)
            if at < comment_end and not _MISLEADING.match(char):
                continue
            found.append(_hidden(char, span))
        if len(found) == 20:
            break
    return found


def _hidden(char: str, span: Span) -> Diagnostic:
    space = " " if char.isspace() and char != "\r" else ""
    fix = Fix("write a space" if space else "delete it", (Edit(span, space),))
    message = f"The invisible character U+{ord(char):04X} stands here, outside a string."
    return Diagnostic("E0118", message, span, (), (), (fix,))


def _comment_end(text: str, gap: int, at: int) -> int:
    """Where the comment ends that `at` is in; `at` itself where it is in none."""
    if text.find("#", max(gap, text.rfind("\n", gap, at) + 1), at) < 0:
        return at
    line_end = text.find("\n", at)
    return len(text) if line_end < 0 else line_end


def _shown(text: str) -> str:
    """A token in a message; a long one is cut."""
    return f"`{text}`" if len(text) <= 40 else f"`{text[:37]}...`"
