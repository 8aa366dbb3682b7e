"""From text to abstract syntax.

In: a source. Out: a `Module` with all that could be read, and diagnostics. No text makes it raise.
"""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.base.span import Source, Span
from synthdsl.syntax import ast
from synthdsl.syntax.build import build
from synthdsl.syntax.nesting import too_deep
from synthdsl.syntax.parser import parse_tokens
from synthdsl.syntax.scan import scan
from synthdsl.syntax.tables import load
from synthdsl.syntax.tree import Node, Tree

MAX_SOURCE = 10_000_000
"""Characters that a file may have."""


def parse(source: Source) -> tuple[ast.Module, list[Diagnostic]]:
    """The abstract syntax of a source; what could not be read is left out and reported."""
    if len(source.text) > MAX_SOURCE:
        return ast.Module(source.file, None, "", (), Span(source.file, 0, len(source.text))), [_too_large(source)]
    tree, diagnostics, broken = _read(source)
    module = build(tree, broken, diagnostics)
    return module, in_order(diagnostics)


def parse_tree(source: Source) -> tuple[Tree, list[Diagnostic]]:
    """The lossless tree of a source."""
    if len(source.text) > MAX_SOURCE:
        return Tree(source, Node("module", (), 0, 0), {}, ""), [_too_large(source)]
    tree, diagnostics, _ = _read(source)
    return tree, in_order(diagnostics)


def _read(source: Source) -> tuple[Tree, list[Diagnostic], set[int]]:
    """The tree, what is wrong with its text, and where tokens begin that are wrong in themselves."""
    tables = load()
    found = scan(source, tables)
    root = None
    if too_deep(source, found.tokens) is None:
        root = parse_tokens(tables, source.text, found.tokens)
    if root is not None:
        return Tree(source, root, found.docs, found.module_doc), list(found.diagnostics), found.broken
    # Only a text with mistakes pays for the machinery of recovery.
    from synthdsl.syntax.recovery import recover

    read = recover(source, tables, found)
    found = read.scan
    tree = Tree(source, read.root, found.docs, found.module_doc, read.skipped)
    return tree, [*found.diagnostics, *read.diagnostics], found.broken


def _too_large(source: Source) -> Diagnostic:
    message = f"The file has {len(source.text):,} characters; {MAX_SOURCE:,} is the most."
    note = "Data belong in a file of their own, which a `source` reads."
    return Diagnostic("E0111", message, Span(source.file, 0, 0), (note,))
