"""From text to abstract syntax.

In: a source. Out: a `Module` with all that could be read, and diagnostics. No text makes it raise.
"""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.base.span import Source, Span
from synthdsl.syntax import ast
from synthdsl.syntax.build import build
from synthdsl.syntax.parser import parse_tokens
from synthdsl.syntax.scan import scan
from synthdsl.syntax.tables import load
from synthdsl.syntax.tree import Node, Tree

MAX_SOURCE = 10_000_000
"""Characters that a file may have."""


def parse(source: Source) -> tuple[ast.Module, list[Diagnostic]]:
    """The abstract syntax of a source; what could not be read is left out and reported."""
    tables = load()
    found = scan(source, tables)
    root = parse_tokens(tables, source.text, found.tokens)
    diagnostics = list(found.diagnostics)
    if root is None:
        diagnostics.append(Diagnostic("E0101", "This cannot be read.", Span(source.file, 0, 0)))
        root = Node("module", (), 0, 0)
    tree = Tree(source, root, found.docs, found.module_doc)
    module = build(tree, found.broken, diagnostics)
    return module, in_order(diagnostics)
