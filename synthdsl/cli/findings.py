"""Diagnostics as a person reads them: message, place, source with marks, further places, notes, fixes.

error[E0201] unknown-name: There is no column 'prodct'.
  --> tickets.synth:12:24
   |
12 |   var body = "My " + prodct
   |                      ^^^^^^
   |
   = note: Did you mean 'product'?
   = fix: Write 'product'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import Source
from synthdsl.cli.excerpt import Mark, excerpt, gutter_of
from synthdsl.cli.style import Style
from synthdsl.cli.text import count, escape, wrap

Texts = Mapping[str, Source]
"""The files that were read, by the name they are shown under."""


def render(diagnostic: Diagnostic, texts: Texts, style: Style) -> str:
    """One diagnostic as several lines."""
    colour = "red" if diagnostic.is_error else "yellow"
    head = style.paint(f"{diagnostic.severity.value}[{diagnostic.code}]", colour, "bold")
    message = escape(diagnostic.message, keep="\n").replace("\n", " ")
    lines = [f"{head} {style.paint(diagnostic.name, 'dim')}: {style.paint(message, 'bold')}"]
    source = texts.get(diagnostic.span.file)
    here = [label for label in diagnostic.labels if label.span.file == diagnostic.span.file]
    gutter = 2 if source is None else gutter_of(source, diagnostic.span, *(label.span for label in here))
    margin = " " * gutter
    if diagnostic.span.file:
        lines.append(f"{margin}{style.paint('-->', 'blue')} {place_of(diagnostic, source)}")
    if source is not None:
        bar = f"{margin} {style.paint('|', 'blue')}"
        lines += [bar, *excerpt(source, diagnostic.span, Mark(colours=(colour, "bold")), gutter, style)]
    for label in diagnostic.labels:
        lines.extend(_labelled(label, texts, gutter, style))
    remarks = [("note", n) for n in diagnostic.notes] + [("fix", _sentence(f.message)) for f in diagnostic.fixes]
    if remarks and source is not None:
        lines.append(f"{margin} {style.paint('|', 'blue')}")
    for kind, text in remarks:
        lines.extend(_remark(kind, text, gutter, style))
    return "\n".join(lines)


def place_of(diagnostic: Diagnostic, source: Source | None) -> str:
    """`file:line:column`, or the file alone where its text is not at hand."""
    file = escape(diagnostic.span.file)
    if source is None:
        return file
    line, column = source.position(diagnostic.span.start)
    return f"{file}:{line}:{column}"


def _labelled(label: Label, texts: Texts, gutter: int, style: Style) -> list[str]:
    source = texts.get(label.span.file)
    if source is None:
        return _remark("note", f"{label.message}: {label.span.file}", gutter, style) if label.span.file else []
    line, column = source.position(label.span.start)
    place = f"{' ' * gutter}{style.paint(':::', 'blue')} {escape(label.span.file)}:{line}:{column}"
    return [place, *excerpt(source, label.span, Mark("-", ("blue", "bold"), label.message), gutter, style)]


def _remark(kind: str, text: str, gutter: int, style: Style) -> list[str]:
    head = f"{' ' * gutter} {style.paint('=', 'blue')} {style.paint(kind, 'bold')}: "
    indent = " " * (gutter + 5 + len(kind))
    room = max(20, style.columns - len(indent)) if style.columns else 0
    lines = [line for part in text.split("\n") for line in wrap(escape(part), room)]
    return [head + lines[0], *(indent + line for line in lines[1:])]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty when there is nothing."""
    found = list(diagnostics)
    errors = sum(d.is_error for d in found)
    parts = [count(n, noun) for n, noun in ((errors, "error"), (len(found) - errors, "warning")) if n]
    return ", ".join(parts)


def listing(diagnostics: Sequence[Diagnostic], texts: Texts, style: Style) -> str:
    """All of them with a blank line between, the summary and where to read more; empty when there are none."""
    if not diagnostics:
        return ""
    blocks = [render(d, texts, style) for d in diagnostics]
    colour = "red" if any(d.is_error for d in diagnostics) else "yellow"
    total = style.paint(summary(diagnostics), colour, "bold")
    codes = dict.fromkeys(d.code for d in sorted(diagnostics, key=lambda d: not d.is_error))
    more = f"`synthc explain {next(iter(codes))}` says more."
    return "\n\n".join([*blocks, f"{total}. {style.paint(more, 'dim')}"])
