"""Evaluates a typed expression for all rows of a frame at once.

Kernels do whole vectors; what has only a function of one row is compiled to one loop. Conditional parts are
evaluated for the rows that need them only, which changes no draw: each is addressed by its row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from synthdsl.dataset.vector import (
    Coded,
    Constant,
    Records,
    Vector,
    scatter,
    to_array,
    to_list,
)
from synthdsl.engine.frame import Frame, Loop, World
from synthdsl.engine.loops import collect
from synthdsl.engine.settled import settled_parts, with_settled
from synthdsl.model.expr import (
    Aggregate,
    Apply,
    Both,
    Branch,
    Collect,
    ColumnRef,
    Expr,
    FieldOf,
    Let,
    LocalRef,
    MakeList,
    MakeMap,
    MakeRange,
    MakeRecord,
    Text,
    Value,
    WholeColumn,
    WholeDataset,
)
from synthdsl.model.lift import lifted
from synthdsl.model.rowcode import column_function
from synthdsl.model.walk import walk
from synthdsl.ops.contract import Table, Undefined
from synthdsl.ops.rows import by_row
from synthdsl.ops.table import operator
from synthdsl.types.terms import FloatType, ListType, OptionalType, RecordType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray


LARGE = 16_384
"""A column of more rows is read where it stands, by functions that can; a smaller one is a list in memory."""


def evaluate(expr: Expr, frame: Frame) -> Vector:
    """The values of an expression for the frame's rows.

    Raises `ops.contract.Undefined` when a value does not exist in some row.
    """
    known = frame.world.settled.get(id(expr))
    if known is None:
        known = _looked_into(expr, frame.world)
    if known[1] is not False and frame.n:
        return known[1] or _settled(expr, frame)
    return _evaluated(expr, frame)


def _looked_into(expr: Expr, world: World) -> tuple[Expr, Constant | Literal[False] | None]:
    """Note which parts of an expression that was not met before are the same for every row."""
    parts = settled_parts(expr)
    for node in walk(expr):
        world.settled.setdefault(id(node), (node, None if id(node) in parts else False))
    return world.settled[id(expr)]


def _settled(expr: Expr, frame: Frame) -> Constant:
    """The value of an expression that is the same for every row, evaluated for one and kept."""
    numbers = None if frame.numbers is None else frame.numbers[:1]
    one = replace(frame, n=1, keys=frame.keys[:1], numbers=numbers, columns={}, locals={}, attempts=None)
    value = Constant(to_list(_evaluated(expr, one), 1)[0])
    frame.world.settled[id(expr)] = (expr, value)
    return value


def _evaluated(expr: Expr, frame: Frame) -> Vector:
    match expr:
        case Value(value):
            return Constant(value)
        case ColumnRef(column):
            return frame.columns[column]
        case LocalRef(local):
            return frame.locals[local]
        case WholeColumn(dataset, column):
            return Constant(frame.world.tables[dataset].column(column))
        case WholeDataset():
            return _kept_dataset(expr, frame)
        case FieldOf(base, name):
            return _field(evaluate(base, frame), name, expr, frame.n)
        case Apply():
            return _apply(expr, frame)
        case Branch(test, then, other):
            return conform(_branch(test, then, other, expr.type, frame), expr.type)
        case Both(kind, left, right):
            return _both(kind, left, right, frame)
        case Collect():
            return collect(expr, frame, evaluate, by_loop)
        case MakeList(items):
            return _list([to_list(evaluate(i, frame), frame.n) for i in items], frame.n)
        case MakeRecord(entries):
            return _record(entries, frame)
        case MakeMap(keys, values):
            return Records({k: evaluate(v, frame) for k, v in zip(keys, values, strict=True)})
        case MakeRange(start, stop):
            return Records({"start": evaluate(start, frame), "stop": evaluate(stop, frame)})
        case Let(bindings, body):
            if not any(isinstance(e, Apply) and e.slot is not None for e in walk(expr)) and isinstance(body, Text):
                return by_loop(expr, frame)
            for local, value in bindings:
                frame = frame.with_local(local, evaluate(value, frame))
            return evaluate(body, frame)
        case Text():
            return by_loop(expr, frame)
        case Aggregate():
            raise TypeError("an aggregate has no value for a row")


def _kept_dataset(expr: WholeDataset, frame: Frame) -> Constant:
    """A table as an argument, or its rows as a list of records where the type says so, made once."""
    table = frame.world.tables[expr.dataset]
    if not isinstance(expr.type, ListType):
        return Constant(table)
    _, kept = frame.world.settled[id(expr)]
    if not kept:
        kept = Constant(_records(table))
        frame.world.settled[id(expr)] = (expr, kept)
    return kept


def _records(table: Table) -> list[dict[str, Any]]:
    names = list(table.names)
    columns = [table.column(n) for n in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def by_loop(expr: Expr, frame: Frame) -> Vector:
    """The values by one compiled loop over the rows; for expressions without draws."""
    cached = frame.world.functions.get(id(expr))
    if cached is None:
        looped, lifts = lifted(_with_constants(expr, frame))
        names = tuple(
            dict.fromkeys(
                e.column if isinstance(e, ColumnRef) else e.local
                for e in walk(looped)
                if isinstance(e, ColumnRef)
                or (isinstance(e, LocalRef) and (e.local in frame.locals or any(e.local == n for n, _ in lifts)))
            )
        )

        def resolve(node: WholeColumn | WholeDataset) -> Any:
            found = evaluate(node, frame)
            assert isinstance(found, Constant)
            return found.value

        function = column_function(looped, names or ("#none",), resolve)
        cached = frame.world.functions[id(expr)] = Loop(expr, lifts, names, function)
    names, function = cached.names, cached.function
    for local, part in cached.lifts:
        frame = frame.with_local(local, evaluate(part, frame))
    if not names:
        return Constant(function([None])[0]) if frame.n else []
    vectors = [frame.columns[n] if n in frame.columns else frame.locals[n] for n in names]
    if all(isinstance(v, Constant) for v in vectors):
        return Constant(function(*[[v.value] for v in vectors if isinstance(v, Constant)])[0]) if frame.n else []
    return function(*[to_list(v, frame.n) for v in vectors])


def _with_constants(expr: Expr, frame: Frame) -> Expr:
    """The expression with what is the same for every row as values: a loop then does not compute it in each turn."""

    def value_of(part: Expr) -> Expr:
        try:
            return Value(_settled(part, frame).value, part.type)
        except Undefined:
            # Where a condition guards it, it may never be asked for.
            return part

    return with_settled(expr, settled_parts(expr), value_of)


def _argument(expr: Expr, frame: Frame, takes_whole: bool) -> Vector:
    if takes_whole and isinstance(expr, WholeColumn) and frame.world.tables[expr.dataset].rows > LARGE:
        return Constant(frame.world.column(expr.dataset, expr.column))
    return evaluate(expr, frame)


def _apply(expr: Apply, frame: Frame) -> Vector:
    found = operator(expr.operator)
    plain = len(expr.arguments) - len(expr.named)
    vectors = [_argument(a, frame, found.whole) for a in expr.arguments[:plain]]
    named = {n: evaluate(a, frame) for n, a in zip(expr.named, expr.arguments[plain:], strict=True)}
    if not frame.n:
        return []
    row = [frame.numbers] if found.needs_row else []
    if found.kind == "sampler":
        assert found.kernel is not None and expr.slot is not None
        return found.kernel(frame.draw(expr.slot), *row, *vectors, **named)
    if found.kernel is None or (not row and vectors and all(isinstance(v, Constant) for v in vectors)):
        assert found.scalar is not None
        return by_row(found.scalar, frame.n, *vectors)
    return found.kernel(frame.n, *row, *vectors, **named)


def _field(base: Vector, name: str, expr: FieldOf, n: int) -> Vector:
    if isinstance(base, Records):
        return base.fields[name]
    many = isinstance(expr.base.type, ListType) or (
        isinstance(expr.base.type, OptionalType) and isinstance(expr.base.type.inner, ListType)
    )

    def pick(value: Any) -> Any:
        return [item[name] for item in value] if many else value[name]

    if isinstance(base, Constant):
        return Constant(pick(base.value))
    if isinstance(base, Coded):
        return Coded(base.codes, [pick(v) for v in base.values])
    return tidy([pick(v) for v in to_list(base, n)], expr.type)


def tidy(values: list[Any], type_: Any) -> Vector:
    """A list of Python values in the representation its type has: arrays for numbers, dates and times."""
    from synthdsl.types.terms import BoolType, DateType, DurationType, FloatType, IntType, TimestampType

    if values and isinstance(type_, IntType | FloatType | BoolType | DateType | TimestampType | DurationType):
        import numpy as np

        if isinstance(type_, FloatType):
            return np.array(values, dtype=np.float64)
        return to_array(values, len(values))
    return values


def conform(vector: Vector, type_: Type) -> Vector:
    """Integers as floats where the type says float: a batch that happens to hold whole numbers only must not differ."""
    plain = type_.inner if isinstance(type_, OptionalType) else type_
    if not isinstance(plain, FloatType):
        return vector
    match vector:
        case Constant(value):
            return Constant(float(value)) if isinstance(value, int) else vector
        case Coded(codes, values):
            return Coded(codes, [float(v) if isinstance(v, int) else v for v in values])
        case list():
            return [float(v) if isinstance(v, int) else v for v in vector]
        case Records():
            return vector
        case _:
            return vector.astype("float64") if vector.dtype.kind == "i" else vector


def _list(columns: list[list[Any]], n: int) -> Vector:
    if not columns:
        return Constant([])
    return [list(row) for row in zip(*columns, strict=True)] if n else []


def _record(entries: tuple[tuple[str | None, Expr], ...], frame: Frame) -> Vector:
    fields: dict[str, Vector] = {}
    for name, value in entries:
        vector = evaluate(value, frame)
        if name is not None:
            fields[name] = vector
        elif isinstance(vector, Records):
            fields.update(vector.fields)
        else:
            rows = to_list(vector, frame.n)
            assert isinstance(value.type, RecordType)
            for item in value.type.fields:
                fields[item.name] = tidy([r[item.name] for r in rows], item.type)
    return Records(fields) if fields else Constant({})


def mask_of(vector: Vector, n: int) -> NDArray[Any]:
    """A boolean vector as a numpy mask."""
    import numpy as np

    return np.asarray(to_array(vector, n), dtype=np.bool_)


def _branch(test: Expr, then: Expr, other: Expr, type_: Type, frame: Frame) -> Vector:
    import numpy as np

    tested = evaluate(test, frame)
    if isinstance(tested, Constant):
        return evaluate(then if tested.value else other, frame)
    mask = mask_of(tested, frame.n)
    yes, no = np.flatnonzero(mask), np.flatnonzero(~mask)
    if not len(no):
        return evaluate(then, frame)
    if not len(yes):
        return evaluate(other, frame)
    return scatter(
        frame.n,
        [
            (yes, conform(evaluate(then, _narrow(then, frame).at(yes)), type_)),
            (no, conform(evaluate(other, _narrow(other, frame).at(no)), type_)),
        ],
    )


def _narrow(expr: Expr, frame: Frame) -> Frame:
    return frame.only({e.column for e in walk(expr) if isinstance(e, ColumnRef)})


def _both(kind: str, left: Expr, right: Expr, frame: Frame) -> Vector:
    import numpy as np

    first = evaluate(left, frame)
    if isinstance(first, Constant):
        return evaluate(right, frame) if bool(first.value) == (kind == "and") else first
    mask = mask_of(first, frame.n)
    open_ = mask if kind == "and" else ~mask
    index = np.flatnonzero(open_)
    if not len(index):
        return first
    result = mask.copy()
    if len(index) == frame.n:
        return mask_of(evaluate(right, frame), frame.n)
    result[index] = mask_of(evaluate(right, _narrow(right, frame).at(index)), len(index))
    return result
