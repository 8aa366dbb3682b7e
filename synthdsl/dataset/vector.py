"""Vectors: the values of one expression for a batch of rows.

Five representations, chosen by type and convenience; every kernel takes and gives any of them:

- `numpy.ndarray` for int (int64), float (float64), bool (bool_), date (datetime64[D]), timestamp
  (datetime64[us]) and duration (timedelta64[us]) without nulls;
- `list` of Python values for text, lists, records, and for every optional type (null is None);
- `Coded`: few distinct values and an index into them, for categories and picked rows;
- `Constant`: one value for all rows;
- `Records`: a record per row, kept as one vector a field.

Python values are int, float, bool, str, datetime.date, datetime.datetime (naive, UTC), datetime.timedelta,
list, dict (records), None.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Row i has the value `values[codes[i]]`. codes: an integer array. values: Python values."""

    codes: Array
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Constant:
    """The same Python value in every row, whatever their number."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """A record per row, as one vector a field, in the order of the record type's fields."""

    fields: Mapping[str, Vector]


class Gathers(Protocol):
    """A table from which rows are picked."""

    @property
    def names(self) -> Sequence[str]:
        """Its columns."""

    def gather(self, name: str, index: Array) -> Vector:
        """The values of a column at row numbers."""


class Picked(Mapping[str, "Vector"]):
    """The fields of rows picked from a table by number (int64[n]): each is gathered when it is asked for."""

    __slots__ = ("_made", "index", "table")

    def __init__(self, table: Gathers, index: Array, made: Mapping[str, Vector] | None = None) -> None:
        self.table = table
        self.index = index
        self._made = dict(made or {})

    def __getitem__(self, name: str) -> Vector:
        if name not in self._made:
            if name not in self.table.names:
                raise KeyError(name)
            self._made[name] = self.table.gather(name, self.index)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table.names)

    def __len__(self) -> int:
        return len(self.table.names)

    def at(self, index: Array) -> Picked:
        """Some of the rows, by position or mask."""
        return Picked(self.table, self.index[index], {name: take(v, index) for name, v in self._made.items()})

    def __reduce__(self) -> tuple[Any, ...]:
        # What goes to another process is the values: it may have no such table.
        return dict, (dict(self),)


if TYPE_CHECKING:
    Vector: TypeAlias = NDArray[Any] | list[Any] | Coded | Constant | Records
else:
    Vector = object


def to_list(vector: Vector, n: int) -> list[Any]:
    """The Python values of a vector of n rows. The list may be the vector itself: do not change it."""
    if isinstance(vector, list):
        return vector
    if isinstance(vector, Constant):
        return [vector.value] * n
    if isinstance(vector, Coded):
        return list(map(vector.values.__getitem__, vector.codes.tolist()))
    if isinstance(vector, Records):
        names = list(vector.fields)
        columns = [to_list(v, n) for v in vector.fields.values()]
        if not columns:
            return [{} for _ in range(n)]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return array_to_list(vector)


def array_to_list(array: Array) -> list[Any]:
    """Python values of a numpy array; dates and times become `datetime` objects."""
    if array.dtype.kind in "mM":
        return array.astype("datetime64[us]" if _is_time(array) else array.dtype).tolist()
    return array.tolist()


def _is_time(array: Array) -> bool:
    return array.dtype.kind == "M" and array.dtype != "datetime64[D]"


def to_array(vector: Vector, n: int) -> Array:
    """The vector as a numpy array of n rows: int64, float64, bool_, datetime64 or timedelta64 by value.

    For vectors of numbers, booleans, dates, times and durations without nulls only.
    """
    import numpy as np

    if isinstance(vector, np.ndarray):
        return vector
    if isinstance(vector, Constant):
        return np.broadcast_to(_array([vector.value])[0], (n,)) if n else _array([vector.value])[:0]
    if isinstance(vector, Coded):
        if not len(vector.codes):
            return _array(list(vector.values))[:0]
        return _array(list(vector.values))[vector.codes]
    if isinstance(vector, Records):
        raise TypeError("a vector of records is no array")
    return _array(vector)


def _array(values: list[Any]) -> Array:
    import numpy as np

    first = values[0] if values else 0.0
    if isinstance(first, bool):
        return np.array(values, dtype=np.bool_)
    if isinstance(first, datetime.datetime):
        return np.array(values, dtype="datetime64[us]")
    if isinstance(first, datetime.date):
        return np.array(values, dtype="datetime64[D]")
    if isinstance(first, datetime.timedelta):
        return np.array(values, dtype="timedelta64[us]")
    if any(isinstance(v, float) for v in values):
        return np.array(values, dtype=np.float64)
    return np.array(values, dtype=np.int64)


def take(vector: Vector, index: Array) -> Vector:
    """The rows of `vector` at the integer positions (or where the boolean mask) `index` says."""
    if isinstance(vector, Constant):
        return vector
    if isinstance(vector, Coded):
        return Coded(vector.codes[index], vector.values)
    if isinstance(vector, Records):
        if isinstance(vector.fields, Picked):
            return Records(vector.fields.at(index))
        return Records({name: take(v, index) for name, v in vector.fields.items()})
    if isinstance(vector, list):
        if index.dtype.kind == "b":
            index = index.nonzero()[0]
        return list(map(vector.__getitem__, index.tolist()))
    return vector[index]


def length(vector: Vector) -> int | None:
    """The number of rows, None for a constant."""
    if isinstance(vector, Constant):
        return None
    if isinstance(vector, Coded):
        return len(vector.codes)
    if isinstance(vector, Records):
        if isinstance(vector.fields, Picked):
            return len(vector.fields.index)
        return next((length(v) for v in vector.fields.values() if not isinstance(v, Constant)), None)
    return len(vector)


