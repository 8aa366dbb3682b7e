"""Which parts of an expression read whole columns and are the same for every row: they are evaluated once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synthdsl.model.expr import (
    Aggregate,
    ColumnRef,
    Expr,
    LocalRef,
    WholeColumn,
    WholeDataset,
)
from synthdsl.model.lift import bound_by, needs_more
from synthdsl.model.walk import children, rewrite, walk

NEVER: frozenset[str] = frozenset({"#row"})
"""Stands among the free locals of what depends on the row in another way."""


def settled_parts(expr: Expr) -> dict[int, Expr]:
    """By identity, all parts of an expression (itself among them) that are the same for every row of every batch and
    read a column or the rows of a dataset. Such a column or dataset alone is none: there is nothing to compute.
    """
    nodes = list(walk(expr))
    if not any(isinstance(node, WholeColumn | WholeDataset) for node in nodes):
        return {}
    free: dict[int, frozenset[str]] = {}
    reads: set[int] = set()
    for node in reversed(nodes):
        inside = children(node)
        found = frozenset().union(*(free[id(c)] for c in inside)) - frozenset(bound_by(node))
        if isinstance(node, ColumnRef | Aggregate) or needs_more(node):
            found |= NEVER
        elif isinstance(node, LocalRef):
            found |= {node.local}
        free[id(node)] = found
        if isinstance(node, WholeColumn | WholeDataset) or any(id(c) in reads for c in inside):
            reads.add(id(node))
    return {
        id(node): node
        for node in nodes
        if id(node) in reads and not free[id(node)] and not isinstance(node, WholeColumn | WholeDataset)
    }


def with_settled(expr: Expr, parts: dict[int, Expr], value_of: Callable[[Expr], Any]) -> Expr:
    """The expression with its largest settled parts replaced by their values, its own root left as it is.

    value_of: the value of a part, in a `Value`; the part itself where it has none.
    """
    largest: dict[int, Expr] = {}
    stack = list(children(expr))
    while stack:
        node = stack.pop()
        if id(node) in parts:
            largest[id(node)] = value_of(node)
        else:
            stack.extend(children(node))
    return rewrite(expr, lambda node: largest.get(id(node), node)) if largest else expr
