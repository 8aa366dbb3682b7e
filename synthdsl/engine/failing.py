"""A value that does not exist, as a diagnostic: the first row where it does not, and the narrowest place in the spec.

The batch that failed is halved until its first failing row is found. For that row the expression is taken apart: what
the row needs of it is evaluated part by part, and the innermost part that fails is the place.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import NOWHERE, Span
from synthdsl.dataset.address import item_keys
from synthdsl.dataset.vector import Constant, Vector, to_list
from synthdsl.engine.evaluate import evaluate
from synthdsl.engine.frame import Frame
from synthdsl.llm.reply import CallFailed
from synthdsl.model.expr import Assign, Both, Branch, Collect, Expr, Let, Loop, Out, Piece, Text, When
from synthdsl.model.walk import children
from synthdsl.ops.contract import Undefined

GUARD = "Guard the expression, or add a rule that excludes such rows."

MOST_PARTS = 2_000
"""So many parts of an expression are tried: where a loop fails later than that, the loop is the place."""

Part = tuple[Expr, Frame]


class RunError(Exception):
    """Stops the run: the data fell short. Carries the diagnostic for the person."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def call_failed(failure: CallFailed) -> RunError:
    """The diagnostic for a call that stops the run, with the declaration of its model and the statement as places."""
    form = failure.form
    if form is None:
        return RunError(Diagnostic(failure.code, failure.message, NOWHERE, failure.notes))
    declared, asked = form.model.span, form.span
    if failure.code in _OF_STATEMENT:
        return RunError(Diagnostic(failure.code, failure.message, asked, failure.notes))
    labels = (Label(asked, f"asked for '{form.column}'"),) if NOWHERE not in (declared, asked) else ()
    return RunError(Diagnostic(failure.code, failure.message, declared, failure.notes, labels))


_OF_STATEMENT = ("E0823", "E0827")
"""Failures that the statement can do something about, rather than the model's declaration."""


def evaluated(subject: str, expr: Expr, frame: Frame) -> Vector:
    """The values of an expression. Raises `RunError` for one that does not exist; subject: what has the value."""
    try:
        return evaluate(expr, frame)
    except Undefined as reason:
        raise value_failed(subject, expr, frame, reason) from reason


def value_failed(subject: str, expr: Expr, frame: Frame, reason: Undefined) -> RunError:
    """The diagnostic for an expression that has no value in some row of the frame."""
    at, reason = _first_row(expr, frame, reason)
    message = f"{subject}, {row_name(frame, at)}: {reason}"
    span = narrowest(expr, _one_row(frame, at))
    # In the body of a recipe or a template the place alone does not say which use of it failed.
    elsewhere = expr.span != NOWHERE and not _inside(span, expr.span)
    labels = (Label(expr.span, "used here"),) if elsewhere else ()
    return RunError(Diagnostic(reason.code, message, span, (GUARD,), labels))


def row_name(frame: Frame, at: int) -> str:
    """How a person finds a row again."""
    if frame.numbers is None:
        return f"row with key {int(frame.keys[at]):016x}"
    return f"row {int(frame.numbers[at])}"


def _first_row(expr: Expr, frame: Frame, reason: Undefined) -> tuple[int, Undefined]:
    import numpy as np

    low, high = 0, frame.n
    while high - low > 1:
        middle = (low + high) // 2
        try:
            evaluate(expr, frame.at(np.arange(low, middle)))
        except Undefined as first:
            high, reason = middle, first
        else:
            low = middle
    return low, reason


def _one_row(frame: Frame, at: int) -> Frame:
    import numpy as np

    return frame.at(np.array([at]))


def _inside(span: Span, outer: Span) -> bool:
    return span.file == outer.file and outer.start <= span.start and span.end <= outer.end


# --- the narrowest place -------------------------------------------------------------------------


