"""Keys of source rows: stable across processes, machines and ways of storage.

A row's key is the hash of its key column, or of all its columns (sorted by name) when none is declared. Each value is
hashed by its type and not by how it was stored: numbers, days and moments by mixing their 64 bits, text by BLAKE2b,
lists and records as JSON; a row mixes the hashes of its columns in order. Rows that are equal are numbered: the second
one's key is that of its content and the number 1.

Doubles are found without holding all keys: the key file is gone through once for each two million rows, taking the
keys of one residue class at a time.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import GOLDEN
from synthdsl.dataset.address import mix
from synthdsl.dataset.vector import Coded, to_array, to_list
from synthdsl.types.terms import (
    BoolType,
    DateType,
    FloatType,
    IntType,
    OptionalType,
    StrType,
    TimestampType,
    Type,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Keys = NDArray[np.uint64]
    Ints = NDArray[np.int64]

_NULL = 0xBB67_AE85_84CA_A73B
_NUMBER = 0x3C6E_F372_FE94_F82B
_BUCKET_ROWS = 2_000_000
_SLICE_ROWS = 1_000_000


def hash_rows(n: int, columns: Sequence[tuple[Vector, Type]]) -> Keys:
    """The 64-bit hashes of n rows of typed columns."""
    import numpy as np

    made = np.full(n, GOLDEN, dtype=np.uint64)
    for vector, type_ in columns:
        made = mix(made + _hash_column(vector, type_, n))
    return made


def _hash_column(vector: Vector, type_: Type, n: int) -> Keys:
    """A hash a row; the same for equal values in whatever representation."""
    import numpy as np

    if isinstance(vector, Coded):
        return _hash_column(list(vector.values), type_, len(vector.values))[vector.codes]
    if isinstance(type_, OptionalType):
        values = to_list(vector, n)
        present = np.array([v is not None for v in values], dtype=np.bool_)
        made = np.full(n, _NULL, dtype=np.uint64)
        some = [v for v in values if v is not None]
        made[present] = _hash_column(some, type_.inner, len(some))
        return made
    match type_:
        case IntType() | BoolType():
            numbers = to_array(vector, n).astype(np.int64)
        case FloatType():
            # Adding zero makes one zero of the two.
            numbers = (to_array(vector, n).astype(np.float64) + 0.0).view(np.int64)
        case DateType():
            numbers = to_array(vector, n).astype("datetime64[D]").astype(np.int64)
        case TimestampType():
            numbers = to_array(vector, n).astype("datetime64[us]").astype(np.int64)
        case StrType():
            return _hash_texts(to_list(vector, n))
        case _:
            return _hash_texts([v if isinstance(v, str) else _json(v) for v in to_list(vector, n)])
    return mix(numbers.view(np.uint64) ^ np.uint64(_NUMBER))


def _hash_texts(texts: list[str]) -> Keys:
    import numpy as np

    try:
        data = b"".join([blake2b(text.encode(), digest_size=8).digest() for text in texts])
    except UnicodeEncodeError:
        data = b"".join([blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts])
    return np.frombuffer(data, dtype="<u8").astype(np.uint64)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a row")


def number_again(keys: Keys, occurrence: Ints) -> Keys:
    """The keys of rows that came `occurrence` (from 1) times before with the same content."""
    import numpy as np

    with np.errstate(over="ignore"):
        step = np.asarray(occurrence, dtype=np.uint64) * np.uint64(GOLDEN) + np.uint64(0x6A09_E667_F3BC_C909)
        return mix(keys ^ mix(np.broadcast_to(step, keys.shape).copy()))


@dataclass(frozen=True, slots=True)
class Doubles:
    """Rows whose key an earlier row has.

    rows: their numbers. first: for each the number of the first row with that key. times: how many rows before
    it have it. int64 arrays of equal length, in no particular order.
    """

    rows: Ints
    first: Ints
    times: Ints


def doubles(path: Path, rows: int) -> Iterator[Doubles]:
    """All rows with a key that an earlier row has, in a file of 64-bit keys, in parts; memory flat in `rows`."""
    import numpy as np

    buckets = max(1, -(-rows // _BUCKET_ROWS))
    for bucket in range(buckets):
        numbers, keys = _bucket(path, rows, bucket, buckets)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        again = np.append(False, ordered[1:] == ordered[:-1])[: len(order)]
        at = np.arange(len(order))
        start = np.maximum.accumulate(np.where(again, 0, at))
        found = np.flatnonzero(again)
        if len(found):
            sorted_numbers = numbers[order]
            yield Doubles(sorted_numbers[found], sorted_numbers[start[found]], found - start[found])


def _bucket(path: Path, rows: int, bucket: int, buckets: int) -> tuple[NDArray[Any], Keys]:
    import numpy as np

    numbers, keys = [], []
    for start in range(0, rows, _SLICE_ROWS):
        part = np.fromfile(path, dtype="<u8", count=min(_SLICE_ROWS, rows - start), offset=8 * start)
        index = np.flatnonzero(part % np.uint64(buckets) == np.uint64(bucket)) if buckets > 1 else np.arange(len(part))
        numbers.append(index + start)
        keys.append(part[index])
    empty = np.empty(0, dtype=np.int64)
    return np.concatenate([empty, *numbers]), np.concatenate([empty.astype(np.uint64), *keys])


def renumber(path: Path, rows: int) -> None:
    """Make the keys of a file unique: each further row of equal content gets the key of its number."""
    import numpy as np

    for found in doubles(path, rows):
        keys = np.memmap(path, dtype="<u8", mode="r+", shape=(rows,))
        keys[found.rows] = number_again(keys[found.rows], found.times)
        keys.flush()
