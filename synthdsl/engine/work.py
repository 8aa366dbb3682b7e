"""What one worker does with one stretch of rows: make them, encode outputs, fold expectations, keep columns.

A `Job` is plain data and goes to worker processes; its result comes home and is taken in, in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, cast

from synthdsl.dataset.address import item_keys, number_keys
from synthdsl.dataset.footprint import footprint
from synthdsl.dataset.vector import Vector, concat, to_list
from synthdsl.engine.failing import evaluated
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.rows import Fate, Made, make_rows
from synthdsl.engine.stretches import by_child
from synthdsl.model.expr import Aggregate, Expr
from synthdsl.ops.table import aggregate
from synthdsl.plan.steps import PARENT, DatasetPlan, DerivedPlan, FreshPlan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.batch import Batch
    from synthdsl.ops.contract import Fold

BATCH_ROWS = 16_384
"""The most rows made at a time: so many that numpy's overhead vanishes, so few that they stay in the cache."""


class Payload(Protocol):
    """Rows as an output takes them."""

    @property
    def size(self) -> int:
        """How many bytes they are."""


class Encoder(Protocol):
    """Turns finished rows into what an output takes; goes to workers, so it pickles."""

    @property
    def keys(self) -> tuple[tuple[str, Expr], ...]:
        """What it needs for each row, by name."""

    def encode(self, columns: dict[str, Vector], row: Mapping[str, Vector], n: int) -> Payload:
        """n rows; `columns` are the keys' values, `row` all columns of the dataset."""


class Rows(Protocol):
    """A finished table, read by ranges (a stored dataset or source)."""

    @property
    def rows(self) -> int:
        """How many rows it has."""

    def batch(self, start: int, stop: int, names: Any = None) -> Batch:
        """Rows `start` to `stop`."""


@dataclass(frozen=True, slots=True)
class Job:
    """One dataset's work: its plan, what is done with its rows. aggregates: those of its expectations."""

    plan: DatasetPlan
    seed: int
    tables: Mapping[str, Any]
    encoders: tuple[Encoder, ...]
    aggregates: tuple[Aggregate, ...]
    keep: tuple[str, ...] | None


@dataclass(slots=True)
class Result:
    """What came of a stretch of rows. candidates: rows tried. keys, columns: of the accepted rows, as kept.

    weight: about how many bytes the accepted rows took, as values and encoded.
    """

    rows: int
    candidates: int
    fates: dict[str, Fate]
    keys: NDArray[np.uint64] | None = None
    columns: dict[str, Vector] = field(default_factory=dict)
    payloads: list[list[Payload]] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    short: int = 0
    weight: float = 0


def work(job: Job, world: World, start: int, stop: int, limit: int | None = None) -> Result:
    """Rows `start` to `stop` (of what stretches count, see `stretches.py`); at most `limit` are accepted."""
    rows = job.plan.rows
    if isinstance(rows, FreshPlan):
        import numpy as np

        numbers = np.arange(start, stop, dtype=np.int64)
        frame = Frame(world, job.plan.address, stop - start, number_keys(start, stop), numbers, {})
        made = make_rows(job.plan, frame)
        if limit is not None and 0 < limit <= made.frame.n and made.frame.numbers is not None:
            last = int(made.frame.numbers[limit - 1]) + 1
            if last < stop:
                # Rows after the last one that is wanted were never tried: what is reported must not tell of the batch.
                return work(job, world, start, last, limit)
        return finish(job, [made], stop - start, limit)
    parts = list(_derived(job, rows, world, start, stop))
    many = [make_rows(job.plan, frame) for frame, _ in parts]
    candidates = sum(frame.n for frame, _ in parts)
    short = 0
    if rows.within is not None and rows.copies is not None:
        short = _accept(many, parts, rows.copies, stop - start)
    result = finish(job, many, candidates, limit)
    result.short = short
    return result


