"""Going over typed expressions: children, all nodes, the columns read, rewriting.

Nothing here recurses over expressions, so a chain of thousands of operators is no trouble; only the blocks of
a template recurse, and their nesting is bounded by the reader of templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from synthdsl.model.expr import (
    Aggregate,
    Apply,
    Assign,
    Both,
    Branch,
    Collect,
    ColumnRef,
    Expr,
    FieldOf,
    Let,
    LocalRef,
    Loop,
    MakeList,
    MakeMap,
    MakeRange,
    MakeRecord,
    Out,
    Piece,
    Text,
    Value,
    When,
    WholeColumn,
    WholeDataset,
)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside, in the order written; those of a template's pieces at any depth."""
    match expr:
        case Value() | ColumnRef() | LocalRef() | WholeColumn() | WholeDataset():
            return ()
        case FieldOf(base=base):
            return (base,)
        case Apply(arguments=arguments) | Aggregate(arguments=arguments):
            return arguments
        case Branch(test=test, then=then, other=other):
            return (test, then, other)
        case Both(left=left, right=right):
            return (left, right)
        case Collect(body=body, iterable=iterable, condition=condition):
            return (iterable, body) if condition is None else (iterable, condition, body)
        case MakeList(items=items):
            return items
        case MakeRecord(entries=entries):
            return tuple(value for _, value in entries)
        case MakeMap(values=values):
            return values
        case MakeRange(start=start, stop=stop):
            return (start, stop)
        case Let(bindings=bindings, body=body):
            return (*(value for _, value in bindings), body)
        case Text(pieces=pieces):
            return tuple(_in_pieces(pieces))


def _in_pieces(pieces: Sequence[Piece]) -> Iterator[Expr]:
    for piece in pieces:
        match piece:
            case str():
                pass
            case Out(value=value) | Assign(value=value):
                yield value
            case When(arms=arms, other=other):
                for test, body in arms:
                    yield test
                    yield from _in_pieces(body)
                yield from _in_pieces(other)
            case Loop(iterable=iterable, condition=condition, body=body, other=other):
                yield iterable
                if condition is not None:
                    yield condition
                yield from _in_pieces(body)
                yield from _in_pieces(other)


def pieces_in(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces and those inside of conditions and loops, each before its inner ones."""
    for piece in pieces:
        yield piece
        if isinstance(piece, When):
            for _, body in piece.arms:
                yield from pieces_in(body)
            yield from pieces_in(piece.other)
        elif isinstance(piece, Loop):
            yield from pieces_in(piece.body)
            yield from pieces_in(piece.other)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it, each before its children, in the order written."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        inside = children(node)
        if inside:
            stack += inside[::-1]


def free_columns(expr: Expr) -> tuple[str, ...]:
    """The columns of this row that it reads, each once, in the order of their first use."""
    return tuple(dict.fromkeys(node.column for node in walk(expr) if isinstance(node, ColumnRef)))


def rewrite(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` applied to every node, children before parents.

    Nodes whose children stay the same objects are passed to `change` as they are.
    """
    done: list[Expr] = []
    stack: list[tuple[Expr, tuple[Expr, ...] | None]] = [(expr, None)]
    while stack:
        node, inside = stack.pop()
        if inside is None:
            inside = children(node)
            stack.append((node, inside))
            stack.extend((child, None) for child in reversed(inside))
            continue
        start = len(done) - len(inside)
        changed = done[start:]
        del done[start:]
        same = all(a is b for a, b in zip(inside, changed, strict=True))
        done.append(change(node if same else with_children(node, changed)))
    return done[0]


def with_children(expr: Expr, new: Sequence[Expr]) -> Expr:
    """The same node over other children; `new` has the length and order of `children(expr)`."""
    match expr:
        case Value() | ColumnRef() | LocalRef() | WholeColumn() | WholeDataset():
            return expr
        case FieldOf():
            return replace(expr, base=new[0])
        case Apply() | Aggregate():
            return replace(expr, arguments=tuple(new))
        case Branch():
            return replace(expr, test=new[0], then=new[1], other=new[2])
        case Both():
            return replace(expr, left=new[0], right=new[1])
        case Collect(condition=None):
            return replace(expr, iterable=new[0], body=new[1])
        case Collect():
            return replace(expr, iterable=new[0], condition=new[1], body=new[2])
        case MakeList():
            return replace(expr, items=tuple(new))
        case MakeRecord(entries=entries):
            return replace(expr, entries=tuple((name, v) for (name, _), v in zip(entries, new, strict=True)))
        case MakeMap():
            return replace(expr, values=tuple(new))
        case MakeRange():
            return replace(expr, start=new[0], stop=new[1])
        case Let(bindings=bindings):
            named = tuple((local, v) for (local, _), v in zip(bindings, new[:-1], strict=True))
            return replace(expr, bindings=named, body=new[-1])
        case Text(pieces=pieces):
            return replace(expr, pieces=_with_exprs(pieces, iter(new)))


def _with_exprs(pieces: Sequence[Piece], new: Iterator[Expr]) -> tuple[Piece, ...]:
    """The pieces with their expressions taken from `new`, in the order in which `_in_pieces` gives them."""
    out: list[Piece] = []
    for piece in pieces:
        match piece:
            case str():
                out.append(piece)
            case Out():
                out.append(Out(next(new)))
            case Assign(local=local):
                out.append(Assign(local, next(new)))
            case When(arms=arms, other=other):
                changed = []
                for _, body in arms:
                    test = next(new)
                    changed.append((test, _with_exprs(body, new)))
                out.append(When(tuple(changed), _with_exprs(other, new)))
            case Loop(condition=condition, body=body, other=other):
                iterable = next(new)
                condition = None if condition is None else next(new)
                body = _with_exprs(body, new)
                out.append(
                    replace(piece, iterable=iterable, condition=condition, body=body, other=_with_exprs(other, new))
                )
    return tuple(out)


def outside_aggregates(expr: Expr) -> ColumnRef | None:
    """A column of the row that is read outside of all aggregates."""
    stack: list[Expr] = [expr]
    while stack:
        at = stack.pop()
        if isinstance(at, Aggregate):
            continue
        if isinstance(at, ColumnRef):
            return at
        stack.extend(children(at))
    return None
