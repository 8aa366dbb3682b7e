"""Comprehensions: by a compiled loop, or, where draws stand inside, over all items of all rows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

from synthdsl.dataset.address import item_keys
from synthdsl.dataset.vector import Vector, to_array, to_list
from synthdsl.engine.frame import Frame
from synthdsl.model.expr import Apply, Collect, Expr, LocalRef
from synthdsl.model.walk import walk

Evaluate = Callable[[Expr, Frame], Vector]


def collect(expr: Collect, frame: Frame, evaluate: Evaluate, by_loop: Evaluate) -> Vector:
    """The list of a comprehension for each row."""
    inner = (expr.body,) if expr.condition is None else (expr.body, expr.condition)
    if not any(isinstance(e, Apply) and (e.slot is not None or e.named) for part in inner for e in walk(part)):
        if any(isinstance(e, Apply) and e.slot is not None for e in walk(expr.iterable)):
            local = f"{expr.local}.items"
            frame = frame.with_local(local, evaluate(expr.iterable, frame))
            return by_loop(_over_local(expr, LocalRef(local, expr.iterable.type), frame), frame)
        return by_loop(expr, frame)
    return _flat(expr, frame, evaluate)


def _over_local(expr: Collect, items: Expr, frame: Frame) -> Collect:
    # Kept by identity, so that the compiled loop is found again for the next batch.
    found = frame.world.rewritten.get(id(expr))
    if found is None:
        found = frame.world.rewritten[id(expr)] = (expr, replace(expr, iterable=items))
    return found[1]


def _flat(expr: Collect, frame: Frame, evaluate: Evaluate) -> Vector:
    import numpy as np

    lists = to_list(evaluate(expr.iterable, frame), frame.n)
    counts = np.fromiter(map(len, lists), dtype=np.int64, count=frame.n)
    rows = np.repeat(np.arange(frame.n), counts)
    starts = np.cumsum(counts) - counts
    numbers = np.arange(len(rows), dtype=np.int64) - starts[rows]
    flat = frame.at(rows)
    flat = replace(flat, keys=item_keys(flat.keys, numbers)).with_local(expr.local, list(chain.from_iterable(lists)))
    kept = np.arange(len(rows))
    if expr.condition is not None and len(rows):
        kept = np.flatnonzero(to_array(evaluate(expr.condition, flat), flat.n))
        flat, rows = flat.at(kept), rows[kept]
    values: list[Any] = to_list(evaluate(expr.body, flat), flat.n) if flat.n else []
    sizes = np.bincount(rows, minlength=frame.n) if len(rows) else np.zeros(frame.n, dtype=np.int64)
    ends = np.cumsum(sizes).tolist()
    begins = [0, *ends[:-1]] if ends else []
    return [values[a:b] for a, b in zip(begins, ends, strict=True)]
