"""The header of a dataset: where its rows come from, and which clauses go together."""

from __future__ import annotations

from synthdsl.syntax import ast
from synthdsl.syntax.build_expressions import build_expr
from synthdsl.syntax.building import Building, Part
from synthdsl.syntax.tree import Node

_NEEDS = {
    "within": ("of", "`accepted within M` limits the tries of `of N`, which is missing."),
    "each": ("from", "`each` goes over a column of `from D`, which is missing."),
    "levels": ("each", "`levels` needs `each x in EXPR` for the rows of the next level."),
    "grow": ("within", "`grow` needs `of N accepted within M` to know when it ends."),
}


def rows(b: Building, header: Part) -> ast.Rows:
    """The clauses of a header, in any order, each at most once."""
    assert isinstance(header, Node)
    clauses: dict[str, Node] = {}
    for part in header.children:
        assert isinstance(part, Node)
        if part.kind in clauses:
            word = b.text[part.children[0].start : part.children[0].end]
            b.report("E0101", f"`{word}` is written twice.", b.span(part))
        clauses.setdefault(part.kind, part)
    _check(b, header, clauses)

    def value(kind: str, place: int) -> ast.Expr | None:
        return build_expr(b, clauses[kind].children[place]) if kind in clauses else None

    each = b.name(clauses["each"].children[1]) if "each" in clauses else None
    keys = clauses["keep"].children[4::2] if "keep" in clauses else ()
    return ast.Rows(
        of=value("of", 1),
        within=value("within", 2),
        source=value("from", 1),
        each=each,
        items=value("each", 3),
        levels=value("levels", 1),
        grow=value("grow", 2),
        batch=value("grow", 4),
        best=value("keep", 2),
        per=tuple(build_expr(b, part) for part in keys),
        span=b.span(header),
    )


def _check(b: Building, header: Node, clauses: dict[str, Node]) -> None:
    if "of" not in clauses and "from" not in clauses:
        b.report("E0101", "Rows come from `of N` or `from D`: neither is there.", b.span(header))
        return
    for kind, (needed, message) in _NEEDS.items():
        if kind in clauses and needed not in clauses:
            b.report("E0101", message, b.span(clauses[kind]))
    if "keep" in clauses and not ("grow" in clauses or "levels" in clauses):
        message = "`keep best` prunes what `grow` or `levels` makes, and there is neither."
        b.report("E0101", message, b.span(clauses["keep"]))
