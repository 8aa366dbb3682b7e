"""The formatter: one layout for every text with the same meaning.

In: a source. Out: its canonical text, and the diagnostics of its syntax. A text that cannot be read is given
back as it is. Blank lines stay where they were, one at most; comments stay with what they stood by.
"""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.base.span import Source
from synthdsl.syntax.build import build
from synthdsl.syntax.comments import gaps
from synthdsl.syntax.compare import same_meaning
from synthdsl.syntax.format_phrases import module
from synthdsl.syntax.formatter import Formatter
from synthdsl.syntax.layout import print_doc
from synthdsl.syntax.nesting import too_deep
from synthdsl.syntax.parser import parse_tokens
from synthdsl.syntax.parsing import MAX_SOURCE, parse
from synthdsl.syntax.scan import scan
from synthdsl.syntax.tables import load
from synthdsl.syntax.tree import Tree


class FormatterError(Exception):
    """The formatter would have changed what a text means: a defect of the formatter."""


def format_source(source: Source) -> tuple[str, list[Diagnostic]]:
    """The canonical text."""
    tables = load()
    found = scan(source, tables) if len(source.text) <= MAX_SOURCE else None
    root = None
    if found is not None and not found.diagnostics and too_deep(source, found.tokens) is None:
        root = parse_tokens(tables, source.text, found.tokens)
    if found is None or root is None:
        return source.text, parse(source)[1]
    diagnostics: list[Diagnostic] = []
    before = build(Tree(source, root, found.docs, found.module_doc), set(), diagnostics)
    if any(d.code == "E0110" for d in diagnostics):
        return source.text, in_order(diagnostics)
    formatter = Formatter(source.text, gaps(source.text, found.tokens))
    text = print_doc(module(formatter, root)).removeprefix("\n")
    text = text + "\n" if text else ""
    after, _ = parse(Source(source.file, text))
    if not same_meaning(before, after) or formatter.gaps:
        raise FormatterError(f"formatting {source.file} would change its meaning")
    return text, in_order(diagnostics)
