"""Some rows of a stored column, in any order, without decoding the others.

In: where the column's blocks stand in the file, and for each block the rows wanted of it. Out: one vector. Arrays and
texts are read row by row from the mapped file; a block of another kind is decoded whole, and kept as its owner does.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from synthdsl.dataset.encoding import decode_array, fields
from synthdsl.dataset.texts import pick_texts
from synthdsl.dataset.vector import Coded, Records, Vector, scatter, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]


PLACE = struct.Struct("<QQ")
"""Begins an `s` block, after its letter: where the block of its values stands, and its size."""


class Blocks(Protocol):
    """A file of blocks."""

    def raw(self, place: int, size: int) -> memoryview:
        """The bytes of a block, as they stand in the file."""

    def block(self, place: int, size: int) -> Vector:
        """The vector of a block."""

    def steady_block(self, place: int, size: int) -> Vector:
        """The same for a block that is wanted again and again, among many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of one block: where it stands, the numbers of the rows in it, where they go in the result."""

    place: int
    size: int
    rows: Ints
    positions: Ints


def gather(file: Blocks, n: int, wanted: Sequence[Wanted]) -> Vector:
    """A vector of n rows; the positions of all that is wanted cover it."""
    raws = [file.raw(w.place, w.size) for w in wanted]
    kinds = {raw[:1].tobytes() for raw in raws}
    if kinds == {b"t"}:
        return _texts(raws, n, wanted)
    if kinds == {b"a"}:
        return _arrays(raws, n, wanted)
    if kinds == {b"r"}:
        inside = [fields(raw) for raw in raws]
        if all(list(f) == list(inside[0]) for f in inside):
            return Records({name: gather(file, n, _inner(name, wanted, inside)) for name in inside[0]})
    if kinds == {b"s"}:
        return scatter(n, [(w.positions, _coded(file, raw, w.rows)) for raw, w in zip(raws, wanted, strict=True)])
    return scatter(n, [(w.positions, take(file.steady_block(w.place, w.size), w.rows)) for w in wanted])


def _coded(file: Blocks, raw: memoryview, rows: Ints) -> Coded:
    values: Any = file.block(*PLACE.unpack_from(raw, 1))
    return Coded(decode_array(raw[1 + PLACE.size :])[rows].astype("int64"), values)


def _inner(name: str, wanted: Sequence[Wanted], inside: Sequence[dict[str, tuple[int, int]]]) -> list[Wanted]:
    """The same rows of one field of records."""
    return [Wanted(w.place + f[name][0], f[name][1], w.rows, w.positions) for w, f in zip(wanted, inside, strict=True)]


def _texts(raws: Sequence[memoryview], n: int, wanted: Sequence[Wanted]) -> list[Any]:
    import numpy as np

    values = pick_texts([raw[1:] for raw in raws], [w.rows for w in wanted])
    back = np.empty(n, dtype=np.int64)
    back[np.concatenate([w.positions for w in wanted])] = np.arange(n)
    return list(map(values.__getitem__, back.tolist()))


def _arrays(raws: Sequence[memoryview], n: int, wanted: Sequence[Wanted]) -> Vector:
    import numpy as np

    arrays = [decode_array(raw)[w.rows] for raw, w in zip(raws, wanted, strict=True)]
    if len({a.dtype for a in arrays}) > 1:
        return scatter(n, [(w.positions, a) for w, a in zip(wanted, arrays, strict=True)])
    out = np.empty(n, dtype=arrays[0].dtype)
    out[np.concatenate([w.positions for w in wanted])] = np.concatenate(arrays)
    return out
