"""Going over abstract syntax without knowing its kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from synthdsl.base.span import Span

_PARTS: dict[type, tuple[str, ...]] = {}


def _parts(node: Any) -> tuple[str, ...]:
    found = _PARTS.get(type(node))
    if found is None:
        found = _PARTS[type(node)] = tuple(f.name for f in fields(node))
    return found


def is_node(value: object) -> bool:
    """Whether a value is a node of the syntax: it has a place."""
    return isinstance(getattr(value, "span", None), Span)


def children(node: Any) -> Iterator[Any]:
    """The nodes directly inside, in the order written."""
    for name in _parts(node):
        yield from _nodes_in(getattr(node, name))


def _nodes_in(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for one in value:
            yield from _nodes_in(one)
    elif is_node(value):
        yield value
    elif type(value).__name__ == "ImportedName":
        yield value.name
        if value.alias is not None:
            yield value.alias


def nodes(root: Any) -> Iterator[Any]:
    """A node and all below it, each before its parts."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(children(node))))


def enclosing(module: Any, span: Span) -> list[Any]:
    """The nodes around a place, the outermost first."""
    found: list[Any] = []
    inside = list(module.items)
    while inside:
        around = next((n for n in inside if n.span.start <= span.start and span.end <= n.span.end), None)
        if around is None:
            break
        found.append(around)
        inside = list(children(around))
    return found
