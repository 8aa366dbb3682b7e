"""From the tree to the abstract syntax: the file as a whole.

In: a lossless tree. Out: a `Module` and what the grammar alone cannot forbid. A declaration without a readable
name or type is left out, it is reported already; an unreadable expression is `Missing`.
"""

from __future__ import annotations

import re

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.syntax import ast
from synthdsl.syntax.build_declarations import declaration
from synthdsl.syntax.building import Building, UnreadableError
from synthdsl.syntax.tree import Node, Tree, tokens

EDITION = 1


def build(tree: Tree, broken: set[int], diagnostics: list[Diagnostic]) -> ast.Module:
    """The abstract syntax of a file; broken: where tokens begin that were reported."""
    b = Building(tree.source.file, tree.source.text, tree.docs, broken, diagnostics)
    items: list[ast.Declaration] = []
    lost = [*tree.skipped]
    number: int | None = None
    for part in tree.root.children:
        assert isinstance(part, Node)
        if part.kind == "edition":
            number = _edition(b, part)
            continue
        try:
            items.append(declaration(b, part))
        except UnreadableError:
            lost.append(part)
    if number is None and not any(leaf.kind == "SYNTH" for node in tree.skipped for leaf in tokens(node)):
        b.diagnostics.append(_no_edition(tree))
    whole = Span(b.file, 0, len(b.text))
    return ast.Module(b.file, number, tree.module_doc, tuple(items), whole, _words(tree, lost))


def _words(tree: Tree, parts: list[Node]) -> frozenset[str]:
    return frozenset(word for part in parts for leaf in tokens(part) for word in _WORD.findall(tree.slice(leaf)))


_WORD = re.compile(r"[^\W\d]\w*")


def _edition(b: Building, node: Node) -> int:
    token = node.children[1]
    text = b.text[token.start : token.end].replace("_", "")
    number = int(text) if text.isdigit() else 0
    if number != EDITION and token.start not in b.broken:
        note = f"Only edition {EDITION} exists so far: the first line is `synth {EDITION}`."
        b.report("E0106", f"Edition {text} of the language is not known to this compiler.", b.span(token), note)
    return number


def _no_edition(tree: Tree) -> Diagnostic:
    at = Span(tree.source.file, 0, 0)
    fix = Fix(f"begin the file with `synth {EDITION}`", (Edit(at, f"synth {EDITION}\n\n"),), safe=True)
    message = "The file does not say in which edition of the language it is written."
    return Diagnostic("E0105", message, at, (), (), (fix,))
