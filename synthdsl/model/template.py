"""Templates to typed expressions.

In: the text of a Jinja template and the rules of expressions in its scope (`Maker`). Out: a `Text` expression; what
is wrong is reported at its place inside the template. Jinja's parser reads the text (`template_parse.py`), its nodes
are translated one by one against an allow-list (`template_pieces.py`, `template_expr.py`, `template_filters.py`) and
no Jinja environment ever runs: a template can do nothing that an expression cannot.

A template without tags, or with nothing but `{{ name }}` and `{{ name.field }}`, is read without Jinja: importing it
takes a fifth of the time that checking a small spec may take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.model.expr import Out, Piece, Text
from synthdsl.model.lift import looped_draws
from synthdsl.model.maker import Maker
from synthdsl.model.template_types import printable
from synthdsl.syntax.ast import TemplateText
from synthdsl.types.terms import STR

MAX_TEMPLATE = 1_000_000
"""A longer template is refused: it is data, not a template."""

_TAG = re.compile(r"\{[{%#]")
_PLAIN = re.compile(r"\{\{[ \t\n]*([A-Za-z][A-Za-z0-9_]*)((?:\.[A-Za-z][A-Za-z0-9_]*)*)[ \t\n]*\}\}")
_JINJA_WORDS = frozenset(
    ("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None", "null", "loop")
)


@dataclass(frozen=True, slots=True)
class Source:
    """A template with its line breaks as Jinja sees them, all `\\n`, and the way back to places in the file."""

    text: str
    original: TemplateText
    indices: tuple[int, ...] | None

    def span(self, start: int, end: int) -> Span:
        """The place in the file of a half-open range of characters of `text`."""
        if self.indices is None:
            return self.original.part(start, end)
        return self.original.part(self.indices[start], self.indices[end])


def read_template(template: TemplateText, maker: Maker) -> Text:
    """The typed text of a template; findings go to `maker`."""
    source = _source(template)
    text = source.text
    if len(text) > MAX_TEMPLATE:
        message = f"The template has {len(text):,} characters; at most {MAX_TEMPLATE:,} are allowed."
        maker.report(Diagnostic("E0406", message, template.span))
        return Text((), STR, template.span)
    if _TAG.search(text) is None:
        return Text((text,) if text else (), STR, template.span)
    simple = _simple(text)
    if simple is not None:
        return Text(_simple_pieces(simple, source, maker), STR, template.span)
    from synthdsl.model.template_pieces import read_pieces

    made = Text(read_pieces(source, maker), STR, template.span)
    for draw in looped_draws(made):
        message = f"'{draw.operator}' draws at random; inside a loop of a template it would draw the same every time."
        note = "Draw a list in a `var`, `[choice(a) for x in xs]`, and go through that."
        maker.report(Diagnostic("E0402", message, draw.span, (note,)))
    return made


def _source(template: TemplateText) -> Source:
    if "\r" not in template.text:
        return Source(template.text, template, None)
    kept: list[str] = []
    indices: list[int] = []
    text = template.text
    for i, char in enumerate(text):
        if char == "\n" and i and text[i - 1] == "\r":
            continue
        kept.append("\n" if char == "\r" else char)
        indices.append(i)
    return Source("".join(kept), template, (*indices, len(text)))


def _simple(text: str) -> list[str | re.Match[str]] | None:
    """The template as texts and plain names, where it has nothing else."""
    parts: list[str | re.Match[str]] = []
    at = 0
    while tag := _TAG.search(text, at):
        found = _PLAIN.match(text, tag.start())
        if found is None or found[1] in _JINJA_WORDS:
            return None
        parts += [text[at : tag.start()], found]
        at = found.end()
    parts.append(text[at:])
    return parts


def _simple_pieces(parts: list[str | re.Match[str]], source: Source, maker: Maker) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for part in parts:
        if isinstance(part, str):
            pieces += [part] if part else []
            continue
        value = maker.name(part[1], source.span(part.start(1), part.end(1)))
        end = part.end(1)
        for name in part[2].split(".")[1:]:
            start, end = end + 1, end + 1 + len(name)
            value = maker.field(value, name, source.span(start, end))
        span = source.span(part.start(1), end)
        pieces.append(Out(printable(value, span, maker)))
    return tuple(pieces)