def concat(parts: Sequence[Vector], sizes: Sequence[int]) -> Vector:
    """The vectors one after another; `sizes` gives the rows of each part."""
    import numpy as np

    first = parts[0]
    if len(parts) == 1:
        return first
    if isinstance(first, Constant) and all(isinstance(p, Constant) and repr(p) == repr(first) for p in parts):
        return first
    arrays = [p for p in parts if isinstance(p, np.ndarray)]
    if len(arrays) == len(parts) and len({a.dtype for a in arrays}) == 1:
        return np.concatenate(arrays)
    coded = [p for p in parts if isinstance(p, Coded)]
    if isinstance(first, Coded) and len(coded) == len(parts) and all(p.values is first.values for p in coded):
        return Coded(np.concatenate([p.codes for p in coded]), first.values)
    records = [p for p in parts if isinstance(p, Records)]
    if isinstance(first, Records) and len(records) == len(parts) and len({tuple(p.fields) for p in records}) == 1:
        return Records({k: concat([p.fields[k] for p in records], sizes) for k in first.fields})
    values: list[Any] = []
    for part, size in zip(parts, sizes, strict=True):
        values.extend(to_list(part, size))
    return values


def scatter(n: int, pieces: Sequence[tuple[Array, Vector]]) -> Vector:
    """One vector of n rows out of disjoint pieces: `(positions, vector)` pairs that cover all rows.

    Numbers stay arrays (ints widen to floats when both occur); everything else becomes a list, or stays
    coded when the pieces are few-valued.
    """
    import numpy as np

    whole = [(i, v) for i, v in pieces if len(i)]
    if not whole:
        return pieces[0][1] if pieces else []
    if len(whole) == 1 and len(whole[0][0]) == n:
        return whole[0][1]
    records = [v for _, v in whole if isinstance(v, Records)]
    if len(records) == len(whole) and _alike(records):
        return _scatter_records(n, [i for i, _ in whole], records)
    if all(isinstance(v, list) for _, v in whole):
        joined = list(chain.from_iterable(v for _, v in whole if isinstance(v, list)))
        back = np.empty(n, dtype=np.int64)
        back[np.concatenate([i for i, _ in whole])] = np.arange(n)
        return list(map(joined.__getitem__, back.tolist()))
    if all(isinstance(v, Constant | Coded) for _, v in whole) and not any(
        isinstance(v, Constant) and isinstance(v.value, int | float) for _, v in whole
    ):
        return _scatter_coded(n, whole)
    if all(_is_plain(v) for _, v in whole):
        arrays = [to_array(v, len(i)) for i, v in whole]
        kinds = {a.dtype.kind for a in arrays}
        if len({a.dtype for a in arrays}) == 1 or kinds <= {"i", "f"}:
            out = np.empty(n, dtype=np.result_type(*arrays))
            for (index, _), array in zip(whole, arrays, strict=True):
                out[index] = array
            return out
    values: list[Any] = [None] * n
    for index, vector in whole:
        for i, value in zip(index.tolist(), to_list(vector, len(index)), strict=True):
            values[i] = value
    return values


def _alike(records: Sequence[Records]) -> bool:
    """Whether the records have the same fields, none of which holds integers here and floats there.

    Those would widen, though in a batch that happens to need one of the pieces only they would not.
    """
    if len({tuple(r.fields) for r in records}) != 1:
        return False
    if all(isinstance(r.fields, Picked) and r.fields.table is _table(records[0]) for r in records):
        return True
    return not any({"i", "f"} <= {_kind(r.fields[name]) for r in records} for name in records[0].fields)


def _table(records: Records) -> Gathers | None:
    return records.fields.table if isinstance(records.fields, Picked) else None


def _kind(vector: Vector) -> str:
    """`i` and `f` for vectors of integers and of floats, and something else for others."""
    if isinstance(vector, Constant):
        return {int: "i", float: "f"}.get(type(vector.value), "")
    return "" if isinstance(vector, list | Coded | Records) else vector.dtype.kind


def _scatter_records(n: int, places: Sequence[Array], records: Sequence[Records]) -> Records:
    import numpy as np

    table = _table(records[0])
    picked = [r.fields for r in records if isinstance(r.fields, Picked) and r.fields.table is table]
    if table is not None and len(picked) == len(records):
        rows = np.empty(n, dtype=np.int64)
        for place, fields in zip(places, picked, strict=True):
            rows[place] = fields.index
        return Records(Picked(table, rows))
    names = list(records[0].fields)
    return Records({k: scatter(n, [(i, r.fields[k]) for i, r in zip(places, records, strict=True)]) for k in names})


def _is_plain(vector: Vector) -> bool:
    import numpy as np

    if isinstance(vector, Constant):
        return isinstance(vector.value, bool | int | float | datetime.date | datetime.timedelta)
    return isinstance(vector, np.ndarray)


def _scatter_coded(n: int, pieces: Sequence[tuple[Array, Vector]]) -> Coded:
    import numpy as np

    codes = np.empty(n, dtype=np.int64)
    values: list[Any] = []
    starts: dict[int, int] = {}
    for index, vector in pieces:
        if isinstance(vector, Coded):
            start = starts.setdefault(id(vector.values), len(values))
            codes[index] = vector.codes + start
            if start == len(values):
                values.extend(vector.values)
        elif isinstance(vector, Constant):
            codes[index] = len(values)
            values.append(vector.value)
    return Coded(codes, values)
