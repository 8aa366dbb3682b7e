"""Takes out of an expression what has no value for one row alone: draws, and functions of the row's number.

Row code (`rowcode.py`) refuses those; a column of values for each, computed beforehand, stands in for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.model.expr import Apply, Assign, Collect, Expr, Let, LocalRef, Loop, Text
from synthdsl.model.walk import pieces_in, rewrite, walk
from synthdsl.ops.table import operator


def lifted(expr: Expr) -> tuple[Expr, tuple[tuple[str, Expr], ...]]:
    """The expression over new locals, and what they stand for, in the order in which to compute it.

    What depends on a local bound inside the expression (an item of a loop) stays where it is. A draw inside a loop
    would be the same in every turn; the readers of templates and comprehensions keep those apart.
    """
    if not any(needs_more(node) for node in walk(expr)):
        return expr, ()
    bound = frozenset(_bound(expr))
    found: list[tuple[str, Expr]] = []

    def take(node: Expr) -> Expr:
        if not needs_more(node) or any(isinstance(n, LocalRef) and n.local in bound for n in walk(node)):
            return node
        # No local of a spec begins with '#'.
        local = f"#lifted{len(found)}"
        found.append((local, node))
        return LocalRef(local, node.type, node.span)

    return rewrite(expr, take), tuple(found)


def needs_more(node: Expr) -> bool:
    """Whether one row's columns do not settle it: a draw, or a function of the row's number."""
    return isinstance(node, Apply) and (node.slot is not None or operator(node.operator).needs_row)


def _bound(expr: Expr) -> list[str]:
    return [local for node in walk(expr) for local in bound_by(node)]


def bound_by(node: Expr) -> list[str]:
    """The locals that the node itself binds for what is inside it."""
    found: list[str] = []
    if isinstance(node, Collect):
        found.append(node.local)
    elif isinstance(node, Let):
        found.extend(local for local, _ in node.bindings)
    elif isinstance(node, Text):
        for piece in pieces_in(node.pieces):
            if isinstance(piece, Assign):
                found.append(piece.local)
            elif isinstance(piece, Loop):
                found.append(piece.local)
                found.extend(f"{piece.local}.{name}" for name in piece.uses)
    return found


def looped_draws(text: Text) -> list[Apply]:
    """The draws inside loops (or comprehensions) of a template: each turn would draw the same."""
    found: dict[int, Apply] = {}
    for part in _repeated(text):
        found.update((id(n), n) for n in walk(part) if isinstance(n, Apply) and n.slot is not None)
    return list(found.values())


def _repeated(text: Text) -> Iterator[Expr]:
    """What is evaluated once for each item of a list."""
    for node in walk(text):
        if isinstance(node, Collect):
            yield node.body
            if node.condition is not None:
                yield node.condition
        elif isinstance(node, Text):
            for piece in pieces_in(node.pieces):
                if isinstance(piece, Loop):
                    yield Text(piece.body)
                    if piece.condition is not None:
                        yield piece.condition