def narrowest(expr: Expr, frame: Frame) -> Span:
    """Where the part stands that has no value; frame: the one row in which `expr` has none."""
    span = expr.span
    part: Part | None = (expr, frame)
    while part is not None:
        span = part[0].span if part[0].span != NOWHERE else span
        part = next((p for p in islice(_needed(*part), MOST_PARTS) if _fails(*p)), None)
    return span


def _fails(expr: Expr, frame: Frame) -> bool:
    try:
        evaluate(expr, frame)
    except Undefined:
        return True
    return False


def _value(expr: Expr, frame: Frame) -> object:
    return to_list(evaluate(expr, frame), 1)[0]


def _needed(expr: Expr, frame: Frame) -> Iterator[Part]:
    """The parts that are evaluated for the row, in order; each is asked for only once those before it have values."""
    match expr:
        case Branch(test, then, other):
            yield test, frame
            yield (then if _value(test, frame) else other), frame
        case Both(left=left, right=right):
            yield left, frame
            yield right, frame
        case Let(bindings, body):
            for local, value in bindings:
                yield value, frame
                frame = frame.with_local(local, evaluate(value, frame))
            yield body, frame
        case Collect(body, local, iterable, condition):
            yield iterable, frame
            for inner in _items(local, iterable, frame):
                if condition is not None:
                    yield condition, inner
                if condition is None or _value(condition, inner):
                    yield body, inner
        case Text(pieces):
            yield from _in_pieces(pieces, frame)
        case _:
            for child in children(expr):
                yield child, frame


def _items(local: str, iterable: Expr, frame: Frame) -> Iterator[Frame]:
    import numpy as np

    found = _value(iterable, frame)
    assert isinstance(found, Sequence)
    for number, item in enumerate(found):
        keys = item_keys(frame.keys, np.array([number], dtype=np.int64))
        yield replace(frame, keys=keys).with_local(local, Constant(item))


def _in_pieces(pieces: Sequence[Piece], frame: Frame) -> Generator[Part, None, Frame]:
    """As `_needed`; gives the frame with what was set, which counts for the pieces that follow."""
    for piece in pieces:
        match piece:
            case Out(value):
                yield value, frame
            case Assign(local, value):
                yield value, frame
                frame = frame.with_local(local, evaluate(value, frame))
            case When(arms, other):
                frame = yield from _in_arms(arms, other, frame)
            case Loop():
                yield from _in_loop(piece, frame)
            case str():
                pass
    return frame


def _in_arms(
    arms: Sequence[tuple[Expr, Sequence[Piece]]], other: Sequence[Piece], frame: Frame
) -> Generator[Part, None, Frame]:
    for test, body in arms:
        yield test, frame
        if _value(test, frame):
            return (yield from _in_pieces(body, frame))
    return (yield from _in_pieces(other, frame))


def _in_loop(loop: Loop, frame: Frame) -> Iterator[Part]:
    yield loop.iterable, frame
    kept: list[Frame] = []
    for inner in _items(loop.local, loop.iterable, frame):
        if loop.condition is not None:
            yield loop.condition, inner
            if not _value(loop.condition, inner):
                continue
        kept.append(inner)
    for number, inner in enumerate(kept):
        yield from _in_pieces(loop.body, _counted(loop, inner, number, len(kept)))
    if not kept:
        yield from _in_pieces(loop.other, frame)


_COUNTS: dict[str, Callable[[int, int], object]] = {
    "index": lambda i, n: i + 1,
    "index0": lambda i, n: i,
    "first": lambda i, n: i == 0,
    "last": lambda i, n: i == n - 1,
    "length": lambda i, n: n,
    "revindex": lambda i, n: n - i,
    "revindex0": lambda i, n: n - i - 1,
}


def _counted(loop: Loop, frame: Frame, number: int, length: int) -> Frame:
    for name in loop.uses:
        frame = frame.with_local(f"{loop.local}.{name}", Constant(_COUNTS[name](number, length)))
    return frame