def _derived(job: Job, rows: DerivedPlan, world: World, start: int, stop: int) -> Iterator[tuple[Frame, NDArray[Any]]]:
    """Frames of the children of a stretch, and the parent row of each child, counted from the stretch's first."""
    import numpy as np

    parent = cast(Rows, world.tables[rows.parent])
    if rows.copies is not None and by_child(rows):
        child = np.arange(start, stop)
        first = start // rows.copies
        batch = parent.batch(first, (stop - 1) // rows.copies + 1, rows.inherited)
        base = Frame(world, job.plan.address, batch.n, batch.keys, None, dict(batch.columns))
        index = child // rows.copies - first
        made = _children(base, index, child % rows.copies)
        if job.keep is not None and PARENT in job.keep:
            made = replace(made, columns={**made.columns, PARENT: index + first})
        yield made, index
        return
    batch = parent.batch(start, stop, rows.inherited)
    base = Frame(world, job.plan.address, batch.n, batch.keys, None, dict(batch.columns))
    index = np.arange(batch.n)
    if rows.each is not None and rows.items is not None:
        lists = to_list(evaluated(f"{job.plan.id}.{rows.each}", rows.items, base), batch.n)
        counts = np.fromiter(map(len, lists), dtype=np.int64, count=batch.n)
        index = np.repeat(index, counts)
        numbers = np.arange(len(index), dtype=np.int64) - (np.cumsum(counts) - counts)[index]
        base = _children(base, index, numbers)
        base = replace(base, columns={**base.columns, rows.each: list(chain.from_iterable(lists))})
    # Where none is wanted none is tried.
    copies = rows.within if rows.within is not None and rows.copies else rows.copies
    if copies is not None:
        again = np.repeat(np.arange(base.n), copies)
        numbers = np.tile(np.arange(copies, dtype=np.int64), base.n)
        index = index[again]
        base = _children(base, again, numbers)
    if job.keep is not None and PARENT in job.keep:
        base = replace(base, columns={**base.columns, PARENT: index + start})
    for low in range(0, base.n, BATCH_ROWS):
        piece = np.arange(low, min(low + BATCH_ROWS, base.n))
        yield (base if len(piece) == base.n else base.at(piece)), index[piece]
    if not base.n:
        yield base, index


def _children(frame: Frame, index: NDArray[Any], numbers: NDArray[Any]) -> Frame:
    grown = frame.at(index)
    return replace(grown, keys=item_keys(grown.keys, numbers))


def _accept(made: list[Made], parts: list[tuple[Frame, NDArray[Any]]], copies: int, parents: int) -> int:
    """Keep the first `copies` accepted rows of each parent; gives how many rows are missing in all."""
    import numpy as np

    counts = np.zeros(parents, dtype=np.int64)
    for i, one in enumerate(made):
        frame, index = parts[i]
        # The accepted rows are found again by their keys, which `make_rows` keeps.
        where = {int(k): int(p) for k, p in zip(frame.keys.tolist(), index.tolist(), strict=True)}
        owner = [where[int(k)] for k in one.frame.keys.tolist()]
        kept = []
        for at, parent in enumerate(owner):
            if counts[parent] < copies:
                counts[parent] += 1
                kept.append(at)
        one.frame = one.frame.at(np.array(kept, dtype=np.int64))
    return int(np.maximum(copies - counts, 0).sum())


def frames_of(job: Job, world: World, start: int, stop: int) -> list[tuple[Frame, NDArray[Any]]]:
    """The frames of a stretch before anything is made, and for each row the position of its parent in the stretch."""
    import numpy as np

    rows = job.plan.rows
    if isinstance(rows, DerivedPlan):
        return list(_derived(job, rows, world, start, stop))
    numbers = np.arange(start, stop, dtype=np.int64)
    frame = Frame(world, job.plan.address, stop - start, number_keys(start, stop), numbers, {})
    return [(frame, np.zeros(stop - start, dtype=np.int64))]


def finish(job: Job, made: list[Made], candidates: int, limit: int | None) -> Result:
    """What becomes of finished rows: encoded for outputs, folded, kept; at most `limit` of them."""
    import numpy as np

    fates: dict[str, Fate] = {}
    result = Result(0, candidates, fates)
    result.folds = [new_fold(a) for a in job.aggregates]
    kept: list[Made] = []
    for one in made:
        for rule, fate in one.fates.items():
            fates.setdefault(rule, Fate()).add(fate)
        if limit is not None and result.rows + one.frame.n > limit:
            one.frame = one.frame.at(np.arange(limit - result.rows))
        result.rows += one.frame.n
        kept.append(one)
    payloads: list[list[Payload]] = [[] for _ in job.encoders]
    for one in kept:
        frame = one.frame
        result.weight += sum(map(footprint, frame.columns.values())) if frame.n else 0
        for i, encoder in enumerate(job.encoders):
            if frame.n:
                payloads[i].append(encoded(encoder, frame))
                result.weight += payloads[i][-1].size
        for fold, node in zip(result.folds, job.aggregates, strict=True):
            if frame.n:
                fold.update(frame.n, *measured(job.plan.id, node, frame))
    result.payloads = payloads
    if job.keep is not None:
        result.keys = np.concatenate([o.frame.keys for o in kept]) if kept else np.empty(0, dtype=np.uint64)
        filled = [o.frame for o in kept if o.frame.n]
        if filled:
            sizes = [f.n for f in filled]
            result.columns = {name: concat([f.columns[name] for f in filled], sizes) for name in job.keep}
    return result


def joined(results: Sequence[Result], names: Sequence[str]) -> Result:
    """Stretches one after another as one, with the columns named."""
    import numpy as np

    fates: dict[str, Fate] = {}
    for result in results:
        for rule, fate in result.fates.items():
            fates.setdefault(rule, Fate()).add(fate)
    filled = [r for r in results if r.rows and r.keys is not None]
    whole = Result(sum(r.rows for r in results), sum(r.candidates for r in results), fates)
    if filled:
        sizes = [r.rows for r in filled]
        whole.keys = np.concatenate([r.keys for r in filled if r.keys is not None])
        whole.columns = {name: concat([r.columns[name] for r in filled], sizes) for name in names}
    return whole


def encoded(encoder: Encoder, frame: Frame) -> Payload:
    """The rows of a frame for an output. Raises `RunError` for a key that has no value."""
    columns = {name: evaluated(f"Key '{name}' of an output", expr, frame) for name, expr in encoder.keys}
    return encoder.encode(columns, frame.columns, frame.n)


def measured(dataset: str, node: Aggregate, frame: Frame) -> list[Vector]:
    """The arguments of an aggregate for the rows of a frame. Raises `RunError` for one that has no value."""
    return [evaluated(f"An expectation of '{dataset}'", argument, frame) for argument in node.arguments]


def new_fold(node: Aggregate) -> Fold:
    """An empty fold for an aggregate."""
    fold = aggregate(node.operator).fold
    assert fold is not None
    return fold()
